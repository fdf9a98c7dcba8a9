"""The page on machines has every row of the catalog, with its date and its source."""

from __future__ import annotations

import pytest

from freehold.catalog.offers import shipped
from tools.machines import machines
from tools.reference import page, table

LINES = machines(page, table).splitlines()


@pytest.mark.parametrize("kind", ["gpus", "clouds", "hardware", "electricity", "batches"])
def test_every_row_is_there_with_date_and_source(kind: str) -> None:
    rows = getattr(shipped(), kind)
    for row in rows:
        name = getattr(row, "instance", None) or row.name if hasattr(row, "name") else row.provider
        found = [line for line in LINES if f"| {name} |" in line or f"| `{name}` |" in line]
        assert any(row.date in line and row.source in line for line in found), name


def test_each_kind_has_its_heading() -> None:
    headings = [line for line in LINES if line.startswith("## ")]
    assert headings == [
        "## GPUs and accelerators",
        "## Apple's chips",
        "## Other chips that share their memory with a processor",
        "## Processors",
        "## Rented, by the hour",
        "## To buy",
        "## Electricity",
        "## Batch discounts",
    ]
