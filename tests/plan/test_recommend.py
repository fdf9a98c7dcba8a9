from __future__ import annotations

import numpy as np
import pytest

from freehold.catalog.architectures import architectures
from freehold.plan.contest import Contest
from freehold.plan.likeness import Likeness
from freehold.plan.recommend import recommend
from freehold.plan.result import Bar, BreakEven, Interval, Recommendation, Result, Tornado
from freehold.plan.scenario import Alike, Option
from support.scenarios import api, cloud, hybrid, owned, scenario

FRONTIER, HOSTED = api("frontier", 2.5, 10.0), api("hosted", 0.2, 0.4, model="Llama 3.3 70B")
OPTIONS: tuple[Option, ...] = (FRONTIER, HOSTED, cloud(), owned(), hybrid())


def result(name: str, month: float = 0.0, refusal: str = "") -> Result:
    return Result(
        name=name,
        title=name.title(),
        kind="",
        model="",
        refusal=refusal,
        month=Interval(month, month * 0.9, month * 1.1),
        risk=f"The risk of {name}.",
    )


def said(
    months: dict[str, list[float]],
    *,
    tornado: Tornado | None = None,
    break_evens: tuple[BreakEven, ...] = (),
    refused: tuple[Result, ...] = (),
    alike: tuple[Alike, ...] = (),
    good_enough: tuple[str, ...] = (),
    options: tuple[Option, ...] = OPTIONS,
) -> Recommendation:
    likeness = Likeness(scenario(options=options, alike=alike, good_enough=good_enough), architectures())
    results = [result(name, float(np.mean(values))) for name, values in months.items()]
    drawn = {name: np.array(values) for name, values in months.items()}
    contest = Contest.of(options, results, drawn, likeness)
    return recommend(contest, likeness, refused, tornado, break_evens, "USD")


def test_the_cheapest_of_the_alike_is_named_with_its_cost_and_share_of_draws() -> None:
    found = said({"hosted": [100.0] * 4, "gpu": [200.0, 200.0, 200.0, 90.0], "frontier": [500.0] * 4})
    assert found.option == "hosted"
    assert found.sentences[0] == (
        "Hosted is the cheapest of the 3 options here: $100 a month ($90.00 to $110); among the 2 with Llama 3.3 70B "
        "it is so in 75 % of the draws."
    )


def test_what_is_recommended_is_the_cheapest_however_many_options_another_model_has() -> None:
    found = said({"hosted": [100.0], "gpu": [130.0], "box": [140.0], "frontier": [50.0]})
    assert found.option == "frontier"
    assert found.sentences[0] == "Frontier is the cheapest of the 4 options here: $50.00 a month ($45.00 to $55.00)."
    assert "frontier-1 are good enough for the work" in found.sentences[1]


def test_models_that_are_said_to_be_good_enough_come_before_cheaper_ones() -> None:
    months = {"hosted": [100.0], "gpu": [130.0], "frontier": [50.0], "cascade": [70.0]}
    found = said(months, good_enough=("Llama 3.3 70B",))
    assert found.option == "hosted"
    assert found.sentences[0].startswith(
        "Hosted is the cheapest of the 2 options that are said to answer well enough: $100"
    )
    assert not any(each.startswith("That holds if") for each in found.sentences)
    assert any(
        "Frontier (frontier-1, not said to be good enough) for $50.00 a month less" in x for x in found.sentences
    )


def test_a_difference_that_straddles_zero_is_too_close_to_call() -> None:
    near = said({"hosted": [100.0] * 10, "gpu": [*([120.0] * 6), *([80.0] * 4)]})
    assert "too close to call" in near.sentences[1]
    clear = said({"hosted": [100.0] * 10, "gpu": [120.0] * 10})
    assert clear.sentences[1] == "Gpu comes next and costs $20.00 a month more ($20.00 to $20.00)."


def test_another_model_is_never_called_equal() -> None:
    found = said({"hosted": [100.0], "gpu": [200.0], "frontier": [250.0], "cascade": [150.0]})
    [other] = [each for each in found.sentences if each.startswith("Not the same thing")]
    assert "no evaluation named here says how their answers compare with those of Llama 3.3 70B: Cascade (" in other
    assert "(the two models Llama-3.3-70B-Instruct + frontier-1) for $50.00 a month more; " in other
    assert other.endswith("Frontier (frontier-1) for $150 a month more.")


def test_of_many_other_models_the_cheapest_are_told() -> None:
    others = tuple(api(f"api-{number}", 1.0, 2.0, model=f"model-{number}") for number in range(8))
    months = {"hosted": [100.0], "gpu": [200.0]} | {each.name: [300.0 + at] for at, each in enumerate(others)}
    [other] = [each for each in said(months, options=(*OPTIONS, *others)).sentences if each.startswith("Not the same")]
    assert other.count("model-") == 5
    assert other.endswith("; and 3 dearer ones.")


