"""Claims, checked."""

from __future__ import annotations

from msgspec.structs import replace

from freehold.plan.report.sections.claims import claims
from freehold.plan.result import Interval
from support.plans import moderate


def test_each_verdict_has_its_sign_and_a_single_number_no_range() -> None:
    plan = moderate()
    [made] = claims(plan)
    assert [made.count(f'class="badge {tone}"') for tone in ("good", "bad", "warn")] == [1, 1, 1]
    assert "Computed: 85 to 118 USD/day." in made
    exact = replace(plan, claims=(replace(plan.claims[0], computed=Interval(100, 100, 100)),))
    assert "Computed" not in next(claims(exact))


def test_without_claims_there_is_no_section() -> None:
    assert list(claims(replace(moderate(), claims=()))) == []
