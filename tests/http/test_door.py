from __future__ import annotations

import sqlite3

import pytest

from freehold.core.caller import Caller as Holder
from freehold.core.caller import Role
from freehold.core.errors import Forbidden, ForeignRequest, RequestError, SessionEnded, Unauthorized, Unavailable
from freehold.http.cookie import PRIVATE, Cookie, token
from freehold.http.door import Door
from freehold.http.routes import Who
from freehold.stores.sessions import Begun, Session
from support.asgi import Caller

BEA = Holder(key_id="key_bea", name="bea")
SECRET = "s" * 43


class Remembered:
    """Sessions as a dictionary."""

    def __init__(self) -> None:
        self.held = {SECRET: Session(Holder(key_id="key_ann", name="ann", role="viewer"), 1, unwritten=False)}
        self.asked = 0
        self.written: list[str] = []
        self.broken = False

    def find(self, secret: str) -> Session | None:
        self.asked += 1
        if self.broken:
            raise sqlite3.OperationalError("database is locked")
        return self.held.get(secret)

    def write(self, secret: str) -> None:
        self.written.append(secret)
        raise sqlite3.OperationalError("database is locked")

    def begin(self, key: str) -> Begun | None:
        raise NotImplementedError


@pytest.fixture
def sessions() -> Remembered:
    return Remembered()


@pytest.fixture
def door(sessions: Remembered) -> Door:
    return Door({"fh-bea": BEA}.get, sessions, Cookie())  # type: ignore[arg-type]


def by_cookie(method: str = "GET", secret: str = SECRET, **headers: str) -> Caller:
    given = {"cookie": f"freehold={secret}"} | {name.replace("_", "-"): value for name, value in headers.items()}
    return Caller(method, headers=given)


async def test_the_cookie_opens_what_its_key_opens(door: Door) -> None:
    found = await door.admit(by_cookie().http, "viewer")
    assert found is not None
    assert found.name == "ann"
    with pytest.raises(Forbidden, match="role operator"):
        await door.admit(by_cookie().http, "operator")


async def test_a_key_comes_first_and_asks_no_session(door: Door, sessions: Remembered) -> None:
    http = by_cookie("POST", x_api_key="fh-bea").http
    assert await door.admit(http, "key") is BEA
    assert http.always == ()
    with pytest.raises(Unauthorized):
        await door.admit(by_cookie(x_api_key="fh-eve").http, "key")
    with pytest.raises(Unauthorized):
        await door.admit(by_cookie(authorization="").http, "key")
    assert await door.admit(by_cookie(secret="stale").http, "anyone") is None
    assert sessions.asked == 0


async def test_without_either_nobody_enters(door: Door) -> None:
    with pytest.raises(Unauthorized) as refused:
        await door.admit(Caller().http, "key")
    assert not isinstance(refused.value, SessionEnded)


@pytest.mark.parametrize("secret", ["", "stale", SECRET[:-1], SECRET + "s", '"' + SECRET + '"', "é" * 43])
async def test_a_forged_cookie_opens_nothing(door: Door, secret: str) -> None:
    with pytest.raises(SessionEnded) as refused:
        await door.admit(by_cookie(secret=secret).http, "key")
    assert refused.value.code == "session_ended"


@pytest.mark.parametrize("method", ["POST", "DELETE", "PUT"])
async def test_a_change_needs_the_token(door: Door, method: str) -> None:
    assert await door.admit(by_cookie(method, x_freehold_csrf=token(SECRET)).http, "key")
    for headers in ({}, {"x_freehold_csrf": token("other")}, {"x_freehold_csrf": ""}):
        with pytest.raises(ForeignRequest, match="token"):
            await door.admit(by_cookie(method, **headers).http, "key")
    assert await door.admit(by_cookie("HEAD").http, "key")


async def test_another_sites_page_gets_nothing_even_with_the_token(door: Door, sessions: Remembered) -> None:
    good = {"x_freehold_csrf": token(SECRET)}
    for headers in ({"sec_fetch_site": "cross-site"}, {"origin": "http://evil.example"}, {"origin": "null"}):
        with pytest.raises(ForeignRequest, match="another site"):
            await door.admit(by_cookie("POST", **good, **headers).http, "key")
    assert sessions.asked == 0


async def test_what_the_cookie_is_answered_is_kept_by_nobody(door: Door) -> None:
    http = by_cookie(secret="stale").http
    with pytest.raises(RequestError):
        await door.admit(http, "key")
    assert http.always == PRIVATE


async def test_when_it_was_seen_is_written_down_and_a_locked_database_ends_nothing(
    door: Door, sessions: Remembered
) -> None:
    sessions.held[SECRET] = Session(BEA, 1, unwritten=True)
    assert await door.admit(by_cookie().http, "key") is BEA
    assert sessions.written == [SECRET]
    sessions.broken = True
    with pytest.raises(Unavailable):
        await door.admit(by_cookie().http, "key")


@pytest.mark.parametrize(
    ("role", "opened"),
    [
        ("user", {"anyone", "key"}),
        ("viewer", {"anyone", "key", "viewer"}),
        ("operator", {"anyone", "key", "viewer", "operator"}),
        ("admin", {"anyone", "key", "viewer", "operator", "admin"}),
    ],
)
async def test_each_role_may_what_those_below_it_may(
    door: Door, sessions: Remembered, role: Role, opened: set[str]
) -> None:
    sessions.held[SECRET] = Session(Holder(key_id="k", name="k", role=role), 1, unwritten=False)
    each: tuple[Who, ...] = ("anyone", "key", "viewer", "operator", "admin")
    for who in each:
        if who in opened:
            await door.admit(by_cookie().http, who)
        else:
            with pytest.raises(Forbidden):
                await door.admit(by_cookie().http, who)
