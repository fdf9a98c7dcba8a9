"""``freehold docs``: documents added, listed, found, shown, removed, and kept in line with a folder."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from freehold.cli import say
from freehold.cli.client import Client, segment
from freehold.cli.errors import CommandFailed, UsedWrongly
from freehold.cli.folders import await_change, bring, files_of, kept_in, signature, synchronise
from freehold.cli.options import ConfigOption, DataDirOption, JsonOption, LabelOption, group_names, new_app
from freehold.cli.reach import Where, reach
from freehold.cli.sending import finish, report
from freehold.core.passage import COLLECTION

app = new_app(no_args_is_help=True, help="Add, list, find, show and remove documents, and keep folders in sync.")

_DEFAULT = "documents"
_PAGE = 1000
_LONGEST_SHOWN = 160
_ID = re.compile("doc_[0-9a-f]{24}")

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
    files = list(files_of(paths, skipped))
    fields = {"collection": collection, "label": label, "groups": _groups(allow)}
    with reach(Where(config, data_dir), "answer") as client:
        kept = {} if label or allow else kept_in(client, collection)
        outcome = bring(client, files, kept, fields)
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
        seen = signature(folder)
        outcome = synchronise(client, folder, fields, yes=yes)
        while watch:
            report(outcome, as_json=as_json)
            seen = await_change(folder, seen)
            # What is missing by now was in this very folder before.
            outcome = synchronise(client, folder, fields, yes=True)
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
    documents: Annotated[
        list[str] | None, typer.Argument(metavar="DOCUMENT...", help="Ids or names of documents.")
    ] = None,
    *,
    collection: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The documents are in this one; alone, it is removed with all of them."),
    ] = None,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Remove documents, or a whole collection, at once and for good.

    Nothing is removed where one of the names is that of no document, or of several.

    Example: freehold docs remove leave.md travel.md --collection handbook
    """
    if not documents and collection is None:
        raise typer.BadParameter("give ids or names of documents, or --collection NAME")
    with reach(Where(config, data_dir), "data") as client:
        if documents:
            for document, said in _meant(client, documents, collection).items():
                client.delete(f"/api/documents/{segment(document)}")
                say.line(f"removed: {said}")
        elif collection is not None:
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


def _meant(client: Client, documents: Iterable[str], collection: str | None) -> dict[str, str]:
    """The ids of documents that were given by id or by name, each with what was said.

    Raises `CommandFailed` for one that is not there, and `UsedWrongly`, with the ids, for the name of several.
    """
    if collection is None and all(map(_ID.fullmatch, documents)):
        return {document: document for document in documents}
    ids: dict[str, dict[str, str]] = {}
    for row in _pages(client, collection):
        for said in (row["id"], row["name"]):
            ids.setdefault(said, {})[row["id"]] = row["collection"]
    meant: dict[str, str] = {}
    for said in documents:
        match list(ids.get(said, {}).items()):
            case [(document, _)]:
                meant[document] = said
            case []:
                there = f" in {collection}" if collection else ""
                raise CommandFailed(f"there is no document {say.name(said)}{there}; see 'freehold docs list'")
            case several:
                told = ", ".join(f"{document} in {name}" for document, name in several)
                raise UsedWrongly(f"{say.name(said)} is {told}; give the id, or say --collection")
    return meant


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
