"""Characters that may not stand in a text."""

from __future__ import annotations

import re

_UNFIT = re.compile("[\0\ud800-\udfff]")
"""NUL, which PostgreSQL refuses, and lone surrogates, which have no UTF-8."""
_NEWLINES = re.compile("\r\n?")


def clean(text: str) -> str:
    """The text with a line feed at each end of a line and U+FFFD for what no store can hold; otherwise as it is."""
    return _UNFIT.sub("\ufffd", _NEWLINES.sub("\n", text))
