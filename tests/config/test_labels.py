"""A label in the file: read, and its tags held to those that are declared."""

from __future__ import annotations

import pytest

from freehold.config.labels import make_label
from freehold.core.label import Label
from freehold.tables.faults import Findings


@pytest.mark.parametrize(
    ("text", "tags", "message"),
    [
        ("confidential;eu", frozenset({"eu"}), None),
        ("confidential;eu", None, None),
        ("secret", frozenset(), "'secret' is not a level"),
        ("public;uk", frozenset({"eu"}), "the tag 'uk' is not declared"),
    ],
)
def test_a_label_is_read_or_what_is_wrong_is_found(text: str, tags: frozenset[str] | None, message: str | None) -> None:
    findings = Findings()
    label = make_label(text, tags, ("guards", "secrets"), findings)
    if message is None:
        assert (label, findings.found) == (Label.parse(text), [])
    else:
        assert [fault.message[: len(message)] for fault in findings.found] == [message]
