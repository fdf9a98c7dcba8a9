"""A route under a promise: its voices are heard, and what it does not cover falls to the safe side."""

from __future__ import annotations

import math

import msgspec
import pytest

from freehold.catalog.promises import Keeping, Promise, Term
from freehold.core.errors import Fault
from freehold.core.flow import Outcome, Try
from freehold.core.record import Refusal
from freehold.core.request import Sampling
from freehold.policy.flows import billing, build
from freehold.policy.promised import promised, voided
from freehold.policy.rules import Route
from support.decisions import ANYONE, a_permit, a_request, a_target, an_answer, came, drive, fell

SMALL, LARGE = a_target("small", owned=True), a_target("large", owned=True)
OTHER, CLOUD = a_target("other", "internal"), a_target("cloud", "internal")
SURE, UNSURE = (math.log(0.99),), (math.log(0.5),)
KEEPING = Keeping(("small", "large"), (Term("confidence:large", 1.0, logit=True),), 0.0, 0.9)
PROMISE = Promise("pr_1", "auto", "2026-11-22", "harm", "cloud", KEEPING, harm=0.02, confidence=0.9)
BARRED = (Refusal("cloud", "label", "level confidential is above clearance internal"),)


def answering(logprobs: tuple[float, ...], *, failing: tuple[str, ...] = (), fault: Fault = Fault.SERVER):
    def world(step: Try) -> Outcome:
        (target,) = step.targets
        if target.name in failing:
            return fell(target, fault)
        return came(target, an_answer("B", logprobs=logprobs) if step.held else None)

    return world


def asked(steps: list[Try]) -> list[str]:
    return [step.targets[0].name for step in steps]


def test_an_answer_likely_enough_to_do_no_harm_stays_home() -> None:
    steps, shown = drive(promised(PROMISE, a_permit(SMALL, LARGE, CLOUD), a_request()), answering(SURE))
    assert asked(steps) == ["small", "large"]
    assert all(step.held and step.logprobs for step in steps)
    assert shown is not None
    assert (shown.attempt.target, shown.attempt.score.method) == ("large", "promise")
    assert shown.note == "large answered: chance 0.99 is at least 0.9 (promise pr_1)"


def test_another_goes_to_the_stronger_target_with_the_reason() -> None:
    steps, shown = drive(promised(PROMISE, a_permit(SMALL, LARGE, OTHER, CLOUD), a_request()), answering(UNSURE))
    assert asked(steps) == ["small", "large", "cloud"]
    assert steps[-1].why == "escalated: large: chance 0.5 is below 0.9 (promise pr_1)"
    assert not steps[-1].held
    assert shown is not None
    assert shown.attempt.target == "cloud"


def test_a_voice_that_fails_falls_to_the_safe_side_at_once() -> None:
    flow = promised(PROMISE, a_permit(SMALL, LARGE, CLOUD), a_request())
    steps, shown = drive(flow, answering(SURE, failing=("small",)))
    assert asked(steps) == ["small", "cloud"]
    assert steps[-1].why == "fallback: small failed (server)"
    assert shown is not None
    assert shown.attempt.target == "cloud"


def test_a_voice_that_may_not_be_asked_leaves_it_to_the_stronger_target() -> None:
    steps, _ = drive(promised(PROMISE, a_permit(LARGE, CLOUD), a_request()), answering(SURE))
    assert asked(steps) == ["cloud"]
    assert steps[0].why == "promise pr_1 needs small, which may not be asked"


def test_where_the_label_bars_every_stronger_target_the_last_voice_answers() -> None:
    flow = promised(PROMISE, a_permit(SMALL, LARGE, refusals=BARRED), a_request())
    steps, shown = drive(flow, answering(UNSURE))
    assert asked(steps) == ["large"]
    assert (
        steps[0].why
        == "promise pr_1 does not hold: cloud may not be asked: label, level confidential is above clearance internal"
    )
    assert shown is not None


