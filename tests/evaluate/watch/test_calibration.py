from __future__ import annotations

from pathlib import Path

import msgspec

from freehold.catalog.promises import Keeping, Promise, Term
from freehold.core.event import Answer, Choice
from freehold.core.money import Nanodollars
from freehold.core.request import Message, Request, TextPart
from freehold.evaluate.model import Evidence, Example, Result, Scored
from freehold.evaluate.scorers import scorer
from freehold.evaluate.watch.calibration import UNKNOWN, errors_of, keeps, learned, voices_of
from freehold.evaluate.watch.differences import Calibrated
from freehold.evaluate.watch.purse import Purse
from freehold.evaluate.watch.rows import WatchRows
from freehold.stores.sqlite import open_store

KEEPING = Keeping(("home",), (Term("confidence:home", 1.0),), intercept=-0.5, threshold=0.5)
PROMISE = Promise("pr_1", "auto", "2026-11-22", "harm", "away", KEEPING, harm=0.02, scorer="exact")
ASKED = Request("", (Message("user", (TextPart("Which?"),)),), "openai")
EXAMPLE = Example("ex_1", ASKED, "right")


def result(text: str, confidence: float = 0.9) -> Result:
    return Result(
        0,
        "ex_1",
        "answered",
        text=text,
        answer=Answer(choices=[Choice(text=text)]),
        evidence=Evidence(confidence, confidence),
        scores={"exact": Scored(float(text == "right"))},
    )


def rows(*pairs: tuple[str, str]) -> dict[int, dict[str, Result]]:
    return {place: {"home": result(kept), "away": result(strong)} for place, (kept, strong) in enumerate(pairs)}


async def correction(*pairs: tuple[str, str]):  # type: ignore[no-untyped-def]
    found = rows(*pairs)
    return (await learned(PROMISE, dict.fromkeys(found, EXAMPLE), found, scorer("exact"), 0.05)).correction


async def test_differences_without_harm_are_told_from_harm() -> None:
    found = await correction(*[("right", "right")] * 96, ("wrong", "right"), ("right", "wrong"), ("wrong", "else"))

    assert found.size == 99
    assert "2 differed without harm and 1 with it" in found.says
    assert 2 / 99 < found.false < 0.09


async def test_without_questions_nothing_is_allowed_for() -> None:
    assert await correction() == UNKNOWN
    assert UNKNOWN.bound(0.02) == 0.02


async def test_what_would_have_been_escalated_counts_as_a_question_alone() -> None:
    row = {"home": result("wrong", confidence=0.2), "away": result("right")}
    found = await learned(PROMISE, {0: EXAMPLE}, {0: row}, scorer("exact"), 0.05)

    assert "0 differed without harm and 0 with it" in found.correction.says
    assert found.kept == Calibrated()


async def test_kept_answers_that_were_not_scored_are_left_out_altogether() -> None:
    unscored = msgspec.structs.replace(result("right"), scores={"exact": Scored(None)})
    found = {**rows(("right", "right")), 1: {"home": unscored, "away": result("right")}}
    told = await learned(PROMISE, dict.fromkeys(found, EXAMPLE), found, scorer("exact"), 0.05)

    assert (told.correction.size, told.kept) == (1, Calibrated(1, 0))


async def test_kept_answers_that_differ_are_counted_by_slice_too() -> None:
    found = rows(("right", "right"), ("wrong", "right"), ("right", "wrong"))
    law, code = (Example(f"ex_{name}", ASKED, "right", slices={"task": name}) for name in ("law", "code"))
    told = await learned(PROMISE, {0: law, 1: law, 2: code}, found, scorer("exact"), 0.05)

    assert told.kept == Calibrated(3, 2)
    assert told.slices == {"task=law": Calibrated(2, 1), "task=code": Calibrated(1, 1)}


class Judge:
    """Finds the stronger answer better where the kept one is wrong, which in a harmless difference is an error."""

    name, version, gates = "judge:fair", "1", True

    async def __call__(self, example: Example, result: Result) -> Scored:
        return Scored(0.0 if result.text == "wrong" else 1.0, cost=Nanodollars(5))


async def test_a_judge_is_tried_on_harmless_differences_while_the_budget_lasts(tmp_path: Path) -> None:
    found = rows(("right", "right"), ("wrong", "right"), ("right", "wrong"), ("wrong", "else"), ("right", "else"))
    told = await learned(PROMISE, dict.fromkeys(found, EXAMPLE), found, scorer("exact"), 0.05)
    store = WatchRows(open_store(tmp_path).connect)

    assert [(pair.kept, pair.stronger) for pair in told.pairs] == [
        ("right", "wrong"),
        ("wrong", "else"),
        ("right", "else"),
    ]
    assert await errors_of(Judge(), told.pairs, Purse(store), 100) == Calibrated(3, 1)
    assert await errors_of(Judge(), told.pairs * 2, Purse(store), 10) == Calibrated(4, 1)


def test_a_promise_keeps_by_its_own_rule() -> None:
    assert keeps(PROMISE, EXAMPLE, {"home": result("a", 0.9)})
    assert not keeps(PROMISE, EXAMPLE, {"home": result("a", 0.2)})
    assert not keeps(PROMISE, EXAMPLE, {})
    single = Promise("pr_2", "auto", "2026-11-22", "single", "away", None, single="home")
    assert voices_of(single) == ("home",)
    assert keeps(single, EXAMPLE, {"home": result("a", 0.0)})
