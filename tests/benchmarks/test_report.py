"""The table says what was measured, and nothing that was not."""

from __future__ import annotations

from benchmarks.measures import Measured, medians
from benchmarks.processes import Machine
from benchmarks.report import Report, heading, table

MACHINE = Machine("A processor", 2, 8.0, "Linux 6", "3.12.1", pinned=True, busy=0.1)


def report(**measures: Measured) -> Report:
    return Report("2026-01-02 03:04", "0.1.0", MACHINE, {}, measures)


def test_contenders_stand_side_by_side() -> None:
    rows = {"Freehold": {"per_second": 4321.4, "of_nginx": 0.2}, "nginx": {"per_second": 20000.0, "of_nginx": 1.0}}
    lines = table(report(requests=Measured(rows))).splitlines()
    assert [cell.strip() for cell in lines[0].split("|")[3:-1]] == ["Freehold", "nginx"]
    assert [cell.strip() for cell in lines[2].split("|")[1:-1]] == [
        "requests/s, 32 connections",
        "at least 3,000",
        "4,321",
        "20,000",
    ]
    assert len({len(line) for line in lines}) == 1


def test_what_was_not_measured_has_no_line_and_no_cell() -> None:
    rows = {"Freehold": {"first_s": 0.5}, "nginx": {"kb": 1.0}}
    text = table(report(start=Measured(rows)))
    assert "requests/s" not in text
    assert [cell.strip() for cell in text.splitlines()[2].split("|")[1:-1]][2:] == ["0.50", ""]


def test_the_median_of_each_number_counts() -> None:
    assert medians({"a": [{"x": 1.0}, {"x": 9.0}, {"x": 2.0}]}) == {"a": {"x": 2.0}}


def test_the_heading_names_the_machine() -> None:
    assert "A processor, 2 cores" in heading(report())
    assert "load before 0.1" in heading(report())
