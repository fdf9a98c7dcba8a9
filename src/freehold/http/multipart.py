"""Reads ``multipart/form-data`` (RFC 7578) piece by piece: what comes is handed on, and nothing is held whole.

A splitter is fed bytes as they arrive and yields `Head`, then the part's bytes, then the next `Head`. It does no I/O,
and decodes no transfer encoding: RFC 7578, 4.7 has senders use none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

import msgspec

from freehold.core.errors import BadRequest

_LONGEST_HEAD = 16 * 1024
_MOST_PARTS = 200
_BOUNDARY = re.compile(r"""boundary=(?:"([^"]{1,200})"|([^\s;"]{1,200}))""", re.IGNORECASE)
_PARAMETER = re.compile(
    r""";\s*(?P<key>[\w!#$%&'+.^`|~*-]+)\s*=\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<token>[^\s;"]+))""", re.ASCII
)
"""A parameter of a disposition (RFC 2183, section 2): its value is a quoted string or a token."""
_EXTENDED = re.compile(r"(utf-8|iso-8859-1)'[^']*'(.*)", re.IGNORECASE)
"""A value with its character set, percent-encoded (RFC 5987, 3.2)."""
_ESCAPED = re.compile(r"%(22|0[AaDd])")


class Head(msgspec.Struct, frozen=True):
    """A part begins. `filename` is `None` for a plain field; it is as it was sent, and no path to be used."""

    name: str
    filename: str | None = None
    media_type: str | None = None


def boundary_of(content_type: str | None) -> bytes | None:
    """The boundary that a ``content-type`` header announces; `None` where it is of another kind.

    >>> boundary_of("multipart/form-data; boundary=abc")
    b'abc'
    """
    if content_type is None or not content_type.lower().startswith("multipart/form-data"):
        return None
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise BadRequest("multipart/form-data announces no boundary", param="content-type")
    return (found[1] or found[2]).encode("latin-1")


class Splitter:
    """Cuts a body into its parts. Raises `BadRequest` for what is no such body."""

    def __init__(self, boundary: bytes) -> None:
        self._line = b"\r\n--" + boundary
        # The first boundary begins the body and has no line end before it; with one it is like all others.
        self._held = b"\r\n"
        self._inside: bool | None = None
        """`None` before the first boundary; then whether a part's bytes are being read, rather than its head."""
        self._parts = 0
        self.ended = False
        """The last boundary has been seen."""

    def feed(self, data: bytes) -> Iterator[Head | bytes]:
        """What these bytes complete."""
        self._held += data
        while not self.ended:
            before = len(self._held)
            found = self._head() if self._inside is False else self._bytes()
            if found:
                yield found
            if len(self._held) == before:
                return

    def close(self) -> None:
        """The body has ended; raises `BadRequest` if it was cut short."""
        if not self.ended:
            raise BadRequest("the multipart body ends before its last boundary; send it again")

    def _bytes(self) -> bytes:
        """Bytes of the part up to the next boundary, or up to where one might begin."""
        at = self._held.find(self._line)
        if at < 0:
            keep = len(self._line) - 1
            data, self._held = self._held[:-keep], self._held[-keep:]
            return self._given(data)
        after = self._held[at + len(self._line) :]
        if len(after) < 2:
            return b""  # whether this is the last boundary is told by what follows it
        data = self._given(self._held[:at])
        if after.startswith(b"--"):
            self.ended = True
        elif not after.startswith(b"\r\n"):
            raise BadRequest("a boundary of the multipart body is followed by neither a line end nor --")
        self._held = after[2:]
        self._inside = False
        return data

    def _given(self, data: bytes) -> bytes:
        """What stands before the first boundary is no part's."""
        return data if self._inside else b""

    def _head(self) -> Head | None:
        end = self._held.find(b"\r\n\r\n")
        if max(end, 0 if end >= 0 else len(self._held)) > _LONGEST_HEAD:
            raise BadRequest(f"the head of a part is longer than {_LONGEST_HEAD} bytes")
        if end < 0:
            return None
        self._parts += 1
        if self._parts > _MOST_PARTS:
            raise BadRequest(f"the multipart body has more than {_MOST_PARTS} parts")
        head = _read_head(self._held[:end])
        self._held = self._held[end + 4 :]
        self._inside = True
        return head


def _read_head(data: bytes) -> Head:
    lines = data.decode("utf-8", "replace").split("\r\n")
    said = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    disposition = said.get("content-disposition", "")
    if not disposition.lower().startswith("form-data"):
        raise BadRequest("a part of the multipart body has no 'content-disposition: form-data'")
    values = _parameters(disposition)
    if "name" not in values:
        raise BadRequest("a part of the multipart body has no name in its content-disposition")
    return Head(values["name"], values.get("filename*", values.get("filename")), said.get("content-type"))


def _parameters(disposition: str) -> dict[str, str]:
    """Parameters by their names in small letters.

    RFC 7578, 4.2, has senders write no ``filename*``, and some do; it is read, since it is what they mean.
    """
    found = {}
    for match in _PARAMETER.finditer(disposition):
        key, quoted = match["key"].lower(), match["quoted"]
        found[key] = match["token"] if quoted is None else _unescaped(quoted)
        if key.endswith("*"):
            found[key] = _extended(found[key])
    return found


def _extended(value: str) -> str:
    found = _EXTENDED.fullmatch(value)
    if found is None:
        raise BadRequest("an extended parameter of a part is in UTF-8, as filename*=UTF-8''name")
    return unquote(found[2], encoding=found[1], errors="replace")


def _unescaped(value: str) -> str:
    """Browsers and curl escape a quote and line ends by per cent or backslash (WHATWG HTML, 4.10.21.8)."""
    plain = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), value)
    return re.sub(r"\\(.)", r"\1", plain)
