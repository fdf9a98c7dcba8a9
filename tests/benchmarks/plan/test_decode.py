"""The benchmark of decode speed measures itself and the rules of thumb on the same rows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.goals import DATA
from benchmarks.plan.decode import by_device, covered, flat, measure, scaled, shipped
from freehold.catalog.gpus import gpu
from freehold.plan.capacity.decode import work
from tools.decode import Row, read, unclear


def row(name: str, size: float, share: float, *, held_out: bool = False) -> Row:
    """A card that reaches `share` of its bandwidth."""
    asked = work(gpu(name), size, 0, "f16")
    seconds = float(asked.weights_gb / asked.bandwidth) / share
    return Row(gpu(name), "cuda", "f16", asked, True, seconds, held_out)


ROWS = [row("RTX 3090", 8, 0.5), row("RTX 3090", 16, 0.5), row("RTX 4090", 8, 0.8), row("L4", 8, 0.8)]


def test_the_rule_of_thumb_is_off_by_the_share_it_does_not_know() -> None:
    assert list(flat(ROWS)) == pytest.approx([0.1, 0.1, abs(0.55 / 0.8 - 1), abs(0.55 / 0.8 - 1)])


def test_the_fitted_share_is_that_of_the_other_devices() -> None:
    assert scaled(ROWS)[0] == pytest.approx(0.6)
    assert scaled(ROWS)[2] == pytest.approx(abs(0.5 / 0.8 - 1))


def test_each_device_counts_once() -> None:
    assert by_device(ROWS, np.array([0.1, 0.3, 0.6, 0.3])) == pytest.approx((0.2 + 0.6 + 0.3) / 3)


def test_the_interval_of_a_device_is_as_wide_as_the_errors_of_the_others() -> None:
    assert covered(ROWS, np.array([0.1, 0.1, 0.1, 0.1])) == 1
    assert covered(ROWS, np.array([0.9, 0.9, 0.1, 0.1])) == 0.5


def test_what_is_shipped_is_asked_as_a_user_asks() -> None:
    assert float(shipped([row("RTX 4090", 8, 0.85, held_out=True)]).mean()) < 0.15


def test_the_shipped_constants_meet_the_data() -> None:
    """Leaving devices out takes too long here; what is shipped has seen them all, and is held to the same tenth."""
    if not (DATA / "local" / "decode_speed.csv").exists():
        pytest.skip("the measurement data is not there")
    rows = [each for each in read(DATA)[0] if not unclear(each)]
    assert float(shipped(rows).mean()) < 0.10


def test_without_data_it_is_said_which_file_is_missing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"decode_speed\.csv"):
        next(iter(measure(tmp_path)))
