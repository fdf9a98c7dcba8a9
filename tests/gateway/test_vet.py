"""Passages are looked at before they are taken; the pipeline's own tests of it are in `test_veil`."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from freehold.core.errors import GuardForbidden
from freehold.core.exchange import Exchange
from freehold.core.guards import Guards
from freehold.core.label import Label
from freehold.gateway.vet import vet
from support.decisions import ANYONE, a_permit, a_request
from support.guarded import ORDER, OUT, OWN, a_lookout, done
from support.passages import a_passage


class Found(msgspec.Struct, frozen=True):
    """As much of a `Grounding` as is looked at."""

    passages: tuple[Any, ...]

    def without(self, numbers: Any) -> Found:
        return Found(tuple(each for each in self.passages if each.number not in numbers))


FOUND = Found((a_passage(1, "Nothing."), a_passage(2, f"{ORDER}!")))


def exchange(**fields: Any) -> Exchange:
    made = Exchange(a_request(), ANYONE)
    made.label, made.permit, made.guards = Label.parse("internal"), a_permit(OUT, OWN), Guards(**fields)
    return made


async def vetted(made: Exchange, found: Found = FOUND) -> Any:
    return await vet(a_lookout())(made, found)  # type: ignore[arg-type]


@pytest.mark.parametrize("what", ["mark", "record"])
async def test_marks_stand_around_passages_in_any_case(what: Any) -> None:
    made = exchange(injection=what)
    assert await vetted(made) is FOUND
    assert done(made) == [("override", what)]
    assert made.findings[0].where == "passages[2]"


async def test_a_passage_is_dropped() -> None:
    assert [each.number for each in (await vetted(exchange(injection="drop"))).passages] == [1]


async def test_the_request_is_refused_or_kept_at_home() -> None:
    with pytest.raises(GuardForbidden, match=r"override in passages\[2\]"):
        await vetted(exchange(injection="refuse"))
    made = exchange(injection="owned")
    await vetted(made)
    assert made.permit is not None
    assert [target.name for target in made.permit.targets] == ["own"]


@pytest.mark.parametrize("mode", ["record", "off"])
async def test_a_dry_run_and_no_run_drop_nothing(mode: Any) -> None:
    made = exchange(injection="drop", mode=mode)
    assert await vetted(made) is FOUND
    assert done(made) == ([("override", "would drop")] if mode == "record" else [])


async def test_nothing_that_was_found_is_nothing_to_look_at() -> None:
    nothing = Found(())
    assert await vetted(exchange(), nothing) is nothing
