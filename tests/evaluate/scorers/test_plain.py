from __future__ import annotations

import threading

from freehold.evaluate.model import Example, Result, Scored
from freehold.evaluate.scorers.plain import LONGEST, Plain
from support.scored import example, result


def where(_example: Example, _result: Result) -> Scored:
    return Scored(1.0, threading.current_thread().name)


async def test_short_answers_are_scored_at_once_and_long_ones_in_a_thread() -> None:
    here = threading.current_thread().name
    assert (await Plain("x", where)(example(), result("a"))).reason == here
    assert (await Plain("x", where)(example(), result("a" * 100_000))).reason != here
    assert (await Plain("x", where, slow=True)(example(), result("a"))).reason != here


async def test_what_is_too_long_is_not_scored() -> None:
    scored = await Plain("x", where)(example(), result("a" * (LONGEST + 1)))
    assert scored.value is None
    assert str(LONGEST) in scored.reason


def test_a_revision_is_another_version() -> None:
    assert Plain("x", where, revision=2).version != Plain("x", where).version
