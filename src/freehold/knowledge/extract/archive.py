"""ZIP: what is in it, and its members one by one, without trusting anything that it says about itself."""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from freehold.knowledge.extract.bounds import Bounds
from freehold.knowledge.extract.charset import FALLBACK, likely
from freehold.knowledge.extract.draft import Draft
from freehold.knowledge.extract.found import Rejected
from freehold.knowledge.extract.kinds import MEDIA_TYPES
from freehold.knowledge.extract.listing import Listed
from freehold.knowledge.extract.names import safe_name, unused
from freehold.knowledge.model import Extracted

_STEP = 256 * 1024
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""Others unpack without a bound on one step."""
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, NotImplementedError)
_UTF8_NAME = 0x800
_LITTER = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
"""What file managers leave behind in an archive."""


class Member(msgspec.Struct, frozen=True):
    """A file in an archive. `refused`: why it is not unpacked, empty when it is."""

    name: str
    info: zipfile.ZipInfo
    refused: str = ""


class Budget:
    """The bytes that an archive may still unpack to, its nested ones included."""

    def __init__(self, unpacked_bytes: int) -> None:
        self._bound = unpacked_bytes
        self._left = unpacked_bytes

    def spend(self, count: int) -> None:
        """Take `count` bytes; raises `Rejected` when they are not there."""
        self._left -= count
        if self._left < 0:
            raise Rejected(f"The archive unpacks to more than {self._bound:,} bytes; add its files in several parts.")


class Archive:
    """An opened ZIP; its members are looked through before any is unpacked. Use it as a context manager."""

    def __init__(self, source: Path, bounds: Bounds, budget: Budget) -> None:
        """Raises `Rejected` for a file that is damaged, or whose list of members is too long or overlaps."""
        self._bounds, self._budget = bounds, budget
        self._notes: list[str] = []
        try:
            self._zip = Listed(source)
        except _DAMAGED as error:
            raise Rejected("The archive is damaged: its members cannot be listed. Make it again.") from error
        try:
            self.members = self._looked_through(self._zip.infolist())
        except Rejected:
            self._zip.close()
            raise

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def contents(self) -> Extracted:
        """The archive as a document of its own: the list of what is in it, with notes on what was passed over."""
        draft = Draft(self._bounds.characters)
        draft.items([f"- {member.name}" for member in self.members])
        for note in self._notes:
            draft.note(note)
        return draft.finish(MEDIA_TYPES["zip"])

    def unpack(self, member: Member, target: Path) -> None:
        """Write a member's bytes to `target`; raises `Rejected` for one that is damaged or swells beyond its bounds."""
        if member.refused:
            raise Rejected(member.refused)
        try:
            with self._zip.open(member.info) as packed, target.open("wb") as file:
                written = 0
                while step := packed.read(_STEP):
                    written += len(step)
                    self._check_growth(written, member.info.compress_size)
                    self._budget.spend(len(step))
                    file.write(step)
        except _DAMAGED as error:
            raise Rejected("This member of the archive is damaged; make the archive again.") from error

    def _check_growth(self, written: int, packed: int) -> None:
        bounds = self._bounds
        if written > bounds.file_bytes:
            raise Rejected(f"It unpacks to more than {bounds.file_bytes:,} bytes; split the file.")
        if written > bounds.ratio_from and written > bounds.ratio * max(1, packed):
            raise Rejected(
                f"It unpacks to more than {bounds.ratio} times its size, as an archive made to do harm does."
            )

    def _looked_through(self, infos: Sequence[zipfile.ZipInfo]) -> tuple[Member, ...]:
        files = [info for info in infos if not info.is_dir()]
        if len(files) > self._bounds.members:
            raise Rejected(
                f"The archive has {len(files):,} members, more than {self._bounds.members:,}; add it in several parts."
            )
        if _overlap(files):
            raise Rejected("The archive's members lie over one another, as in an archive made to do harm.")
        used: set[str] = set()
        members = []
        for info in files:
            name = safe_name(_decoded_name(info))
            if stat.S_ISLNK(info.external_attr >> 16):
                self._notes.append(f"The member {name} is a symbolic link and was passed over.")
            elif not info.filename.startswith(_LITTER[0]) and not name.endswith(_LITTER[1:]):
                members.append(Member(unused(name, used), info, _refusal(info)))
        if members and all(member.info.flag_bits & 1 for member in members):
            raise Rejected("The archive is encrypted with a password; unpack it and add its files.")
        if not members:
            raise Rejected("The archive holds no files.")
        return tuple(members)


def _decoded_name(info: zipfile.ZipInfo) -> str:
    """The name in its own script. Without the flag for UTF-8 it may be in any encoding; the standard's is CP437."""
    if info.flag_bits & _UTF8_NAME or info.filename.isascii():
        return info.filename
    raw = info.filename.encode("cp437")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        encoding = likely(raw)
    return info.filename if encoding == FALLBACK else raw.decode(encoding, "replace")


def _refusal(info: zipfile.ZipInfo) -> str:
    if info.flag_bits & 1:
        return "This member of the archive is encrypted with a password; unpack it and add it by itself."
    if info.compress_type not in _METHODS:
        return "This member is packed in a way that is not read; pack the archive with the usual method (deflate)."
    return ""


def _overlap(infos: Sequence[zipfile.ZipInfo]) -> bool:
    """Whether the bytes of two members overlap, which is how a small archive holds one large member many times.

    Fifield, "A better zip bomb" (WOOT 2019).
    """
    end = 0
    for start, size in _extents(infos):
        if start < end:
            return True
        end = start + size
    return False


def _extents(infos: Sequence[zipfile.ZipInfo]) -> Iterator[tuple[int, int]]:
    # A member's own header is at least 30 bytes and its name long.
    return iter(sorted((info.header_offset, 30 + len(info.orig_filename) + info.compress_size) for info in infos))
