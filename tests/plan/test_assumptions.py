from __future__ import annotations

import pytest

from freehold.plan.assumptions import assumptions, label
from freehold.plan.draws import inputs
from support.scenarios import scenario


def test_every_input_is_a_row() -> None:
    made = scenario()
    rows = {row.path: row for row in assumptions(made)}
    quantities = inputs(made)
    assert list(rows) == [each.path for each in quantities]
    price = rows["options.gpu.price_gpu_hour"]
    assert (price.value, price.low, price.high) == pytest.approx((2.0, 2.0 / 1.2, 2.4))
    assert (price.unit, price.source, price.stale) == ("USD/GPU hour", "test", False)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("workload.requests_a_day", "volume"),
        ("workload.prompt_tokens", "prompt tokens"),
        ("options.gpu.people.hours_a_month", "Rented A100s: hours of staff a month"),
        ("options.gone.price_kwh", "gone: electricity"),
    ],
)
def test_an_input_has_a_name_for_readers(path: str, said: str) -> None:
    assert label(scenario(), path) == said
