"""Flows, driven by next and send alone."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.core.caller import Caller
from freehold.core.errors import Fault
from freehold.core.flow import Try
from freehold.core.record import Refusal
from freehold.core.request import EmbeddingRequest
from freehold.policy.flows import build, in_order, race, shares
from freehold.policy.judge import Accept
from freehold.policy.rules import Route
from support.decisions import ANYONE, a_permit, a_request, a_target, an_answer, came, drive, fell

A, B, C = a_target("a"), a_target("b"), a_target("c")


def test_fixed_asks_its_one_target():
    flow = build(Route("r", "fixed", (A,)), a_permit(A), a_request(), ANYONE, draw="")
    step = next(flow)
    assert (step.targets, step.held, step.logprobs, step.sampling, step.why) == ((A,), False, False, None, "first")
    with pytest.raises(StopIteration) as end:
        flow.send(fell(A))
    assert end.value.value is None


def test_fallback_goes_on_in_order_until_one_answers():
    flow = build(Route("r", "fallback", (A, B, C)), a_permit(A, B, C), a_request(), ANYONE, draw="")
    assert next(flow).targets == (A,)
    step = flow.send(fell(A, Fault.TIMEOUT_FIRST))
    assert (step.targets, step.why) == ((B,), "fallback: a failed (timeout_first_byte)")
    good = came(B)
    with pytest.raises(StopIteration) as end:
        flow.send(good)
    assert end.value.value is good


def test_fallback_ends_when_every_target_has_failed():
    tries, outcome = drive(in_order((A, B, C)), lambda step: fell(step.targets[0]))
    assert ([step.targets for step in tries], outcome) == ([(A,), (B,), (C,)], None)


def test_nothing_more_is_asked_for_a_caller_that_left():
    tries, outcome = drive(in_order((A, B)), lambda step: fell(A, Fault.CANCELLED))
    assert (len(tries), outcome) == (1, None)


def test_a_race_asks_all_at_once():
    tries, outcome = drive(race((A, B, C)), lambda step: came(B))
    assert [(step.targets, step.why) for step in tries] == [((A, B, C), "race of 3")]
    assert outcome.attempt.target == "b"


def test_a_race_of_one_is_no_race():
    assert next(race((A,))) == Try((A,))


def test_a_race_that_all_lose_has_nothing_to_show():
    assert drive(race((A, B)), lambda step: fell(A))[1] is None


def test_a_cascade_of_embeddings_is_a_fallback():
    request = EmbeddingRequest("r", inputs=("text",))
    flow = build(Route("r", "cascade", (A, B)), a_permit(A, B), request, ANYONE, draw="")
    tries, _ = drive(flow, lambda step: fell(step.targets[0]))
    assert [(step.targets, step.held) for step in tries] == [((A,), False), ((B,), False)]


def firsts(route: Route, holders) -> Counter:
    return Counter(shares(route, route.targets, holder)[0].name for holder in holders)


@pytest.mark.parametrize("weights", [(9, 1), (1, 1), (70, 20)])
def test_a_split_gives_each_target_its_share(weights: tuple[int, int]):
    route = Route("r", "split", (A, B), weights=weights)
    count = 4000
    found = firsts(route, (f"user-{number}" for number in range(count)))
    expected = weights[0] / sum(weights)
    # Four standard deviations of a binomial share.
    assert abs(found["a"] / count - expected) < 4 * (expected * (1 - expected) / count) ** 0.5


def test_a_split_without_weights_is_even():
    found = firsts(Route("r", "split", (A, B, C)), map(str, range(3000)))
    assert all(850 < found[name] < 1150 for name in "abc")


def test_a_target_of_no_weight_is_asked_last():
    route = Route("r", "split", (A, B, C), weights=(0, 1, 1))
    assert all(shares(route, route.targets, str(number))[-1] is A for number in range(200))


def test_when_a_target_goes_only_its_own_holders_move():
    route = Route("r", "split", (A, B, C), weights=(5, 3, 2))
    for number in range(300):
        order = shares(route, (A, B, C), str(number))
        assert shares(route, (A, B), str(number)) == tuple(target for target in order if target is not C)


def split(request, caller: Caller, sticky: str = "user", draw: str = "") -> str:
    route = Route("r", "split", (A, B, C), sticky=sticky)
    return next(build(route, a_permit(A, B, C), request, caller, draw=draw)).targets[0].name


def test_a_user_stays_with_one_target():
    found = {
        user: {split(a_request(user=user), ANYONE, draw=str(n)) for n in range(20)} for user in map(str, range(30))
    }
    assert all(len(names) == 1 for names in found.values())
    assert len(set.union(*found.values())) == 3


def test_a_request_that_names_no_user_stays_with_its_key_s_target():
    callers = [Caller(f"key-{number}", "k") for number in range(30)]
    found = [{split(a_request(), caller, draw=str(n)) for n in range(20)} for caller in callers]
    assert all(len(names) == 1 for names in found)
    assert len(set.union(*found)) == 3


def test_sticky_by_key_does_not_look_at_the_user():
    assert len({split(a_request(user=str(n)), ANYONE, sticky="key") for n in range(30)}) == 1


def test_the_same_user_of_another_key_is_someone_else():
    found = {split(a_request(user="1"), Caller(f"key-{number}", "k")) for number in range(30)}
    assert len(found) == 3


def test_a_split_that_is_not_sticky_follows_the_draw():
    assert len({split(a_request(user="1"), ANYONE, sticky="none", draw=str(n)) for n in range(30)}) == 3
    assert len({split(a_request(user="1"), ANYONE, sticky="none", draw="7") for n in range(30)}) == 1


def test_a_split_is_the_same_in_another_process():
    script = (
        "from support.decisions import a_target\nfrom freehold.policy.flows import shares\n"
        "from freehold.policy.rules import Route\n"
        "route = Route('r', 'split', (a_target('a'), a_target('b'), a_target('c')), weights=(3, 2, 1))\n"
        "print(','.join(shares(route, route.targets, str(n))[0].name for n in range(50)))\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONHASHSEED": "12345"}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    route = Route("r", "split", (A, B, C), weights=(3, 2, 1))
    assert done.stdout.strip() == ",".join(shares(route, route.targets, str(n))[0].name for n in range(50))


def test_a_split_falls_back_to_the_others():
    route = Route("r", "split", (A, B, C))
    tries, outcome = drive(
        build(route, a_permit(A, B, C), a_request(), ANYONE, draw=""), lambda step: fell(step.targets[0])
    )
    assert sorted(step.targets[0].name for step in tries) == ["a", "b", "c"]
    assert outcome is None


POOL = tuple(a_target(f"t{number}") for number in range(5))
flows = st.sampled_from(["fallback", "race", "split", "cascade"])
scores = st.sampled_from(["confidence", "agreement", "structure"])


@given(st.data(), flows, scores, st.sampled_from(["keep", "escalate"]))
def test_no_flow_asks_beyond_its_permit_and_every_flow_ends(data, flow: str, score: str, unknown: str):
    permitted = data.draw(st.lists(st.sampled_from(POOL), min_size=1, unique_by=lambda target: target.name))
    permitted = [target for target in POOL if target in permitted]
    rule = data.draw(st.sampled_from(["label", "ability"]))
    refusals = tuple(Refusal(target.name, rule, "why") for target in POOL if target not in permitted)
    route = Route("r", flow, POOL, accept=Accept(score=score, unknown=unknown))
    permit = a_permit(*permitted, refusals=refusals)

    def world(step):
        target = data.draw(st.sampled_from(step.targets))
        fault = data.draw(st.sampled_from([None, Fault.SERVER, Fault.LABEL, Fault.CANCELLED]))
        if fault is not None:
            return fell(target, fault)
        text = data.draw(st.sampled_from(["", "Paris", "Lyon", "I can't help with that."]))
        logprobs = data.draw(st.sampled_from([(), (-0.01,), (-2.0,)]))
        return came(target, an_answer(text, logprobs=logprobs) if step.held else None)

    seen = []

    def noting(step):
        outcome = world(step)
        seen.append((step, outcome))
        return outcome

    tries, outcome = drive(build(route, permit, a_request(), ANYONE, draw="x"), noting, limit=5 * 3 + 1)
    assert all(target in permitted for step in tries for target in step.targets)
    assert outcome is None or outcome.failure is None
    # What was shown live ends the flow; whatever is returned was one of the outcomes sent.
    live = [result for step, result in seen if not step.held and result.failure is None]
    assert live in ([], [outcome])
    assert outcome is None or any(outcome is result for _, result in seen)
    left = any(result.failure and result.failure.fault is Fault.CANCELLED for _, result in seen)
    if flow == "cascade" and outcome is None:
        assert left or all(result.failure for _, result in seen)
