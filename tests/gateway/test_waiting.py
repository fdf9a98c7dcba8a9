"""Places go round the keys that wait; a full queue makes room for whoever has less in it, and for nobody else."""

from __future__ import annotations

import asyncio
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from freehold.gateway.waiting import Place, Waiting


async def joined(queue: Waiting, keys: str, most: int = 1000) -> dict[Place, str]:
    """One place for each letter, a key's name."""
    return {place: key for key in keys if (place := queue.join(key, most)) is not None}


def turns(queue: Waiting, places: dict[Place, str]) -> str:
    """Whose turn it is, one after another."""
    called = ""
    waiting = {place for place in places if not place.done()}
    while queue.next():
        (place,) = (each for each in waiting if each.done())
        assert place.result() is True
        waiting.remove(place)
        called += places[place]
    return called


async def test_turns_go_round_the_keys() -> None:
    queue = Waiting()
    places = await joined(queue, "aaaaabbc")
    assert turns(queue, places) == "abcabaaa"
    assert len(queue) == 0
    assert not queue.next()


async def test_one_that_has_hundreds_waiting_keeps_nobody_out() -> None:
    queue = Waiting()
    places = await joined(queue, "a" * 512, most=512)
    assert queue.join("a", 512) is None
    late = queue.join("b", 512)
    assert late is not None
    put_out = [place for place in places if place.done()]
    assert [place.result() for place in put_out] == [False]
    assert put_out[0] is list(places)[-1]
    assert len(queue) == 512
    assert queue.next()
    assert queue.next()
    assert late.done()
    assert late.result() is True


async def test_room_is_made_only_while_the_longest_line_stays_no_shorter() -> None:
    queue = Waiting()
    await joined(queue, "aabb", most=4)
    assert queue.join("a", 4) is None
    assert queue.join("b", 4) is None
    assert queue.join("c", 4) is not None
    assert queue.join("c", 4) is None
    assert queue.join("d", 4) is None or len(queue) == 4
    assert Waiting().join("a", 0) is None


async def test_who_gives_up_is_not_called() -> None:
    queue = Waiting()
    first, second = queue.join("a", 9), queue.join("b", 9)
    assert first is not None
    assert second is not None
    queue.leave("a", first)
    queue.leave("a", first)
    assert len(queue) == 1
    assert queue.next()
    assert (first.done(), second.done()) == (False, True)


async def test_a_place_that_was_cancelled_is_passed_over() -> None:
    queue = Waiting()
    first, second = queue.join("a", 9), queue.join("a", 9)
    assert first is not None
    assert second is not None
    first.cancel()
    assert queue.next()
    assert second.result() is True


@given(st.text("abcd", max_size=40), st.integers(min_value=0, max_value=12))
def test_no_key_waits_longer_than_one_turn_of_each_other(keys: str, most: int) -> None:
    async def run() -> None:
        queue = Waiting()
        places = await joined(queue, keys, most)
        standing = {place: key for place, key in places.items() if not place.done()}
        assert len(queue) == len(standing) <= most
        called = turns(queue, standing)
        assert Counter(called) == Counter(standing.values())
        for key in set(called):
            for between in called.split(key)[1:-1]:
                assert max(Counter(between).values(), default=0) <= 1

    asyncio.run(run())
