from __future__ import annotations

from freehold.catalog.promises import Promise
from freehold.evaluate.watch.audits import Standing
from freehold.evaluate.watch.differences import Calibrated
from freehold.evaluate.watch.differences import begun as compared_with
from freehold.evaluate.watch.health import begun
from freehold.evaluate.watch.watched import watched

PROMISE = Promise("pr_1", "auto", "2026-11-22", "single", "away", None, single="home", harm=0.05)


def test_all_that_is_known_is_told() -> None:
    health = begun("pr_1", "auto", 0.05, 0.025).after(harmed=True, audited=True, chance=0.1, looked=0.5)
    slices = {"task=law": Calibrated(60, 5), "task=code": Calibrated(40, 3)}
    differences = compared_with(Calibrated(100, 8), slices, 0.05)
    assert differences is not None
    differences = differences.after({"task": "law"}, differs=True, audited=True, looked=0.5)
    told = watched(PROMISE, Standing(health, differences), (7, 2), days=30, acts=True)

    assert (told.audited, told.harmed, told.measured) == (1, 1, 2.0)
    assert told.low < told.measured
    assert (told.e_needed, told.alarmed, told.alarmed_ns) == (40.0, False, None)
    assert 0 < told.strength < 1
    assert (told.feedback, told.feedback_bad, told.feedback_days) == (7, 2, 30)
    assert told.differences is not None
    assert (told.differences.all.size, told.differences.all.differed, told.differences.all.share) == (100, 8, 2.0)
    assert (told.differences.slices["task=law"].differs, told.differences.slices["task=code"].differs) == (1, 0)
    assert told.differences.acts


def test_without_a_calibration_nothing_is_compared() -> None:
    standing = Standing(begun("pr_1", "auto", 0.05, 0.025), None)

    assert watched(PROMISE, standing, (0, 0), days=30, acts=False).differences is None
