"""E-mail addresses (RFC 5321 in what is in use: no quoted local parts, no address literals)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from freehold.core.finding import Span
from freehold.guards.personal.reading import Reading

_LONGEST_LOCAL = 64
_LOCAL = frozenset("!#$%&'*+-./=?^_`{|}~")
"""RFC 5322, ``atext`` and the dot; letters and digits are told by `str.isalnum`."""
_EDGE = "!#$%&'*./=?^`{|}~-"
"""Characters that an address may begin with by the letter, and that are punctuation around it in practice."""
_DOMAIN = re.compile(
    r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}(?:xn--[a-z0-9-]{2,59}|[^\W\d_]{2,24})(?![\w-])", re.IGNORECASE
)
_FILES = frozenset(
    {"png", "jpg", "jpeg", "gif", "webp", "svg", "css", "js", "ts", "py", "json", "md", "txt", "service"}
)
"""Endings of files that are written with an at sign (``logo@2x.png``), none of them a top-level domain in use."""
_SPELLED = re.compile(
    r"[a-z0-9](?<![a-z0-9][a-z0-9])[\w.+-]{0,63} ?[(\[] ?(?:at|ät) ?[)\]] ?"
    r"[a-z0-9][a-z0-9-]{0,62}(?:(?:\.| ?[(\[] ?(?:dot|punkt|point) ?[)\]] ?)[a-z0-9-]{2,63}){1,4}(?!\w)"
)


def find_emails(reading: Reading) -> Iterator[Span]:
    """Every address with an at sign, and those that spell it ``(at)``."""
    text = reading.text
    at = text.find("@")
    while at >= 0:
        if domain := _DOMAIN.match(text, at + 1):
            start = _local(text, at)
            if start < at and not _is_something_else(text, start, at, domain[0]):
                yield Span(start, domain.end(), "email", 0.99, "email")
        at = text.find("@", at + 1)
    if (")" in text or "]" in text) and any(need in reading.low for need in ("at)", "at]", "at )", "at ]")):
        for match in _SPELLED.finditer(reading.low):
            yield Span(match.start(), match.end(), "email", 0.7, "email-spelled")


def _local(text: str, at: int) -> int:
    """Where the part before the at sign begins; `at` itself where there is none."""
    start, least = at, max(0, at - _LONGEST_LOCAL)
    while start > least and (text[start - 1].isalnum() or text[start - 1] in _LOCAL):
        start -= 1
    # In "?mail=a@b.example" and "'a@b.example'" the address begins after what divides it from the rest.
    for mark in "=?&/'|`":
        start = max(start, text.rfind(mark, start, at) + 1)
    while start < at and text[start] in _EDGE:
        start += 1
    return start


def _is_something_else(text: str, start: int, at: int, domain: str) -> bool:
    """Whether it is a file's name, the user of a version control host, or the end of credentials in a URL."""
    if domain.rpartition(".")[2].lower() in _FILES or text[at - 1] == ".":
        return True
    if text[start:at] == "git" and text[at + 1 + len(domain) :][:1] in {":", "/"}:
        return True
    before = text[max(0, start - 2 * _LONGEST_LOCAL) : start]
    return "://" in before and re.search(r"://[^\s/@]*$", before) is not None
