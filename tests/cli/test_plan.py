"""``freehold plan``: a table, JSON, a report; from a file, a name, a trace or the ledger; faults in sentences."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import msgspec
import pytest

from freehold.plan.result import Plan
from support.commands import Terminal

SMALL = """
title = "Two APIs"
[workload]
requests_a_day = 1000
prompt_tokens = 1000
answer_tokens = 200
[options.one]
kind = "api"
model = "first"
input = 2.5
output = 10
[options.other]
kind = "api"
model = "second"
input = 0.5
output = 1.5
"""
FEW = ("--draws", "100")


@pytest.fixture
def small(tmp_path: Path) -> str:
    file = tmp_path / "small.toml"
    file.write_text(SMALL)
    return str(file)


def test_its_help_names_every_command_and_the_options_of_the_one_that_needs_no_name(terminal: Terminal) -> None:
    ran = terminal("plan", "--help")
    assert ran.code == 0
    assert all(name in ran.out for name in ("compare", "machines", "measure", "example"))
    assert all(option in ran.out for option in ("[SCENARIO]", "--from-ledger", "--html", "--json"))


def test_a_scenario_is_told_as_a_table(terminal: Terminal, small: str) -> None:
    ran = terminal("plan", small, *FEW)
    assert ran.code == 0
    title, lead, *_ = ran.out.splitlines()
    assert title == "Two APIs"
    assert lead.startswith("1,000 requests a day")
    assert "What would overturn it" in ran.out
    assert not any(line.endswith(" ") for line in ran.out.splitlines())


def test_json_is_the_plan_and_the_same_for_the_same_seed(terminal: Terminal, small: str) -> None:
    one, same, other = (terminal("plan", small, *FEW, "--json", "--seed", seed).out for seed in ("7", "7", "8"))
    plans = [msgspec.json.decode(each, type=Plan) for each in (one, same, other)]
    bare = [msgspec.structs.replace(each, made="") for each in plans]
    assert bare[0] == bare[1] != bare[2]
    assert (plans[0].draws, plans[0].seed) == (100, 7)


def test_inputs_are_set_by_their_paths(terminal: Terminal, small: str) -> None:
    more = ("--set", "workload.requests_a_day=2000", "--set", "options.one.input=5")
    plan = msgspec.json.decode(terminal("plan", small, *FEW, *more, "--json").out, type=Plan)
    said = {row.path: row.value for row in plan.assumptions}
    assert (said["workload.requests_a_day"], said["options.one.input"]) == (2000, 5)


def test_a_shipped_scenario_is_meant_by_its_name(terminal: Terminal, tmp_path: Path) -> None:
    names = terminal("plan", "example").out
    assert names.splitlines()[0] == "name\tabout"
    printed = terminal("plan", "example", "laptop")
    assert printed.code == 0
    file = tmp_path / "own.toml"
    file.write_text(printed.out)
    by_name, by_file = (terminal("plan", each, *FEW, "--json") for each in ("laptop", str(file)))
    assert by_name.code == by_file.code == 0
    assert json.loads(by_name.out)["results"] == json.loads(by_file.out)["results"]


def test_the_report_is_written_whole(terminal: Terminal, small: str, tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    report = folder / "report.html"
    report.write_text("an earlier one")
    ran = terminal("plan", small, *FEW, "--html", str(report))
    assert (ran.code, ran.err) == (0, f"The report is in {report}.\n")
    assert report.read_text("utf-8").startswith("<!doctype html>")
    assert [each.name for each in folder.iterdir()] == ["report.html"]


def test_a_report_that_cannot_be_written_is_a_sentence_and_leaves_nothing(
    terminal: Terminal, small: str, tmp_path: Path
) -> None:
    folder = tmp_path / "reports"
    (folder / "taken").mkdir(parents=True)
    for place in ("no/such/report.html", "taken"):
        ran = terminal("plan", small, *FEW, "--html", str(folder / place))
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.startswith("freehold: the report cannot be written to ")
        assert "name another file" in ran.err
    assert [each.name for each in folder.iterdir()] == ["taken"]


def test_every_fault_is_told_in_a_sentence(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text(SMALL.replace("= 1000\nanswer", "= -5\nanswer").replace("output = 10", 'outptu = "x"'))
    ran = terminal("plan", str(file), *FEW)
    assert (ran.code, ran.out) == (2, "")
    sentences = ran.err.splitlines()
    assert len(sentences) >= 2
    assert all(each.startswith("freehold: ") and "wrong.toml" in each for each in sentences)
    assert any("prompt_tokens" in each for each in sentences)
    assert any("outptu" in each for each in sentences)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("nowhere",), "there is no file and no scenario called nowhere; there are batch"),
        (("nowhere.toml",), "nowhere.toml"),
        (("example", "nowhere"), "there are batch"),
        (("--set", "volume"), "PATH=VALUE"),
        (("--from-ledger", "--csv", "x.csv"), "not both"),
        (("--draws", "1"), "draws"),
        (("--from-ledger", "--set", "workload.hours=9-17"), "takes numbers"),
        (("machines", "electricity", "--gpu", "A100"), "--gpu goes with"),
    ],
)
def test_what_is_used_wrongly_says_so(terminal: Terminal, given: tuple[str, ...], said: str) -> None:
    ran = terminal("plan", *given)
    assert (ran.code, ran.out) == (2, "")
    assert said in " ".join(ran.err.split())


def test_a_trace_is_the_workload(terminal: Terminal, small: str, tmp_path: Path) -> None:
    trace = tmp_path / "trace.csv"
    rows = [f"{60 * minute},{100 + minute % 7},{20 + minute % 5}" for minute in range(600)]
    trace.write_text("\n".join(["timestamp,prompt_tokens,answer_tokens", *rows]))
    ran = terminal("plan", small, *FEW, "--csv", str(trace), "--json")
    assert ran.code == 0, ran.err
    plan = json.loads(ran.out)
    assert any("trace.csv" in row["source"] for row in plan["assumptions"])
    assert any(note.startswith("What was seen takes the place of") for note in plan["notes"])


def test_a_volume_that_a_minute_of_traffic_makes_is_warned_of_before_anything_else(
    terminal: Terminal, small: str, tmp_path: Path
) -> None:
    trace, report, bare = tmp_path / "trace.csv", tmp_path / "report.html", tmp_path / "bare.toml"
    trace.write_text("\n".join(["timestamp,prompt_tokens,answer_tokens", *(f"{at},100,20" for at in range(46))]))
    bare.write_text("".join(line for line in SMALL.splitlines(True) if not line.startswith("requests_a_day")))
    told = terminal("plan", str(bare), *FEW, "--csv", str(trace), "--html", str(report))
    assert told.code == 0, told.err
    assert told.out.splitlines()[2].startswith("Warning: nobody knows how many requests a day there are")
    assert "--set workload.requests_a_day=N" in " ".join(told.out.split())
    page = report.read_text("utf-8")
    assert page.index("Warning: nobody knows") < page.index("Recommendation")
    plan = json.loads(terminal("plan", str(bare), *FEW, "--csv", str(trace), "--json").out)
    assert list(plan).index("warnings") < list(plan).index("requests_a_day")
    volume = plan["requests_a_day"]
    assert volume["high"] / volume["low"] > 50
    said = ("--csv", str(trace), "--set", "workload.requests_a_day=500", "--json")
    assert json.loads(terminal("plan", str(bare), *FEW, *said).out)["warnings"] == []


def test_the_ledger_is_the_workload(terminal: Terminal, scripted: Path, small: str) -> None:
    for _ in range(3):
        assert terminal("chat", "Hello").code == 0
    ran = terminal("plan", small, *FEW, "--from-ledger", "--json")
    assert ran.code == 0, ran.err
    plan = json.loads(ran.out)
    assert any(note.startswith("Workload from the ledger: 3 answered chats") for note in plan["notes"])


def test_a_ledger_with_nothing_in_it_is_a_sentence(terminal: Terminal, scripted: Path) -> None:
    assert terminal("keys", "list").code == 0
    ran = terminal("plan", *FEW, "--from-ledger")
    assert (ran.code, ran.out) == (2, "")
    assert "the ledger remembers no two answered requests" in ran.err


def test_a_scenario_does_not_drive_the_terminal(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "loud.toml"
    file.write_text(SMALL.replace("Two APIs", "Two \\u001b[31mAPIs [red]"))
    out = terminal("plan", str(file), *FEW).out
    assert "\x1b" not in out
    assert "[red]" in out


def test_a_report_to_a_device_leaves_the_device(terminal: Terminal, small: str, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    taken: list[str] = []
    reader = threading.Thread(target=lambda: taken.append(pipe.read_text("utf-8")))
    reader.start()
    ran = terminal("plan", small, *FEW, "--html", str(pipe))
    reader.join(20)
    assert ran.code == 0
    assert pipe.is_fifo()
    assert taken[0].startswith("<!doctype html>")


def test_a_volume_that_is_said_beside_another_that_was_seen_is_told(
    terminal: Terminal, small: str, tmp_path: Path
) -> None:
    trace = tmp_path / "trace.csv"
    rows = "".join(f"{second},100,10\n" for second in range(0, 3 * 86_400, 60))
    trace.write_text("timestamp,prompt_tokens,completion_tokens\n" + rows)
    ran = terminal("plan", small, *FEW, "--csv", str(trace), "--json")
    assert any(
        "says 1,000 a day, and that is planned; trace trace.csv has 1,4" in note
        for note in json.loads(ran.out)["notes"]
    )
