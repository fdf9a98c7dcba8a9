"""The chance that keeping does no harm, from what the voices answered."""

from __future__ import annotations

import math

import msgspec
import pytest

from freehold.catalog.promises import Keeping, Screen, Term
from freehold.core.request import Grounds, Message, OutputFormat, TextPart
from freehold.policy.keeping import Heard, asked_measures, chance, judge, measures, support, weighable
from support.decisions import a_request, an_answer

SURE, UNSURE = (math.log(0.99),), (math.log(0.6),)
KEEPING = Keeping(
    voices=("small", "large"),
    terms=(Term("confidence:large", 1.0, logit=True), Term("support:small", 0.5)),
    intercept=0.0,
    threshold=0.9,
)


def test_measures_are_of_every_voice_and_of_their_likeness() -> None:
    answers = {"small": an_answer("B", logprobs=UNSURE), "large": an_answer("b.", logprobs=SURE)}
    heard = {name: Heard.of(answer) for name, answer in answers.items()}
    found = measures(a_request(), ("small", "large"), heard)
    assert found["confidence:large"] == pytest.approx(0.99)
    assert found["least:small"] == pytest.approx(0.6)
    assert found["likeness:small"] == 1.0
    assert found["support:small"] == pytest.approx(-math.log(0.4))
    assert found["length"] == pytest.approx(math.log(3))


def test_a_voice_speaks_against_an_answer_that_is_not_its_own() -> None:
    assert support(0.0, 0.9) == pytest.approx(math.log(0.1))
    assert support(1.0, None) == pytest.approx(math.log(2))
    assert support(0.5, 0.99) == 0.0
    assert support(1.0, 1.0) < 20


def test_what_a_request_says_of_itself_is_measured() -> None:
    request = a_request(metadata={"task": "triage"}, output=OutputFormat("json"))
    assert asked_measures(request, request.metadata) == {
        "prompt": pytest.approx(math.log1p(len("What is the capital of France?"))),
        "json": 1.0,
        "tools": 0.0,
        "slice:task=triage": 1.0,
    }


def test_passages_that_were_found_make_no_prompt_longer() -> None:
    plain = a_request()
    long = Message("system", (TextPart("A passage. " * 500),))
    grounded = plain.rewritten(messages=(long, *plain.messages), grounds=Grounds("?", (), plain.messages))
    assert asked_measures(grounded, {}) == asked_measures(plain, {})


def test_the_chance_is_the_logistic_function_of_the_weighed_sum() -> None:
    terms = (Term("prompt", 2.0, mean=1.0, scale=4.0), Term("confidence:a", 1.0, logit=True))
    assert chance(terms, 0.5, {"prompt": 3.0, "confidence:a": 0.5}) == pytest.approx(1 / (1 + math.exp(-1.5)))


def test_what_is_not_known_counts_as_its_mean_and_another_slice_as_not_in_it() -> None:
    terms = (Term("confidence:a", 3.0, mean=2.0, logit=True), Term("slice:task=triage", 4.0, mean=0.25))
    assert chance(terms, 1.0, {"confidence:a": None, "slice:task=legal": 1.0}) == pytest.approx(0.5)
    assert chance(terms, 0.0, {"slice:other=legal": 1.0}) == pytest.approx(0.5)


def test_log_odds_of_certainty_are_bounded() -> None:
    assert weighable(1.0, logit=True) == pytest.approx(-weighable(0.0, logit=True))
    assert weighable(1.0, logit=True) < 14
    assert weighable(7.0, logit=False) == 7.0


def test_chances_far_out_stay_within_a_floats_range() -> None:
    assert chance((), 900.0, {}) == 1.0
    assert chance((), -900.0, {}) == 0.0


def test_an_answer_that_is_likely_to_do_no_harm_is_kept() -> None:
    answers = {"small": an_answer("B", logprobs=SURE), "large": an_answer("B", logprobs=SURE)}
    score = judge(a_request(), KEEPING, answers, "pr_1")
    assert (score.method, score.kept, score.least) == ("promise", True, pytest.approx(0.99))
    assert score.reasons == ("chance 0.999 is at least 0.9 (promise pr_1)",)


def test_one_that_the_other_voice_speaks_against_is_not() -> None:
    answers = {"small": an_answer("A", logprobs=SURE), "large": an_answer("B", logprobs=UNSURE)}
    score = judge(a_request(), KEEPING, answers, "pr_1")
    assert score.kept is False
    assert score.reasons[0].endswith("is below 0.9 (promise pr_1)")


def test_every_screen_must_be_passed() -> None:
    closed = msgspec.structs.replace(KEEPING, screens=(Screen((), 0.0, 0.6),))
    answers = {"small": an_answer("B", logprobs=SURE), "large": an_answer("B", logprobs=SURE)}
    assert judge(a_request(), closed, answers, "pr_1").reasons == ("chance 0.5 is below 0.6 (promise pr_1)",)


def test_the_forecast_is_a_measure() -> None:
    foreseen = Keeping(("a",), (Term("forecast", 1.0, logit=True),), 0.0, 0.8)
    answers = {"a": an_answer("B")}
    assert judge(a_request(), foreseen, answers, "pr_1", forecast=0.9).kept
    assert not judge(a_request(), foreseen, answers, "pr_1").kept


def test_a_voice_that_ceases_to_give_probabilities_is_not_kept() -> None:
    answers = {"small": an_answer("B", logprobs=SURE), "large": an_answer("B")}
    score = judge(a_request(), KEEPING, answers, "pr_1")
    assert (score.kept, score.value) == (False, None)
    assert score.reasons == ("confidence:large is not known (promise pr_1)",)


def test_faulty_form_and_a_missing_voice_keep_nothing() -> None:
    sure = an_answer("B", logprobs=SURE)
    missing = judge(a_request(), KEEPING, {"large": sure}, "pr_1")
    assert (missing.kept, missing.reasons) == (False, ("no answer of small to judge by (promise pr_1)",))
    broken = judge(a_request(), KEEPING, {"small": sure, "large": an_answer("B", finish="length")}, "pr_1")
    assert (broken.kept, broken.method) == (False, "structure")
    assert broken.reasons == ("large: cut off by the token limit",)
