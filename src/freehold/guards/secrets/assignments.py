"""Finds values by the name they are given: ``password = "..."``, in code, environment files, YAML, JSON, flags, prose."""

from __future__ import annotations

import re
from collections.abc import Iterator

from freehold.core.finding import Span
from freehold.guards.secrets.placeholders import is_placeholder
from freehold.guards.secrets.shape import looks_random

KIND = "assigned-secret"

_PASSWORD = r"pass(?:word|wd|phrase|code)|passw|pwd|(?<![a-z])pass(?![a-z])|secret"
_KEY = (
    r"token|credential|(?:api|access|account|auth|private|encryption|signing|service|shared|license|licence|master|admin"
    r"|app|application|storage|session|client|consumer|webhook|ssh|deploy|subscription|primary|secondary|integration"
    r"|ingest|user|project|security|hmac|jwt|cookie|crypt|publish)[_. -]?key|apikey|(?<![a-z])(?:auth|sig|pat)(?![a-z])"
)
_NAME = re.compile(rf"(?:(?P<password>{_PASSWORD})|{_KEY})[a-z0-9_-]{{0,24}}", re.IGNORECASE)
# Between a name and its value: the end of a quoted name or a subscript, an operator, a type in between, or, after a
# flag, a space; in XML, a bracket or an attribute of its own.
_BETWEEN = re.compile(
    r"[\"'`\]]{0,2}[ \t]{0,4}(?:(?::[ \t]{0,2}[A-Za-z |.\[\]]{1,24}?[ \t]{0,2})?(?:=>|:=|={1,3}|:|>)|is:?[ \t]|,[ \t]{0,2}(?=[\"'])"
    r"|\((?=[\"'])|[\"'][ \t]{1,3}value=|(?P<space>[ =]))[ \t]{0,4}[brfuBRFU@]{0,2}"
)
_VALUE = re.compile(
    r"\\?\"(?P<double>[^\"\\\r\n]{4,512})\\?\"|'(?P<single>[^'\\\r\n]{4,512})'|`(?P<tick>[^`\\\r\n]{4,512})`"
    r"|(?P<bare>[^\s\"'`,;(){}\[\]<>|\\]{6,512})(?P<after>[(\[]?)"
)
_DIGEST = re.compile(r"(?:[0-9a-f]{20,128}|[0-9A-F]{20,128}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})")
_DOTTED = re.compile(r"[A-Za-z_$][A-Za-z0-9_]*(?:(?:\.|::|->|/)[A-Za-z_$][A-Za-z0-9_]*)+")
_NAMED = re.compile(r"[A-Za-z]+(?:[_.:/ -][A-Za-z]+)*[0-9]{0,2}|[a-z]+(?:[A-Z][a-z]+)+[0-9]{0,2}")
_PATH = re.compile(r"(?:[./~]|[A-Za-z]:\\|[a-z]{2,10}://)")
_STEMS = ("pass", "pwd", "secret", "token", "credential", "key", "auth", "sig", "pat")


def assigned(text: str) -> Iterator[Span]:
    """Values of names that look secret. Placeholders, references, types and words are none."""
    low = text.lower()
    if not any(stem in low for stem in _STEMS):
        return
    done = 0
    for name in _NAME.finditer(text):
        between = _BETWEEN.match(text, name.end())
        if between is None or name.start() < done:
            continue
        flag = between["space"] is not None
        if flag and not _is_flag(text, name.start()):
            continue
        value = _VALUE.match(text, between.end())
        if value is None:
            continue
        group = value.lastgroup if value.lastgroup != "after" else "bare"
        sure = _sure(value[group or 0], quoted=group != "bare", password=name["password"] is not None)
        if group == "bare" and (
            value["after"] or (sure and sure < 0.7 and not _alone(text, name.start(), value.end("bare")))
        ):
            continue
        if sure:
            start, done = value.span(group or 0)
            yield Span(start, done, KIND, sure, "assigned", "secrets")


def _sure(value: str, *, quoted: bool, password: bool) -> float:
    """How sure it is that a value is a secret; 0 where it is none."""
    if is_placeholder(value) or _PATH.match(value) or any(each.isspace() for each in value):
        return 0.0
    if _DIGEST.fullmatch(value) or (len(value) >= 16 and looks_random(value)):
        return 0.85
    if not password or _NAMED.fullmatch(value) or _DOTTED.fullmatch(value):
        return 0.0
    classes = _classes(value)
    if quoted:
        return 0.75 if classes >= 2 or value.isdigit() else 0.0
    return 0.65 if classes >= 2 and any(each.isdigit() for each in value) else 0.0


def _classes(value: str) -> int:
    """How many of small letters, capitals, digits and signs there are."""
    return (
        any(each.islower() for each in value)
        + any(each.isupper() for each in value)
        + any(each.isdigit() for each in value)
        + any(not each.isalnum() for each in value)
    )


def _is_flag(text: str, start: int) -> bool:
    """Whether the name belongs to a flag of a command: ``--db-password``."""
    word = text.rfind(" ", max(0, start - 40), start) + 1
    return text.startswith("-", max(word, start - 40))


def _alone(text: str, start: int, end: int) -> bool:
    """Whether the assignment ends its line or its word, as in a file of settings rather than in code."""
    return end >= len(text) or text[end] in " \t\r\n;,&\"'<}"
