"""Answers kept in a file, by what was asked: what the scripted provider plays for ``play:FILE``.

A line is a JSON object. Its ``input`` is the last user text that it answers, to the letter but for space around it.
The answer is its ``answer``, or the field that stands behind ``#``, as in ``play:answers.jsonl#small``: a text, or an
object with ``text`` and ``confidence``, the probability of each of its words where token probabilities are asked for.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

_MOST_BYTES = 64 * 2**20
_FIELD = "answer"


class Unplayable(Exception):
    """There is nothing to play; the text says why, and the mend."""


class Played(msgspec.Struct, frozen=True):
    """An answer of the file."""

    text: str
    confidence: float | None = None
    """From above 0 to 1; `None`: not known, and no token probabilities are given."""


def played(script: str, asked: str) -> Played:
    """The answer that `script`, a path with or without ``#FIELD``, has to what was asked; raises `Unplayable`."""
    path, _, field = script.partition("#")
    found = _answers(path, field or _FIELD, _stamp(path)).get(asked.strip())
    if found is None:
        raise Unplayable(f"{path} answers nothing of that text; add a line with it as 'input'")
    return found


def _stamp(path: str) -> tuple[int, int]:
    """By what a change of the file is seen; raises `Unplayable`."""
    try:
        status = Path(path).stat()
    except OSError as error:
        raise Unplayable(f"cannot read {path} ({error.strerror}); name a file of JSON lines") from error
    if status.st_size > _MOST_BYTES:
        raise Unplayable(f"{path} has more than {_MOST_BYTES // 2**20} MiB; split it")
    return status.st_mtime_ns, status.st_size


@lru_cache(maxsize=8)
def _answers(path: str, field: str, _stamp: tuple[int, int]) -> dict[str, Played]:
    lines = Path(path).read_bytes().splitlines()
    return dict(_answer(path, field, number, line) for number, line in enumerate(lines, 1) if line.strip())


def _answer(path: str, field: str, number: int, line: bytes) -> tuple[str, Played]:
    try:
        row: dict[str, Any] = msgspec.json.decode(line, type=dict[str, Any])
        said = row[field]
        answer = Played(said) if isinstance(said, str) else msgspec.convert(said, Played)
        asked = msgspec.convert(row["input"], str)
    except (msgspec.DecodeError, msgspec.ValidationError, KeyError) as error:
        raise Unplayable(f"{path}, line {number}: an object with 'input' and {field!r} is wanted ({error})") from error
    if answer.confidence is not None and not 0 < answer.confidence <= 1:
        raise Unplayable(f"{path}, line {number}: confidence is above 0 and at most 1")
    return asked.strip(), answer
