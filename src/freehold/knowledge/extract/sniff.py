"""What a file is, by its first bytes; the name decides only between the kinds of text.

Signatures: the PRONOM registry of The National Archives, and the formats' own specifications.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import msgspec

from freehold.knowledge.extract.code import language_of
from freehold.knowledge.extract.found import Rejected
from freehold.knowledge.extract.kinds import KIND_OF_ENDING, KIND_OF_TYPE, MEDIA_TYPES, Kind, ending_of
from freehold.knowledge.extract.listing import Listed

HEAD_BYTES = 8192

_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Microsoft's compound file: the older office formats, and the newer ones when they are encrypted."""
_OLDER = {
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
    "msg": "application/vnd.ms-outlook",
}
_ENCRYPTED = "The file is encrypted with a password; save it without one and add it again."
_IMAGES = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"GIF8[79]a"), "image/gif"),
    (re.compile(rb"II\*\0|MM\0\*"), "image/tiff"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "image/webp"),
    (re.compile(rb"BM....\0\0\0\0", re.DOTALL), "image/bmp"),
)
_UNREAD = (
    (re.compile(rb"7z\xbc\xaf\x27\x1c"), "a 7z archive"),
    (re.compile(rb"Rar!\x1a\x07"), "a RAR archive"),
    (re.compile(rb"\x1f\x8b"), "a gzip file"),
    (re.compile(rb"BZh[1-9]"), "a bzip2 file"),
    (re.compile(rb"\xfd7zXZ\0"), "an xz file"),
    (re.compile(rb"\x28\xb5\x2f\xfd"), "a Zstandard file"),
    (re.compile(rb".{257}ustar", re.DOTALL), "a tar archive"),
)
_PARTS = (
    ("word/document.xml", "docx"),
    ("ppt/presentation.xml", "pptx"),
    ("xl/workbook.xml", "xlsx"),
    ("xl/workbook.bin", "xlsx"),
)
_PACKAGED = (
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.presentation",
    "application/epub+zip",
)
_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html)\b",
    re.IGNORECASE | re.DOTALL,
)
_PDF = re.compile(rb"^%PDF-", re.MULTILINE)
"""Junk may stand before it; within a line it is only talked about."""
_MAIL = re.compile(
    rb"(?:From |(?:Return-Path|Received|Delivered-To|Message-ID|MIME-Version|From|Date|Subject): )", re.IGNORECASE
)
_HEADERS = re.compile(rb"^(?:From|To|Subject|Date|Message-ID|Received|MIME-Version): ", re.IGNORECASE | re.MULTILINE)
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class Sniffed(msgspec.Struct, frozen=True):
    """What a file is taken for."""

    kind: Kind
    media_type: str
    language: str | None = None


def sniff(source: Path, name: str, media_type: str | None = None) -> Sniffed:
    """What the file is; `media_type` counts where the name says nothing. Raises `Rejected` for what is never read."""
    with source.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head.strip():
        raise Rejected("The file is empty.")
    if _PDF.search(head[:1024]):
        return _sniffed("pdf")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _packaged(source)
    if head.startswith(_COMPOUND):
        return _compound(source, name)
    if head.startswith(b"{\\rtf"):
        return Sniffed("older", "application/rtf")
    for signature, image in _IMAGES:
        if signature.match(head):
            return Sniffed("image", image)
    for signature, what in _UNREAD:
        if signature.match(head):
            raise Rejected(f"It is {what}, which is not read; unpack it and add what is in it, or pack it as ZIP.")
    return _text(head, name, media_type)


def _sniffed(kind: Kind) -> Sniffed:
    return Sniffed(kind, MEDIA_TYPES[kind])


def _packaged(source: Path) -> Sniffed:
    """A ZIP, or a document that is one inside."""
    try:
        with Listed(source) as archive:
            names = set(archive.namelist())
            for part, kind in _PARTS:
                if part in names:
                    return _sniffed(kind)  # type: ignore[arg-type]
            if "mimetype" in names:
                with archive.open("mimetype") as file:
                    packaged = file.read(200).decode("ascii", "replace").strip()
                if packaged in _PACKAGED:
                    return Sniffed("older", packaged)
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError) as error:
        raise Rejected("The file is damaged: it begins as a ZIP and cannot be opened. Make it again.") from error
    return _sniffed("zip")


def _compound(source: Path, name: str) -> Sniffed:
    with source.open("rb") as file:
        # The names of its streams stand in its directory, which programs write near either end.
        start = file.read(1 << 20)
        file.seek(max(0, source.stat().st_size - (1 << 20)))
        names = start + file.read()
    if "EncryptedPackage".encode("utf-16-le") in names:
        raise Rejected(_ENCRYPTED)
    for stream, ending in (("WordDocument", "doc"), ("Workbook", "xls"), ("PowerPoint Document", "ppt")):
        if stream.encode("utf-16-le") in names:
            return Sniffed("older", _OLDER[ending])
    if ending_of(name) in {"docx", "pptx", "xlsx"}:
        raise Rejected(_ENCRYPTED)
    if ending_of(name) in _OLDER:
        return Sniffed("older", _OLDER[ending_of(name)])
    raise Rejected("It is a file of an older office program that is not read; save it as DOCX, XLSX or PDF.")


def _text(head: bytes, name: str, media_type: str | None) -> Sniffed:
    if _is_binary(head):
        raise Rejected("It holds no text, and its format is not one that is read; save it as PDF or text.")
    ending = ending_of(name)
    named = KIND_OF_ENDING.get(ending) or (KIND_OF_TYPE.get(_bare(media_type)) if language_of(name) is None else None)
    language = language_of(name, head)
    if named is None and language is not None:
        return Sniffed("code", MEDIA_TYPES["code"], language)
    if named in {None, "text"}:
        if _PAGE.match(head):
            return _sniffed("html")
        if _MAIL.match(head) and len(_HEADERS.findall(head)) >= 3:
            return _sniffed("mail")
    if named == "mail" and not re.match(rb"(?:From |>?[!-9;-~]+[ \t]*:)", head.lstrip(b"\xef\xbb\xbf \t\r\n")):
        # Without a header it is no e-mail, whatever its name.
        return _sniffed("text")
    return _sniffed(named or "text")


def _bare(media_type: str | None) -> str:
    """The media type without its parameters."""
    return (media_type or "").partition(";")[0].strip().casefold()


def _is_binary(head: bytes) -> bool:
    """Whether bytes stand there that no text has: zeros outside UTF-16, or many control characters."""
    if head.startswith(_UTF16_MARKS) or head.startswith(b"\0\0\xfe\xff"):
        return False
    zeros = head.count(0)
    if zeros:
        even, odd = head[0::2].count(0), head[1::2].count(0)
        return not (min(even, odd) < 0.05 * len(head) / 2 and max(even, odd) > 0.4 * len(head) / 2)
    controls = sum(byte < 32 and byte not in b"\t\n\v\f\r\x1b\x1a\b" for byte in head)
    return controls > 0.02 * len(head)
