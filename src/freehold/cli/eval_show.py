"""``freehold eval show``: one run, and what it was answered."""

from __future__ import annotations

from typing import Annotated

import typer

from freehold.cli import say
from freehold.cli.client import segment
from freehold.cli.eval_asking import RUNS, tell
from freehold.cli.options import ConfigOption, DataDirOption, JsonOption, new_app
from freehold.cli.reach import Where, reach

app = new_app()

_LONGEST = 60


@app.command(epilog="Example: freehold eval show run_0123456789abcdef01234567 --limit 20")
def show(
    run: Annotated[str, typer.Argument(metavar="RUN", help="As 'freehold eval runs' lists them.")],
    *,
    limit: Annotated[int, typer.Option(min=0, max=1000, help="How many of its results.")] = 10,
    after: Annotated[int | None, typer.Option(min=0, metavar="PLACE", help="Those behind this place.")] = None,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a run: how far it is, what its scorers say, and some of its results."""
    with reach(Where(config, data_dir), "record") as client:
        path = f"{RUNS}/{segment(run)}"
        found = client.get(path)
        results = client.get(f"{path}/results", limit=limit, after=after)["data"] if limit else []
    if as_json:
        say.json(found | {"results": results})
        return
    tell(found)
    if results:
        say.line()
        scorers = list(found["scores"])
        rows = [[each["place"], each["state"], *_values(each, scorers), _short(each)] for each in results]
        say.table(("place", "state", *scorers, "answer"), rows, right=("place", *scorers))


def _values(result: dict[str, object], scorers: list[str]) -> list[str]:
    given = result["scores"]
    assert isinstance(given, dict)
    return ["" if (value := given.get(name, {}).get("value")) is None else f"{value:g}" for name in scorers]


def _short(result: dict[str, object]) -> str:
    said = " ".join(str(result["text"] or result["error"]).split())
    return said if len(said) <= _LONGEST else f"{said[: _LONGEST - 1]}…"
