"""A request while it is being written."""

from __future__ import annotations

import pytest

from freehold.core.errors import Fault
from freehold.wire.anthropic.draft import Draft
from support.decisions import a_request, a_target


def test_what_is_dropped_is_listed_once_in_order() -> None:
    draft = Draft(a_request(), a_target())
    for field in ("seed", "store", "seed"):
        draft.drop(field)
    assert draft.dropped == ["seed", "store"]


@pytest.mark.parametrize(("dialect", "place"), [("openai", "messages[2].content"), ("anthropic", "messages.content")])
def test_fields_are_named_as_the_caller_names_them(dialect: str, place: str) -> None:
    assert Draft(a_request(dialect=dialect), a_target()).place(2, "content") == place


def test_a_refusal_names_the_field_and_the_target() -> None:
    failed = Draft(a_request(), a_target("far/big")).refusal("n", "one answer")
    assert (failed.fault, failed.param, failed.message) == (
        Fault.UNTRANSLATABLE,
        "n",
        "n cannot be sent to far/big: one answer",
    )
