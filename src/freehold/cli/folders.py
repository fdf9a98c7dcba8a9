"""Files and folders of the user's brought into a collection, and kept in line with it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from freehold.cli import say
from freehold.cli.client import Client, segment
from freehold.cli.errors import CommandFailed, UsedWrongly
from freehold.cli.sending import Outcome, Outgoing, send
from freehold.knowledge.ingest.sync import Found, Plan, digests, plan, walk

_LOOK_AGAIN = 1.0
"""Seconds between two looks at a folder that is watched."""


def files_of(paths: Iterable[Path], skipped: dict[str, str]) -> Iterator[Found]:
    """Every file of the paths, once; raises `UsedWrongly` for a path that is not there.

    Files of different folders that share a name cannot be taken: nobody can tell which is meant. What the folders hold
    besides goes into `skipped`, with why.
    """
    named: dict[str, dict[Path, Found]] = {}
    for path in paths:
        if not path.exists():
            raise UsedWrongly(f"there is no {say.name(path)}")
        if not (path.is_dir() or path.is_file()):
            raise UsedWrongly(f"{say.name(path)} is no file and no folder")
        root = path.resolve()
        for found in walk(path, skip=skipped.__setitem__):
            if found.trouble:
                yield found
            else:
                named.setdefault(found.name, {}).setdefault(root / found.path.relative_to(path), found)
    for name, files in named.items():
        if len(files) == 1:
            yield from files.values()
        else:
            yield from _clashing(name, list(files.values()))


def _clashing(name: str, files: Sequence[Found]) -> Iterator[Found]:
    for found in files:
        others = say.several([each.path for each in files if each is not found])
        yield Found("", found.path, f"{others} would be {say.name(name)} too; add them apart, or rename one")


def bring(
    client: Client, files: Iterable[Found], kept: Mapping[str, tuple[str, str]], fields: Mapping[str, str | None]
) -> Outcome:
    """Send what is not kept as it is."""
    hashed = list(digests(files))
    return _apply(client, hashed, plan(_local(hashed), kept), fields)


def synchronise(client: Client, folder: Path, fields: Mapping[str, str | None], *, yes: bool) -> Outcome:
    """Bring the collection into line with the folder; raises `CommandFailed` where it might be another folder's."""
    skipped: dict[str, str] = {}
    hashed = list(digests(walk(folder, skip=skipped.__setitem__)))
    local, kept = _local(hashed), kept_in(client, fields["collection"] or "")
    todo = plan(local, kept)
    troubled = [found.name for found, _ in hashed if found.trouble]
    # What cannot be read may still be there: only what is certainly gone is removed.
    gone = [
        name for name in todo.remove if not any(each in ("", name) or name.startswith(f"{each}/") for each in troubled)
    ]
    if not yes:
        _refuse_a_clearance(fields["collection"] or "", local, kept, gone)
    outcome = _apply(client, hashed, todo, fields)
    outcome.skipped = skipped
    for name in gone:
        client.delete(f"/api/documents/{segment(todo.remove[name])}")
        outcome.removed += 1
    return outcome


def _refuse_a_clearance(
    collection: str, local: Mapping[str, str], kept: Mapping[str, tuple[str, str]], gone: Sequence[str]
) -> None:
    """Raise `CommandFailed` where more would be removed than stays. A file that was only renamed is no removal."""
    held = set(local.values())
    lost = [name for name in gone if kept[name][1] not in held]
    stay = len(kept) - len(lost)
    if len(lost) > stay:
        raise CommandFailed(
            f"of the {len(kept)} documents in {collection}, {len(lost)} are not in this folder and would be removed"
            f" ({say.several(lost)}); name another collection with --collection, or say --yes if that is meant"
        )


def _apply(
    client: Client, hashed: Iterable[tuple[Found, str]], todo: Plan, fields: Mapping[str, str | None]
) -> Outcome:
    paths = {found.name: found.path for found, _ in hashed if not found.trouble}
    outcome = send(client, [Outgoing(name, paths[name]) for name in (*todo.add, *todo.replace)], fields)
    outcome.unchanged += len(todo.unchanged)
    outcome.failed |= {found.name or str(found.path): found.trouble for found, _ in hashed if found.trouble}
    return outcome


def _local(hashed: Iterable[tuple[Found, str]]) -> dict[str, str]:
    return {found.name: digest for found, digest in hashed if not found.trouble}


def kept_in(client: Client, collection: str) -> dict[str, tuple[str, str]]:
    held = client.get("/api/documents/digests", collection=collection)["data"]
    return {name: (document, digest) for name, (document, digest) in held.items()}


def signature(folder: Path) -> dict[str, tuple[int, int]]:
    """What tells that something in a folder has changed, without reading it."""
    seen = {}
    for found in walk(folder):
        try:
            told = found.path.stat()
        except OSError:
            continue  # gone again, or not to be read: the next look tells
        seen[found.name] = (told.st_mtime_ns, told.st_size)
    return seen


def await_change(folder: Path, seen: dict[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
    """Wait until the folder is not as it was, and then until it stands still; returns how it is."""
    before = seen
    while True:
        time.sleep(_LOOK_AGAIN)
        now = signature(folder)
        if now == before and now != seen:
            return now
        before = now
