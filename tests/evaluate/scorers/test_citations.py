from __future__ import annotations

from typing import Any

from freehold.core.event import Answer, Choice
from freehold.evaluate.model import Scored
from freehold.evaluate.scorers.reading import scorer
from support.scored import example, result

LEAVE = "Employees have 25 days of paid leave a year."


def note(text: str, claim: str, quote: str = LEAVE, *, valid: bool = True) -> dict[str, Any]:
    start = text.index(claim)
    where = {"start_index": start, "end_index": start + len(claim), "valid": valid, "quote": quote}
    return {"type": "url_citation", "url_citation": where}


async def scored(text: str, *notes: dict[str, Any]) -> Scored:
    answer = Answer(choices=[Choice(text=text, annotations=list(notes), finish="stop")])
    return await scorer("citations")(example(), result(text, answer=answer))


async def test_the_share_of_supported_sentences_is_told() -> None:
    text = "You have 25 days of paid leave [1]. The moon is made of green cheese."
    found = await scored(text, note(text, "You have 25 days of paid leave [1]."))
    assert found.value == 0.5
    assert "1 of 2 sentences" in found.reason
    assert found.detail == {"sentences": 2, "citations": 1, "given": 1}


async def test_an_invented_source_supports_nothing() -> None:
    text = "You have 25 days of paid leave [7]."
    assert (await scored(text, note(text, text, valid=False))).value == 0


async def test_a_passage_on_other_matters_supports_nothing() -> None:
    text = "The office closes at nine on Fridays [1]."
    assert (await scored(text, note(text, text))).value == 0


async def test_an_answer_without_citations_is_not_scored() -> None:
    assert (await scored("You have 25 days.")).value is None


async def test_citations_of_another_origin_are_not_judged() -> None:
    foreign = {"type": "url_citation", "url_citation": {"url": "https://example.org", "start_index": 0, "end_index": 3}}
    assert (await scored("You have 25 days.", foreign)).value is None