def test_a_smaller_model_is_not_what_to_try_where_a_larger_one_does_not_do() -> None:
    small = api("small", 0.1, 0.2, model="Llama 3.1 8B")
    months = {"hosted": [100.0], "gpu": [200.0], "small": [150.0]}
    assert said(months, options=(*OPTIONS, small)).overturned_by == ()
    found = said({**months, "frontier": [500.0]}, options=(*OPTIONS, small))
    assert found.overturned_by == (
        "Answers of Llama 3.3 70B that are not good enough: try those of frontier-1, Frontier at $500 a month.",
    )


def test_an_option_without_its_like_stands_alone() -> None:
    found = said({"frontier": [50.0], "gpu": [200.0]})
    assert found.sentences[0].startswith("Frontier is the cheapest of the 2 options here: $50.00")
    alone = said({"frontier": [50.0]})
    assert alone.sentences[0].startswith("Frontier is the only option here: $50.00")
    assert alone.wins == {}


def test_it_says_where_prompts_go_and_what_keeping_them_would_cost() -> None:
    sent = said({"hosted": [100.0], "box": [300.0]})
    assert any("To keep them in the building, Box costs $200 a month more." in each for each in sent.sentences)
    nowhere = said({"hosted": [100.0], "gpu": [300.0]})
    assert any("No option here with the same model keeps prompts" in each for each in nowhere.sentences)
    assert "Prompts never leave the building." in said({"box": [1.0]}).sentences


def test_risk_and_refusals_are_told() -> None:
    found = said({"hosted": [100.0]}, refused=(result("box", refusal="39.6 GiB do not go into 24"),))
    assert "The risk of hosted." in found.sentences
    assert "Box is out: 39.6 GiB do not go into 24." in found.sentences


def test_nothing_to_be_had_recommends_nothing() -> None:
    found = said({}, refused=(result("box", refusal="it does not fit"),))
    assert found.option == ""
    assert found.sentences == ("None of the options can be had.", "Box is out: it does not fit.")
    assert found.wins == {}


def bar(at_low: float, at_high: float) -> Bar:
    return Bar(path="p", label="GPU hour", low_input=1.0, high_input=3.0, unit="USD", at_low=at_low, at_high=at_high)


@pytest.mark.parametrize(
    ("ends", "sentences"),
    [
        ((-20.0, 80.0), ("GPU hour at 1 USD: then Gpu costs $20.00 a month less than Hosted.",)),
        ((20.0, 80.0), ()),
    ],
)
def test_an_input_that_turns_the_order_round_overturns_it(
    ends: tuple[float, float], sentences: tuple[str, ...]
) -> None:
    tornado = Tornado(first="hosted", second="gpu", difference=30.0, bars=(bar(*ends),))
    found = said({"hosted": [100.0], "gpu": [130.0]}, tornado=tornado)
    assert found.overturned_by == sentences


def test_a_sentence_on_an_input_of_no_option_alone_begins_with_a_capital() -> None:
    moved = Bar(path="p", label="an hour of staff", low_input=45, high_input=120, unit="USD", at_low=-5, at_high=9)
    found = said(
        {"hosted": [100.0], "gpu": [130.0]},
        tornado=Tornado(first="hosted", second="gpu", difference=30.0, bars=(moved,)),
    )
    assert found.overturned_by[0].startswith("An hour of staff at 45 USD: then Gpu costs")


def crossing(first: str, second: str, at: float | None, now: float = 100.0) -> BreakEven:
    place = None if at is None else Interval(at, at, at)
    sentence = f"{first} against {second} at {at}."
    return BreakEven(
        first=first, second=second, variable="volume", path="", unit="", at=place, now=now, share=1.0, sentence=sentence
    )


def test_break_evens_of_the_recommended_option_are_told_the_nearest_first() -> None:
    found = said(
        {"hosted": [100.0], "gpu": [130.0], "frontier": [500.0]},
        break_evens=(
            crossing("hosted", "gpu", 500.0),
            crossing("hosted", "gpu", 50.0),
            crossing("hosted", "gpu", None),
            crossing("hosted", "gpu", 100_000.0),
            crossing("frontier", "gpu", 100.0),
            crossing("frontier", "hosted", 300.0),
        ),
    )
    assert found.overturned_by == (
        "hosted against gpu at 50.0.",
        "frontier against hosted at 300.0. The two are different models.",
        "hosted against gpu at 500.0.",
        "Answers of Llama 3.3 70B that are not good enough: try those of frontier-1, Frontier at $500 a month.",
    )


def test_an_evaluation_that_found_models_alike_is_named() -> None:
    found_alike = Alike(("Llama 3.3 70B", "frontier-1"), "runs/2026-11-20")
    found = said({"hosted": [100.0], "frontier": [130.0]}, alike=(found_alike,))
    assert found.sentences[0].startswith(
        "Hosted is the cheapest of the 2 options here: $100 a month ($90.00 to $110); among the 2 that answer equally "
        "well (runs/2026-11-20) it is so in 100 %"
    )
    assert not any("good enough" in each for each in found.sentences)


def test_what_no_cost_decides_is_said_where_models_differ() -> None:
    found = said({"hosted": [100.0], "gpu": [130.0], "frontier": [500.0]})
    assert (
        "That holds if the answers of Llama 3.3 70B are good enough for the work: try it on your own requests."
        in found.sentences
    )
