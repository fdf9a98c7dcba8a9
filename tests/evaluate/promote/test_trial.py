from __future__ import annotations

import numpy as np
import pytest

from freehold.evaluate.promote.trial import FEWEST, begun


def differences(shift: float, size: int, seed: int = 1) -> list[float]:
    return list(np.clip(np.random.default_rng(seed).choice([-1.0, 0.0, 1.0], size, p=[0.1, 0.8, 0.1]) + shift, -1, 1))


def test_a_candidate_that_is_as_good_is_found_fit() -> None:
    trial = begun(0.1).after(differences(0.0, 2000))

    assert trial.verdict == "fit"
    assert "not worse by 0.1" in trial.says()


def test_a_candidate_that_is_much_worse_is_found_unfit() -> None:
    assert begun(0.05).after(differences(-0.3, 2000)).verdict == "unfit"


def test_nothing_is_decided_by_a_handful() -> None:
    trial = begun(0.5).after([1.0] * (FEWEST - 1))

    assert trial.verdict == "open"
    assert trial.after([1.0]).verdict == "fit"


def test_an_open_trial_says_how_much_more_it_takes() -> None:
    trial = begun(0.05).after(differences(0.0, 60))

    assert trial.verdict == "open"
    assert trial.more() > 100
    assert f"about {trial.more()} more pairs" in trial.says()
    assert trial.more() > trial.after(differences(0.0, 100, seed=2)).more()


def test_the_order_of_giving_does_not_matter_to_the_value() -> None:
    values = differences(0.0, 50)

    assert begun(0.05).after(values).better.log_e == pytest.approx(
        begun(0.05).after(values[:20]).after(values[20:]).better.log_e
    )


def test_what_could_not_be_had_is_counted_and_no_pair() -> None:
    trial = begun(0.05).without("label").without("label").without("failed")

    assert trial.missed == {"label": 2, "failed": 1}
    assert trial.pairs == 0
    assert trial.says() == "no pair has been seen yet"


@pytest.mark.parametrize(("margin", "alpha"), [(0.0, 0.05), (1.0, 0.05), (0.02, 0.0)])
def test_nonsense_is_refused(margin: float, alpha: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        begun(margin, alpha)


def test_a_candidate_that_is_worse_by_the_margin_is_seldom_found_fit() -> None:
    wrong = sum(begun(0.1).after(differences(-0.1, 400, seed)).verdict == "fit" for seed in range(60))

    assert wrong <= 6
