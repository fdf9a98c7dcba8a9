from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from freehold.catalog.promises import Keeping, Promise, Term
from freehold.core.caller import Caller
from freehold.core.event import Answer, Choice
from freehold.core.label import Label
from freehold.core.money import Nanodollars
from freehold.core.target import Target
from freehold.evaluate.model import Asked, Example, Result, Scored
from freehold.evaluate.scorers import scorer
from freehold.evaluate.watch.audits import Around, Audits
from freehold.evaluate.watch.calibration import Learned
from freehold.evaluate.watch.differences import Calibrated, Differences
from freehold.evaluate.watch.health import Health, judged
from freehold.evaluate.watch.looking import LEAST
from freehold.evaluate.watch.purse import Purse
from freehold.evaluate.watch.rows import Audit, WatchRows
from freehold.evaluate.watch.seen import Seen
from freehold.evaluate.watch.settings import Settings
from freehold.stores.sqlite import open_store

INTERNAL = Label.parse("internal")
KEEPING = Keeping(("home",), (Term("length", 1.0),), intercept=0.0, threshold=0.9)
PROMISE = Promise("pr_1", "auto", "2026-11-22", "harm", "away", KEEPING, harm=0.05, scorer="exact")
SEEN = Seen(
    exchange="fh_1",
    route="auto",
    drawn={"audit": 0.1},
    at_ns=0,
    body='{"messages":[{"role":"user","content":"hi"}]}',
    caller=Caller("key_ann", "ann"),
    label=INTERNAL,
    allowed=("home", "away"),
    text="Well.",
    target="home",
    chance=0.9,
    kept=True,
    completed=True,
)

NOTHING_LEARNED = Learned()


class Asking:
    """The stronger target."""

    text = "Well."
    fails = False

    async def __call__(self, *_args: Any, **_more: Any) -> Asked:
        if self.fails:
            return Asked("failed", None)
        answer = Answer(choices=[Choice(text=self.text)])
        return Asked("answered", answer, target="away", cost=Nanodollars(10))


class Fair:
    name, version, gates = "judge:fair", "1", True

    async def __call__(self, example: Example, result: Result) -> Scored:
        return Scored(0.0)


def replaced(seen: Seen, **more: Any) -> Seen:

    return msgspec.structs.replace(seen, **more)


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., tuple[Audits, list[Any], WatchRows]]:
    def make(
        learned: Learned = NOTHING_LEARNED, on_asked: Callable[[], None] | None = None, **settings: Any
    ) -> tuple[Audits, list[Any], WatchRows]:
        rows = WatchRows(open_store(tmp_path).connect)
        alarms: list[Any] = []

        async def calibration(_promise: Promise, _alpha: float, asks: bool) -> Learned:
            if asks and on_asked is not None:
                on_asked()
            return learned

        async def alarm(_promise: Promise, told: Health | Differences) -> None:
            alarms.append(told)

        async def learn(promise: Promise, seen: Seen, harmed: bool) -> None:
            alarms.append((promise.id, seen.exchange, harmed))

        asking: Any = Asking()
        away = Target("away", "m", "", "openai", INTERNAL)
        around = Around(
            rows=rows,
            asker=asking,
            purse=Purse(rows),
            settings=lambda: Settings(**{"share": 0.1, **settings}),
            promises=lambda: {"auto": PROMISE},
            targets=lambda: {"away": away},
            scorers=lambda names, _caller: {name: Fair() if name == "judge:fair" else scorer(name) for name in names},
            calibration=calibration,
            alarm=alarm,
            warn=alarm,
            learn=learn,
        )
        return Audits(around), alarms, rows

    return make


Make = Callable[..., tuple[Audits, list[Any], WatchRows]]


async def test_harm_that_goes_on_raises_one_alarm(make: Make) -> None:
    audits, alarms, rows = make()
    for _ in range(12):
        await audits(replaced(SEEN, text="Wrong."), 0.1)
    health = (await audits.standing(PROMISE)).health

    assert len(alarms) == 1
    assert (health.audited, health.harmed, health.cost_nano) == (12, 12, 120)
    assert {(each.harmed, each.chance, each.stronger) for each in rows.all("audit", Audit)} == {(True, 0.1, "away")}


