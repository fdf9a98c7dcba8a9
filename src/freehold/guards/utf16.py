"""Text in UTF-16 (RFC 2781), as some systems write it before they encode it further."""

from __future__ import annotations

import codecs
import string

_PRINTABLE = string.printable.encode()


def utf16(content: bytes) -> str | None:
    """What bytes say in UTF-16 of either order, where that is all printable ASCII; otherwise `None`.

    >>> utf16("dir C:".encode("utf-16-le")), utf16(b"dir C:")
    ('dir C:', None)
    """
    if b"\0" not in content:
        return None
    if content[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
        content = content[2:]
    for high in (1, 0):
        low = content[1 - high :: 2]
        if not content[high::2].strip(b"\0") and not low.translate(None, _PRINTABLE):
            return low.decode()
    return None
