"""What may be spent: held against a plain reading of what is held back, over every mix of budgets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.core.limits import MOST, Budget, Claim, Worst
from freehold.core.money import Nanodollars
from freehold.ledger.limits.account import Account
from freehold.ledger.limits.grant import RULE, Spent, grant, total
from freehold.ledger.limits.periods import Span

DAY = Span(0, 86_400 * 10**9)


def account(amount: int, *, spent: int = 0, held: int = 0, scope="key", subject="k", when_spent="refuse") -> Account:
    budget = Budget(
        id=f"{scope}:{subject}:{amount}:{when_spent}",
        scope=scope,
        subject=subject,
        amount=Nanodollars(amount),
        period="day",
        when_spent=when_spent,
    )
    found = Account(budget, DAY, spent)
    if held:
        found.hold("another", held)
    return found


def worst(target: str = "t", amount: int = 10, *, owned: bool = False) -> Worst:
    return Worst(target, owned, Nanodollars(amount))


def claim(*worsts: Worst) -> Claim:
    return Claim("e", "k", None, "r", 0, worsts)


def test_what_all_targets_may_cost_is_added_up():
    both = [worst("a", 10), worst("b", 30)]
    assert (total(both), total(both[:1]), total([])) == (40, 10, 0)
    assert total([worst("a", MOST), worst("b", MOST)]) == MOST


@pytest.mark.parametrize(("spent", "held", "fits"), [(0, 0, True), (90, 0, True), (91, 0, False), (45, 46, False)])
def test_what_is_spent_and_what_is_held_back_are_both_gone(spent, held, fits):
    budget = account(100, spent=spent, held=held)
    if fits:
        assert grant(claim(worst(amount=10)), [budget], []).granted.amount == 10
    else:
        with pytest.raises(Spent) as refused:
            grant(claim(worst(amount=10)), [budget], [])
        assert refused.value.account is budget


def test_what_costs_nothing_is_granted_though_a_budget_is_overdrawn():
    assert grant(claim(worst(amount=0)), [account(10, spent=99)], []).granted.amount == 0


def test_a_budget_that_leaves_owned_targets_does():
    home, away = worst("home", 0, owned=True), worst("away", 10)
    decided = grant(claim(home, away), [account(5, when_spent="owned")], [])
    assert [(each.target, each.rule) for each in decided.granted.refusals] == [("away", RULE)]
    assert decided.granted.amount == 0
    with pytest.raises(Spent):
        grant(claim(away), [account(5, when_spent="owned")], [])


def test_a_hard_budget_refuses_what_the_owned_ones_would_have_answered():
    with pytest.raises(Spent):
        grant(claim(worst("home", 0, owned=True), worst("away", 10)), [account(5)], [])


def test_a_targets_budget_refuses_that_target_alone():
    spent = account(5, scope="target", subject="a")
    decided = grant(claim(worst("a", 10), worst("b", 20)), [account(100)], [spent])
    assert [each.target for each in decided.granted.refusals] == ["a"]
    assert decided.granted.amount == 20
    with pytest.raises(Spent) as refused:
        grant(claim(worst("a", 10)), [], [spent])
    assert refused.value.account is spent


def test_a_target_with_two_budgets_must_fit_both():
    day, week = account(5, scope="target", subject="a"), account(50, scope="target", subject="a")
    assert len(grant(claim(worst("a", 10), worst("b", 1)), [], [week, day]).granted.refusals) == 1


amounts = st.integers(0, 60)
worsts = st.lists(
    st.builds(worst, st.sampled_from("abcd"), amounts, owned=st.booleans()), min_size=1, max_size=4,
    unique_by=lambda each: each.target,
)  # fmt: skip
shared = st.lists(
    st.builds(
        account, st.integers(0, 150), spent=amounts, held=amounts, when_spent=st.sampled_from(["refuse", "owned"])
    ),
    max_size=3,
)
own = st.lists(
    st.builds(account, st.integers(0, 80), spent=amounts, scope=st.just("target"), subject=st.sampled_from("abcd")),
    max_size=3,
)


@given(worsts=worsts, shared=shared, own=own)
def test_no_hard_budget_is_ever_asked_for_more_than_it_has(worsts, shared, own):
    try:
        decided = grant(claim(*worsts), shared, own)
    except Spent:
        return
    refused = {each.target for each in decided.granted.refusals}
    left = [each for each in worsts if each.target not in refused]
    assert left
    for budget, amount in decided.holds:
        paying = [each for each in left if budget.budget.scope != "target" or each.target == budget.budget.subject]
        assert amount == total(paying)
        only_owned = budget.budget.when_spent == "owned" and all(each.owned for each in paying)
        assert amount <= max(0, budget.left) or amount == 0 or only_owned
    assert {id(each) for each, _ in decided.holds} >= {id(each) for each in shared}
    assert decided.granted.amount == total(left)
