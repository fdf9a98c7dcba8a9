"""Over a whole stack: audits act, shadows stay unseen, promotions have a way back, and candidates on trial go."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from freehold.assemble import Stack, build
from freehold.catalog.promises import Keeping, Promise, Term
from freehold.config import load
from freehold.core.caller import Caller
from freehold.core.errors import AttemptFailed, Conflict, NotFound, RequestError
from freehold.core.event import gather
from freehold.core.exchange import Exchange, Headers
from freehold.core.label import Label, Source
from freehold.core.money import Nanodollars
from freehold.core.request import Message, Request, TextPart
from freehold.evaluate.promise.rows import PromiseRows
from freehold.evaluate.promote.service import Wanted
from freehold.evaluate.promote.shadows import new_shadow
from freehold.evaluate.watch.differences import Calibrated
from freehold.evaluate.watch.differences import begun as compared_with
from freehold.evaluate.watch.rows import Audit
from freehold.evaluate.watch.seen import Seen

ANN = Caller(key_id="key_ann", name="ann")
OFF = {"FREEHOLD_KNOWLEDGE_EMBEDDING": "off", "FREEHOLD_KNOWLEDGE_DOCUMENTATION": "false"}
TARGETS = """
[watch]
share = 1.0
budget = 5.0

[[target]]
name = "home"
provider = "scripted"
model = "say:Well."
licence = "MIT"

[[target]]
name = "away"
provider = "scripted"
model = "echo"
clearance = "internal"

[[target]]
name = "like"
provider = "scripted"
model = "echo"
licence = "MIT"

[[target]]
name = "down"
provider = "scripted"
model = "fail:server"
retries = 0
licence = "MIT"

[[route]]
name = "auto"
flow = "cascade"
targets = ["home", "away"]

