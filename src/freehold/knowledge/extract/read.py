"""From a file to what was found in it: the door of this package."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from freehold.knowledge.extract.archive import Archive, Budget
from freehold.knowledge.extract.bounds import Bounds
from freehold.knowledge.extract.code import read_code
from freehold.knowledge.extract.found import Found, Rejected, Unreadable
from freehold.knowledge.extract.job import Job, Read
from freehold.knowledge.extract.kinds import IN_PROCESS
from freehold.knowledge.extract.mail import Attachment
from freehold.knowledge.extract.markdown import read_markdown
from freehold.knowledge.extract.memory import exhausted
from freehold.knowledge.extract.names import safe_name, unused
from freehold.knowledge.extract.ocr import MISSING, available
from freehold.knowledge.extract.separated import read_separated
from freehold.knowledge.extract.sniff import Sniffed, sniff
from freehold.knowledge.extract.text import read_text
from freehold.knowledge.extract.workers import SHARED
from freehold.knowledge.model import Extracted

_BOUNDS = Bounds()
_STEP = 1024 * 1024
_BYTES_PER_CHARACTER = 4


def extract(
    source: Path, name: str, *, media_type: str | None = None, ocr: bool = False, bounds: Bounds = _BOUNDS
) -> Iterator[Found]:
    """Read a file: one `Found` for it, and one for each member of a ZIP or attachment of an e-mail, as they come.

    An archive's own text is the list of its members. `name` decides between kinds of text where the content does not,
    `media_type` where the name does not either. `ocr`: recognise the text of pictures and scanned pages. Bad input is
    an `Unreadable`, never an exception; only a `source` that cannot be opened raises `OSError`.
    """
    yield from _Extraction(ocr, bounds).files(source, name, media_type, depth=0)


class _Extraction:
    """One call of `extract`: what it and everything within share."""

    def __init__(self, ocr: bool, bounds: Bounds) -> None:
        self._ocr = ocr
        self._bounds = bounds
        self._budget = Budget(bounds.unpacked_bytes)

    def files(self, source: Path, name: str, media_type: str | None, depth: int) -> Iterator[Found]:
        size = source.stat().st_size
        if size > self._bounds.file_bytes:
            reason = f"It has {size:,} bytes, more than {self._bounds.file_bytes:,}; split the file."
            yield Found(name, Unreadable(reason), _digest(source), size)
            return
        digest = _digest(source)
        try:
            sniffed = sniff(source, name, media_type)
            if sniffed.kind == "zip":
                yield from self._archive(source, Found(name, Unreadable(""), digest, size), depth)
            else:
                yield from self._file(source, sniffed, Found(name, Unreadable(""), digest, size), depth)
        except Rejected as rejected:
            yield Found(name, Unreadable(str(rejected)), digest, size)
        except MemoryError:
            yield Found(name, Unreadable(exhausted(self._bounds.memory_bytes)), digest, size)
        except Exception as error:  # noqa: BLE001
            # A fault of ours in one member must not keep the rest of its archive from being read.
            yield Found(name, Unreadable.through_fault(error), digest, size)

    def _file(self, source: Path, sniffed: Sniffed, found: Found, depth: int) -> Iterator[Found]:
        if sniffed.kind in IN_PROCESS:
            yield _with(found, _read_here(source, sniffed, self._bounds))
            return
        if sniffed.kind != "mail":
            yield _with(found, self._read_in_worker(source, sniffed).extracted)
            return
        with tempfile.TemporaryDirectory(prefix="freehold-") as scratch:
            read = self._read_in_worker(source, sniffed, scratch)
            yield _with(found, read.extracted)
            yield from self._attachments(read.attachments, Path(scratch), found.name, depth)

    def _read_in_worker(self, source: Path, sniffed: Sniffed, scratch: str = "") -> Read:
        ocr = self._ocr and available()
        if sniffed.kind == "image" and not ocr:
            raise Rejected(MISSING if self._ocr else "It is a picture, which is read when it is added with OCR.")
        reply = SHARED.read(Job(str(source.absolute()), sniffed.kind, sniffed.media_type, scratch, ocr, self._bounds))
        if isinstance(reply, Read):
            return reply
        missing = f" {MISSING}" if self._ocr and not ocr and "OCR" in reply.reason else ""
        raise Rejected(reply.reason + missing)

    def _attachments(
        self, attachments: tuple[Attachment, ...], scratch: Path, within: str, depth: int
    ) -> Iterator[Found]:
        used: set[str] = set()
        for attachment in attachments:
            name = f"{within}/{unused(safe_name(attachment.name), used)}"
            yield from self._inner(scratch / attachment.file, name, attachment.media_type, depth)

    def _archive(self, source: Path, found: Found, depth: int) -> Iterator[Found]:
        with Archive(source, self._bounds, self._budget) as archive:
            yield _with(found, archive.contents())
            with tempfile.TemporaryDirectory(prefix="freehold-") as scratch:
                target = Path(scratch) / "member"
                for member in archive.members:
                    name = f"{found.name}/{member.name}"
                    try:
                        archive.unpack(member, target)
                    except Rejected as rejected:
                        yield Found(name, Unreadable(str(rejected)), "", member.info.file_size)
                        continue
                    yield from self._inner(target, name, None, depth)

    def _inner(self, source: Path, name: str, media_type: str | None, depth: int) -> Iterator[Found]:
        if depth >= self._bounds.depth:
            reason = (
                f"It lies deeper than {self._bounds.depth} files within one another; unpack it and add it by itself."
            )
            yield Found(name, Unreadable(reason), _digest(source), source.stat().st_size)
        else:
            yield from self.files(source, name, media_type, depth + 1)


def _with(found: Found, extracted: Extracted) -> Found:
    if not extracted.blocks:
        raise Rejected("No text was found in it.")
    return msgspec.structs.replace(found, outcome=extracted)


def _read_here(source: Path, sniffed: Sniffed, bounds: Bounds) -> Extracted:
    with source.open("rb") as file:
        data = file.read(bounds.characters * _BYTES_PER_CHARACTER + _BYTES_PER_CHARACTER)
    match sniffed.kind:
        case "markdown":
            return read_markdown(data, sniffed.media_type, bounds.characters)
        case "csv":
            return read_separated(data, sniffed.media_type, bounds.characters)
        case "code":
            return read_code(data, sniffed.language or "", sniffed.media_type, bounds.characters)
        case _:
            return read_text(data, sniffed.media_type, bounds.characters)


def _digest(source: Path) -> str:
    digest = hashlib.sha256()
    with source.open("rb") as file:
        while step := file.read(_STEP):
            digest.update(step)
    return digest.hexdigest()
