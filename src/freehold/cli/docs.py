"""``freehold docs``: documents added, listed, found, shown, removed, and kept in line with a folder."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from freehold.cli import say
from freehold.cli.client import Client, segment
from freehold.cli.errors import CommandFailed, UsedWrongly
from freehold.cli.options import ConfigOption, DataDirOption, JsonOption, LabelOption, group_names, new_app
from freehold.cli.reach import Where, reach
from freehold.cli.sending import Outcome, Outgoing, finish, report, send
from freehold.core.passage import COLLECTION
from freehold.knowledge.ingest.sync import Found, Plan, digests, plan, walk

app = new_app(no_args_is_help=True, help="Add, list, find, show and remove documents, and keep folders in sync.")

_DEFAULT = "documents"
_PAGE = 1000
_LOOK_AGAIN = 1.0
"""Seconds between two looks at a folder that is watched."""
_LONGEST_SHOWN = 160

CollectionOption = Annotated[str, typer.Option(metavar="NAME", help="The collection; it is made if need be.")]
GroupsOption = Annotated[
    list[str] | None,
    typer.Option("--allow", metavar="GROUP", help="Only keys of this group may read them; may be given again."),
]
Id = Annotated[str, typer.Argument(metavar="ID", help="A document's id, as in doc_0123456789abcdef01234567.")]


@app.command()
def add(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files and folders.")],
    *,
    collection: CollectionOption = _DEFAULT,
    label: LabelOption = None,
    allow: GroupsOption = None,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Add files, and all files of folders. What is in already, unchanged, is skipped; what has changed is replaced.

    A file of a folder is named by its path below that folder. Interrupted, what was sent goes on being read.

    Example: freehold docs add handbook/ --collection handbook --label internal --allow staff
    """
    skipped: dict[str, str] = {}
    files = list(_files(paths, skipped))
    fields = {"collection": collection, "label": label, "groups": _groups(allow)}
    with reach(Where(config, data_dir), "answer") as client:
        kept = {} if label or allow else _kept(client, collection)
        outcome = _bring(client, files, kept, fields)
    outcome.skipped = skipped
    finish(outcome, as_json=as_json)


