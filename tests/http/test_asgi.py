from __future__ import annotations

import pytest

from freehold.core.errors import BadRequest, TooLarge
from freehold.http.asgi import CallerLeft
from support.asgi import Caller


async def test_a_body_comes_together_from_its_pieces() -> None:
    assert await Caller(body=[b"one ", b"", b"two"]).http.body(100) == b"one two"
    assert await Caller(body=b"").http.body(100) == b""


@pytest.mark.parametrize("body", [b"12345", [b"123", b"45"], [b"12345", b"6789"], [b"1", b"2", b"3", b"4", b"5"]])
async def test_a_body_over_the_limit_is_read_to_its_end_and_refused(body: bytes | list[bytes]) -> None:
    caller = Caller(body=body)
    with pytest.raises(TooLarge):
        await caller.http.body(4)
    assert caller._messages == []


async def test_a_body_at_the_limit_is_taken() -> None:
    assert await Caller(body=[b"12", b"34"]).http.body(4) == b"1234"


async def test_a_body_that_announces_too_much_is_refused_by_its_word() -> None:
    with pytest.raises(TooLarge):
        await Caller(body=[b"12", b"34"], headers={"content-length": "99"}).http.body(10)


@pytest.mark.parametrize("read", [0, 1])
async def test_a_caller_that_leaves_in_mid_body_is_a_fact(read: int) -> None:
    with pytest.raises(CallerLeft):
        await Caller(body=[b"1", b"2"]).leaves_after(read).http.body(100)


async def test_the_first_of_several_headers_counts() -> None:
    caller = Caller()
    caller.scope["headers"] = [(b"x-a", b"1"), (b"x-a", b"2"), (b"x-b", b"\xe9")]
    assert caller.http.header(b"x-a") == "1"
    assert caller.http.header(b"x-b") == "é"
    assert caller.http.header(b"x-c") is None


def test_the_last_of_several_parameters_counts() -> None:
    assert Caller(query="a=1&b=%C3%A9&a=2&c=").http.query == {"a": "2", "b": "é"}
    assert Caller(query="a=1&c=").http.whole_query == {"a": "1", "c": ""}
    assert Caller().http.query == {}


def test_absurdly_many_parameters_are_refused() -> None:
    assert len(Caller(query="&".join(f"a{number}=1" for number in range(100))).http.query) == 100
    with pytest.raises(BadRequest):
        _ = Caller(query="&".join("a=1" for _ in range(101))).http.query


async def test_json_is_an_object_or_nothing() -> None:
    assert await Caller(body=b'{"a": 1}').http.json() == {"a": 1}
    assert await Caller(body=b"").http.json() == {}
    for body in (b"[]", b"{", b'"x"', b'{"a": "\xff"}', b'{"a": 1, "a": 2}', b"[" * 5000):
        with pytest.raises(BadRequest):
            await Caller(body=body).http.json()


async def test_an_answer_is_sent_whole_or_in_pieces() -> None:
    caller = Caller()
    http = caller.http
    assert not http.started
    await http.reply(201, b"{}", [(b"x-a", b"1")])
    assert http.started
    assert (caller.status, caller.body, caller.whole) == (201, b"{}", True)
    assert caller.headers == {"content-type": "application/json", "content-length": "2", "x-a": "1"}
    caller = Caller()
    http = caller.http
    await http.start(200, [])
    await http.write(b"one ")
    assert not caller.whole
    await http.finish(b"two")
    assert (caller.body, caller.whole) == (b"one two", True)


def test_each_request_has_an_id_of_its_own() -> None:
    ids = {Caller().http.id for _ in range(100)}
    assert len(ids) == 100
    assert all(each.startswith("fh_") and len(each) == 35 for each in ids)
