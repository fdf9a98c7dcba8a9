"""Bringing a collection into line with a folder: what is there, what is kept, and what therefore has to be done.

Runs where the folder is, which is the client's side: a server never reads a path that a caller names. What has changed
is told by content alone. Sizes and times are no evidence (a file can change within one tick of the clock, and tools
restore old times), and hashing ten thousand files takes about a second.
"""

from __future__ import annotations

import hashlib
import os
import stat
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import msgspec

from freehold.knowledge.ingest.archives import enclosing

MOST_FILES = 1_000_000
_MOST_DEPTH = 64
_BLOCK = 1 << 20
_THREADS = 8
_TOGETHER = 256
"""Files that a thread hashes in one go."""
_TAKEN = "another file has the same name, written in Unicode otherwise; rename one of them"
_SKIPPED = frozenset({"CVS", "_darcs", "_MTN", "__pycache__"})
"""Folders that hold no documents, beside all hidden ones: of version control, and of compiled Python."""


Skip = Callable[[str, str], None]
"""Takes the name of what is passed over, and why."""


def _silently(name: str, why: str) -> None:
    """Tells no one."""


class Found(msgspec.Struct, frozen=True):
    """A file of the folder, or one that cannot be taken. `name`: its path below the root, parts joined by slashes."""

    name: str
    path: Path
    trouble: str = ""
    """Why it cannot be taken; empty where it can."""


class Plan(msgspec.Struct, frozen=True):
    """What has to be done, by name and in order. `remove` maps names to the ids of documents."""

    add: tuple[str, ...]
    replace: tuple[str, ...]
    remove: Mapping[str, str]
    unchanged: tuple[str, ...]


def plan(local: Mapping[str, str], kept: Mapping[str, tuple[str, str]]) -> Plan:
    """Compare a folder (name: digest) with a collection (name: id and digest). Pure.

    A kept document whose name begins with that of a local file and a slash came out of it, being an archive or an
    e-mail: it stays or goes with that file.

    >>> plan({"a": "1", "b": "2"}, {"b": ("doc_b", "1"), "c": ("doc_c", "3")}).replace
    ('b',)
    """
    return Plan(
        add=tuple(sorted(name for name in local if name not in kept)),
        replace=tuple(sorted(name for name in local if name in kept and kept[name][1] != local[name])),
        remove={
            name: kept[name][0]
            for name in sorted(kept)
            if name not in local and not any(outer in local for outer in enclosing(name))
        },
        unchanged=tuple(sorted(name for name in local if name in kept and kept[name][1] == local[name])),
    )


def walk(root: Path, *, most: int = MOST_FILES, skip: Skip = _silently) -> Iterator[Found]:
    """Every file below a folder, or the file itself, in the order of names; hidden ones and links are passed over.

    What is passed over is told to `skip`. Links are not followed, so that nothing outside the folder is taken and no
    loop is met. What cannot be read comes with its trouble, and so does a second file of one name, as two may have in
    composed form. What concerns the folder as a whole comes under the name ``""``: that it cannot be read, or holds
    more than `most` files. Raises `NotADirectoryError` or `FileNotFoundError` for a root that is neither.
    """
    if root.is_file():
        yield _file(root, root.name)
        return
    if not root.is_dir():
        raise FileNotFoundError(f"{root} is no file and no folder")
    names: set[str] = set()
    for count, found in enumerate(_below(root, "", _MOST_DEPTH, skip)):
        if count >= most:
            # Under the name of the folder itself: which other files it holds is not known.
            yield Found("", root, f"the folder holds more than {most:,} files; sync its parts one by one")
            return
        taken = found.name in names and not found.trouble
        names.add(found.name)
        yield msgspec.structs.replace(found, trouble=_TAKEN) if taken else found


def digests(files: Iterable[Found]) -> Iterator[tuple[Found, str]]:
    """Each file with the SHA-256 of its bytes, as hex, in order; a file that cannot be read with its trouble."""
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="hash") as pool:
        for together in _batched(files, _TOGETHER * _THREADS):
            yield from (pair for part in pool.map(_hashed, _batched(together, _TOGETHER)) for pair in part)


def _batched(files: Iterable[Found], size: int) -> Iterator[list[Found]]:
    rest = iter(files)
    while batch := list(islice(rest, size)):
        yield batch


def _below(folder: Path, prefix: str, depth: int, skip: Skip) -> Iterator[Found]:
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError as error:
        yield Found(prefix.rstrip("/"), folder, f"the folder cannot be read: {error.strerror}")
        return
    for entry in entries:
        name = prefix + unicodedata.normalize("NFC", entry.name)
        if why := _passed_over(entry):
            skip(_readable(name), why)
        elif entry.is_dir(follow_symlinks=False):
            if depth == 0:
                yield Found(name, Path(entry.path), f"it lies more than {_MOST_DEPTH} folders deep")
                continue
            yield from _below(Path(entry.path), name + "/", depth - 1, skip)
        else:
            yield _file(Path(entry.path), name)


def _passed_over(entry: os.DirEntry[str]) -> str:
    """Why something in a folder is not taken; empty where it is."""
    if entry.name.startswith("."):
        return "what is hidden is left out"
    if entry.is_symlink():
        return "links are not followed; add what they lead to"
    if entry.is_dir():
        return "folders of version control and of compiled programs are left out" if entry.name in _SKIPPED else ""
    return "" if entry.is_file() else "it is no file and no folder"


def _file(path: Path, name: str) -> Found:
    try:
        name.encode()
    except UnicodeEncodeError:
        return Found(_readable(name), path, "its name is no UTF-8; rename it")
    return Found(name, path)


def _readable(name: str) -> str:
    return os.fsencode(name).decode("utf-8", "replace")


def _hashed(files: Iterable[Found]) -> list[tuple[Found, str]]:
    return [(each, "") if each.trouble else _digest(each) for each in files]


def _digest(found: Found) -> tuple[Found, str]:
    digest = hashlib.sha256()
    try:
        # Without the flag a pipe put in the file's place would be waited for, for ever.
        handle = os.open(found.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb", buffering=0) as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                return msgspec.structs.replace(found, trouble="it is no file any more"), ""
            while block := file.read(_BLOCK):
                digest.update(block)
    except OSError as error:
        return msgspec.structs.replace(found, trouble=f"it cannot be read: {error.strerror}"), ""
    return found, digest.hexdigest()
