"""Settings from outside the file: ``FREEHOLD_SECTION_KEY`` variables, and what the command line gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_origin

import msgspec

from freehold.catalog.words import nearest
from freehold.config.schema import PLAIN
from freehold.tables.faults import Findings
from freehold.tables.lines import Path
from freehold.tables.read import expected, options

PREFIX = "FREEHOLD_"

RESERVED = frozenset(f"{PREFIX}{name}" for name in ("DATA_DIR", "ADMIN_KEY", "DEBUG", "URL", "KEY", "CONFIG"))
"""Variables of this prefix that are not settings. ``FREEHOLD_DATA_DIR`` also stands for ``[server] data_dir``."""


def _settings() -> dict[str, Path]:
    """Each variable's name with the setting it gives."""
    return {
        f"{PREFIX}{section}_{field.encode_name}".upper(): (section, field.encode_name)
        for section, table in PLAIN.items()
        for field in msgspec.structs.fields(table)
    }


SETTINGS = _settings()


def overlay(
    document: Mapping[str, Any], env: Mapping[str, str], overrides: Mapping[str, str], findings: Findings
) -> dict[str, Any]:
    """The document with the environment's settings over it, and `overrides` (``server.port``) over both.

    Notes variables that look like settings and are none. Findings about a value from outside name what gave it.
    """
    given: dict[Path, tuple[str, str]] = {}
    if env.get("FREEHOLD_DATA_DIR"):
        given["server", "data_dir"] = ("FREEHOLD_DATA_DIR", env["FREEHOLD_DATA_DIR"])
    for name, value in env.items():
        if name in SETTINGS:
            given[SETTINGS[name]] = (name, value)
        elif name.startswith(PREFIX) and name not in RESERVED:
            _note_stranger(name, findings)
    for dotted, value in overrides.items():
        given[tuple(dotted.split("."))] = (f"--{dotted.rpartition('.')[2].replace('_', '-')}", value)
    merged = {key: dict(value) if isinstance(value, dict) else value for key, value in document.items()}
    variables = {}
    for place, (source, text) in given.items():
        section, key = str(place[0]), str(place[1])
        table = merged.setdefault(section, {})
        if isinstance(table, dict):  # otherwise the reader says what is wrong with it
            table[key] = _typed(section, key, text, source, findings)
            variables[place] = source
    findings.variables = variables
    return merged


def _typed(section: str, key: str, text: str, source: str, findings: Findings) -> Any:
    """The text as a value of the setting's type."""
    kind = next(field.type for field in msgspec.structs.fields(PLAIN[section]) if field.encode_name == key)
    if any(get_origin(option) is tuple for option in options(kind)):
        return [item.strip() for item in text.split(",") if item.strip()]
    try:
        return msgspec.convert(text, kind, strict=False)
    except msgspec.ValidationError:
        findings.outside(f"{source} is {text!r} where {expected(kind)} is expected", f"set it to {expected(kind)}")
        return next(field.default for field in msgspec.structs.fields(PLAIN[section]) if field.encode_name == key)


def _note_stranger(name: str, findings: Findings) -> None:
    """A variable of our prefix that is no setting is a fault when it was plainly meant as one."""
    sections = tuple(f"{PREFIX}{section}_".upper() for section in PLAIN)
    near = nearest(name, (*SETTINGS, *RESERVED), cutoff=0.85)
    if name.startswith(sections) or near is not None:
        near = near or nearest(name, SETTINGS)
        findings.outside(f"{name} is not a setting", f"did you mean {near}?" if near else "unset it")
