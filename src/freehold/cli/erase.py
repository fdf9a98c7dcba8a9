"""``freehold erase``: the captured text of prompts and answers, at once; counted first, and done when it is meant."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from freehold.cli import say
from freehold.cli.errors import UsedWrongly
from freehold.cli.options import ConfigOption, DataDirOption, JsonOption, new_app
from freehold.cli.reach import Where, reach

app = new_app()


@app.command()
def erase(
    *,
    request: Annotated[str | None, typer.Option(metavar="ID", help="Of one request.")] = None,
    key: Annotated[str | None, typer.Option(metavar="KEY", help="Of a key: its id or its name.")] = None,
    user: Annotated[str | None, typer.Option(help="Of a user, as requests name it.")] = None,
    document: Annotated[
        str | None, typer.Option(metavar="DOC", help="Of what was answered from a document: its id or its name.")
    ] = None,
    text: Annotated[str | None, typer.Option(metavar="WORDS", help="Wherever these words stand.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count what would be erased, and erase nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether it is meant.")] = False,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Erase captured prompts and answers. Of several options, each must fit. Records and the audit log stay.

    A document itself is removed with 'freehold docs remove'; --document also takes its name out of the records.
    Stand-ins that are kept go with whatever is erased: they are sealed, and nobody can tell whose they are.

    Example: freehold erase --text "Anna Weber" --dry-run
    """
    which = {"request": request, "key": key, "user": user, "document": document, "text": text}
    said = {name: value for name, value in which.items() if value is not None}
    if not said:
        raise UsedWrongly("say whose text is to be erased: --request, --key, --user, --document or --text")
    with reach(Where(config, data_dir), "record") as client:
        found = client.post("/api/erasures", {**said, "dry_run": True})
        if not dry_run and _anything(found):
            if not yes:
                _ask(found)
            found = client.post("/api/erasures", said)
    if as_json:
        say.json(found)
    else:
        say.line(_told(found))
        if found["emptied"] is False:
            say.aside("somebody is reading the database: what was erased stays in its log until that is written over")


def _ask(found: dict[str, Any]) -> None:
    if not sys.stdin.isatty():
        raise UsedWrongly(
            f"this would erase {_counted(found)}; say --yes if that is meant, or --dry-run to count alone"
        )
    if not typer.confirm(f"erase {_counted(found)}, for good?", err=True):
        raise typer.Exit(1)


def _told(found: dict[str, Any]) -> str:
    if not _anything(found):
        return "there is nothing to erase"
    return f"{'would erase' if found['dry_run'] else 'erased'}: {_counted(found)}"


def _anything(found: dict[str, Any]) -> bool:
    return any(found[what] for what in ("requests", "records", "conversations"))


def _counted(found: dict[str, Any]) -> str:
    """What was found, in words."""
    requests = found["requests"]
    words = f"the text of {requests} request{'' if requests == 1 else 's'}"
    if found["records"]:
        words += f", and the document's name in {found['records']} record{'' if found['records'] == 1 else 's'}"
    if found["conversations"]:
        several = "" if found["conversations"] == 1 else "s"
        words += f", and the stand-ins kept of {found['conversations']} conversation{several}, whosever they are"
    return words
