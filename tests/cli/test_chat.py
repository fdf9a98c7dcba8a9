"""``freehold chat``: the answer to stdout and nothing else, how it came about to stderr."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from freehold.cli.errors import CommandFailed
from support.commands import Terminal

SAID = "Four score and seven"


@pytest.fixture(params=["offline", "running"])
def chat(request: pytest.FixtureRequest, terminal: Terminal, scripted: Path) -> Terminal:
    """A terminal at which questions are answered, both ways there are."""
    if request.param == "running":
        request.getfixturevalue("found")
    return terminal


@pytest.mark.parametrize("options", [(), ("--no-stream",)], ids=["streamed", "whole"])
def test_an_answer_and_how_it_came_about(chat: Terminal, options: tuple[str, ...]) -> None:
    ran = chat("chat", *options, "Hello")
    assert (ran.code, ran.out) == (0, f"{SAID}\n")
    target, label, cost, exchange = ran.err.strip().split(" · ")
    assert (target, label, cost) == ("home", "internal", "$0")
    story = chat("usage", "--request", exchange)
    assert story.code == 0
    assert f"{exchange}, " in story.out


def test_the_question_may_come_from_a_pipe(chat: Terminal) -> None:
    assert chat("chat", given="Hello\n").out == f"{SAID}\n"


def test_json_is_one_object(chat: Terminal) -> None:
    ran = chat("chat", "--json", "--label", "confidential", "Hello")
    found = json.loads(ran.out)
    assert (found["answer"], found["target"], found["label"], found["attempts"], found["cost"]) == (
        *(SAID, "home", "confidential", 1, "0"),
    )
    assert ran.err == ""


def test_a_label_that_no_target_may_see(chat: Terminal) -> None:
    ran = chat("chat", "--model", "away", "--label", "restricted", "Hello")
    assert (ran.code, ran.out) == (1, "")
    assert "data labelled restricted may not flow to away" in ran.err


def test_an_answer_that_breaks_off_is_no_success(chat: Terminal) -> None:
    ran = chat("chat", "--model", "breaks", "Hello")
    assert (ran.code, ran.out) == (1, "So far and\n")
    assert ran.err.startswith("freehold: breaks failed in mid-answer")


def test_a_target_that_fails(chat: Terminal) -> None:
    for options in ((), ("--no-stream",)):
        ran = chat("chat", "--model", "fails", *options, "Hello")
        assert (ran.code, ran.out) == (1, "")
        assert "fails" in ran.err


@pytest.mark.parametrize("given", ["", " \n"])
def test_nothing_to_ask(terminal: Terminal, given: str) -> None:
    ran = terminal("chat", given=given)
    assert ran.code == 2
    assert "there is nothing to ask" in ran.err


def typed(monkeypatch: pytest.MonkeyPatch, *lines: str | type[BaseException]) -> None:
    """Have a user type these lines at a terminal and then press Ctrl-D."""
    left: Iterator[str | type[BaseException]] = iter(lines)

    def type_in(_prompt: str) -> str:
        line = next(left, EOFError)
        if isinstance(line, str):
            return line
        raise line

    monkeypatch.setattr("builtins.input", type_in)
    monkeypatch.setattr("freehold.cli.chat._at_terminal", lambda: True)


def test_a_conversation_goes_on_until_the_user_leaves(
    terminal: Terminal, scripted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, "Hello", "", "And then?", "/exit", "never asked")
    ran = terminal("chat")
    assert ran.code == 0
    assert ran.out == f"{SAID}\n{SAID}\n"


def test_ctrl_d_ends_a_conversation_and_ctrl_c_too(
    terminal: Terminal, scripted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, "Hello")
    assert terminal("chat").code == 0
    typed(monkeypatch, KeyboardInterrupt)
    assert terminal("chat").code == 130


def test_a_failure_does_not_end_a_conversation(
    terminal: Terminal, scripted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, "Hello", "Again")
    ran = terminal("chat", "--model", "fails")
    assert ran.code == 0
    assert ran.err.count("freehold: ") == 2


@pytest.mark.parametrize("trouble", [CommandFailed("the disk is full"), KeyboardInterrupt()])
def test_what_was_not_answered_is_no_part_of_the_conversation(
    terminal: Terminal, scripted: Path, monkeypatch: pytest.MonkeyPatch, trouble: BaseException
) -> None:
    sent: list[list[str]] = []

    def answer(_client: object, _manner: object, messages: list[dict[str, str]]) -> str:
        sent.append([message["content"] for message in messages])
        if messages[-1]["content"] == "Trouble":
            raise trouble
        return "Yes"

    monkeypatch.setattr("freehold.cli.chat._answer", answer)
    typed(monkeypatch, "One", "Trouble", "Two")
    assert terminal("chat", "--system", "Be brief").code == 0
    assert sent == [["Be brief", "One"], ["Be brief", "One", "Yes", "Trouble"], ["Be brief", "One", "Yes", "Two"]]
