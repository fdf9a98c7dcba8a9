"""``freehold eval calibrate`` over scripted targets, and what it says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from freehold.cli.eval_calibrate import story
from support.commands import Terminal

CONFIG = """
[knowledge]
embedding = "off"
documentation = false
[discover]
enabled = false
[[target]]
name = "home"
provider = "scripted"
model = "say:yes"
[[target]]
name = "away"
provider = "scripted"
model = "echo"
owned = false
price = { input = 1.0, output = 4.0 }
[[route]]
name = "auto"
flow = "cascade"
targets = ["home", "away"]
"""


def work(folder: Path, size: int) -> str:
    (folder / "freehold.toml").write_text(CONFIG)
    rows = [{"input": f"Is {number} a number?", "expected": "yes"} for number in range(size)]
    (folder / "work.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return "work.jsonl"


def test_a_route_is_calibrated_and_the_promise_withdrawn(terminal: Terminal, folder: Path) -> None:
    assert terminal("eval", "data", "add", work(folder, 130), "--name", "work", "--no-near").code == 0
    made = terminal(
        "eval", "calibrate", "auto", "--data", "work", "--scorer", "exact", "--harm", "2%", "--parallel", "16"
    )
    assert made.code == 0, made.err
    assert "home alone: right 100.0%, harm 0.00% (at most 1.76%), 0 USD a request" in made.out
    assert "No cascade is needed: home is the cheapest target that keeps the promise alone." in made.out
    [listed] = json.loads(terminal("eval", "promises", "--json").out)
    assert f"In force as {listed['id']}" in made.out
    assert f"promise: {listed['said']}" in terminal("explain", "Is it?").out
    assert terminal("eval", "promises", "withdraw", listed["id"]).code == 0


def test_too_little_data_is_told_with_how_much_it_takes(terminal: Terminal, folder: Path) -> None:
    found = terminal("eval", "calibrate", "auto", "--data", work(folder, 12), "--scorer", "exact")
    assert found.code == 2
    assert "it takes at least 115" in found.err
    assert json.loads(terminal("eval", "runs", "--json").out) == []
    unknown = terminal("eval", "calibrate", "auto", "--data", "wrok", "--scorer", "exact")
    assert (unknown.code, "there is no dataset 'wrok'; the nearest are work" in unknown.err) == (2, True)


def test_a_dry_run_says_that_nothing_is_in_force() -> None:
    promise = {"id": "pr_1", "kind": "harm", "assumptions": ["So it stays."]}
    found = {"promise": promise, "alone": [], "said": ["It is."]}
    assert story({**found, "in_force": False})[-1] == "A dry run: nothing was put in force."
    assert "- So it stays." in story({**found, "in_force": True})


@pytest.mark.parametrize(
    ("kind", "said"), [("harm", "; not shown to keep the promise"), ("budget", "; more harm than the rule's")]
)
def test_a_target_that_will_not_do_is_told_by_what_was_asked(kind: str, said: str) -> None:
    one = {"target": "home", "right": 0.5, "harm": 0.1, "bound": 0.2, "cost": "0", "adequate": False}
    promise = {"id": "pr_1", "kind": kind, "assumptions": []}
    [line] = [
        each
        for each in story({"promise": promise, "alone": [one], "said": [], "in_force": False})
        if each.startswith("home alone")
    ]
    assert line.endswith(said)


def test_harm_and_what_stands_in_its_place_are_not_taken_together(terminal: Terminal, folder: Path) -> None:
    assert terminal("eval", "data", "add", work(folder, 12), "--name", "work", "--no-near").code == 0
    asked = ("eval", "calibrate", "auto", "--data", "work", "--scorer", "exact", "--harm", "5%")
    for other in ("--escalate", "--budget-share"):
        found = terminal(*asked, other, "20%")
        assert found.code == 2
        assert "choose one" in " ".join(found.err.split())
    sliced = terminal(*asked, "--slices", "nosuch")
    assert sliced.code == 2
    assert "no question has a slice 'nosuch'; they have none" in " ".join(sliced.err.split())
