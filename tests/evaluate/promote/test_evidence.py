from __future__ import annotations

import pytest

from freehold.core.errors import BadRequest
from freehold.evaluate.model import Result, Run, RunState, Scored, Settings, State
from freehold.evaluate.promote.evidence import check, common_scorer, trial_of


def run(
    subject: str, dataset: str = "ds_1", state: RunState = "done", scorers: tuple[str, ...] = ("exact",), key: str = "k"
) -> Run:
    return Run(f"run_{subject}", dataset, subject, state, key, 0, Settings(scorers=scorers))


def results(*values: float | None, state: State = "answered") -> list[Result]:
    return [Result(place, f"ex_{place}", state, scores={"exact": Scored(value)}) for place, value in enumerate(values)]


def test_pairs_are_made_by_example() -> None:
    trial = trial_of(results(1, 0, 1, None), results(1, 1, 0, 1)[1:], "exact", 0.1)

    assert (trial.pairs, trial.mean, trial.missed) == (2, 0.0, {"unread": 1})


def test_an_answer_that_failed_is_worth_nothing() -> None:
    trial = trial_of(results(1, 1), results(1, 1, state="failed"), "exact", 0.1)

    assert (trial.pairs, trial.mean) == (2, -1.0)


def test_examples_of_one_cluster_are_one_pair_of_the_mean_of_their_differences() -> None:
    trial = trial_of(
        results(1, 1, 1, 0), results(1, 0, 0, 1), "exact", 0.1, clusters={"ex_0": "one", "ex_1": "one", "ex_2": "one"}
    )
    assert trial.pairs == 2
    assert trial.total == pytest.approx(1 - 2 / 3)


def test_the_order_is_the_same_whoever_looks() -> None:
    before, after = results(*[1.0, 0.0] * 40), results(*[0.0, 0.0, 1.0, 1.0] * 20)

    assert trial_of(before, after, "exact", 0.1) == trial_of(before[::-1], after[::-1], "exact", 0.1)


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (run("old"), run("new", dataset="ds_2"), "different datasets"),
        (run("old"), run("other"), "is of other, and new is to be promoted"),
        (run("old", state="running"), run("new"), "is running"),
        (run("old"), run("new", key=""), "brought from elsewhere"),
    ],
)
def test_runs_that_cannot_be_set_beside_each_other(first: Run, second: Run, said: str) -> None:
    with pytest.raises(BadRequest, match=said):
        check(first, second, "new")


def test_the_scorer_is_the_one_that_both_have() -> None:
    both = run("old", scorers=("exact", "f1")), run("new", scorers=("f1",))

    assert common_scorer(*both) == "f1"
    with pytest.raises(BadRequest, match="say by which scorer"):
        common_scorer(run("old", scorers=("exact", "f1")), run("new", scorers=("exact", "f1")))
    with pytest.raises(BadRequest, match="not both scored by exact"):
        common_scorer(*both, "exact")
