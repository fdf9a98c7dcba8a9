"""Only work on a large request is done in a thread."""

from __future__ import annotations

import threading

import pytest

from freehold.core.request import TextPart
from freehold.guards.aside import aside
from freehold.guards.scan import LARGE
from support.decisions import a_request


@pytest.mark.parametrize(("length", "stays"), [(LARGE, True), (LARGE + 1, False)])
async def test_large_requests_are_worked_on_in_a_thread(length: int, stays: bool) -> None:
    there = await aside(a_request(TextPart("x" * length)), threading.get_ident)
    assert (there == threading.get_ident()) is stays


async def test_what_work_raises_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        await aside(a_request(TextPart("x" * (LARGE + 1))), lambda: 1 / 0)
