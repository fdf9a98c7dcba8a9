"""``freehold eval watch``: whether promises hold, whether targets and inputs have changed, what is on trial."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from freehold.cli import say
from freehold.cli.options import ConfigOption, DataDirOption, JsonOption, new_app
from freehold.cli.reach import Where, reach

app = new_app()


@app.command(epilog="Example: freehold eval watch --ask openai/gpt-5-mini")
def watch(
    ask: Annotated[
        str | None, typer.Option(metavar="TARGET", help="Ask the canary prompts of a target now, first.")
    ] = None,
    *,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say whether promises hold, targets and inputs are the same, and how candidates do."""
    with reach(Where(config, data_dir), "record" if ask is None else "answer") as client:
        if ask is not None:
            told = client.post("/api/eval/watch/canaries", {"target": ask})
            say.note(f"{told['answered']} answers of {ask}, for ${told['cost']}")
        found = client.get("/api/eval/watch")
    if as_json:
        say.json(found)
        return
    rows = _rows(found)
    say.table(("what", "of", "stands", "because"), rows)
    if not rows:
        say.aside("nothing is watched yet: no route keeps a promise, and nothing is in shadow or on trial")
    if found["dropped"]:
        say.aside(f"{found['dropped']} chosen requests were let go of, as too many waited")


def _rows(found: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    rows = [("promise", each["route"], each["state"], each["says"]) for each in found["promises"]]
    rows += [
        ("answers", each["route"], "not audited", ", ".join(f"{many} {why}" for why, many in each["missed"].items()))
        for each in found["promises"]
        if each["missed"]
    ]
    rows += [
        ("answers", each["route"], "drifted" if told["warned"] else "alike", told["says"])
        for each in found["promises"]
        if (told := each["differences"]) is not None
    ]
    for each in found["canaries"]:
        stands = "never asked" if not each["looks"] else "changed" if each["changed_ns"] else "the same"
        rows.append(("target", each["target"], stands, f"asked {each['looks']} times"))
    for route, each in found["drift"].items():
        stands = "drifted" if each["alarm"] else "alike"
        rows.append(("inputs", route, stands, f"{each['seen']} beside {each['calibration']} of the calibration"))
    rows += [
        ("shadow", f"{each['route']}: {each['candidate']}", each["verdict"], each["said"]) for each in found["shadows"]
    ]
    rows += [
        ("on trial", f"{each['route']}: {each['candidate']}", each["state"], each["why"]) for each in found["on_trial"]
    ]
    return rows
