"""Each target goes to the provider for its kind."""

from __future__ import annotations

import pytest

from freehold.core.record import Attempt
from freehold.core.target import Target
from freehold.providers.choose import ByKind
from freehold.providers.scripted import Scripted
from support.decisions import a_request, a_target


@pytest.mark.parametrize(
    ("target", "to"),
    [
        (a_target(engine="llamacpp"), "local"),
        (a_target(engine="llamacpp", provider="reader"), "local"),
        (a_target(provider="reader"), "reader"),
        (a_target(provider="openai"), "other"),
        (a_target(), "other"),
    ],
)
async def test_by_its_kind(target: Target, to: str) -> None:
    doubles = {"local": Scripted(), "reader": Scripted(), "other": Scripted()}
    provider = ByKind({"reader": doubles["reader"]}, local=doubles["local"], other=doubles["other"])
    async with provider(target, a_request(), Attempt(target.name, 1)) as events:
        assert [event async for event in events]
    assert [name for name, double in doubles.items() if double.asked] == [to]
