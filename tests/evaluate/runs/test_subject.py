"""What a run is told of its subject."""

from __future__ import annotations

import dataclasses

import pytest

from freehold.evaluate.runs.subject import Subject


def test_what_a_name_stands_for_is_settled_once() -> None:
    subject = Subject("home", "r1", "s1", logprobs=True, repeatable=True, worst=lambda _: None)
    with pytest.raises(dataclasses.FrozenInstanceError):
        subject.name = "away"  # type: ignore[misc]
