"""``freehold explain``: the same answer from a running Freehold and from the configuration alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from freehold.cli.explain import story
from support.commands import Terminal
from support.live import Live


def test_it_names_label_route_targets_and_refusals(terminal: Terminal, scripted: Path) -> None:
    ran = terminal("explain", "--label", "confidential", "Hello")
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0] == "label: confidential (internal from default, confidential from label)"
    assert lines[1:3] == ["route: auto (fallback)", "asked first: home"]
    assert lines[3].startswith("refused: away (label): ")


def test_it_sends_nothing_and_keeps_nothing(terminal: Terminal, scripted: Path, own_data: Path) -> None:
    assert terminal("explain", "--model", "breaks", "Hello").code == 0
    assert not own_data.exists()


def test_a_running_freehold_says_the_same(
    terminal: Terminal, scripted: Path, running: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    offline = terminal("explain", "Hello").out
    monkeypatch.setenv("FREEHOLD_DATA_DIR", str(running.data))
    assert terminal("explain", "Hello").out == offline


def test_refused_altogether_is_exit_code_1(terminal: Terminal, scripted: Path) -> None:
    ran = terminal("explain", "--label", "confidential", "--model", "away", "Hello")
    assert ran.code == 1
    assert "nothing would be asked (label_forbidden): data labelled confidential may not flow to away" in ran.out


@pytest.mark.parametrize("promise", ["promise pr_1 does not hold: away may not be asked", "home alone is enough"])
def test_a_promise_is_named_once(promise: str) -> None:
    found = {"label": "internal", "sources": (), "findings": (), "route": "", "promise": promise, "forecast": None}
    lines = story({**found, "first": (), "then": (), "views": (), "refusals": (), "error": None})
    assert f"promise: {promise.removeprefix('promise ')}" in lines


def test_json(terminal: Terminal, scripted: Path) -> None:
    found = json.loads(terminal("explain", "--json", "Hello").out)
    assert found["first"] == ["home"]
    assert found["sources"] == [{"origin": "default", "label": "internal"}]


def test_the_prompt_comes_from_a_file_or_a_pipe(terminal: Terminal, scripted: Path, folder: Path) -> None:
    (folder / "prompt.txt").write_text("Grüße")
    assert terminal("explain", "--file", "prompt.txt").code == 0
    assert terminal("explain", given="from a pipe").code == 0


def test_prompts_that_cannot_be(terminal: Terminal, scripted: Path, folder: Path) -> None:
    (folder / "latin.txt").write_bytes(b"Gr\xfc\xdfe")
    (folder / "long.txt").write_text("x" * 600_000)
    for arguments, said in (
        (("--file", "latin.txt"), "not UTF-8"),
        (("--file", "long.txt"), "longer than 512 KiB"),
        (("--file", "gone.txt"), "cannot read gone.txt: No such file"),
        (("--file", "latin.txt", "Hello"), "not both"),
    ):
        ran = terminal("explain", *arguments)
        assert ran.code == 2
        assert said in " ".join(ran.err.split())


def test_an_unknown_model_names_the_nearest(terminal: Terminal, scripted: Path) -> None:
    ran = terminal("explain", "--model", "hoem", "Hello")
    assert ran.code == 1
    assert "nearest: home" in ran.out
