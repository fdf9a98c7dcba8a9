"""What collections and documents may be called.

A document's name is a path for people, such as ``handbook/leave.pdf``; it never becomes one on a disk. It is kept in
Unicode's composed form (NFC), because one file system hands out ``é`` as one character and another as two.
"""

from __future__ import annotations

import unicodedata

from freehold.core.errors import BadRequest
from freehold.core.passage import COLLECTION

MOST_CHARACTERS = 1024


def checked_collection(name: str, param: str = "collection") -> str:
    """The name, where it may be one; raises `BadRequest`, naming `param`, that says what it may look like."""
    if not COLLECTION.fullmatch(name):
        raise BadRequest(
            f"{name[:80]!a} cannot be the name of a collection: at most 64 of a-z, 0-9, '.', '_' and '-', the first a"
            " letter or a digit",
            param=param,
        )
    return name


def checked_name(name: str) -> str:
    """A document's name in composed form; raises `BadRequest` that says what is wrong with it."""
    composed = unicodedata.normalize("NFC", name)
    wrong = _wrong_with(composed)
    if wrong:
        raise BadRequest(f"this cannot be the name of a document: {wrong}", param="name")
    return composed


def _wrong_with(name: str) -> str | None:
    if not name.strip():
        return "it is empty"
    if len(name) > MOST_CHARACTERS:
        return f"it is longer than {MOST_CHARACTERS:,} characters"
    if any(unicodedata.category(each) in {"Cc", "Cs"} for each in name):
        return "it holds a control character, or bytes that are no text"
    if name.startswith("/") or any(part in {"", ".", ".."} for part in name.split("/")):
        return "between slashes it must have a name, and never '.' or '..'"
    return None