def test_the_next_strongest_is_asked_where_the_strongest_fails_and_then_what_was_held() -> None:
    flow = promised(PROMISE, a_permit(SMALL, LARGE, OTHER, CLOUD), a_request())
    steps, shown = drive(flow, answering(UNSURE, failing=("cloud", "other")))
    assert asked(steps) == ["small", "large", "cloud", "other"]
    assert shown is not None
    assert shown.note == (
        "large gave the best answer to be had, of which promise pr_1 does not hold: "
        "cloud failed (server); other failed (server)"
    )


def test_nothing_is_asked_for_a_caller_who_has_left() -> None:
    flow = promised(PROMISE, a_permit(SMALL, LARGE, CLOUD), a_request())
    steps, shown = drive(flow, answering(SURE, failing=("small",), fault=Fault.CANCELLED))
    assert (asked(steps), shown) == (["small"], None)


@pytest.mark.parametrize("kind", ["harm", "single"])
def test_a_suspended_promise_asks_the_stronger_target_first(kind: str) -> None:
    suspended = msgspec.structs.replace(PROMISE, kind=kind, single="small", state="suspended", why="an alarm")
    permit = a_permit(SMALL, LARGE, CLOUD)
    steps, _ = drive(promised(suspended, permit, a_request()), answering(SURE))
    assert asked(steps) == ["cloud"]
    assert steps[0].why == "promise pr_1 is suspended: an alarm"
    steps, shown = drive(promised(suspended, permit, a_request()), answering(SURE, failing=("cloud",)))
    assert asked(steps) == ["cloud", "large"]
    assert shown is not None


def test_a_single_target_answers_alone() -> None:
    single = msgspec.structs.replace(PROMISE, kind="single", single="small", keeping=None)
    steps, _ = drive(promised(single, a_permit(SMALL, LARGE, CLOUD), a_request()), answering(SURE))
    assert asked(steps) == ["small"]
    assert not steps[0].held
    steps, _ = drive(promised(single, a_permit(SMALL, LARGE, CLOUD), a_request()), answering(SURE, failing=("small",)))
    assert asked(steps) == ["small", "cloud"]


def test_a_single_target_that_may_not_be_asked_is_said_so_and_the_stronger_one_answers() -> None:
    single = msgspec.structs.replace(PROMISE, kind="single", single="large", keeping=None)
    steps, _ = drive(promised(single, a_permit(SMALL, OTHER, CLOUD), a_request()), answering(SURE))
    assert [(step.targets[0].name, step.why) for step in steps] == [
        ("cloud", "promise pr_1 needs large, which may not be asked")
    ]


def test_where_neither_a_single_target_nor_the_stronger_may_be_asked_the_promise_does_not_hold() -> None:
    single = msgspec.structs.replace(PROMISE, kind="single", single="large", keeping=None)
    permit = a_permit(SMALL, refusals=(*BARRED, Refusal("large", "ability", "takes no images")))
    void = "promise pr_1 does not hold: large may not be asked: ability, takes no images"
    steps, _ = drive(promised(single, permit, a_request()), answering(SURE))
    assert [(step.targets[0].name, step.why) for step in steps] == [("small", void)]
    assert voided(single, permit) == void


def test_a_request_for_several_answers_goes_to_the_stronger_target_at_once() -> None:
    request = a_request(sampling=Sampling(n=2))
    steps, _ = drive(promised(PROMISE, a_permit(SMALL, LARGE, CLOUD), request), answering(SURE))
    assert [(step.targets[0].name, step.why) for step in steps] == [
        ("cloud", "promise pr_1 is of one answer, and 2 are asked for")
    ]
    steps, shown = drive(promised(PROMISE, a_permit(SMALL, LARGE, CLOUD), request), answering(SURE, failing=("cloud",)))
    assert asked(steps) == ["cloud", "large"]
    assert shown is not None


def test_a_route_with_a_promise_keeps_it() -> None:
    route = Route("auto", "cascade", (SMALL, LARGE, CLOUD), promise=PROMISE)
    permit = a_permit(SMALL, LARGE, CLOUD)
    flow = build(route, permit, a_request(), ANYONE, draw="", forecast=lambda: 0.5)
    steps, _ = drive(flow, answering(SURE))
    assert asked(steps) == ["small", "large"]
    assert billing(route, permit, a_request()) == (1, 1, 1)


