"""``freehold eval import``: results of Inspect AI and of lm-evaluation-harness, as runs that can be compared."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from freehold.cli import say
from freehold.cli.client import Client, segment
from freehold.cli.errors import CommandFailed, UsedWrongly
from freehold.cli.eval_asking import dataset_of, tell
from freehold.cli.options import ConfigOption, DataDirOption, JsonOption, new_app
from freehold.cli.reach import Where, reach

if TYPE_CHECKING:
    from freehold.evaluate.elsewhere.samples import Samples

app = new_app()

_MOST_BYTES = 512 * 2**20
_PAGE = 1000


@app.command(
    "import", epilog="Example: freehold eval import logs/2026-11-22_sums.json --data sums.jsonl --subject small"
)
def bring(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Inspect AI's log as JSON, or the harness's samples_*.jsonl.")
    ],
    *,
    data: Annotated[
        str | None,
        typer.Option(metavar="FILE|DATASET", help="Which asks the same; else a dataset is made of what was asked."),
    ] = None,
    subject: Annotated[
        str | None, typer.Option(metavar="NAME", help="What was asked; else as the file has it.")
    ] = None,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Keep what Inspect AI or lm-evaluation-harness asked and scored as a run, to be compared with others."""
    # Here, as all of the wing, because asking for help can do without it.
    from freehold.evaluate.elsewhere.samples import Unread  # noqa: PLC0415
    from freehold.evaluate.elsewhere.tied import tied  # noqa: PLC0415

    try:
        samples = _read(file)
        name = subject or samples.model
        if not name:
            raise UsedWrongly(f"{say.name(file)} does not say what was asked; name it with --subject")
        with reach(Where(config, data_dir), "data") as client:
            dataset = _made(client, samples) if data is None else dataset_of(client, data)
            document = tied(samples, _examples(client, dataset), dataset=dataset, subject=name)
            found = client.post("/api/eval/results", msgspec.to_builtins(document))
    except Unread as error:
        raise CommandFailed(f"{say.name(file)}: {error}") from error
    if as_json:
        say.json(found)
    else:
        tell(found)


def _read(file: Path) -> Samples:
    from freehold.evaluate.elsewhere import harness, inspect_log  # noqa: PLC0415  # as above
    from freehold.evaluate.elsewhere.samples import Unread  # noqa: PLC0415  # as above

    try:
        if file.stat().st_size > _MOST_BYTES:
            raise Unread(f"it has more than {_MOST_BYTES // 2**20} MiB")
        data = file.read_bytes()
    except OSError as error:
        raise UsedWrongly(f"cannot read {say.name(file)} ({error.strerror or error})") from error
    first = _decoded(data.partition(b"\n")[0])
    if harness.is_line(first):
        rows = [_decoded(line) for line in data.splitlines() if line.strip()]
        return harness.read_samples(rows, name=file.name, model=_model_beside(file))
    whole = _decoded(data)
    if inspect_log.is_log(whole):
        return inspect_log.read_log(whole)
    raise Unread("it is neither Inspect AI's log (--log-format json) nor the harness's samples (--log_samples)")


def _model_beside(file: Path) -> str:
    from freehold.evaluate.elsewhere import harness  # noqa: PLC0415  # as above

    beside = harness.results_of(file.name)
    path = None if beside is None else file.with_name(beside)
    found = _decoded(path.read_bytes()) if path is not None and path.is_file() else None
    return harness.model_of(found) if isinstance(found, dict) else ""


def _decoded(data: bytes) -> Any:
    try:
        return msgspec.json.decode(data)
    except msgspec.DecodeError:
        return None


def _made(client: Client, samples: Samples) -> str:
    from freehold.evaluate.elsewhere.tied import rows_of  # noqa: PLC0415  # as above

    lines = b"\n".join(map(msgspec.json.encode, rows_of(samples)))
    made = client.upload("/api/eval/datasets", io.BytesIO(lines), name=samples.task, filename="samples.jsonl")
    for note in made["report"]:
        say.aside(f"{made['name']}: {note}")
    return str(made["id"])


def _examples(client: Client, dataset: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after: int | None = None
    while True:
        page = client.get(f"/api/eval/datasets/{segment(dataset)}", limit=_PAGE, after=after)
        found += page["examples"]
        after = page["next"]
        if after is None:
            return found