[[route]]
name = "plain"
flow = "fixed"
targets = ["away"]
"""
Make = Callable[..., Stack]


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Stack]:
    def make(text: str = TARGETS) -> Stack:
        file = tmp_path / "freehold.toml"
        file.write_text(text)
        whole = {"FREEHOLD_SERVER_DATA_DIR": str(tmp_path / "data"), "FREEHOLD_DISCOVER_ENABLED": "false", **OFF}
        return build(load(file, whole), whole)

    return make


@asynccontextmanager
async def running(stack: Stack) -> AsyncIterator[None]:
    await stack.start()
    try:
        yield
    finally:
        await stack.stop()


def promised(stack: Stack, *, harm: float = 0.05) -> None:
    """All answers of ``home`` are kept, if only just, so that each that is chosen is looked at."""
    keeping = Keeping(("home",), (Term("length", 1.0),), intercept=0.0, threshold=6 / 7 - 1e-9)
    models = {"home": "say:Well.", "away": "echo"}
    stack.promises.add(
        Promise("pr_1", "auto", "2026-11-22", "harm", "away", keeping, harm=harm, scorer="exact", models=models)
    )
    stack.go_by_evidence()


async def asked(stack: Stack, alias: str, text: str = "hi", label: str | None = None, key: str = "ann") -> str:
    stated = () if label is None else (Source("header", Label.parse(label)),)
    exchange = Exchange(
        Request(alias, (Message("user", (TextPart(text),)),), "openai"),
        Caller(f"key_{key}", key),
        headers=Headers(stated=stated),
    )
    try:
        async with stack.handler(exchange) as events:
            return gather([event async for event in events]).choices[0].text
    except (RequestError, AttemptFailed) as failure:
        return f"! {failure.message}"


def test_the_gauge_shows_a_promise_that_another_model_has_suspended(make: Make) -> None:
    stack = make()
    promised(stack)
    (gauge,) = stack.watching.metrics.snapshot().gauges["freehold_promise_suspended"]
    assert (gauge.labels, gauge.value) == (("auto",), 0)
    other = make(TARGETS.replace("say:Well.", "say:Newer."))
    (gauge,) = other.watching.metrics.snapshot().gauges["freehold_promise_suspended"]
    assert (gauge.labels, gauge.value) == (("auto",), 1)


async def test_a_promise_that_another_model_has_suspended_is_watched_as_one_and_counts_nothing(make: Make) -> None:
    promised(make())
    stack = make(TARGETS.replace("say:Well.", "say:Newer."))
    async with running(stack):
        assert await asked(stack, "auto") == "hi"
        await stack.vigil.watch.drain()
        (told,) = await stack.vigil.promises()
    assert (told.state, told.why, told.chosen) == ("suspended", "home is not what it was calibrated with", 0)
    gone = make(TARGETS.replace('flow = "cascade"', 'flow = "fallback"'))
    async with running(gone):
        (told,) = await gone.vigil.promises()
    assert (told.state, told.why) == ("set aside", "its route is now fallback")


async def test_audits_find_a_broken_promise_and_suspend_it(make: Make) -> None:
    stack = make()
    promised(stack)
    async with running(stack):
        before = [await asked(stack, "auto") for _ in range(10)]
        await stack.vigil.watch.drain()
        (told,) = await stack.vigil.promises()
        (gauge,) = stack.watching.metrics.snapshot().gauges["freehold_promise_suspended"]
        after = await asked(stack, "auto")
        audits = stack.vigil.rows.all("audit", Audit)
    assert before == ["Well."] * 10
    assert told.alarmed
    assert (told.state, told.harmed) == ("suspended", told.audited)
    assert "calibrate the route anew" in told.why
    assert after == "hi"
    assert (gauge.labels, gauge.value) == (("auto",), True)
    assert {(each.by, each.stronger, each.harmed, round(each.chance, 6)) for each in audits} == {
        ("difference", "away", True, 1.0)
    }


async def test_answers_that_agree_raise_nothing(make: Make) -> None:
    stack = make()
    promised(stack)
    async with running(stack):
        for _ in range(30):
            await asked(stack, "auto", "Well.")
        await stack.vigil.watch.drain()
        (told,) = await stack.vigil.promises()
    assert (told.state, told.audited, told.harmed, told.alarmed) == ("active", 30, 0, False)


async def test_what_the_label_keeps_from_the_stronger_target_is_not_sent_there(make: Make) -> None:
    stack = make()
    promised(stack)
    async with running(stack):
        answer = await asked(stack, "auto", label="confidential")
        await stack.vigil.watch.drain()
        (told,) = await stack.vigil.promises()
    assert answer == "Well."
    assert told.audited == 0
    (audit,) = stack.vigil.rows.all("audit", Audit)
    assert (audit.why, audit.stronger, audit.cost_nano) == ("label", "", 0)


async def test_a_spent_budget_is_counted_and_asks_nobody(make: Make) -> None:
    stack = make(TARGETS.replace("budget = 5.0", "budget = 0"))
    promised(stack)
    async with running(stack):
        await asked(stack, "auto")
        await stack.vigil.watch.drain()
        (told,) = await stack.vigil.promises()
    assert (told.missed, told.audited) == ({"budget": 1}, 0)


@pytest.mark.parametrize(("router", "capture", "learned"), [("rt_1", True, 1), ("", True, 0), ("rt_1", False, 0)])
async def test_a_router_learns_from_audits_of_those_who_consented(
    make: Make, monkeypatch: pytest.MonkeyPatch, router: str, capture: bool, learned: int
) -> None:
    stack, told = make(), []

    async def learn(*given: Any) -> None:
        told.append(given)
        raise NotFound("there is no such router")

    monkeypatch.setattr(stack.evaluating.trainings, "learn", learn)
    promise = Promise("pr_1", "auto", "2026-11-22", "single", "away", None, single="home", router=router)
    caller = Caller("key_ann", "ann", capture=capture)
    body = '{"messages":[{"role":"user","content":"hi"}]}'
    seen = Seen("fh_1", "auto", {}, 0, body, caller, Label.parse("internal"), (), slices={"task": "law"})
    await stack.vigil._learn(promise, seen, True)

    assert len(told) == learned
    for name, outcome, label, by in told:
        assert (name, outcome.weak, outcome.strong, outcome.exchange) == ("rt_1", 0.0, 1.0, "fh_1")
        assert (outcome.slices, str(label), by.key_id) == ({"task": "law"}, "internal", "watch")


@pytest.mark.parametrize(("acts", "state"), [(False, "active"), (True, "suspended")])
async def test_a_warning_is_told_and_suspends_only_where_that_is_wanted(
    make: Make, monkeypatch: pytest.MonkeyPatch, acts: bool, state: str
) -> None:
    stack = make(TARGETS.replace("share = 1.0", f"share = 1.0\ndrift_suspends = {str(acts).lower()}"))
    promised(stack)
    told: list[str] = []
    monkeypatch.setattr(stack.vigil, "_tell", lambda event, _said, _facts: told.append(event))
    differences = compared_with(Calibrated(200, 10), {}, 0.05)
    assert differences is not None
    async with running(stack):
        for _ in range(20):
            differences = differences.after({}, differs=True, audited=True)
        await stack.vigil._warn(stack.standing.promises["auto"], differences)
        promise = stack.promises.get("pr_1")

    assert differences.warned
    assert (promise.state, told) == (state, ["promise.suspended" if acts else "promise.drift"])
    assert ("more answers differ" in promise.why) == acts


async def test_nobody_is_watched_where_nothing_is_in_force(make: Make) -> None:
    stack = make()
    async with running(stack):
        await asked(stack, "auto")
        assert stack.sampler.watchlist == {}
        assert "watch" not in vars(stack.vigil)


async def test_a_shadow_answers_unseen_and_makes_a_promotion_possible(make: Make) -> None:
    stack = make()
    async with running(stack):
        with pytest.raises(Conflict, match="evidence: there is none"):
            await stack.vigil.promotions.promote(Wanted("plain", "like"), ANN)
        shadow = new_shadow("plain", "like", 1.0, "exact", 0.2, budget_nano=Nanodollars(10**9))
        await stack.vigil.shadows.begin(shadow, ANN)
        for _ in range(10):
            assert await asked(stack, "plain") == "hi"
        await stack.vigil.watch.drain()
        with pytest.raises(Conflict, match="data: the shadow has not told yet; about"):
            await stack.vigil.promotions.promote(Wanted("plain", "like", margin=0.2), ANN)
        for _ in range(40):
            await asked(stack, "plain")
        await stack.vigil.watch.drain()
        made = await stack.vigil.promotions.promote(Wanted("plain", "like", margin=0.2), ANN)
        route = stack.rules.menu.routes["plain"]
        assert ([each.name for each in route.targets], route.flow) == (["like", "away"], "fallback")
        assert (made.by, made.evidence.kind, made.evidence.pairs) == ("key_ann", "shadow", 50)
        assert "exact takes the route's own answer for right" in made.why
        assert made.before.targets == ("away",)

        taken = await stack.vigil.promotions.roll_back("plain", "changed our minds", "key_ann")
        assert taken.id == made.id
        assert [each.name for each in stack.rules.menu.routes["plain"].targets] == ["away"]
        with pytest.raises(NotFound, match="nothing to take back"):
            await stack.vigil.promotions.roll_back("plain", "again", "key_ann")
        (row,) = stack.vigil.promotions.rows.of("plain")
        assert (row.state, row.ended, row.ended_by) == ("taken-back", "changed our minds", "key_ann")


async def test_a_shadow_that_answers_otherwise_is_not_promoted(make: Make) -> None:
    stack = make()
    async with running(stack):
        shadow = new_shadow("plain", "home", 1.0, "exact", 0.1, budget_nano=Nanodollars(10**9))
        await stack.vigil.shadows.begin(shadow, ANN)
        for _ in range(60):
            await asked(stack, "plain")
        await stack.vigil.watch.drain()
        worse = "quality: the shadow says that the candidate is worse .* exact takes the route's own answer for right"
        with pytest.raises(Conflict, match=worse):
            await stack.vigil.promotions.promote(Wanted("plain", "home", margin=0.1), ANN)


async def test_a_candidate_on_trial_that_fails_goes_by_itself(make: Make) -> None:
    stack = make()
    async with running(stack):
        await stack.vigil.promotions.promote(Wanted("plain", "down", canary=0.5), ANN)
        assert stack.rules.menu.routes["plain"].flow == "split"
        answers = set()
        for number in range(150):
            answers.add(await asked(stack, "plain", key=str(number)))  # A split keeps each key with one target.
            if stack.vigil.promotions.rows.active("plain") is None:
                break
            await stack.vigil.watch.drain()
        (row,) = stack.vigil.promotions.rows.of("plain")
    assert answers == {"hi"}
    assert (row.state, row.ended_by) == ("taken-back", "guard")
    assert "fails more often" in row.ended
    assert [each.name for each in stack.rules.menu.routes["plain"].targets] == ["away"]


async def test_a_candidate_with_a_narrower_clearance_is_refused(make: Make) -> None:
    stack = make(TARGETS.replace('name = "like"', 'name = "like"\nclearance = "public"'))
    async with running(stack):
        with pytest.raises(Conflict, match="label: like is cleared for public, which is narrower than away"):
            await stack.vigil.promotions.promote(Wanted("plain", "like", canary=0.1), ANN)


async def test_canaries_are_asked_and_counted(make: Make) -> None:
    stack = make(TARGETS.replace("budget = 5.0", 'budget = 5.0\ncanaries = ["away"]'))
    async with running(stack):
        told = await stack.vigil.canaries.ask("away")
        again = await stack.vigil.canaries.stands("away")
    assert told is not None
    assert (told.answered, told.failed, told.changed) == (24, 0, False)
    assert again.looks >= 1


async def test_a_full_queue_lets_go_and_says_so(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    stack = make()
    promised(stack)
    async with running(stack):
        seen: Any = Seen("fh_1", "auto", {"audit": 1.0}, 0, None, ANN, None, ())
        for _ in range(300):
            stack.vigil.take(seen)
        assert stack.vigil.dropped == 300 - 256
        await stack.vigil.watch.drain()


def test_rows_are_there_before_the_wing_is(make: Make) -> None:
    stack = make()
    assert isinstance(stack.promises, PromiseRows)
    assert stack.vigil.watchlist() == {}