def test_the_forecast_is_asked_for_once_the_flow_begins() -> None:
    keeping = Keeping(("large",), (Term("forecast", 1.0, logit=True),), 0.0, 0.8)
    promise = msgspec.structs.replace(PROMISE, keeping=keeping)
    known: list[float] = []
    flow = promised(promise, a_permit(LARGE, CLOUD), a_request(), lambda: known[0])
    known.append(0.9)
    next(flow)
    with pytest.raises(StopIteration) as end:
        flow.send(came(LARGE, an_answer("B")))
    assert end.value.value.attempt.score.value == pytest.approx(0.9)


def test_without_a_forecast_that_is_weighed_no_voice_is_asked_in_vain() -> None:
    keeping = Keeping(("large",), (Term("forecast", 1.0, logit=True),), 0.0, 0.8)
    promise = msgspec.structs.replace(PROMISE, keeping=keeping)
    steps, _ = drive(promised(promise, a_permit(LARGE, CLOUD), a_request()), answering(SURE))
    assert [(step.targets[0].name, step.why) for step in steps] == [("cloud", "forecast is not known (promise pr_1)")]


def test_a_forecast_below_the_floor_goes_to_the_stronger_target_at_once() -> None:
    promise = msgspec.structs.replace(PROMISE, keeping=msgspec.structs.replace(KEEPING, floor=0.3))
    permit = a_permit(SMALL, LARGE, CLOUD)
    steps, _ = drive(promised(promise, permit, a_request(), lambda: 0.29), answering(SURE))
    assert asked(steps) == ["cloud"]
    assert steps[0].why == "forecast 0.29 is below 0.3 (promise pr_1)"
    assert asked(drive(promised(promise, permit, a_request(), lambda: 0.3), answering(SURE))[0]) == ["small", "large"]
    assert asked(drive(promised(promise, permit, a_request()), answering(SURE))[0]) == ["small", "large"]


def test_a_forecast_below_the_floor_changes_nothing_where_the_label_bars_every_stronger_target() -> None:
    promise = msgspec.structs.replace(PROMISE, keeping=msgspec.structs.replace(KEEPING, floor=0.3))
    flow = promised(promise, a_permit(SMALL, LARGE, refusals=BARRED), a_request(), lambda: 0.0)
    assert asked(drive(flow, answering(SURE))[0]) == ["large"]


def test_the_voices_answer_where_the_stronger_target_fails_below_the_floor() -> None:
    promise = msgspec.structs.replace(PROMISE, keeping=msgspec.structs.replace(KEEPING, floor=0.3))
    flow = promised(promise, a_permit(SMALL, LARGE, CLOUD), a_request(), lambda: 0.0)
    steps, shown = drive(flow, answering(SURE, failing=("cloud",)))
    assert asked(steps) == ["cloud", "large"]
    assert shown is not None


def test_a_promise_is_void_only_where_nothing_but_its_voices_may_be_asked() -> None:
    assert voided(PROMISE, a_permit(SMALL, LARGE, refusals=BARRED)).startswith("promise pr_1 does not hold: cloud may")
    assert voided(PROMISE, a_permit(SMALL, LARGE, CLOUD)) == ""
    alone = msgspec.structs.replace(PROMISE, kind="single", keeping=None, single="small")
    assert voided(alone, a_permit(SMALL, refusals=BARRED)) == ""


def test_where_nothing_can_be_kept_no_voice_is_asked_in_vain() -> None:
    never = msgspec.structs.replace(PROMISE, keeping=msgspec.structs.replace(KEEPING, threshold=2.0))
    flow = promised(never, a_permit(SMALL, LARGE, CLOUD), a_request(), lambda: pytest.fail("nobody need forecast"))
    steps, _ = drive(flow, answering(SURE))
    assert [(step.targets[0].name, step.why) for step in steps] == [
        ("cloud", "nothing can be kept safely (promise pr_1)")
    ]
