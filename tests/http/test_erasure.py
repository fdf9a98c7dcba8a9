"""Erasure over HTTP: of a request and of all that fit, by admins alone, and the audit log still verifies."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from typing import Any

import pytest

from freehold.assemble import Stack
from freehold.http.app import App
from freehold.ledger.audit.verify import verify
from support.asgi import Caller

CONFIG = """
[knowledge]
embedding = "off"
documentation = false
[ledger]
capture = true
[[target]]
name = "home"
provider = "scripted"
model = "echo"
"""


@pytest.fixture
def config() -> str:
    return CONFIG


@pytest.fixture
async def ann(app: App, admin: dict[str, str]) -> dict[str, str]:
    """The key of somebody who consents."""
    made = await call(app, "POST", "/api/keys", admin, {"name": "ann", "capture": True})
    return {"authorization": f"Bearer {made.json['key']}"}


async def call(app: App, method: str, path: str, headers: dict[str, str], body: Any = None) -> Caller:
    data = b"" if body is None else json.dumps(body).encode()
    return await Caller(method, path, headers=headers, body=data).ask(app)


async def chat(app: App, headers: dict[str, str], text: str, **more: Any) -> str:
    body = {"model": "home", "messages": [{"role": "user", "content": text}], **more}
    return (await call(app, "POST", "/v1/chat/completions", headers, body)).headers["x-freehold-id"]


def kept(stack: Stack) -> list[str]:
    file = stack.config.server.data_dir / "freehold.db"
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        return [row[0] for row in connection.execute("SELECT exchange_id FROM captures ORDER BY 1")]


async def test_the_text_of_a_request_goes_and_its_record_stays(
    app: App, stack: Stack, admin: dict[str, str], ann: dict[str, str]
) -> None:
    first, second = await chat(app, ann, "one"), await chat(app, ann, "two")
    gone = await call(app, "DELETE", f"/api/requests/{first}/content", admin)
    assert (gone.status, gone.json["requests"], gone.json["ids"]) == (200, 1, [first])
    assert kept(stack) == [second]
    assert (await call(app, "GET", f"/api/requests/{first}", admin)).json["ending"] == "completed"
    again = await call(app, "DELETE", f"/api/requests/{first}/content", admin)
    assert again.json["requests"] == 0
    assert (await call(app, "DELETE", "/api/requests/fh_0/content", admin)).status == 404


@pytest.mark.parametrize(
    ("body", "count"),
    [({"key": "ann"}, 3), ({"user": "u-17"}, 1), ({"text": "WEBER"}, 2), ({"text": "weber", "user": "u-17"}, 1)],
)
async def test_what_fits_is_counted_first_and_then_erased(
    app: App, stack: Stack, admin: dict[str, str], ann: dict[str, str], body: dict[str, str], count: int
) -> None:
    for text, more in (("Mrs Weber", {"user": "u-17"}), ("Mr Weber", {}), ("nobody", {})):
        await chat(app, ann, text, **more)
    counted = await call(app, "POST", "/api/erasures", admin, {**body, "dry_run": True})
    assert counted.json | {"ids": []} == {
        "dry_run": True, "requests": count, "records": 0, "conversations": 0, "emptied": None, "ids": [],
    }  # fmt: skip
    assert len(kept(stack)) == 3
    done = await call(app, "POST", "/api/erasures", admin, body)
    assert (done.json["requests"], done.json["emptied"]) == (count, True)
    assert len(kept(stack)) == 3 - count


@pytest.mark.parametrize(
    ("body", "status"),
    [({}, 400), ({"text": "a"}, 400), ({"key": "nobody"}, 404), ({"texts": "weber"}, 400), ({"user": 1}, 400)],
)
async def test_what_says_too_little_or_nonsense_is_refused(
    app: App, admin: dict[str, str], body: dict[str, Any], status: int
) -> None:
    assert (await call(app, "POST", "/api/erasures", admin, body)).status == status


async def test_only_an_admin_may_erase(app: App, stack: Stack, ann: dict[str, str]) -> None:
    name = await chat(app, ann, "one")
    assert (await call(app, "DELETE", f"/api/requests/{name}/content", ann)).status == 403
    assert (await call(app, "POST", "/api/erasures", ann, {"key": "ann"})).status == 403
    await stack.book.flush()
    assert kept(stack) == [name]


async def test_the_audit_log_tells_of_it_and_verifies_as_before(
    app: App, stack: Stack, admin: dict[str, str], ann: dict[str, str]
) -> None:
    name = await chat(app, ann, "Mrs Weber")
    before = (await call(app, "GET", f"/api/audit/leaves/{name}", admin)).json
    note, key = stack.trail.log().note, stack.trail.signer().key
    await call(app, "POST", "/api/erasures", admin, {"text": "weber"})
    assert (await call(app, "GET", f"/api/audit/leaves/{name}", admin)).json == before
    assert (await call(app, "GET", f"/api/audit/proofs/{name}", admin)).status == 200
    async with asyncio.timeout(10):
        while not (told := [head.body for head in stack.trail.log().heads() if head.kind == "erasure"]):
            await asyncio.sleep(0.05)  # The leaf is written and sealed by threads of their own.
            stack.trail.seal()
    assert json.loads(bytes(told[0]))["requests"] == [name]
    assert b"eber" not in bytes(told[0])
    verdict = verify(stack.trail.folder.fetch, key, [note])
    assert (verdict.holds, verdict.faults) == (True, [])
