from __future__ import annotations

import msgspec

from freehold.evaluate.arena.ranking import rank
from freehold.evaluate.arena.standing import Ranking
from support.voting import tally


def test_a_ranking_is_json_and_back() -> None:
    found = rank(tally({("a", "b"): 5, ("b", "a"): 2}))
    assert msgspec.json.decode(msgspec.json.encode(found), type=Ranking) == found
