from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from freehold.core.errors import AttemptFailed, Fault
from freehold.core.event import Text
from freehold.core.label import Label
from freehold.core.record import Attempt
from freehold.core.request import Message, Request, Sampling, TextPart
from freehold.core.target import Target
from freehold.providers.playback import Played, Unplayable, played
from freehold.providers.scripted import Scripted


def kept(tmp_path: Path, *rows: Any) -> str:
    file = tmp_path / "answers.jsonl"
    file.write_text("".join(json.dumps(row) + "\n\n" for row in rows))
    return str(file)


def test_the_answer_is_that_of_the_line_that_was_asked(tmp_path: Path) -> None:
    file = kept(tmp_path, {"input": " 2+2? ", "answer": "4", "small": {"text": "5", "confidence": 0.5}})
    assert played(file, "2+2?\n") == Played("4")
    assert played(f"{file}#small", "2+2?") == Played("5", 0.5)


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    file = kept(tmp_path, {"input": "a", "answer": "1"})
    assert played(file, "a").text == "1"
    kept(tmp_path, {"input": "a", "answer": "one"})
    assert played(file, "a").text == "one"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"input": "b", "answer": "1"}, "answers nothing of that text"),
        ({"input": "a"}, "line 1: an object with 'input' and 'answer' is wanted"),
        ({"input": 3, "answer": "1"}, "line 1"),
        ([], "line 1"),
        ({"input": "a", "answer": {"text": "1", "confidence": 0}}, "confidence is above 0"),
    ],
)
def test_what_cannot_be_played_says_why(tmp_path: Path, row: Any, said: str) -> None:
    with pytest.raises(Unplayable, match=said):
        played(kept(tmp_path, row), "a")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Unplayable, match=r"cannot read .*nowhere"):
        played(str(tmp_path / "nowhere.jsonl"), "a")


async def test_the_provider_gives_probabilities_where_they_are_asked_for(tmp_path: Path) -> None:
    file = kept(tmp_path, {"input": "2+2?", "answer": {"text": "It is 4", "confidence": 0.5}})
    target = Target("mine", f"play:{file}", "", "openai", Label.parse("internal"), provider="scripted")
    for asked in (True, False):
        sampling = Sampling(logprobs=asked)
        request = Request("mine", (Message("user", (TextPart("2+2?"),)),), "openai", sampling=sampling)
        async with Scripted()(target, request, Attempt("mine", 1)) as events:
            texts = [event async for event in events if isinstance(event, Text)]
        assert "".join(event.text for event in texts) == "It is 4"
        logs = [each.logprob for event in texts for each in event.logprobs]
        assert logs == ([math.log(0.5)] * 3 if asked else [])
    lost = Request("mine", (Message("user", (TextPart("3+3?"),)),), "openai")
    with pytest.raises(AttemptFailed, match="answers nothing of that text") as failed:
        async with Scripted()(target, lost, Attempt("mine", 1)):
            pass
    assert failed.value.fault is Fault.REJECTED
