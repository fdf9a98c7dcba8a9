"""Vector stores over HTTP: their names, what they refuse, and files of one name."""

from __future__ import annotations

from typing import Any
from unittest.mock import AsyncMock

import pytest

from freehold.assemble import Stack
from freehold.core.errors import NotFound
from freehold.http.app import App
from freehold.http.vector_stores import free_name
from freehold.stores.keys import Grant
from support.filing import call, documents, filed, form, send, settled

Admin = dict[str, str]
STORES = "/v1/vector_stores"


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


async def test_two_files_of_one_name_in_one_batch_are_both_kept(app: App, admin: Admin) -> None:
    store = (await call(app, "POST", STORES, admin, {"name": "s"})).json["id"]
    files = [(await send(app, admin, form("a.md", text))).json["id"] for text in (b"First.", b"Second.", b"Third.")]
    batch = (await call(app, "POST", f"{STORES}/{store}/file_batches", admin, {"file_ids": files})).json["id"]
    counts = (await settled(app, admin, f"{STORES}/{store}/file_batches/{batch}"))["file_counts"]
    assert (counts["completed"], len(await documents(app, admin, store))) == (3, 3)
    await call(app, "DELETE", f"/v1/files/{files[0]}", admin)
    left = (await call(app, "GET", f"{STORES}/{store}/files", admin)).json["data"]
    assert {row["id"] for row in left} == set(files[1:])


async def test_a_list_leaves_out_what_was_removed_and_forgotten(
    app: App, admin: Admin, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = (await call(app, "POST", STORES, admin, {"name": "s"})).json["id"]
    await filed(app, admin, store, "a.md", b"One.")
    kept = await filed(app, admin, store, "b.md", b"Two.")
    await call(app, "DELETE", f"/api/documents/{(await documents(app, admin, store))['a.md']}", admin)
    monkeypatch.setattr(stack.knowledge, "job", AsyncMock(side_effect=NotFound("that was long ago")))
    listed = await call(app, "GET", f"{STORES}/{store}/files", admin)
    assert [row["id"] for row in listed.json["data"]] == [kept]


async def test_how_many_files_there_are_is_an_admins_to_know(app: App, admin: Admin, stack: Stack) -> None:
    store = (await call(app, "POST", STORES, admin, {"name": "s"})).json["id"]
    await filed(app, admin, store, "a.md", b"One.")
    torn = (await send(app, admin, form("b.pdf", b"%PDF-1.7 torn"))).json["id"]
    await call(app, "POST", f"{STORES}/{store}/files", admin, {"file_id": torn})
    assert (await settled(app, admin, f"{STORES}/{store}/files/{torn}"))["status"] == "failed"
    reader = {"x-api-key": stack.keys.create(Grant(name="n")).secret.reveal()}
    for headers, counted in ((admin, (1, 1, 2)), (reader, (0, 0, 0))):
        counts = (await call(app, "GET", f"{STORES}/{store}", headers)).json["file_counts"]
        assert (counts["completed"], counts["failed"], counts["total"]) == counted


async def test_a_search_counts_nothing_that_is_not_shown(
    app: App, admin: Admin, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = (await call(app, "POST", STORES, admin, {"name": "s"})).json["id"]
    await filed(app, admin, store, "a.md", b"One.")
    reader = {"x-api-key": stack.keys.create(Grant(name="n")).secret.reveal()}
    monkeypatch.setattr(stack.knowledge, "collections", AsyncMock(side_effect=AssertionError("all were counted")))
    for headers in (admin, reader):
        for path in (f"{STORES}/{store}/search", "/api/search"):
            assert len((await call(app, "POST", path, headers, {"query": "one"})).json["data"]) == 1


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


async def test_a_name_that_came_out_empty_is_refused(app: App, admin: Admin) -> None:
    refused = await call(app, "POST", STORES, admin, {"name": " "})
    assert (refused.status, refused.json["error"]["param"]) == (400, "name")
    assert (await call(app, "GET", STORES, admin)).json["data"] == []
