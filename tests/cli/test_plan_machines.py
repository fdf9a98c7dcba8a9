"""``freehold plan machines``: the catalog, with its dates and sources."""

from __future__ import annotations

import json

import pytest

from freehold.catalog.offers import shipped
from support.commands import Terminal


@pytest.mark.parametrize("kind", ["clouds", "hardware", "electricity", "batches", "gpus", "architectures"])
def test_every_row_has_its_source(terminal: Terminal, kind: str) -> None:
    head, *rows = [line.split("\t") for line in terminal("plan", "machines", kind).out.splitlines()]
    assert head[-2:] == ["date", "source"]
    assert len(rows) == len(getattr(shipped(), kind))
    assert all(len(row) == len(head) and row[-1] for row in rows)


def test_old_prices_are_marked_and_what_a_chip_is_never_grows_old(terminal: Terminal) -> None:
    assert "(stale)" in terminal("plan", "machines", "clouds").out
    assert "(stale)" not in terminal("plan", "machines", "gpus").out


def test_rows_of_one_gpu_by_any_of_its_names(terminal: Terminal) -> None:
    rows = json.loads(terminal("plan", "machines", "clouds", "--gpu", "h100", "--json").out)
    assert rows
    assert len({row["gpu"] for row in rows}) == 1
    ran = terminal("plan", "machines", "clouds", "--gpu", "H1000")
    assert (ran.code, ran.out) == (1, "")
    assert "the nearest are" in ran.err
