"""Vector stores over HTTP: their names, what they refuse, and files of one name."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from freehold.http.app import App
from freehold.http.vector_stores import free_name
from support.asgi import Caller
from support.filing import form, send

Admin = dict[str, str]
STORES = "/v1/vector_stores"


async def call(app: App, method: str, path: str, admin: Admin, body: Any = None) -> Caller:
    path, _, query = path.partition("?")
    data = b"" if body is None else json.dumps(body).encode()
    return await Caller(method, path, headers=admin, body=data, query=query).ask(app)


async def settled(app: App, admin: Admin, path: str) -> Any:
    """How a file stands once it is no longer under way."""
    async with asyncio.timeout(60):
        while (row := (await call(app, "GET", path, admin)).json)["status"] == "in_progress":  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    return row


@pytest.mark.parametrize(
    ("said", "taken", "name"),
    [("Support FAQ", set(), "support-faq"), ("a.b_c", set(), "a.b_c"), ("x" * 99, set(), "x" * 57)],
)
def test_a_store_is_named_as_it_is_called(said: str, taken: set[str], name: str) -> None:
    assert free_name(said, taken) == name


@pytest.mark.parametrize(
    ("said", "start"), [("a", "a-"), (None, "store-"), ("отпуск", "store-"), ("freehold", "freehold-")]
)
def test_a_name_that_is_taken_or_none_gets_an_ending(said: str | None, start: str) -> None:
    name = free_name(said, {"a"})
    assert name.startswith(start)
    assert len(name) == len(start) + 6


async def test_two_files_of_one_name_are_both_kept(app: App, admin: Admin) -> None:
    store = (await call(app, "POST", STORES, admin, {"name": "s"})).json["id"]
    files = [
        (await send(app, admin, form("a.md", text))).json["id"] for text in (b"The first one.", b"The second one.")
    ]
    for file in files:
        assert (await call(app, "POST", f"{STORES}/{store}/files", admin, {"file_id": file})).status == 200
        assert (await settled(app, admin, f"{STORES}/{store}/files/{file}"))["status"] == "completed"
    first = (await call(app, "GET", f"{STORES}/{store}/files?limit=1", admin)).json
    rest = (await call(app, "GET", f"{STORES}/{store}/files?limit=1&after={first['last_id']}", admin)).json
    assert {first["data"][0]["id"], rest["data"][0]["id"]} == set(files)
    assert (first["has_more"], rest["has_more"]) == (True, False)
    assert (await call(app, "DELETE", f"{STORES}/{store}/files/{files[0]}", admin)).json["deleted"]
    assert (await call(app, "GET", f"{STORES}/{store}/files/{files[0]}", admin)).status == 404
    (left,) = (await call(app, "POST", f"{STORES}/{store}/search", admin, {"query": "one"})).json["data"]
    assert left["file_id"] == files[1]
    await call(app, "DELETE", f"{STORES}/{store}", admin)
    assert (await call(app, "GET", f"/v1/files/{files[1]}", admin)).status == 200


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("", {"metadata": {"a": "b"}}, 400),
        ("", {"expires_after": {"anchor": "last_active_at", "days": 1}}, 400),
        ("", {"file_ids": ["file-none"]}, 404),
        ("/s/files", {"file_id": "file-none"}, 404),
        ("/s/files", {"file_id": "f", "attributes": {"a": 1}}, 400),
        ("/s/file_batches", {"file_ids": []}, 400),
        ("/s/search", {"query": "x", "filters": {"type": "eq"}}, 400),
        ("/s/search", {"query": " "}, 400),
        ("/s/search", {"query": "x", "max_num_results": 51}, 400),
        ("/none/search", {"query": "x"}, 404),
        ("/freehold/files", {"file_id": "f"}, 409),
    ],
)
async def test_what_a_store_does_not_have_is_refused(
    app: App, admin: Admin, path: str, body: dict[str, Any], status: int
) -> None:
    await call(app, "POST", STORES, admin, {"name": "s"})
    refused = await call(app, "POST", f"{STORES}{path}", admin, body)
    assert (refused.status, bool(refused.json["error"]["message"])) == (status, True)
