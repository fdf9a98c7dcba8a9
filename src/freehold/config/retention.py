"""``[[retention]]``: how long text and records are kept, by label, and floors that no table comes below."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from freehold.config.labels import make_label
from freehold.config.schema import RetentionTable
from freehold.core.retention import Retention, RetentionRule
from freehold.tables.faults import Findings
from freehold.tables.lines import Path
from freehold.tables.read import read, rows_of


def make_retention(document: Mapping[str, Any], *, tags: frozenset[str] | None, findings: Findings) -> Retention:
    """All tables as one. What is at fault is found, and left out; a floor that is undercut is a fault of who does."""
    rules: list[RetentionRule] = []
    places: list[Path] = []
    for index, raw in enumerate(rows_of(document, "retention", findings)):
        place = ("retention", index)
        table = read(RetentionTable, raw, place, findings)
        label = None if table is None else make_label(table.label, tags, (*place, "label"), findings)
        if table is None or label is None:
            continue
        if not table.capture and table.text_days is not None:
            findings.add(
                (*place, "text_days"), "text that is not captured is kept for no days", "leave one of them out"
            )
        rules.append(RetentionRule(label, table.text_days, table.capture, table.record_days, table.floor_days))
        places.append(place)
    retention = Retention(tuple(rules))
    for rule, other, meeting in retention.undercut():
        at = next(index for index, each in enumerate(rules) if each is rule)
        findings.add(
            (*places[at], "record_days"),
            f"record_days is {rule.record_days}, and records labelled {meeting} are to be kept for {other.floor_days}",
            f"give {other.floor_days} or more, or a [[retention]] for {str(meeting)!r} that does",
        )
    return retention
