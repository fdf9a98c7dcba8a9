from __future__ import annotations

import numpy as np

from freehold.evaluate.watch.differences import Calibrated, Differences, begun


def fed(made: Differences, share: float, size: int, seed: int = 1, task: str = "law") -> Differences:
    source = np.random.default_rng(seed)
    for value in source.random(size):
        made = made.after({"task": task}, differs=bool(value < share), audited=True)
    return made


def started(size: int = 300, differed: int = 24, **slices: Calibrated) -> Differences:
    made = begun(Calibrated(size, differed), {f"task={name}": each for name, each in slices.items()}, 0.05)
    assert made is not None
    return made


def test_more_differences_than_there_were_are_told() -> None:
    found = fed(started(), 0.3, 200)

    assert found.warned
    assert "for all requests" in found.says()
    assert "24 of 300 of the calibration's did" in found.says()


def test_as_many_as_there_were_are_not() -> None:
    found = fed(started(), 0.08, 400)

    assert not found.warned
    assert found.says().startswith("no sign")
    assert 0.05 < found.every.share < 0.11


def test_a_calibration_that_was_lucky_warns_no_more_often_than_its_rate() -> None:
    """The calibration and the stream come from one source, and the calibration is as small as it is."""
    warned = 0
    for seed in range(80):
        differed = int(np.random.default_rng(seed).binomial(200, 0.1))
        warned += fed(started(200, differed), 0.1, 250, seed + 1000).warned
    assert warned <= 6


def test_a_slice_is_told_apart() -> None:
    made = started(200, 20, law=Calibrated(100, 10), code=Calibrated(100, 10))
    found = fed(fed(made, 0.0, 200, task="code"), 0.45, 120, task="law")

    assert found.slices["task=law"].doubt.rejects
    assert not found.slices["task=code"].doubt.rejects
    assert "task=law" in found.says()


def test_what_is_seldom_looked_at_counts_the_more() -> None:
    made = started()
    for differs, audited in ((True, True), (False, True), (False, False), (False, False)):
        made = made.after({}, differs=differs, audited=audited, looked=0.5)

    assert (made.every.chosen, made.every.audited, made.every.differs) == (4, 2, 1)
    assert made.every.share == 0.5


def test_what_is_too_little_is_not_compared_with() -> None:
    assert begun(Calibrated(10, 1), {}, 0.05) is None
    assert started(100, 5, law=Calibrated(90, 5), code=Calibrated(10, 0)).slices == {}
