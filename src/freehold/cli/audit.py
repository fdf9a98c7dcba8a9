"""``freehold audit``: check the log, read it, prove what is in it, and say what it shows."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from freehold.cli import say
from freehold.cli.errors import CommandFailed, UsedWrongly
from freehold.cli.log import public_key, source
from freehold.cli.options import ConfigOption, DataDirOption, JsonOption, new_app
from freehold.cli.reach import Where, reach
from freehold.core.errors import BadRequest
from freehold.core.label import Label
from freehold.ledger.audit.folder import COSIGNED_NAME, KEY_NAME, Folder
from freehold.ledger.audit.log import Log
from freehold.ledger.audit.note import PublicKey, notes_in
from freehold.ledger.audit.report import UnknownTag, as_json, lines, report
from freehold.ledger.audit.tiles import CHECKPOINT, tiles_of
from freehold.ledger.audit.verify import Verdict

app = new_app(
    no_args_is_help=True,
    help="Check the audit log, read it, prove what is in it, and say what it shows.",
    epilog="Example: freehold audit report --label confidential --since 2026-03-01 --until 2026-04-01",
)

FolderArgument = Annotated[
    Path | None,
    typer.Argument(metavar="[DIR]", help="A folder with a log, for which no Freehold is needed.", show_default=False),
]
LogOption = Annotated[
    Path | None, typer.Option("--log", metavar="DIR", help="A folder with a log, for which no Freehold is needed.")
]
KeyOption = Annotated[
    str | None,
    typer.Option("--key", metavar="VKEY", help="The log's public key. Without it, the one beside the log is believed."),
]


_MOST_NAMED = 20


@app.command("verify")
def verify_log(
    folder: FolderArgument = None,
    key: KeyOption = None,
    checkpoint: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Earlier checkpoints, as a witness keeps them; may be given several times."),
    ] = None,
    witness: Annotated[
        list[str] | None,
        typer.Option(
            metavar="VKEY", help="A witness's public key, whose cosignature must be there; several times too."
        ),
    ] = None,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json_: JsonOption = False,
) -> None:
    """Reckon the whole log again, and say what is wrong with it; exit code 1 if anything is.

    Example: freehold audit verify /mnt/audit --key "$VKEY" --checkpoint witness.txt
    """
    earlier = [note for path in checkpoint or () for note in _notes(path)]
    witnesses = [_witness(each) for each in witness or ()]
    with source(folder, key, config, data_dir) as read:
        verdict = read.verify(earlier, witnesses)
        extra = read.unread(verdict.size)
    if as_json_:
        say.json(_verdict_row(verdict) | {"unread": extra})
    else:
        _print_verdict(verdict, trusted=read.trusted)
        for path in extra[:_MOST_NAMED]:
            say.aside(f"{path} is no part of the log: nothing signs it, and nothing reads it.")
        if extra[_MOST_NAMED:]:
            say.aside(f"Nor are {len(extra) - _MOST_NAMED} more files.")
    if not verdict.holds:
        raise typer.Exit(1)


@app.command()
def show(
    what: Annotated[str, typer.Argument(metavar="ID", help="A request's id, or the place of a leaf.")],
    log_folder: LogOption = None,
    key: KeyOption = None,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Print what the log says of a request.

    Example: freehold audit show fh_01a20321...
    """
    with source(log_folder, key, config, data_dir) as read:
        log = read.open()
        say.json(msgspec.json.decode(log.tiles.leaf(_place(log, what))))


@app.command()
def prove(
    what: Annotated[str, typer.Argument(metavar="ID", help="A request's id, or the place of a leaf.")],
    log_folder: LogOption = None,
    key: KeyOption = None,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json_: JsonOption = False,
) -> None:
    """Print the proof that the log says it: the leaf, its place, the hashes up to the root, the signed checkpoint.

    The form is C2SP's tlog-proof, which needs no Freehold to be checked; the leaf is in its extra line, as base64.

    Example: freehold audit prove fh_01a20321... > request.tlog-proof
    """
    with source(log_folder, key, config, data_dir) as read:
        log = read.open()
        proof = log.proof(_place(log, what))
    if as_json_:
        say.json(proof.json)
    else:
        typer.echo(proof.text, nl=False)


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to; it must be empty, or not there yet.")],
    key: KeyOption = None,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Copy the log, as far as it is sealed, so that somebody else can check it.

    Example: freehold audit export /mnt/audit
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsedWrongly(f"{folder} is not empty; name a folder that is, or none that is there")
    with source(None, key, config, data_dir) as read:
        cosigned = read.fetch(COSIGNED_NAME)  # first, since the log may only grow meanwhile
        log = read.open()
        into = Folder(folder)
        written = []
        for tile in tiles_of(len(log)):
            data = read.fetch(tile.path)
            if data is None:
                raise CommandFailed(f"{tile.path} is missing; 'freehold audit verify' says what else is")
            into.put(tile.path, data)
            written.append(tile.path)
    into.settle(written)
    into.replace(KEY_NAME, (read.key.vkey + "\n").encode())
    if cosigned is not None:
        into.replace(COSIGNED_NAME, cosigned)
    into.replace(CHECKPOINT, log.note.encode())
    say.note(f"{len(log)} leaves are in {folder}; check them with 'freehold audit verify {folder} --key VKEY'")