async def test_what_was_escalated_counts_and_costs_nothing(make: Make) -> None:
    audits, _, rows = make()
    await audits(replaced(SEEN, kept=False, target="away"), 0.1)
    health = (await audits.standing(PROMISE)).health

    assert (health.chosen, health.audited) == (1, 0)
    assert rows.all("audit", Audit) == []


async def test_what_broke_off_counts_for_nothing(make: Make) -> None:
    audits, _, _ = make()
    await audits(replaced(SEEN, completed=False), 0.1)
    await audits(replaced(SEEN, route="other"), 0.1)

    assert (await audits.standing(PROMISE)).health.chosen == 0


async def test_safe_answers_are_looked_at_less_often_and_count_the_more(make: Make) -> None:
    audits, _, rows = make(share=0.04)
    for number in range(100):
        await audits(replaced(SEEN, chance=0.9 if number % 2 else 1.0, exchange=str(number)), 0.1)
    health = (await audits.standing(PROMISE)).health
    seen = {int(each.exchange): each.chance for each in rows.all("audit", Audit)}

    assert (health.chosen, health.audited) == (100, len(seen))
    assert 20 < len(seen) < 65
    assert {round(chance, 9) for number, chance in seen.items() if not number % 2} == {round(0.1 * LEAST, 9)}
    assert min(chance for number, chance in seen.items() if number % 2) > 0.07


async def test_where_nothing_may_be_spent_nothing_counts_as_harmless(make: Make) -> None:
    audits, _, _ = make(budget=0)
    await audits(SEEN, 0.1)
    await audits(replaced(SEEN, kept=False, target="away"), 0.1)
    health = (await audits.standing(PROMISE)).health

    assert (health.chosen, health.missed) == (0, {"budget": 1})


async def test_more_differences_than_the_calibration_had_are_warned_of_once(make: Make) -> None:
    audits, told, rows = make(Learned(kept=Calibrated(100, 2)))
    for _ in range(25):
        await audits(replaced(SEEN, text="Wrong."), 0.1)
    standing = await audits.standing(PROMISE)

    warnings = [each for each in told if isinstance(each, Differences)]
    assert len(warnings) == 1
    assert standing.differences is not None
    assert standing.differences.warned_ns is not None
    assert standing.health.alarmed_ns is not None
    assert {each.differs for each in rows.all("audit", Audit)} == {True}


async def test_where_the_label_bars_the_stronger_target_a_judge_looks_alone(make: Make) -> None:
    audits, alarms, rows = make(judge="fair")
    for _ in range(20):
        await audits(replaced(SEEN, allowed=("home",)), 0.1)
    health = (await audits.standing(PROMISE)).health

    assert (health.alone, health.alone_wanting, health.chosen, alarms) == (20, 20, 0, [])
    assert {(each.by, each.stronger) for each in rows.all("audit", Audit)} == {("judge-alone", "")}


async def test_where_nobody_may_look_it_is_said(make: Make) -> None:
    audits, _, rows = make()
    await audits(replaced(SEEN, allowed=("home",)), 0.1)

    assert (await audits.standing(PROMISE)).health.missed == {"label": 1}
    assert [each.why for each in rows.all("audit", Audit)] == ["label"]


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"allowed": ("home",)}, "label"),
        ({"allowed": ("home", "third"), "target": "third"}, "label"),
        ({"allowed": ("home", "away")}, "fallback"),
        ({"allowed": ("home", "away"), "target": "third"}, "fallback"),
    ],
)
async def test_an_answer_that_no_promise_covers_does_not_pass_for_one_that_was_escalated(
    make: Make, how: dict[str, Any], why: str
) -> None:
    audits, _, _ = make()
    await audits(replaced(SEEN, **{"kept": False, "chance": None, **how}), 0.1)
    health = (await audits.standing(PROMISE)).health
    assert (health.chosen, health.missed) == (0, {why: 1})


