"""The file itself: found, read, decoded, with the line of everything in it."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

from freehold.core.errors import ConfigError
from freehold.tables.faults import ConfigFaults, Findings
from freehold.tables.lines import locate

_MAX_BYTES = 1024 * 1024
_POSITION = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


def read_document(path: Path) -> tuple[dict[str, Any], Findings]:
    """The decoded file, and findings that know its lines. Numbers with decimals are exact (`Decimal`).

    Raises `ConfigFaults` with one fault for a file that cannot be read or is not TOML.
    """
    return decode(_text(path), str(path))


def decode(text: str, name: str) -> tuple[dict[str, Any], Findings]:
    """The same of a text that was read already; `name` is what faults call it."""
    try:
        return tomllib.loads(text, parse_float=Decimal), Findings(name, locate(text))
    except tomllib.TOMLDecodeError as error:
        raise ConfigFaults([_syntax(error, name, text)]) from None
    except ValueError:
        # Python reads no whole number of more than 4,300 digits.
        message = "it holds a number of thousands of digits"
        raise ConfigFaults([ConfigError(message, file=name, mend="is it the right file?")]) from None
    except RecursionError:
        raise ConfigFaults([ConfigError("it is nested too deeply", file=name, mend="flatten it")]) from None


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        raise ConfigFaults([ConfigError(message, file=str(path), mend="check the path and its rights")]) from None
    if len(data) > _MAX_BYTES:
        raise ConfigFaults([ConfigError("holds more than 1 MiB", file=str(path), mend="is it the right file?")])
    try:
        # TOML's line ends are LF or CRLF; the scanner of lines needs no more than LF.
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ConfigFaults([ConfigError("is not UTF-8", file=str(path), line=line, mend="save it as UTF-8")]) from None


def _syntax(error: tomllib.TOMLDecodeError, name: str, text: str) -> ConfigError:
    message = str(error)
    position = _POSITION.search(message)
    line = int(position[1]) if position and position[1] else text.count("\n") + 1
    said = message[: position.start()] if position else message
    return ConfigError(f"this is not TOML: {said[:1].lower()}{said[1:]}", file=name, line=line, mend=_mend(said))


def _mend(said: str) -> str:
    if "overwrite" in said or "twice" in said or "mutate" in said:
        return "a key or table stands twice; leave one out"
    if "Invalid value" in said:
        return "put text into quotes; write true and false in small letters"
    return "see https://toml.io for how it is written"
