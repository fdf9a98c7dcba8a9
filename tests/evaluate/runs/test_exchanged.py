"""Results as a document: out and in again the same, and nothing taken that cannot be."""

from __future__ import annotations

import msgspec
import pytest

from freehold.core.errors import BadRequest
from freehold.evaluate.model import Evidence
from freehold.evaluate.runs.exchanged import ELSEWHERE, Document, GivenResult, GivenScore, brought
from support.evaluated import House

IDS = {0: "ex_a", 2: "ex_b"}
PLACES = {"ex_a": 0, "ex_b": 2}


def taken(*results: GivenResult, form: str = "freehold-results/1") -> list[int]:
    return [result.place for result, _ in brought(Document("work", "x", results, form), PLACES, IDS)]


async def test_what_is_taken_out_comes_back_the_same(house: House) -> None:
    run = await house.ended()
    given = msgspec.json.decode(msgspec.json.encode(await house.runs.taken(run.id)), type=Document)
    again = await house.runs.bring(given)
    kept, first = house.results(again), house.results(run)
    for one, two in zip(kept, first, strict=True):
        assert (one.place, one.example, one.text, one.spent) == (two.place, two.example, two.text, two.spent)
        assert (one.scores, one.total_ms) == (two.scores, two.total_ms)
    assert (await house.runs.taken(again.id)).results == given.results


def test_an_example_is_told_by_its_id_or_its_place_and_results_are_put_in_order() -> None:
    assert taken(GivenResult(place=2), GivenResult("ex_a")) == [0, 2]


def test_what_is_said_is_kept_and_a_score_is_nobodys_here() -> None:
    given = GivenResult(
        "ex_a", text="yes", cost_usd="0.5", confidence=0.25, least=0.125, scores={"exact": GivenScore(1.0, "same")}
    )
    [(result, scores)] = brought(Document("work", "x", (given,)), PLACES, IDS)
    assert (result.text, result.cost, result.saved, result.evidence) == ("yes", 0, 500_000_000, Evidence(0.25, 0.125))
    assert (scores["exact"].version, scores["exact"].scored.reason) == (ELSEWHERE, "same")


@pytest.mark.parametrize(
    ("results", "said"),
    [
        ((GivenResult("ex_c"),), r"results\[0\] is of no example"),
        ((GivenResult(place=1),), r"results\[0\] is of no example"),
        ((GivenResult(),), r"results\[0\] is of no example"),
        ((GivenResult("ex_a"), GivenResult(place=0)), r"results\[1\] is of an example that has one"),
        ((GivenResult("ex_a", cost_usd="much"),), "much is not an amount"),
        ((GivenResult("ex_a", cost_usd="-1"),), "cost_usd is a figure that cannot be"),
        ((GivenResult("ex_a", input_tokens=-1),), "input_tokens is a figure that cannot be"),
        ((GivenResult("ex_a", total_ms=1e300),), "total_ms is a figure that cannot be"),
        ((GivenResult("ex_a", least=1.5),), "least is a figure that cannot be"),
        ((GivenResult("ex_a", scores={"exact": GivenScore(2.0)}),), "not from 0 to 1"),
    ],
)
def test_what_cannot_be_is_told_by_its_place(results: tuple[GivenResult, ...], said: str) -> None:
    with pytest.raises(BadRequest, match=said):
        taken(*results)


def test_another_format_is_not_guessed_at() -> None:
    with pytest.raises(BadRequest, match="freehold-results/1"):
        taken(GivenResult("ex_a"), form="freehold-results/9")