async def test_an_outage_of_the_stronger_target_does_not_pass_for_a_time_without_harm(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    audits, _, _ = make()

    async def counted(coin: float) -> int:
        monkeypatch.setattr(audits._random, "random", lambda: coin)
        await audits(SEEN, 1.0)
        return (await audits.standing(PROMISE)).health.chosen

    looked, passed = 0.0, 0.999
    assert [await counted(coin) for coin in (looked, passed)] == [1, 2]
    monkeypatch.setattr(Asking, "fails", True)
    assert [await counted(coin) for coin in (passed, looked, passed, passed)] == [3, 3, 3, 3]
    monkeypatch.setattr(Asking, "fails", False)
    assert [await counted(coin) for coin in (passed, looked, passed)] == [3, 4, 5]


async def test_a_judge_of_pairs_decides_where_answers_differ(make: Make) -> None:
    correction = judged("fair", 0.8, 0.9)
    assert correction is not None
    audits, told, rows = make(Learned(correction), pairs="fair")
    await audits(replaced(SEEN, text="Wrong."), 0.1)
    await audits(SEEN, 0.1)

    assert told == [("pr_1", "fh_1", True), ("pr_1", "fh_1", False)]

    assert {(each.by, each.harmed) for each in rows.all("audit", Audit)} == {("judge", True), ("difference", False)}


async def test_a_judge_that_is_not_believed_is_not_asked_and_teaches_nobody(make: Make) -> None:
    audits, told, rows = make(pairs="fair")
    await audits(replaced(SEEN, text="Wrong."), 0.1)
    assert told == []
    assert [(each.by, each.harmed) for each in rows.all("audit", Audit)] == [("difference", True)]
    assert (await audits.standing(PROMISE)).health.audited == 1


async def test_a_judge_that_is_named_later_begins_the_test_anew(make: Make) -> None:
    before, _, _ = make()
    await before(SEEN, 0.1)
    correction = judged("fair", 0.8, 0.9)
    assert correction is not None
    after, _, rows = make(Learned(correction), pairs="fair")
    await after(replaced(SEEN, text="Wrong."), 0.1)
    health = (await after.standing(PROMISE)).health
    assert (health.audited, health.correction.judge, health.named) == (1, "fair", "fair")
    assert "judge" in {each.by for each in rows.all("audit", Audit)}


async def test_a_judge_that_could_not_be_tried_for_want_of_money_is_tried_once_there_is_some(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    correction = judged("fair", 0.8, 0.9)
    assert correction is not None
    asked: list[bool] = []
    audits, _, _ = make(Learned(correction), on_asked=lambda: asked.append(True), pairs="fair")
    rich = Purse.has

    async def poor(_purse: Purse, _budget: int) -> bool:
        return False

    monkeypatch.setattr(Purse, "has", poor)
    await audits(SEEN, 0.1)
    assert asked == []
    monkeypatch.setattr(Purse, "has", rich)
    await audits(SEEN, 0.1)
    assert asked == [True]
    assert (await audits.standing(PROMISE)).health.audited == 1


async def test_to_look_asks_no_judge_and_the_first_audit_does(make: Make) -> None:
    asked: list[bool] = []
    audits, _, _ = make(on_asked=lambda: asked.append(True))
    await audits.standing(PROMISE)
    assert asked == []

    for _ in range(2):
        await audits(SEEN, 0.1)
    assert asked == [True]
    assert (await audits.standing(PROMISE)).health.audited == 2


async def test_another_judge_begins_the_test_anew(make: Make) -> None:
    correction = judged("fair", 0.8, 0.9)
    assert correction is not None
    learned = Learned(correction)
    audits, _, _ = make(learned, pairs="fair")
    await audits(replaced(SEEN, text="Wrong."), 0.1)
    same, _, _ = make(learned, pairs="fair")
    other, _, _ = make(pairs="")

    assert (await same.standing(PROMISE)).health.measured == pytest.approx(0.8)
    assert (await other.standing(PROMISE)).health.chosen == 0


async def test_how_it_stands_is_there_after_a_restart(make: Make) -> None:
    audits, _, _ = make()
    await audits(SEEN, 0.1)
    again, _, _ = make()

    assert (await again.standing(PROMISE)).health.audited == 1
