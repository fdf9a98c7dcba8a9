"""Signing in and out, through the whole application."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from freehold.assemble import Stack
from freehold.core.event import Event, Opened
from freehold.core.exchange import Exchange
from freehold.core.ports import Events
from freehold.http.app import App
from freehold.http.guesses import FROM_ONE
from freehold.stores.keys import Grant
from freehold.stores.sessions import IDLE_NS, LONGEST_NS, SECOND
from support.asgi import Caller
from support.live import ADMIN_KEY

CHAT = {"model": "home", "messages": [{"role": "user", "content": "Hello"}]}


class Browser:
    """Keeps the cookie and the token, and sends them."""

    def __init__(self, app: App) -> None:
        self._app = app
        self.cookie = ""
        self.csrf = ""

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Caller:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookie:
            sent.setdefault("cookie", self.cookie)
        if self.csrf:
            sent.setdefault("x-freehold-csrf", self.csrf)
        data = b"" if body is None else json.dumps(body).encode()
        answer = await Caller(method, path, headers=sent, body=data).ask(self._app)
        if "set-cookie" in answer.headers:
            self.cookie = answer.headers["set-cookie"].partition(";")[0]
        return answer

    async def sign_in(self, key: str = ADMIN_KEY) -> Caller:
        answer = await self.ask("POST", "/api/session", {"key": key})
        assert answer.status == 200
        self.csrf = answer.json["csrf"]
        return answer


@pytest.fixture
def browser(app: App) -> Browser:
    return Browser(app)


async def test_a_person_signs_in_works_and_signs_out(app: App, browser: Browser) -> None:
    signed = await browser.sign_in()
    assert (signed.json["name"], signed.json["role"]) == ("admin", "admin")
    assert "HttpOnly; SameSite=Strict; Path=/; Max-Age=43200" in signed.headers["set-cookie"]
    assert ADMIN_KEY not in signed.headers["set-cookie"]
    assert ADMIN_KEY.encode() not in signed.body
    current = await browser.ask("GET", "/api/session")
    assert current.json == signed.json
    assert current.headers["cache-control"] == "no-store"
    made = await browser.ask("POST", "/api/keys", {"name": "ann"})
    assert made.status == 201
    said = await browser.ask("POST", "/v1/chat/completions", CHAT)
    assert said.status == 200
    assert (await browser.ask("GET", "/api/requests")).json["data"][0]["key"]["name"] == "admin"
    left = await browser.ask("DELETE", "/api/session")
    assert left.json == {"signed_out": True}
    assert "Max-Age=0" in left.headers["set-cookie"]
    assert (await browser.ask("GET", "/api/session")).status == 401


async def test_a_cookie_that_was_signed_out_is_worth_nothing_to_who_kept_it(browser: Browser) -> None:
    await browser.sign_in()
    kept = browser.cookie
    await browser.ask("DELETE", "/api/session")
    replayed = await browser.ask("GET", "/api/keys", cookie=kept)
    assert replayed.status == 401
    assert replayed.json["error"]["code"] == "session_ended"


async def test_signing_in_again_is_a_new_session_and_ends_the_old(browser: Browser) -> None:
    await browser.sign_in()
    first = browser.cookie
    await browser.sign_in()
    assert browser.cookie != first
    assert (await browser.ask("GET", "/api/session", cookie=first)).status == 401
    planted = "freehold=" + "p" * 43
    browser.cookie = planted
    await browser.sign_in()
    assert browser.cookie != planted


async def test_every_change_needs_the_token_and_models_are_asked_by_change(browser: Browser) -> None:
    await browser.sign_in()
    for method, path, body in [
        ("POST", "/v1/chat/completions", CHAT),
        ("POST", "/v1/messages", CHAT | {"max_tokens": 9}),
        ("POST", "/api/keys", {"name": "eve"}),
        ("DELETE", "/api/session", None),
    ]:
        refused = await browser.ask(method, path, body, x_freehold_csrf="")
        assert refused.status == 403
        error = refused.json["error"]
        assert "csrf_refused" in (error.get("code"), error.get("freehold", {}).get("code"))
        assert (await browser.ask(method, path, body, sec_fetch_site="cross-site")).status == 403
    assert [key["name"] for key in (await browser.ask("GET", "/api/keys")).json["data"]] == ["admin"]


async def test_nobody_signs_a_browser_in_from_another_site(browser: Browser) -> None:
    refused = await browser.ask("POST", "/api/session", {"key": ADMIN_KEY}, origin="http://evil.example", host="here")
    assert refused.status == 403
    assert "set-cookie" not in refused.headers


@pytest.mark.parametrize("body", [{}, {"key": 5}, {"key": "x", "more": 1}, {"key": "x" * 5000}])
async def test_what_is_no_key_is_said(browser: Browser, body: dict[str, Any]) -> None:
    assert (await browser.ask("POST", "/api/session", body)).status in {400, 413}


async def test_wrong_keys_are_tried_only_so_often(
    browser: Browser, stack: Stack, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    answers = [await browser.ask("POST", "/api/session", {"key": f"fh-wrong-{at}"}) for at in range(FROM_ONE + 2)]
    assert [each.status for each in answers] == [401] * FROM_ONE + [429] * 2
    assert answers[0].json["error"]["code"] == "invalid_api_key"
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
    assert "set-cookie" not in answers[0].headers
    assert "fh-wrong" not in caplog.text
    assert ADMIN_KEY not in caplog.text


async def test_the_token_that_opens_a_process_to_its_own_commands_opens_no_session(
    browser: Browser, stack: Stack
) -> None:
    assert (await browser.ask("POST", "/api/session", {"key": stack.local_token})).status == 401
    told = await browser.ask("GET", "/api/session", x_api_key=stack.local_token)
    assert (told.json["key"], told.json["csrf"], told.json["expires"]) == ("local", None, None)
    assert (await browser.ask("DELETE", "/api/session", x_api_key=stack.local_token)).status == 404


@pytest.mark.parametrize("end", ["revoke", "rotate", "idle", "overnight"])
async def test_a_page_left_open_hears_that_its_session_ended(browser: Browser, stack: Stack, end: str) -> None:
    await browser.sign_in(stack.keys.create(Grant(name="ann", role="viewer")).secret.reveal())
    assert (await browser.ask("GET", "/api/requests")).status == 200
    clock = stack.sessions._clock
    if end == "revoke":
        stack.keys.revoke("ann")
    elif end == "rotate":
        stack.keys.rotate("ann")
    elif end == "idle":
        stack.sessions._clock = lambda: clock() + IDLE_NS + SECOND
    else:
        stack.sessions._clock = lambda: clock() + LONGEST_NS
    refused = await browser.ask("GET", "/api/requests")
    assert refused.status == 401
    assert refused.json["error"]["code"] == "session_ended"
    assert refused.headers["cache-control"] == "no-store"


async def test_a_users_session_sees_its_own_alone(browser: Browser, stack: Stack, app: App) -> None:
    admin = Browser(app)
    await admin.sign_in()
    await admin.ask("POST", "/v1/chat/completions", CHAT)
    await browser.sign_in(stack.keys.create(Grant(name="ann")).secret.reveal())
    assert (await browser.ask("GET", "/api/requests")).json["data"] == []
    for path in ("/api/keys", "/api/targets", "/api/audit/checkpoint"):
        refused = await browser.ask("GET", path)
        assert (refused.status, refused.json["error"]["code"]) == (403, "forbidden")


@pytest.mark.parametrize("by", ["key", "session"])
async def test_an_answer_under_way_ends_with_its_key(
    browser: Browser, stack: Stack, by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = asyncio.Event()
    begun = asyncio.Event()
    secret = stack.keys.create(Grant(name="ann")).secret.reveal()
    kept: list[Exchange] = []

    @asynccontextmanager
    async def handler(exchange: Exchange) -> AsyncIterator[Events]:
        async def play() -> AsyncIterator[Event]:
            yield Opened()
            begun.set()
            await asyncio.Event().wait()

        kept.append(exchange)
        try:
            yield play()
        finally:
            ended.set()

    monkeypatch.setattr(stack, "handler", handler)
    named: dict[str, str] = {}
    if by == "session":
        await browser.sign_in(secret)
    else:
        named["x_api_key"] = secret
    asking = asyncio.create_task(browser.ask("POST", "/v1/chat/completions", CHAT | {"stream": True}, **named))
    async with asyncio.timeout(10):
        await begun.wait()
        stack.keys.revoke("ann")
        async with asyncio.timeout(1):
            answer = await asking
    assert ended.is_set()
    assert b"this key was revoked" in answer.body
    assert kept[0].stopped is not None