@app.command()
def sync(
    folder: Annotated[Path, typer.Argument(metavar="DIR", exists=True, file_okay=False, help="The folder.")],
    *,
    collection: Annotated[
        str | None, typer.Option(metavar="NAME", help="The collection; default the folder's name.")
    ] = None,
    label: LabelOption = None,
    allow: GroupsOption = None,
    watch: Annotated[bool, typer.Option("--watch", help="Go on, and do it again whenever the folder changes.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Also if more is removed than stays.")] = False,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a collection hold exactly what a folder holds: add, replace and remove only what has changed.

    What has changed is told by content. What is in the collection and not in the folder is removed from it; where that
    would be more than stays, as with another folder of the same name, nothing is done without --yes.

    Example: freehold docs sync handbook/ --watch
    """
    name = collection or slug(folder)
    fields = {"collection": name, "label": label, "groups": _groups(allow)}
    with reach(Where(config, data_dir), "answer") as client:
        seen = _signature(folder)
        outcome = _synchronise(client, folder, fields, yes=yes)
        while watch:
            report(outcome, as_json=as_json)
            seen = _await_change(folder, seen)
            # What is missing by now was in this very folder before.
            outcome = _synchronise(client, folder, fields, yes=True)
    finish(outcome, as_json=as_json)


@app.command("list")
def list_documents(
    *,
    collection: Annotated[str | None, typer.Option(metavar="NAME", help="Only of this collection.")] = None,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """List documents, by collection and name.

    Example: freehold docs list --collection handbook
    """
    with reach(Where(config, data_dir), "data") as client:
        rows = list(_pages(client, collection))
    if as_json:
        say.json(rows)
        return
    columns = (
        "id",
        "collection",
        "name",
        "label",
        "groups",
        "version",
        "characters",
        "passages",
        "embedded",
        "changed",
    )
    say.table(columns, map(_row, rows), right=("version", "characters", "passages", "embedded"))
    if not rows:
        say.note("There are no documents; add some with 'freehold docs add PATH'.")


@app.command()
def collections(config: ConfigOption = None, data_dir: DataDirOption = None, as_json: JsonOption = False) -> None:
    """List collections, and what their new documents get.

    Example: freehold docs collections
    """
    with reach(Where(config, data_dir), "data") as client:
        rows = client.get("/api/collections")["data"]
    if as_json:
        say.json(rows)
        return
    columns = ("collection", "documents", "passages", "embedded", "label", "groups")
    counts = ("documents", "chunks", "embedded")
    cells = [
        [row["name"], *(row[each] for each in counts), row["label"] or "default", ", ".join(row["groups"])]
        for row in rows
    ]
    say.table(columns, cells, right=columns[1:4])


@app.command()
def search(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What to find.")],
    *,
    collection: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Search in this one; may be given again. Default: all.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many passages.")] = 10,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find passages, and say how: the score, the rank by words and by meaning, and where each stands.

    No model is asked for an answer. A span is in characters of the document's text: see 'freehold docs show'.

    Example: freehold docs search "How many days of leave are there?" --collection handbook
    """
    with reach(Where(config, data_dir), "answer") as client:
        body = {"query": text, "collections": collection or [], "limit": limit}
        hits = client.post("/api/search", body)["data"]
    if as_json:
        say.json(hits)
        return
    columns = ("score", "words", "meaning", "document", "name", "page", "span", "label", "text")
    say.table(columns, map(_hit, hits), right=("score", "words", "meaning", "page"))
    if not hits:
        say.note("Nothing was found.")


@app.command()
def show(
    document: Id,
    *,
    text: Annotated[bool, typer.Option("--text", help="Print the text that was read from it.")] = False,
    span: Annotated[
        str | None, typer.Option(metavar="START:END", help="Print only these characters of the text.")
    ] = None,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Describe a document, or print its text or a piece of it, such as the passage of a citation.

    Example: freehold docs show doc_0123456789abcdef01234567 --span 120:480
    """
    start, end = (None, None) if span is None else _span(span)
    path = f"/api/documents/{segment(document)}"
    with reach(Where(config, data_dir), "data") as client:
        found = client.get(path)
        if end is not None and end > found["characters"]:
            raise UsedWrongly(f"the text has {found['characters']:,} characters; a span ends there or before")
        if text or span:
            found = client.get(f"{path}/text", start=start, end=end)
    if as_json:
        say.json(found)
    elif text or span:
        say.line(found["text"])
    else:
        say.card({name: ", ".join(value) if isinstance(value, list) else value for name, value in found.items()})


@app.command()
def remove(
    documents: Annotated[list[str] | None, typer.Argument(metavar="ID...", help="Ids of documents.")] = None,
    *,
    collection: Annotated[
        str | None, typer.Option(metavar="NAME", help="Remove this collection with all its documents.")
    ] = None,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Remove documents, or a whole collection, at once and for good.

    Example: freehold docs remove doc_0123456789abcdef01234567
    """
    if bool(documents) == (collection is not None):
        raise typer.BadParameter("give ids of documents, or --collection NAME")
    with reach(Where(config, data_dir), "data") as client:
        for document in documents or []:
            client.delete(f"/api/documents/{segment(document)}")
            say.line(f"removed: {document}")
        if collection is not None:
            gone = client.delete(f"/api/collections/{segment(collection)}")
            say.line(f"removed: {collection} ({gone['documents']} documents)")


@app.command()
def tune(
    collection: Annotated[str, typer.Argument(metavar="COLLECTION", help="The collection.")],
    questions: Annotated[
        Path, typer.Argument(metavar="QUESTIONS", exists=True, dir_okay=False, help="A question a line, as JSON.")
    ],
    *,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Choose how a collection's rankings, by words and by meaning, are put together, on questions of your own.

    A line of the file is {"question": "...", "documents": ["leave.md"]}, with the names or ids of what answers it. The
    defaults stay unless something is better by more than chance; thirty questions or more are worth it.

    Example: freehold docs tune handbook questions.jsonl
    """
    rows = _questions(questions)
    with reach(Where(config, data_dir), "answer") as client:
        found = client.post(f"/api/collections/{segment(collection)}/tune", {"questions": rows})
    if as_json:
        say.json(found)
    else:
        weights = found["weights"]
        told = ", ".join(f"{name} {value}" for name, value in weights.items())
        say.line(f"{collection}: {told} (on {found['questions']} questions)")


def slug(folder: Path) -> str:
    """A collection's name from a folder's, in small letters; raises `UsedWrongly` where that is none.

    It is changed no further, since two folders could then come to mean one collection.

    >>> slug(Path("/srv/Handbook"))
    'handbook'
    """
    called = folder.resolve().name
    if not COLLECTION.fullmatch(called.lower()):
        fit = re.sub(r"[^a-z0-9._-]+", "-", called.lower()).strip("-._")[:64]
        raise UsedWrongly(f"{called!r} cannot be the name of a collection; say one, as in --collection {fit or 'mine'}")
    return called.lower()


def _groups(allow: Iterable[str] | None) -> str | None:
    """Groups as the API takes them; raises for an empty one, which would let everyone read."""
    return ",".join(group_names(allow)) or None


def _questions(file: Path) -> list[Any]:
    """The rows of a file of JSON lines; raises `UsedWrongly` naming the line that is none."""
    rows = []
    for number, line in enumerate(file.read_bytes().splitlines(), 1):
        if line.strip():
            try:
                rows.append(msgspec.json.decode(line))
            except msgspec.DecodeError as error:
                raise UsedWrongly(f"{file}:{number}: this is not JSON ({error}); write one question a line") from error
    if not rows:
        raise UsedWrongly(f"{file} holds no question; write one a line")
    return rows


def _files(paths: Iterable[Path], skipped: dict[str, str]) -> Iterator[Found]:
    """Every file of the paths; raises `UsedWrongly` for a path that is not there and for two files of one name.

    What their folders hold besides goes into `skipped`, with why.
    """
    names: dict[str, Path] = {}
    for path in paths:
        if not path.exists():
            raise UsedWrongly(f"there is no {say.name(path)}")
        if not (path.is_dir() or path.is_file()):
            raise UsedWrongly(f"{say.name(path)} is no file and no folder")
        for found in walk(path, skip=skipped.__setitem__):
            if found.name and found.name in names:
                both = f"{say.name(names[found.name])} and {say.name(found.path)}"
                raise UsedWrongly(f"{both} would both be {say.name(found.name)}; add them apart")
            names[found.name] = found.path
            yield found


def _bring(
    client: Client, files: Iterable[Found], kept: Mapping[str, tuple[str, str]], fields: Mapping[str, str | None]
) -> Outcome:
    """Send what is not kept as it is."""
    hashed = list(digests(files))
    return _apply(client, hashed, plan(_local(hashed), kept), fields)


def _synchronise(client: Client, folder: Path, fields: Mapping[str, str | None], *, yes: bool) -> Outcome:
    """Bring the collection into line with the folder; raises `CommandFailed` where it might be another folder's."""
    skipped: dict[str, str] = {}
    hashed = list(digests(walk(folder, skip=skipped.__setitem__)))
    local, kept = _local(hashed), _kept(client, fields["collection"] or "")
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


def _kept(client: Client, collection: str) -> dict[str, tuple[str, str]]:
    held = client.get("/api/documents/digests", collection=collection)["data"]
    return {name: (document, digest) for name, (document, digest) in held.items()}


def _signature(folder: Path) -> dict[str, tuple[int, int]]:
    """What tells that something in a folder has changed, without reading it."""
    seen = {}
    for found in walk(folder):
        try:
            told = found.path.stat()
        except OSError:
            continue  # gone again, or not to be read: the next look tells
        seen[found.name] = (told.st_mtime_ns, told.st_size)
    return seen


def _await_change(folder: Path, seen: dict[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
    """Wait until the folder is not as it was, and then until it stands still; returns how it is."""
    before = seen
    while True:
        time.sleep(_LOOK_AGAIN)
        now = _signature(folder)
        if now == before and now != seen:
            return now
        before = now


def _pages(client: Client, collection: str | None) -> Iterator[dict[str, Any]]:
    """Every document, page by page."""
    after, more = None, True
    while more:
        page = client.get("/api/documents", collection=collection, after=after, limit=_PAGE)
        yield from page["data"]
        after, more = page["last"], page["has_more"]


def _row(row: Mapping[str, Any]) -> list[object]:
    counts = [row["version"], row["characters"], row["chunks"], row["embedded"]]
    who = [row["label"], ", ".join(row["groups"]) or "everyone"]
    return [row["id"], row["collection"], row["name"], *who, *counts, row["changed"]]


def _hit(hit: Mapping[str, Any]) -> list[object]:
    place = hit["place"]
    text = " ".join(hit["text"].split())
    shown = text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 1]}…"
    ranks = [hit["lexical_rank"] or "-", hit["dense_rank"] or "-"]
    where = [place["document"], f"{place['collection']}/{place['name']}", place["page"] or "-"]
    return [f"{hit['score']:.4f}", *ranks, *where, f"{place['start']}:{place['end']}", hit["label"], shown]


def _span(text: str) -> tuple[int, int]:
    start, _, end = text.partition(":")
    if not (start.isdigit() and end.isdigit()):
        raise typer.BadParameter("a span is START:END, as in 120:480")
    if int(start) >= int(end):
        raise typer.BadParameter("a span ends after it begins, as in 120:480")
    return int(start), int(end)
