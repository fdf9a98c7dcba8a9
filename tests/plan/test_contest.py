from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from freehold.catalog.architectures import architectures
from freehold.plan.contest import Contest, month
from freehold.plan.likeness import Likeness
from freehold.plan.result import BreakEven, Interval, LoadPoint, Result, Sizing
from freehold.plan.scenario import Option
from support.scenarios import api, cloud, owned, scenario

FRONTIER = api("frontier", 2.5, 10.0)
OPTIONS = (FRONTIER, api("hosted", 0.2, 0.4, model="Llama 3.3 70B"), cloud(), owned())


def contest(options: tuple[Option, ...] = OPTIONS, **months: list[float]) -> Contest:
    """The option's mean month is the median of its draws."""
    drawn = {name: np.array(values) for name, values in months.items()}
    results = [
        Result(name=name, title=name.title(), kind="", model="", month=Interval(float(np.median(values)), 0.0, 0.0))
        for name, values in drawn.items()
    ]
    return Contest.of(options, results, drawn, Likeness(scenario(options=options), architectures()))


def test_the_cheapest_of_all_is_the_best_and_its_group_comes_first() -> None:
    found = contest(frontier=[6.0, 6.0], gpu=[9.0, 9.0], hosted=[5.0, 5.0], box=[7.0, 7.0])
    assert found.groups == (("hosted", "box", "gpu"), ("frontier",))
    assert (found.best, found.rival) == ("hosted", "box")
    assert found.alike("hosted", "gpu")
    assert not found.alike("hosted", "frontier")
    assert set(found.equals) == {"frontier", "gpu", "hosted", "box"}
    cheap = contest(frontier=[1.0, 1.0], gpu=[9.0, 9.0], hosted=[5.0, 5.0])
    assert (cheap.best, cheap.rival) == ("frontier", "hosted")


def test_what_is_said_to_be_good_enough_comes_before_cost() -> None:
    results = [
        Result(name=name, title=name, kind="", model="", month=Interval(month, month, month))
        for name, month in (("frontier", 1.0), ("hosted", 5.0), ("gpu", 9.0))
    ]
    drawn = {each.name: np.array([1.0]) for each in results}
    made = scenario(options=OPTIONS, good_enough=("Llama 3.3 70B",))
    found = Contest.of(OPTIONS, results, drawn, Likeness(made, architectures()))
    assert found.groups == (("hosted", "gpu"), ("frontier",))
    assert found.equals == ("hosted", "gpu")


def test_among_groups_of_one_the_cheapest_comes_first() -> None:
    found = contest(frontier=[1.0], gpu=[9.0])
    assert (found.best, found.rival) == ("frontier", "gpu")


def test_the_best_competes_with_all_and_of_the_others_the_cheapest_of_each_kind() -> None:
    options = (*OPTIONS, cloud("dear"), api("small", 1.0, 2.0, model="Qwen3-8B"))
    prices = {"hosted": 5.0, "gpu": 7.0, "dear": 9.0, "box": 8.0, "frontier": 6.0, "small": 5.5}
    found = contest(options, **{name: [price] for name, price in prices.items()})
    assert found.best == "hosted"
    assert set(found.pairs()) == {
        ("hosted", "gpu"),
        ("hosted", "box"),
        ("hosted", "dear"),  # the best's own
        ("frontier", "gpu"),
        ("frontier", "box"),
        ("gpu", "box"),
        ("gpu", "small"),
        ("box", "small"),
    }


def test_where_others_than_the_best_cost_the_same_nowhere_is_not_told() -> None:
    def at(first: str, second: str, where: Interval | None) -> BreakEven:
        return BreakEven(
            first=first, second=second, variable="price", path="", unit="", at=where, share=1.0, sentence=""
        )

    here = Interval(2.0, 1.0, 3.0)
    lost, told = at("frontier", "gpu", None), at("frontier", "box", here)
    mine = at("hosted", "gpu", None)
    found = contest(frontier=[6.0], hosted=[5.0], gpu=[7.0], box=[8.0])
    assert found.telling([lost, told, mine]) == (mine, told)


def test_what_falls_short_of_the_objectives_comes_after_what_keeps_them() -> None:
    here = Interval(0.1, 0.1, 0.1)
    peak = LoadPoint(requests_a_second=1.0, ttft_s=here, tpot_s=here, concurrency=1.0, holds=False)
    sizing = Sizing(
        replicas=1,
        spares=0,
        gpus=4,
        replicas_last_month=1,
        utilisation=1.0,
        bound_by="",
        memory="",
        evidence="",
        loads=(peak,),
        peak=peak,
    )
    said = cloud("said")
    said = replace(said, server=replace(said.server, replicas=1))
    results = [
        Result(name=name, title=name, kind="", model="", month=Interval(month, month, month), sizing=sizing)
        for name, month in (("said", 1.0), ("gpu", 9.0), ("frontier", 5.0))
    ]
    drawn = {each.name: np.array([1.0]) for each in results}
    options = (said, cloud(), FRONTIER)
    found = Contest.of(options, results, drawn, Likeness(scenario(options=options), architectures()))
    assert found.groups == (("frontier",), ("gpu", "said"))
    assert found.equals == ("gpu", "frontier")
    alone = Contest.of((said, FRONTIER), results, drawn, Likeness(scenario(options=options), architectures()))
    assert alone.groups == (("frontier",), ("said",))


def test_wins_are_shares_of_draws_within_a_group() -> None:
    found = contest(frontier=[1.0] * 4, hosted=[5.0, 5.0, 5.0, 20.0], gpu=[9.0, 4.0, 9.0, 9.0])
    assert found.wins() == {"hosted": 0.5, "gpu": 0.5}  # The frontier has no like.


def test_a_draw_in_which_none_can_be_had_is_nobodys() -> None:
    found = contest(gpu=[5.0, np.inf, np.inf, 5.0], box=[7.0, np.inf, 7.0, 7.0])
    assert found.wins() == {"gpu": 0.5, "box": 0.25}


def test_a_difference_is_paired_draw_by_draw() -> None:
    found = contest(hosted=[1.0, 100.0, 50.0], gpu=[2.0, 101.0, 51.0])
    gap = found.difference("hosted", "gpu")
    assert (gap.value, gap.low, gap.high) == pytest.approx((1, 1, 1))


def test_nothing_that_can_be_had_has_no_best() -> None:
    found = contest()
    assert (found.best, found.rival) == ("", "")


def test_an_options_month_is_its_value() -> None:
    assert month(contest(gpu=[3.0]).results["gpu"]) == 3.0
