"""From what came of asking to what is kept of it."""

from __future__ import annotations

import math

from freehold.core.event import Answer, Choice, TokenLogprob, Usage
from freehold.core.money import Nanodollars
from freehold.core.record import Score
from freehold.core.request import OutputFormat
from freehold.evaluate.model import Asked, Evidence, Example
from freehold.evaluate.runs.outcome import evidence_of, repeated, result_of
from support.evaluated import request
from support.exchanges import AWAY, HOME, attempt

EXAMPLE = Example("ex_1", request(1))
SURE = Choice(text="yes", finish="stop", logprobs=[TokenLogprob("yes", math.log(0.5))])


def test_an_answer_is_kept_with_what_all_of_it_took_and_what_can_be_known_of_it() -> None:
    doubtful = attempt(1, HOME, shown=False, started_ns=10**9, score=Score("confidence", 0.1, kept=False))
    sure = attempt(2, AWAY, started_ns=10**9 + 40_000_000, first_ms=5.0, usage=Usage(input=7, output=3))
    asked = Asked(
        "answered", Answer(choices=[SURE]), (doubtful, sure), "away", label="internal", exchange="fh_1",
        cost=Nanodollars(5), total_ms=90.0,
    )  # fmt: skip
    result = result_of(3, EXAMPLE, asked)
    assert (result.place, result.example, result.state, result.text) == (3, "ex_1", "answered", "yes")
    assert (result.target, result.owned, result.escalated, result.asked) == ("away", False, True, ("home", "away"))
    assert (result.cost, result.input_tokens, result.output_tokens) == (5, 107, 23)
    assert (result.first_ms, result.total_ms) == (45.0, 90.0)
    assert result.evidence == Evidence(0.5, 0.5, sound=True)
    assert result.answer is not None
    assert result.answer.choices[0].logprobs == [], "they are many times the text, and said already"
    assert SURE.logprobs, "and whoever asked keeps theirs"


def test_what_failed_has_its_error_and_no_evidence() -> None:
    result = result_of(0, EXAMPLE, Asked("failed", attempts=(attempt(shown=False, usage=None),), error="it is down"))
    assert (result.state, result.text, result.answer, result.error) == ("failed", "", None, "it is down")
    assert (result.first_ms, result.evidence, result.escalated) == (None, Evidence(), False)


def test_where_the_caller_got_no_probabilities_the_cascades_score_tells() -> None:
    plain = Answer(choices=[Choice(text="yes", finish="stop")])
    scored = attempt(score=Score("confidence", 0.9, kept=True, least=0.4))
    assert evidence_of(request(1), plain, scored) == Evidence(0.9, 0.4)
    assert evidence_of(request(1), plain, attempt(score=Score("agreement", 0.9, kept=True))) == Evidence()


def test_a_form_that_is_at_fault_is_not_sound() -> None:
    wants = request(1, output=OutputFormat("json"))
    assert not evidence_of(wants, Answer(choices=[Choice(text="no json", finish="stop")])).sound


def test_what_an_earlier_run_paid_is_saved() -> None:
    asked = Asked("answered", Answer(choices=[SURE]), (attempt(),), cost=Nanodollars(5))
    again = repeated(7, Example("ex_2", request(1)), result_of(3, EXAMPLE, asked))
    assert (again.place, again.example, again.cost, again.saved, again.repeated) == (7, "ex_2", 0, 5, True)
    assert repeated(8, EXAMPLE, again).saved == 5
