"""The cascade: judged before it is shown, escalated with the reason, never past the label, never left empty-handed."""

from __future__ import annotations

import math

import pytest

from freehold.core.errors import Fault
from freehold.core.flow import Outcome, Try
from freehold.core.record import Refusal
from freehold.core.request import Sampling
from freehold.core.target import Profile
from freehold.policy.cascade import cascade
from freehold.policy.judge import Accept
from freehold.policy.rules import Route
from support.decisions import a_permit, a_request, a_target, an_answer, came, drive, fell

LOCAL = a_target("local", owned=True)
BIG = a_target("big", owned=True)
CLOUD = a_target("cloud", "internal")
SURE, UNSURE, LOST = (math.log(0.95),) * 3, (math.log(0.5),) * 3, (math.log(0.2),) * 3
BARRED = (Refusal("cloud", "label", "level confidential is above clearance internal"),)


def a_cascade(*targets, permitted=None, request=None, refusals=(), label="internal", **accept):
    route = Route("auto", "cascade", targets, accept=Accept(**accept))
    permit = a_permit(*(permitted or targets), refusals=refusals, label=label)
    return cascade(route, permit, request or a_request())


def returned(flow, outcome: Outcome) -> Outcome | None:
    with pytest.raises(StopIteration) as end:
        flow.send(outcome)
    return end.value.value


def test_an_answer_that_will_do_stays_home():
    flow = a_cascade(LOCAL, CLOUD)
    assert next(flow) == Try((LOCAL,), held=True, logprobs=True, why="first")
    good = came(LOCAL, an_answer(logprobs=SURE))
    assert returned(flow, good) is good
    assert good.attempt.score.kept
    assert good.note == "local answered: confidence 0.95 is at least 0.8"


def test_an_answer_that_will_not_do_is_escalated_with_the_reason():
    flow = a_cascade(LOCAL, CLOUD)
    next(flow)
    poor = came(LOCAL, an_answer(logprobs=UNSURE))
    assert flow.send(poor) == Try((CLOUD,), why="escalated: local: confidence 0.5 is below 0.8")
    assert poor.attempt.score.kept is False
    shown = came(CLOUD)
    assert returned(flow, shown) is shown


@pytest.mark.parametrize(
    "answer", [an_answer(""), an_answer("Par", finish="length"), an_answer("I can't help with that.")]
)
def test_a_fault_of_form_is_escalated(answer):
    flow = a_cascade(LOCAL, CLOUD)
    next(flow)
    assert flow.send(came(LOCAL, answer)).why.startswith("escalated: local: ")


def test_token_probabilities_are_asked_for_only_where_the_score_needs_them_and_the_target_gives_them():
    mute = a_target("mute", profile=Profile(logprobs=False))
    assert next(a_cascade(LOCAL, CLOUD)).logprobs
    assert not next(a_cascade(mute, CLOUD)).logprobs
    assert not next(a_cascade(LOCAL, CLOUD, score="structure")).logprobs


@pytest.mark.parametrize(("unknown", "count"), [("keep", 1), ("escalate", 2)])
def test_an_answer_that_nothing_measures_goes_by_the_policy(unknown: str, count: int):
    tries, _ = drive(a_cascade(LOCAL, CLOUD, unknown=unknown), lambda step: came(step.targets[0], an_answer()))
    assert len(tries) == count


def test_a_target_that_fails_is_passed_over():
    flow = a_cascade(LOCAL, BIG, CLOUD)
    next(flow)
    assert flow.send(fell(LOCAL, Fault.CONNECT)) == Try(
        (BIG,), held=True, logprobs=True, why="fallback: local failed (connect)"
    )


def test_the_only_target_is_not_held():
    assert next(a_cascade(LOCAL)) == Try((LOCAL,))


def test_the_only_target_left_by_an_ability_is_not_held():
    refusals = (Refusal("cloud", "ability", "takes no images"),)
    assert next(a_cascade(LOCAL, CLOUD, permitted=(LOCAL,), refusals=refusals)).held is False


def test_where_the_label_bars_the_stronger_target_the_answer_at_home_is_shown_and_the_record_says_why():
    flow = a_cascade(LOCAL, CLOUD, permitted=(LOCAL,), refusals=BARRED, label="confidential")
    assert next(flow).held
    poor = came(LOCAL, an_answer(logprobs=UNSURE))
    assert returned(flow, poor) is poor
    assert poor.note == (
        "local gave the best answer to be had (confidence 0.5 is below 0.8): "
        "label confidential may not flow to cloud (level confidential is above clearance internal)"
    )


def test_where_the_label_bars_the_stronger_target_the_best_answer_at_home_is_shown():
    replies = {"local": came(LOCAL, an_answer(logprobs=UNSURE)), "big": came(BIG, an_answer(logprobs=LOST))}
    flow = a_cascade(LOCAL, BIG, CLOUD, permitted=(LOCAL, BIG), refusals=BARRED, label="confidential")
    tries, outcome = drive(flow, lambda step: replies[step.targets[0].name])
    assert [step.targets for step in tries] == [(LOCAL,), (BIG,)]
    assert outcome is replies["local"]


