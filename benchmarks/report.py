"""The table that a person reads, made from what was measured."""

from __future__ import annotations

import msgspec

from benchmarks.measures import Measured
from benchmarks.processes import Machine


class Report(msgspec.Struct):
    """Everything of one run, as it is written to the JSON file."""

    taken: str
    """Date and time, UTC."""
    version: str
    machine: Machine
    plan: dict[str, float]
    measures: dict[str, Measured]


class Column(msgspec.Struct, frozen=True):
    """One line of the table: which number of which measure, how to write it, and what Freehold is held to."""

    title: str
    measure: str
    key: str
    form: str = "{:,.1f}"
    goal: str = ""

    @property
    def shown(self) -> str:
        """The title as Markdown shows it: an inset line keeps a dash, since leading space is lost."""
        return self.title.replace("  ", "- ")


LINES = (
    Column("requests/s, 32 connections", "requests", "per_second", "{:,.0f}", "at least 3,000"),
    Column("  share of nginx by default, same run", "requests", "of_plain", "{:.2f}", "at least 0.12"),
    Column("  share of nginx with kept connections", "requests", "of_nginx", "{:.2f}"),
    Column("  processor time a request, µs", "requests", "cpu_us", "{:,.0f}"),
    Column("  slowest 1 %, ms", "requests", "p99_ms"),
    Column("  failed requests", "requests", "failed", "{:,.0f}", "0"),
    Column("added at one connection, p50 ms", "latency", "added_p50_ms", "{:.2f}", "under 1"),
    Column("added at one connection, p99 ms", "latency", "added_p99_ms", "{:.2f}", "under 5"),
    Column("streams: gap between frames, p99 ms", "streams", "gap_p99_ms", goal="under 50"),
    Column("  longest gap, ms", "streams", "gap_max_ms"),
    Column("  upstream to reader, p99 ms", "streams", "lag_p99_ms"),
    Column("  delay of the first frame, p50 ms", "streams", "first_p50_ms"),
    Column("  frames/s", "streams", "frames_per_second", "{:,.0f}"),
    Column("  processor time a frame, µs", "streams", "cpu_us", "{:,.0f}"),
    Column("  frames lost", "streams", "lost", "{:,.0f}", "0"),
    Column("translated streams: gap, p99 ms", "cross", "gap_p99_ms"),
    Column("  upstream to reader, p99 ms", "cross", "lag_p99_ms"),
    Column("  processor time a frame, µs", "cross", "cpu_us", "{:,.0f}"),
    Column("  frames lost", "cross", "lost", "{:,.0f}", "0"),
    Column("memory a live stream, kB", "memory", "kb_a_stream", goal="under 60"),
    Column("memory when idle, MB", "memory", "idle_mb", "{:,.0f}"),
    Column("memory growth over many requests, %", "growth", "growth_percent", "{:+.1f}", "under 5"),
    Column("  requests", "growth", "requests", "{:,.0f}"),
    Column("start to ready, first time, s", "start", "first_s", "{:.2f}", "under 1.5"),
    Column("start to ready, later, s", "start", "again_s", "{:.2f}"),
    Column("import freehold, s", "import", "import_s", "{:.3f}", "under 0.3"),
    Column("import the whole command, s", "import", "import_cli_s", "{:.3f}"),
)


def table(report: Report) -> str:
    """The measured lines as a Markdown table, one column a contender."""
    names = list(dict.fromkeys(name for measured in report.measures.values() for name in measured.rows))
    lines = [line for line in LINES if _has(report, line)]
    rows = [["", "goal", *names]]
    rows += [[line.shown, line.goal, *(_cell(report, line, name) for name in names)] for line in lines]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    rows.insert(1, ["-" * width for width in widths])
    return "\n".join(_row(row, widths) for row in rows)


def _row(cells: list[str], widths: list[int]) -> str:
    return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"


def _has(report: Report, line: Column) -> bool:
    measured = report.measures.get(line.measure)
    return measured is not None and any(line.key in row for row in measured.rows.values())


def _cell(report: Report, line: Column, name: str) -> str:
    value = report.measures[line.measure].rows.get(name, {}).get(line.key)
    return "" if value is None else line.form.format(value)


def heading(report: Report) -> str:
    """One line on where and when."""
    machine = report.machine
    pins = "the proxy on a core of its own" if machine.pinned else "not pinned to cores"
    return (
        f"Freehold {report.version}, {report.taken}. {machine.processor}, {machine.cores} cores, "
        f"{machine.memory_gb} GB, {machine.system}, Python {machine.python}; {pins}; load before {machine.busy}."
    )
