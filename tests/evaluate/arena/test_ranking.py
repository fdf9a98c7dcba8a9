from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2

from freehold.evaluate.arena.ranking import METHOD, PENALISED, rank
from support.voting import drawn, tally, vote

TRUTH = {"a": 1.0, "b": 0.0, "c": -1.0}


def test_many_votes_show_the_order_and_how_sure_it_is() -> None:
    [group] = rank(drawn(np.random.default_rng(0), TRUTH, 900)).groups
    assert [each.subject for each in group.ranked] == ["a", "b", "c"]
    assert [(each.best_rank, each.worst_rank) for each in group.ranked] == [(1, 1), (2, 2), (3, 3)]
    assert all(pair.decided and pair.more_votes is None for pair in group.pairs)
    assert group.method == METHOD
    first = group.ranked[0].rating
    assert first.low < 1000 + 400 / np.log(10) < first.high
    assert group.pairs[0].chance == pytest.approx(1 / (1 + np.exp(-1)), abs=0.06)


def test_few_votes_decide_nothing_and_say_how_many_would() -> None:
    [group] = rank(tally({("a", "b"): 12, ("b", "a"): 9})).groups
    [pair] = group.pairs
    assert (pair.stronger, pair.decided, pair.votes) == ("a", False, 21)
    # A share of 12 in 21 against a half, at 5 % and with power 0.8, takes some 380 votes in all.
    assert pair.more_votes is not None
    assert 300 < pair.more_votes < 420
    assert [(each.best_rank, each.worst_rank) for each in group.ranked] == [(1, 2), (1, 2)]
    assert any("without 3 of 21, a would not be before b" in warning for warning in group.warnings)


def test_votes_that_are_there_count_towards_those_that_are_needed() -> None:
    few, many = (rank(tally({("a", "b"): 12 * times, ("b", "a"): 9 * times})).groups[0].pairs[0] for times in (1, 5))
    assert few.more_votes is not None
    assert many.more_votes is not None
    assert few.more_votes - many.more_votes == pytest.approx(4 * 21, abs=4)


def test_as_many_more_votes_as_are_asked_for_do_tell() -> None:
    rng = np.random.default_rng(5)
    [group] = rank(tally({("a", "b"): 36, ("b", "a"): 24})).groups
    more = group.pairs[0].more_votes or 0
    told = 0
    for _ in range(60):
        wins = int(rng.binomial(more, 0.6))
        [again] = rank(tally({("a", "b"): 36 + wins, ("b", "a"): 24 + more - wins})).groups
        told += again.pairs[0].decided
    assert 0.65 <= told / 60 <= 0.95


def test_no_rank_goes_across_what_no_vote_joins() -> None:
    found = rank(tally({("a", "b"): 5, ("b", "a"): 3, ("x", "y"): 4, ("y", "x"): 4}))
    assert [{each.subject for each in group.ranked} for group in found.groups] == [{"a", "b"}, {"x", "y"}]
    assert "no chain of votes joins these 2 groups" in found.warnings[0]


def test_whoever_never_lost_is_said_to_be_only_guessed() -> None:
    [group] = rank(tally({("a", "b"): 6})).groups
    assert group.method == PENALISED
    assert any("only guessed" in warning for warning in group.warnings)
    assert np.isfinite(group.ranked[0].rating.high)


def test_so_few_votes_for_one_alone_as_chance_gives_decide_nothing() -> None:
    # All four of four are of one subject in an eighth of all cases, where both are alike.
    [group] = rank(tally({("a", "b"): 4})).groups
    [pair] = group.pairs
    assert not pair.decided
    assert pair.p == pytest.approx(0.055, abs=0.001)
    assert group.ranked[0].rating.low < 1000 < group.ranked[0].rating.high
    # Of two, the penalised strength is the log-odds of half a win more for each, and the ratio is had by hand.
    met = 8.5 / 9
    ratio = 2 * (8 * np.log(met / 0.5) + np.log(met * (1 - met) / 0.25) / 2)
    many = rank(tally({("a", "b"): 8})).groups[0].pairs[0]
    assert many.decided
    assert many.p == pytest.approx(chi2.sf(ratio, 1), rel=1e-6)


def test_who_won_every_vote_beside_others_that_did_not_is_held_to_the_same() -> None:
    votes = {("a", "b"): 3, ("a", "c"): 3, ("b", "c"): 2, ("c", "b"): 2}
    [group] = rank(tally(votes)).groups
    assert group.method == PENALISED
    found = {(pair.stronger, pair.weaker): pair for pair in group.pairs}
    assert not any(pair.decided for pair in found.values())
    assert found["b", "c"].p == pytest.approx(1)


def test_length_is_held_equal_where_votes_are_enough() -> None:
    rng = np.random.default_rng(4)
    votes = drawn(rng, {"a": 0.0, "b": 0.0}, 600, length=1.2)
    # `a` talks more, and is liked for that alone.
    longer = [
        each for each in votes if (each.left.style.length > each.right.style.length) == (each.left.subject == "a")
    ]
    rest = [each for each in votes if each not in longer][:60]
    [group] = rank([*longer, *rest]).groups
    plain = {each.subject: each.rating.value for each in group.ranked}
    assert plain["a"] - plain["b"] > 60
    adjusted = {each.subject: each.adjusted for each in group.ranked}
    assert adjusted["a"] is not None
    assert adjusted["a"].low < 1000 < adjusted["a"].high
    [effect] = group.style
    assert effect.name == "length"
    assert effect.low > 0


def test_too_few_votes_hold_nothing_equal_and_say_so() -> None:
    [group] = rank(drawn(np.random.default_rng(0), TRUTH, 12)).groups
    assert group.style == ()
    assert any("too few to hold length and style equal" in warning for warning in group.warnings)


def test_false_orders_are_rare() -> None:
    rng = np.random.default_rng(11)
    wrong = sum(
        any(pair.decided for pair in rank(drawn(rng, {"a": 0.0, "b": 0.0, "c": 0.0}, 90)).groups[0].pairs)
        for _ in range(120)
    )
    assert wrong <= 12


def test_one_persons_votes_are_called_that() -> None:
    found = rank([vote("a", "b", "tie", number=each) for each in range(4)])
    assert "100% of the votes are of one key" in found.warnings[0]


def test_no_votes_rank_nobody() -> None:
    assert rank([]).groups == ()
