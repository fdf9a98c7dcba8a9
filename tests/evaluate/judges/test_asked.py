from __future__ import annotations

from typing import Any

import pytest

from freehold.core.label import Label
from freehold.evaluate.asking import Asker
from freehold.evaluate.judges.asked import TRIES, Judging, Told, decoded
from freehold.evaluate.judges.rubric import rated
from support.judging import CALLER, RATER, Played, rates
from support.scored import example

QUESTION = example().request.messages


async def ask(played: Played, **more: Any) -> Told[float]:
    return await rated(RATER, Judging(Asker(played), CALLER), QUESTION, "an answer", **more)


async def test_a_judge_is_asked_as_the_runs_key_without_documents_and_without_capture() -> None:
    played = Played(rates(5))
    told = await ask(played, labels=[Label.parse("confidential;eu")])
    asked = played.asked[0]
    assert asked.caller.key_id == CALLER.key_id
    assert asked.caller.collections == ()
    assert not asked.caller.capture
    assert [str(source.label) for source in asked.headers.stated] == ["confidential;eu"]
    assert told.answered_as == "wise-1"


@pytest.mark.parametrize(
    "said",
    ["5", "Score: 5", '{"score": 6}', '{"score": "5"}', '{"score": true}', '{"score": 4.5}', "{", "", '[{"score": 5}]'],
)
async def test_what_is_off_format_is_asked_again_and_never_guessed(said: str) -> None:
    played = Played(lambda _shown: said)
    told = await ask(played)
    assert told.value is None
    assert told.off_format
    assert len(played.asked) == TRIES
    assert told.cost == 7 * TRIES
    assert "off format" in told.reason


async def test_a_second_try_may_do() -> None:
    said = iter(["hm", '```json\n{"reason": "so", "score": 1}\n```'])
    played = Played(lambda _shown: next(said))
    assert (await ask(played)).value == 0
    assert len(played.asked[1].request.messages) == 4  # type: ignore[union-attr]


async def test_a_refusal_is_told_and_nothing_further_is_asked() -> None:
    played = Played(rates(5), cleared=Label.parse("public"))
    told = await ask(played, labels=[Label.parse("internal")])
    assert told.value is None
    assert not told.off_format
    assert "may not be shown" in told.reason
    assert len(played.asked) == 2, "once with a schema, once in words alone"


def test_json_is_read_bare_or_in_one_fence() -> None:
    assert decoded('{"a": 1}') == decoded('```json\n{"a": 1}\n```') == {"a": 1}
    assert decoded('It is {"a": 1}') is None
    assert decoded("[" * 100_000) is None