def test_a_sound_answer_is_better_than_a_surer_one_of_faulty_form():
    replies = {"local": came(LOCAL, an_answer("", logprobs=SURE)), "big": came(BIG, an_answer(logprobs=LOST))}
    flow = a_cascade(LOCAL, BIG, CLOUD, permitted=(LOCAL, BIG), refusals=BARRED)
    assert drive(flow, lambda step: replies[step.targets[0].name])[1] is replies["big"]


def test_of_two_unmeasured_answers_the_first_is_shown_and_a_measured_one_before_both():
    replies = {"local": came(LOCAL, an_answer()), "big": came(BIG, an_answer())}
    flow = a_cascade(LOCAL, BIG, CLOUD, permitted=(LOCAL, BIG), refusals=BARRED, unknown="escalate")
    assert drive(flow, lambda step: replies[step.targets[0].name])[1] is replies["local"]
    replies["big"] = came(BIG, an_answer(logprobs=(-math.inf,)))
    flow = a_cascade(LOCAL, BIG, CLOUD, permitted=(LOCAL, BIG), refusals=BARRED, unknown="escalate")
    assert drive(flow, lambda step: replies[step.targets[0].name])[1] is replies["big"]


def test_a_barred_target_that_is_no_stronger_holds_nothing_back():
    flow = a_cascade(CLOUD, LOCAL, permitted=(LOCAL,), refusals=BARRED, label="confidential")
    assert next(flow).held is False


def test_when_escalation_fails_the_held_answer_is_shown_and_the_record_says_so():
    flow = a_cascade(LOCAL, CLOUD)
    next(flow)
    poor = came(LOCAL, an_answer(logprobs=UNSURE))
    flow.send(poor)
    assert returned(flow, fell(CLOUD, Fault.RATE_LIMITED)) is poor
    assert poor.note.endswith("(confidence 0.5 is below 0.8): cloud failed (rate_limited)")


def test_when_all_fail_there_is_nothing_to_show():
    tries, outcome = drive(a_cascade(LOCAL, BIG, CLOUD), lambda step: fell(step.targets[0]))
    assert (len(tries), outcome) == (3, None)


def test_nothing_more_is_asked_for_a_caller_that_left():
    tries, outcome = drive(a_cascade(LOCAL, CLOUD), lambda step: fell(LOCAL, Fault.CANCELLED))
    assert (len(tries), outcome) == (1, None)


AGREE = {"score": "agreement", "at_least": 0.6, "samples": 3}


def saying(*texts: str):
    """A world in which each try that is held gets the next text."""
    rest = iter(texts)
    return lambda step: came(step.targets[0], an_answer(next(rest)) if step.held else None)


def test_samples_that_agree_keep_the_answer_that_most_gave():
    tries, outcome = drive(a_cascade(LOCAL, CLOUD, **AGREE), saying("Lyon", "Paris", "Paris"))
    assert [step.why for step in tries] == ["first", "sample 2 of 3", "sample 3 of 3"]
    assert {step.targets for step in tries} == {(LOCAL,)}
    assert outcome.answer.choices[0].text == "Paris"
    assert outcome.note == "local answered: agreement 0.6667 among 3 samples is at least 0.6"


def test_samples_at_odds_are_escalated():
    tries, outcome = drive(a_cascade(LOCAL, CLOUD, **AGREE), saying("Lyon", "Paris", "Nice"))
    assert tries[-1] == Try((CLOUD,), why="escalated: local: agreement 0.3333 among 3 samples is below 0.6")
    assert outcome.attempt.target == "cloud"


def test_a_first_answer_of_faulty_form_is_not_sampled_again():
    tries, _ = drive(a_cascade(LOCAL, CLOUD, **AGREE), saying(""))
    assert [step.targets for step in tries] == [(LOCAL,), (CLOUD,)]


def test_a_sample_that_fails_is_left_out():
    def world(step: Try) -> Outcome:
        return fell(LOCAL) if step.why == "sample 2 of 3" else came(LOCAL, an_answer("Paris"))

    _, outcome = drive(a_cascade(LOCAL, CLOUD, **AGREE), world)
    assert outcome.note == "local answered: agreement 1 among 2 samples is at least 0.6"


def test_a_caller_that_leaves_between_samples_ends_them():
    def world(step: Try) -> Outcome:
        return fell(LOCAL, Fault.CANCELLED) if step.why != "first" else came(LOCAL, an_answer())

    tries, outcome = drive(a_cascade(LOCAL, CLOUD, **AGREE), world)
    assert (len(tries), outcome) == (2, None)


@pytest.mark.parametrize(
    ("asked", "varied"),
    [
        (Sampling(), Sampling()),
        (Sampling(temperature=0.3, seed=5), Sampling(temperature=0.3, seed=6)),
        (Sampling(temperature=0, top_k=1, max_tokens=9), Sampling(temperature=0.7, max_tokens=9)),
    ],
)
def test_a_further_sample_is_drawn_so_that_it_can_differ(asked: Sampling, varied: Sampling):
    tries, _ = drive(
        a_cascade(LOCAL, CLOUD, request=a_request(sampling=asked), **AGREE), saying("Paris", "Paris", "Paris")
    )
    assert tries[0].sampling is None
    assert tries[1].sampling == varied
    assert asked.seed is None or tries[2].sampling.seed == asked.seed + 2
