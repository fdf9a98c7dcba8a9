"""Office Open XML: the ZIP of XML parts that Word and PowerPoint write (ECMA-376, parts 1 and 2)."""

from __future__ import annotations

import contextlib
import posixpath
import re
import zipfile
import zlib
from pathlib import Path
from types import TracebackType
from typing import Self
from xml.etree import ElementTree as ET

from freehold.knowledge.extract.found import Rejected
from freehold.knowledge.extract.listing import Listed

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"

_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_DECLARATION = re.compile(r"\A<\?xml\b[^>]{0,200}\?>")

# The strict form of the standard has other names for the same words.
_STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", W[1:-1].encode()),
    (b"http://purl.oclc.org/ooxml/drawingml/main", A[1:-1].encode()),
    (b"http://purl.oclc.org/ooxml/presentationml/main", P[1:-1].encode()),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships", RELATION[1:-1].encode()),
)


class Package:
    """An opened package. Use it as a context manager; every reader raises `Rejected` for a part that is broken."""

    def __init__(self, source: Path, part_bytes: int) -> None:
        """`part_bytes`: how large one part may be, unpacked."""
        self._part_bytes = part_bytes
        try:
            self._archive = Listed(source)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise Rejected("The file is damaged: its parts cannot be listed. Save it again and add it anew.") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._archive.close()

    def part(self, name: str) -> ET.Element | None:
        """The root of a part, or `None` when there is no such part."""
        try:
            with self._archive.open(name) as file:
                data = file.read(self._part_bytes + 1)
        except KeyError:
            return None
        except (zipfile.BadZipFile, OSError, ValueError, EOFError, RuntimeError, zlib.error) as error:
            raise Rejected(_damaged(name)) from error
        if len(data) > self._part_bytes:
            raise Rejected(f"The file's part {name} is larger than {self._part_bytes:,} bytes; split the document.")
        data = _in_utf8(data, name)
        # No program of the field writes a document type, and entities are how XML is made to swell.
        if b"<!DOCTYPE" in data:
            raise Rejected("The file declares XML entities, which no office program does; save it again to mend it.")
        for strict, transitional in _STRICT:
            data = data.replace(strict, transitional)
        try:
            return ET.fromstring(data)  # noqa: S314 - without a document type, there are no entities
        except (ET.ParseError, ValueError, LookupError) as error:
            raise Rejected(_damaged(name)) from error

    def required(self, name: str) -> ET.Element:
        """The root of a part that the format cannot do without."""
        root = self.part(name)
        if root is None:
            raise Rejected(_damaged(name))
        return root

    def relations(self, name: str) -> dict[str, tuple[str, str]]:
        """What a part refers to, as ``id: (kind, name of the part)``; what lies outside the package is left out."""
        folder, base = posixpath.split(name)
        root = self.part(posixpath.join(folder, "_rels", f"{base}.rels"))
        found: dict[str, tuple[str, str]] = {}
        for relation in root if root is not None else ():
            if relation.tag != f"{_RELATIONS}Relationship" or relation.get("TargetMode") == "External":
                continue
            target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", "")))
            found[relation.get("Id", "")] = (relation.get("Type", "").rsplit("/", 1)[-1], target.lstrip("/"))
        return found

    def main(self) -> str:
        """The name of the part that the package is about."""
        relations = self.relations("")
        return next((target for kind, target in relations.values() if kind == "officeDocument"), "")

    def title(self) -> str:
        """The title among the document's properties, or nothing, also where these are damaged."""
        with contextlib.suppress(Rejected):
            for kind, target in self.relations("").values():
                if kind == "core-properties" and (core := self.part(target)) is not None:
                    return core.findtext(_TITLE) or ""
        return ""


def _in_utf8(data: bytes, name: str) -> bytes:
    """A part in UTF-8, which the format allows to be in UTF-16; told from it as Expat does, by marks and zero bytes."""
    if data[:2] not in _UTF16_MARKS and 0 not in data[:2]:
        return data
    encoding = "utf-16" if data[:2] in _UTF16_MARKS else "utf-16-be" if data[0] == 0 else "utf-16-le"
    try:
        text = data.decode(encoding)
        # What it says of its own encoding is no longer true.
        return _DECLARATION.sub("", text, count=1).encode()
    except UnicodeError as error:
        raise Rejected(_damaged(name)) from error


def _damaged(part: str) -> str:
    return f"The file is damaged: its part {part or '(main)'} cannot be read. Save it again and add it anew."
