"""Labels as they stand in the file."""

from __future__ import annotations

from freehold.catalog.words import mend_for
from freehold.core.label import Label
from freehold.tables.faults import Findings
from freehold.tables.lines import Path


def make_label(text: str, tags: frozenset[str] | None, place: Path, findings: Findings) -> Label | None:
    """The label a setting says; `None`, and a finding, for what is none.

    `tags` are those that are declared, where that is known.
    """
    try:
        label = Label.parse(text)
    except ValueError as error:
        findings.add(place, str(error), 'write it as in "internal" or "confidential;eu"')
        return None
    if tags is None:
        return label
    for tag in sorted(label.tags - tags):
        findings.add(place, f"the tag {tag!r} is not declared", f"add it to tags, or {mend_for(tag, tags)}")
    return label
