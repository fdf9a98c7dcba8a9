"""``freehold eval results``: take results elsewhere, and bring those that were made there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from freehold.cli import say
from freehold.cli.client import segment
from freehold.cli.errors import UsedWrongly
from freehold.cli.eval_asking import RUNS, tell
from freehold.cli.options import ConfigOption, DataDirOption, JsonOption, new_app
from freehold.cli.reach import Where, reach

app = new_app(no_args_is_help=True, help="Take results elsewhere, and bring those that were made there.")


@app.command(epilog="Example: freehold eval results export run_0123456789abcdef01234567 > results.json")
def export(
    run: Annotated[str, typer.Argument(metavar="RUN", help="As 'freehold eval runs' lists them.")],
    *,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Print all results of a run as JSON, as they can be brought to another Freehold."""
    with reach(Where(config, data_dir), "record") as client:
        say.json(client.get(f"{RUNS}/{segment(run)}/results/export"))


@app.command("import", epilog="Example: freehold eval results import results.json")
def bring(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="JSON, as 'freehold eval results export' writes it.")],
    *,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Keep results that were made elsewhere as a run, so that they can be compared with those of others."""
    sent = _read(file)
    with reach(Where(config, data_dir), "data") as client:
        found = client.post("/api/eval/results", sent)
    if as_json:
        say.json(found)
    else:
        tell(found)


def _read(file: Path) -> Any:
    try:
        return msgspec.json.decode(file.read_bytes())
    except OSError as error:
        raise UsedWrongly(f"cannot read {say.name(file)} ({error.strerror or error})") from error
    except msgspec.DecodeError as error:
        raise UsedWrongly(f"{say.name(file)} is no JSON: {error}") from error
