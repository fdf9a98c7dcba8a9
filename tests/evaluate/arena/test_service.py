from __future__ import annotations

from pathlib import Path

import pytest

from freehold.core.errors import BadRequest
from freehold.evaluate.arena.model import Side, Style
from freehold.evaluate.arena.service import Arena, side_of
from freehold.evaluate.arena.store import VoteStore
from freehold.stores.sqlite import open_store

RECORD = {"id": "rq_1", "ending": "completed", "model": "assistant", "target": "home"}


@pytest.fixture
def arena(tmp_path: Path) -> Arena:
    database = open_store(tmp_path)
    return Arena(VoteStore(database.connect, database.reader))


def test_a_side_keeps_figures_and_no_text() -> None:
    side = side_of(RECORD, "# Anna Weber")
    assert side == Side("rq_1", "assistant", "home", Style(12, headers=1))
    with pytest.raises(BadRequest, match="no whole answer"):
        side_of({**RECORD, "ending": "failed"}, "")


async def test_a_key_votes_once_on_a_pair_whichever_way_round(arena: Arena) -> None:
    left, right = Side("rq_1", "a", "a", Style(1)), Side("rq_2", "b", "b", Style(1))
    first = await arena.vote("k1", left, right, "left")
    again = await arena.vote("k1", right, left, "left")
    other = await arena.vote("k2", left, right, "left")
    assert first.id == again.id != other.id
    assert [(each.key, each.left.subject) for each in await arena.newest(9)] == [("k2", "a"), ("k1", "b")]
    assert (await arena.ranking()).votes == 2


async def test_one_subject_is_not_compared_with_itself(arena: Arena) -> None:
    with pytest.raises(BadRequest, match="compares nothing"):
        await arena.vote("k1", Side("rq_1", "a", "a", Style(1)), Side("rq_2", "a", "a", Style(1)), "tie")