@app.command("report")
def report_(
    label: Annotated[str, typer.Option(metavar="LABEL", help="What is asked about: this label, and all above it.")],
    since: Annotated[
        str | None, typer.Option(metavar="WHEN", help="From then on: a date, or a span such as 24h or 7d.")
    ] = None,
    until: Annotated[str | None, typer.Option(metavar="WHEN", help="Up to then, as --since.")] = None,
    log_folder: LogOption = None,
    key: KeyOption = None,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json_: JsonOption = False,
) -> None:
    """Say what labelled data fed which targets, and whether any fed one outside; exit code 1 if it did.

    The log is checked first. What a declassifier let through is listed, and is no contradiction. A time of which the
    log has nothing is exit code 1 too, and a tag that it never names is an error: neither shows that nothing was sent.

    Example: freehold audit report --label confidential --since 2026-03-01 --until 2026-04-01
    """
    asked, begin, end = _label(label), _ns(since, "--since", 0), _ns(until, "--until", 2**63)
    if end <= begin:
        raise UsedWrongly("--until is not later than --since, so no time is left between them; swap or widen them")
    with source(log_folder, key, config, data_dir) as read:
        verdict = read.verify()
        if not verdict.holds:
            raise CommandFailed(f"the log cannot be relied on: {verdict.faults[0]}; 'freehold audit verify' says all")
        try:
            found = report(read.open(), asked, begin, end)
        except UnknownTag as error:
            raise UsedWrongly(f"--label: {error}") from error
    if as_json_:
        say.json(as_json(found) | {"checkpoint": _verdict_row(verdict)})
    else:
        say.line("\n".join(lines(found)))
        say.line()
        _print_verdict(verdict, trusted=read.trusted)
    if not found.holds:
        raise typer.Exit(1)


@app.command("key")
def key_(config: ConfigOption = None, data_dir: DataDirOption = None) -> None:
    """Print the log's public key, to hand to whoever is to check it.

    Example: freehold audit key > log.vkey
    """
    with reach(Where(config, data_dir), "record") as client:
        say.line(client.get("/api/audit/key")["vkey"])


def _place(log: Log, what: str) -> int:
    try:
        return log.place(what)
    except ValueError as error:
        raise CommandFailed(str(error)) from error


def _witness(vkey: str) -> PublicKey:
    return public_key(vkey, "give it as the witness hands it out", "--witness: ")


def _notes(path: Path) -> list[str]:
    try:
        found = list(notes_in(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise UsedWrongly(f"{path} cannot be read: {getattr(error, 'strerror', None) or 'it is no text'}") from error
    if not found:
        raise UsedWrongly(f"{path} holds no checkpoint")
    return found


def _label(text: str) -> Label:
    try:
        return Label.parse(text)
    except ValueError as error:
        raise UsedWrongly(f"--label: {error}") from error


def _ns(text: str | None, option: str, otherwise: int) -> int:
    # Here, because it brings all of Freehold, which checking a log from its files does not need.
    from freehold.http.parameters import moment  # noqa: PLC0415

    try:
        at = moment(text, option)
    except BadRequest as error:
        raise UsedWrongly(error.message) from error
    return otherwise if at is None else int(at.timestamp() * 1e9)


def _print_verdict(verdict: Verdict, *, trusted: bool) -> None:
    for fault in verdict.faults:
        say.line(f"FAULT  {fault}")
    if not verdict.holds:
        say.line("The log does not hold.")
        return
    say.line(f"The log holds: {verdict.size} leaves, signed {_moment(verdict.time)} by {verdict.origin}.")
    say.line(f"root {base64.b64encode(verdict.root).decode()}")
    if verdict.earlier:
        sizes = ", ".join(map(str, verdict.earlier[:10])) + (", ..." if verdict.earlier[10:] else "")
        say.line(f"It goes on from the earlier checkpoints of {sizes} leaves.")
    for name, seen in verdict.witnessed.items():
        say.line(f"{name} saw {seen.size} leaves at {_moment(seen.time)}.")
    for index, known in verdict.restored:
        say.line(
            f"At leaf {index} the database was from an earlier time: the record may lack what leaves {known} to"
            f" {index - 1} tell."
        )
    if not trusted:
        say.aside("The key is the one that lies beside the log; bring it with --key from where you trust it.")


def _verdict_row(verdict: Verdict) -> dict[str, Any]:
    return {
        "holds": verdict.holds,
        "faults": verdict.faults,
        "origin": verdict.origin,
        "size": verdict.size,
        "root": base64.b64encode(verdict.root).decode(),
        "time": _moment(verdict.time),
        "earlier": verdict.earlier,
        "witnessed": {
            name: {"size": seen.size, "time": _moment(seen.time)} for name, seen in verdict.witnessed.items()
        },
        "restored": [{"leaf": index, "known": known} for index, known in verdict.restored],
    }


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
