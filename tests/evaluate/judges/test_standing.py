from __future__ import annotations

import msgspec
import pytest

from freehold.core.errors import UnknownModel
from freehold.evaluate.judges.model import Certificate, KeptJudge
from freehold.evaluate.judges.standing import standing_of
from support.judging import RATER

PASSED = Certificate(RATER.id, True, "2026-01-01", "gold_1", 100, (), standing="m1")


def test_a_certificate_that_holds_certifies() -> None:
    assert standing_of(KeptJudge(RATER, 0, PASSED), lambda _model: "m1").certified


@pytest.mark.parametrize(
    ("certificate", "why"),
    [
        (None, "is not certified"),
        (msgspec.structs.replace(PASSED, judge="jd_other"), "has changed"),
        (
            msgspec.structs.replace(PASSED, passed=False, why="agreement is 0.5"),
            r"did not pass on 2026-01-01: agreement",
        ),
        (msgspec.structs.replace(PASSED, standing="m0"), "another model"),
    ],
)
def test_anything_else_does_not_and_says_why(certificate: Certificate | None, why: str) -> None:
    found = standing_of(KeptJudge(RATER, 0, certificate), lambda _model: "m1")
    assert not found.certified
    assert why.removeprefix("r") in found.why


def test_a_model_that_nobody_knows_is_not_vouched_for() -> None:
    assert not standing_of(KeptJudge(RATER, 0, PASSED), None).certified


def test_a_model_that_is_gone_is_not_vouched_for() -> None:
    def gone(_model: str) -> str:
        raise UnknownModel("there is none")

    assert "another model" in standing_of(KeptJudge(RATER, 0, PASSED), gone).why
