"""OpenAI's files over HTTP: pages of a list, purposes, and what a document's id stands for."""

from __future__ import annotations

from typing import Any

import pytest

from freehold.core.errors import BadRequest
from freehold.http.app import App
from freehold.http.files import page
from support.asgi import Caller
from support.filing import form, send

Admin = dict[str, str]


async def get(app: App, admin: Admin, path: str, method: str = "GET") -> Caller:
    path, _, query = path.partition("?")
    return await Caller(method, path, headers=admin, query=query).ask(app)


async def test_a_file_is_kept_listed_handed_back_and_removed(app: App, admin: Admin) -> None:
    made = (await send(app, admin, form("a.bin", b"\x00\x01"))).json
    assert (made["object"], made["filename"], made["bytes"], made["purpose"]) == ("file", "a.bin", 2, "assistants")
    assert (await get(app, admin, f"/v1/files/{made['id']}")).json == made
    assert (await get(app, admin, f"/v1/files/{made['id']}/content")).body == b"\x00\x01"
    assert (await get(app, admin, "/v1/files?purpose=user_data")).json["data"] == []
    assert (await get(app, admin, "/v1/files")).json["data"] == [made]
    gone = await get(app, admin, f"/v1/files/{made['id']}", "DELETE")
    assert gone.json == {"id": made["id"], "object": "file", "deleted": True}
    assert (await get(app, admin, f"/v1/files/{made['id']}")).status == 404


async def test_a_documents_id_stands_for_a_file(app: App, admin: Admin) -> None:
    query = "collection=c&name=a.md&wait=1"
    made = await Caller("POST", "/api/documents", headers=admin, body=b"The text.", query=query).ask(app)
    document = made.json["files"][0]["document"]
    assert (await get(app, admin, f"/v1/files/{document}")).json["filename"] == "a.md"
    assert (await get(app, admin, f"/v1/files/{document}/content")).body == b"The text."


@pytest.mark.parametrize("body", [form("a", b"x", "fine-tune"), form("../a", b"x"), form("", b"x"), b"no form"])
async def test_what_is_no_file_for_documents_is_refused(app: App, admin: Admin, body: bytes) -> None:
    refused = await send(app, admin, body)
    assert refused.status == 400
    assert (await get(app, admin, "/v1/files")).json["data"] == []


def test_a_list_is_turned_as_openais_clients_turn_it() -> None:
    rows: list[dict[str, Any]] = [{"id": str(number)} for number in range(5)]
    first = page(rows, None, 2)
    assert (first["first_id"], first["last_id"], first["has_more"]) == ("0", "1", True)
    last = page(rows, "3", 2)
    assert (last["data"], last["has_more"]) == ([{"id": "4"}], False)
    assert page([], None, 2)["first_id"] is None
    with pytest.raises(BadRequest):
        page(rows, "9", 2)
