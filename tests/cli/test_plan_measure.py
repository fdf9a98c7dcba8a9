"""``freehold plan measure``: what it prints, what it writes, and what it refuses to spend."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from freehold.cli import plan_measure
from freehold.plan.measure.ladder import Climbed
from support.commands import Terminal
from support.live import freehold
from support.metronome import Metronome
from support.vendor import in_thread

QUICK = ("--answer-tokens", "16", "--prompt-tokens", "64", "--most", "2")
AS = ("--architecture", "Llama-3.1-8B-Instruct", "--gpu", "H100 SXM")


@pytest.fixture
def server() -> Iterator[Metronome]:
    with in_thread(Metronome()) as serving:
        yield serving


def test_a_table_of_what_it_saw(terminal: Terminal, server: Metronome) -> None:
    ran = terminal("plan", "measure", server.url, "--model", "m", *QUICK)
    assert ran.code == 0
    head, *rows = ran.out.splitlines()
    assert head.split()[:4] == ["at", "once", "prompt", "answer"]
    assert [row.split()[0] for row in rows[:4]] == ["1", "1", "1", "2"]
    assert "Ended: 2 at once were to be the most." in ran.out
    assert "2 at once:" in ran.err
    assert server.requests
    assert server.breaches == []


def test_json_has_the_pace_of_the_server(terminal: Terminal, server: Metronome) -> None:
    ran = terminal("plan", "measure", server.url, "--model", "m", *QUICK, "--json")
    told = json.loads(ran.out)
    assert (ran.code, ran.err, told["fit"], told["model"]) == (0, "", None, "m")
    last = told["loads"][-1]
    # 4 ms a token, and 6 to the first: never less, and more where the machine is busy.
    assert 0.004 <= last["tpot_s"] < 0.05
    assert 0.006 <= last["ttft_s"] < 0.2


def test_the_lines_for_a_scenario(terminal: Terminal, server: Metronome, folder: Path) -> None:
    file = folder / "measured.toml"
    ran = terminal(
        *("plan", "measure", server.url, "--model", "m", *QUICK, *AS, "--toml", str(file), "--option", "ours")
    )
    assert ran.code == 0
    assert "Beside the planner's model" in ran.out
    speed = tomllib.loads(file.read_text())["options"]["ours"]["speed"]
    assert speed["low"] < speed["value"] < speed["high"]
    assert speed["source"].startswith("freehold plan measure: m at http://127.0.0.1")
    again = terminal("plan", "measure", server.url, "--model", "m", *QUICK, *AS, "--toml", str(file))
    assert again.code == 2
    assert "is there already" in again.err


def test_a_server_that_answers_nothing_in_time_is_told_and_not_written(terminal: Terminal, folder: Path) -> None:
    file = folder / "measured.toml"
    with in_thread(Metronome(first_s=30.0)) as slow:
        ran = terminal("plan", "measure", slow.url, "--model", "m", *QUICK, *AS, "--seconds", "1", "--toml", str(file))
    assert ran.code == 1
    assert "finished no load (1 s were over)" in ran.err
    assert not file.exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--gpu", "H100 SXM"), "needs both --architecture and --gpu"),
        (("--architecture", "Llama-3.1-8B-Instruct", "--gpu", "H1000"), "no GPU called 'H1000'"),
        ((*AS, "--weights", "bf61"), "'bf61' is no precision"),
        ((*AS, "--engine", "warp"), "'warp' is no engine"),
        (("--toml", "x.toml"), "say which with --architecture and --gpu"),
    ],
)
def test_what_is_used_wrongly_asks_nothing(
    terminal: Terminal, server: Metronome, arguments: tuple[str, ...], said: str
) -> None:
    ran = terminal("plan", "measure", server.url, "--model", "m", *arguments)
    assert ran.code in (1, 2)
    assert said in ran.err
    assert server.requests == []


OWN = """\
[[machines.gpu]]
name = "Own card"
memory_gib = 48
bandwidth_gbs = 900
tflops = { bf16 = 150.0 }
link_gbs = 64
watts = 300
date = "2026-11-01"
source = "the maker's page"
"""


def test_a_scenarios_own_card_is_in_the_catalog(terminal: Terminal, server: Metronome, folder: Path) -> None:
    file = folder / "scenario.toml"
    file.write_text(OWN)
    own = ("--architecture", "Llama-3.1-8B-Instruct", "--gpu", "Own card")
    without = terminal("plan", "measure", server.url, "--model", "m", *QUICK, *own)
    assert "no GPU called 'Own card'" in without.err
    ran = terminal("plan", "measure", server.url, "--model", "m", *QUICK, *own, "--scenario", str(file))
    assert ran.code == 0, ran.err
    assert "Beside the planner's model" in ran.out
    file.write_text(OWN.replace("= 48", "= -48"))
    wrong = terminal("plan", "measure", server.url, "--model", "m", *QUICK, *own, "--scenario", str(file))
    assert wrong.code == 2
    assert "scenario.toml:3" in wrong.err


def test_a_server_that_is_not_there(terminal: Terminal) -> None:
    ran = terminal("plan", "measure", "http://127.0.0.1:9/v1", "--model", "m", *QUICK)
    assert ran.code == 1
    assert "http://127.0.0.1:9 cannot be measured: cannot be reached" in ran.err


def test_far_away_it_is_refused_until_somebody_says_whose_it_is(terminal: Terminal) -> None:
    ran = terminal("plan", "measure", "https://api.example.com/v1", "--model", "m")
    assert ran.code == 2
    assert "nobody has said what it costs" in ran.err
    assert "--own" in ran.err


def test_what_costs_money_is_asked_only_within_what_is_allowed(
    terminal: Terminal, server: Metronome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "freehold.toml").write_text(
        f'[[target]]\nname = "dear"\nbase_url = "{server.url}"\nmodel = "m"\nowned = false\n'
        'clearance = "internal"\nprice = { input = 100.0, output = 1000.0 }\n'
    )
    with freehold(tmp_path) as live:
        monkeypatch.setenv("FREEHOLD_DATA_DIR", str(live.data))
        refused = terminal("plan", "measure", "dear", *QUICK)
        asked = len(server.requests)
        little = terminal("plan", "measure", "dear", *QUICK, "--spend", "0.5", "--json")
    assert refused.code == 2
    assert "dear costs money: up to" in refused.err
    assert "--spend USD" in refused.err
    assert asked == 0
    told = json.loads(little.out)
    assert "could cost" in told["ended"]
    assert 0 < told["usd_at_most"] <= 0.5
    bodies = [one.json for one in server.requests]
    spent = sum(len(each["messages"][0]["content"].split()) * 1e-4 + each["max_tokens"] * 1e-3 for each in bodies)
    assert 0 < spent <= 0.5


def test_a_label_that_may_not_go_there_is_not_told_as_a_refused_key(
    terminal: Terminal, server: Metronome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "freehold.toml").write_text(
        f'[[target]]\nname = "shy"\nbase_url = "{server.url}"\nmodel = "m"\nowned = false\n'
        'clearance = "public"\nprice = { input = 0.0, output = 0.0 }\n'
    )
    with freehold(tmp_path) as live:
        monkeypatch.setenv("FREEHOLD_DATA_DIR", str(live.data))
        ran = terminal("plan", "measure", "shy", *QUICK)
    assert ran.code == 1
    assert "may not flow to shy" in ran.err
    assert "raise the target's clearance" in ran.err
    assert "refused the key" not in ran.err
    assert server.requests == []


def test_interrupted_it_shows_what_it_has(
    terminal: Terminal, server: Metronome, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = plan_measure.climb

    async def climb_a_little(ask, settings, climbed: Climbed, tell) -> None:
        await whole(ask, settings, climbed, tell)
        climbed.ended = Climbed().ended
        raise KeyboardInterrupt

    monkeypatch.setattr(plan_measure, "climb", climb_a_little)
    ran = terminal("plan", "measure", server.url, "--model", "m", *QUICK)
    assert ran.code == 130
    assert "Ended: interrupted." in ran.out
    assert "tokens/s" in ran.out
