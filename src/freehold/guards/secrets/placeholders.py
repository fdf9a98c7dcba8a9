"""Tells a secret from what only stands where one should be: a variable, an example, a word for it."""

from __future__ import annotations

import re

_REFERENCE = re.compile(
    r"[$%<{*&@\[(]|(?:env|file|vault|op|arn|ref|secret|projects|process|system|https?|s3|gs)[:/.]", re.IGNORECASE
)
_EXAMPLE = re.compile(
    r"example|change.?me|change.?it|placeholder|redacted|replace|your|dummy|insert|todo|fixme|sample|fake|mock|x{4}"
    r"|\*{3}|\.{3}|-{4}|_{4}|0{8}|1{8}|environ|getenv|process\.env|not.?a.?real|goes.?here|undefined|lorem|<[a-z]|\{\{"
    r"|\$\{|%\(",
    re.IGNORECASE,
)
_OWN_NAME = re.compile(
    r"(?:none|null|nil|true|false|string|str|text|bytes|int|any|object|optional|required|empty|default|hidden|unknown"
    r"|my|the|a|new|old|user|db|some|test|api|auth|access|bearer|client){0,4}"
    r"(?:pass(?:word|wd|phrase|code)?|pwd|secret|token|key|credentials?|value|type|name|id|field|bearer|basic){0,3}[0-9]{0,3}",
    re.IGNORECASE,
)


def is_placeholder(value: str) -> bool:
    """Whether nothing is given away by this value."""
    bare = value.strip("\"'`")
    return (
        len(set(bare)) < 4
        or _REFERENCE.match(bare) is not None
        or _EXAMPLE.search(bare) is not None
        or (len(bare) < 40 and _OWN_NAME.fullmatch(bare.replace("_", "").replace("-", "")) is not None)
    )
