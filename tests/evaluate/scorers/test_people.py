from __future__ import annotations

from typing import Any

import pytest

from freehold.core.errors import BadRequest, Unavailable
from freehold.evaluate.scorers.around import Around
from freehold.evaluate.scorers.reading import scorer
from support.scored import example, result


def around(*said: dict[str, Any]) -> Around:
    async def opinions(_exchange: str) -> list[dict[str, Any]]:
        return list(said)

    return Around(opinions=opinions)


async def test_what_keys_said_is_averaged() -> None:
    said = around({"thumb": 1, "score": None}, {"thumb": -1, "score": None}, {"thumb": 1, "score": 0.25})
    scored = await scorer("people", said)(example(), result("x", exchange="fh_1"))
    assert scored.value == pytest.approx((1 + 0 + 0.25) / 3)
    assert scored.detail == {"voices": 3}


async def test_silence_is_no_score() -> None:
    asked = scorer("people", around({"thumb": None, "score": None, "comment": "hm"}))
    assert (await asked(example(), result("x", exchange="fh_1"))).value is None
    assert (await asked(example(), result("x"))).value is None


async def test_a_ledger_that_cannot_be_read_is_no_score() -> None:
    async def opinions(_exchange: str) -> list[dict[str, Any]]:
        raise Unavailable("it is stopping")

    scored = await scorer("people", Around(opinions=opinions))(example(), result("x", exchange="fh_1"))
    assert scored.value is None
    assert "stopping" in scored.reason


def test_without_a_ledger_it_cannot_be_had() -> None:
    with pytest.raises(BadRequest, match="ledger"):
        scorer("people")


def test_no_score_of_before_is_taken_for_what_is_said_by_now() -> None:
    assert scorer("people", around()).version != scorer("people", around()).version
