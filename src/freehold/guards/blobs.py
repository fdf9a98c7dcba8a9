"""Base64 in members of a request, bare or in a ``data:`` URL: what can be read in it, and how it is put back."""

from __future__ import annotations

import base64
import binascii
import re
import string

from freehold.guards.utf16 import utf16

_SHORTEST = 64
_ASCII_TEXT = string.printable.encode()
_FEW = 10
"""Of so many bytes one at most is none of ASCII's, where a text has another encoding or is passed off as data."""
_DATA_URL = re.compile(r"data:[^,]{0,200};base64,")


def said(text: str) -> str | None:
    """What base64 says where that is text, empty where nothing can be read in it; `None` for what is no base64.

    `None` too for what is short, nearly all text, or in UTF-16: as it is written, it is looked at as any text with
    base64 in it.
    """
    if len(text) < _SHORTEST:
        return None
    try:
        content = binascii.a2b_base64(text[len(_head(text)) :], strict_mode=True)
    except ValueError:
        return None
    if b"\0" not in content[:1024]:
        try:
            return content.decode()
        except UnicodeDecodeError:
            pass
    elif utf16(content) is not None:
        return None
    return None if len(content.translate(None, _ASCII_TEXT)) * _FEW <= len(content) else ""


def saying(inner: str, like: str) -> str:
    """Base64 that says `inner`, in the same URL, if any, as `like`."""
    return _head(like) + base64.b64encode(inner.encode()).decode()


def _head(text: str) -> str:
    mark = _DATA_URL.match(text)
    return mark[0] if mark else ""
