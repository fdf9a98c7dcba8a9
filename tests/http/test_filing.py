"""Files are put into collections, taken back whole, and shown to those who may read all that is in them."""

from __future__ import annotations

from typing import Any

import pytest

from freehold.assemble import Stack
from freehold.core.errors import Unavailable
from freehold.http.app import App
from freehold.knowledge.service import Upload
from freehold.stores.keys import Grant
from support.asgi import Caller
from support.documents import eml, zipped
from support.filing import call, documents, filed, form, send, settled

Admin = dict[str, str]
STORE = "/v1/vector_stores/s"


@pytest.fixture
async def store(app: App, admin: Admin) -> str:
    name: str = (await call(app, "POST", "/v1/vector_stores", admin, {"name": "s"})).json["id"]
    return name


@pytest.fixture
def someone(stack: Stack) -> Admin:
    """Who holds a key that is in no group."""
    return {"x-api-key": stack.keys.create(Grant(name="n")).secret.reveal()}


async def add(app: App, admin: Admin, name: str, text: bytes) -> None:
    """Add a document past the shelf."""
    query = f"collection=s&name={name}&wait=1"
    assert (await Caller("POST", "/api/documents", headers=admin, body=text, query=query).ask(app)).status == 201


@pytest.mark.parametrize("path", ["/v1/files/", f"{STORE}/files/"])
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.zip", zipped({"x.md": "The salary.", "in/y.md": "The bonus."})),
        ("a.eml", eml("Pay", "See there.", attachments={"x.md": b"The salary."})),
    ],
)
async def test_what_was_in_a_file_goes_with_it(
    app: App, admin: Admin, store: str, name: str, data: bytes, path: str
) -> None:
    file = await filed(app, admin, store, name, data)
    await add(app, admin, f"{name}.md", b"A neighbour.")
    assert len(await documents(app, admin, store)) > 2
    assert (await call(app, "DELETE", path + file, admin)).json["deleted"]
    assert list(await documents(app, admin, store)) == [f"{name}.md"]


@pytest.mark.parametrize("path", ["/v1/files/", f"{STORE}/files/"])
async def test_a_file_that_still_waits_never_arrives(
    app: App, admin: Admin, store: str, stack: Stack, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    readers: Any = stack.knowledge._uploads._readers
    monkeypatch.setattr(readers, "count", 0)
    late = (await send(app, admin, form("late.md", b"Late."))).json["id"]
    assert (await call(app, "POST", f"{STORE}/files", admin, {"file_id": late})).json["status"] == "in_progress"
    assert (await call(app, "DELETE", path + late, admin)).json["deleted"]
    monkeypatch.undo()
    await filed(app, admin, store, "next.md", b"Next.")
    assert list(await documents(app, admin, store)) == ["next.md"]


async def test_a_removed_collection_holds_no_file(app: App, admin: Admin, store: str, stack: Stack) -> None:
    file = await filed(app, admin, store, "a.md", b"One.")
    await call(app, "DELETE", STORE, admin)
    assert stack.shelf.get(file).collections == {}


class TestBytes:
    async def test_are_for_whoever_may_read_them(self, app: App, admin: Admin, store: str, someone: Admin) -> None:
        file = await filed(app, admin, store, "a.md", b"Words.")
        assert (await call(app, "GET", f"/v1/files/{file}/content", someone)).body == b"Words."
        document = (await documents(app, admin, store))["a.md"]
        await call(app, "POST", f"/api/documents/{document}", admin, {"groups": ["hr"]})
        for path in (f"/v1/files/{file}", f"/v1/files/{file}/content"):
            assert (await call(app, "GET", path, someone)).status == 404
            assert (await call(app, "GET", path, admin)).status == 200

    async def test_are_not_shown_by_a_document_of_other_content(
        self, app: App, admin: Admin, store: str, someone: Admin
    ) -> None:
        file = await filed(app, admin, store, "a.md", b"Old confidential words.")
        document = (await documents(app, admin, store))["a.md"]
        await call(app, "POST", f"/api/documents/{document}", admin, {"groups": ["hr"]})
        await add(app, admin, "a.md", b"Public now.")
        await call(app, "POST", f"/api/documents/{document}", admin, {"groups": []})
        assert (await call(app, "GET", f"/v1/files/{document}/content", someone)).body == b"Public now."
        for path in (f"/v1/files/{file}", f"/v1/files/{file}/content"):
            assert (await call(app, "GET", path, someone)).status == 404

    @pytest.mark.parametrize(
        ("name", "data"),
        [("a.zip", zipped({"x.md": "The salary."})), ("a.eml", eml("Pay", "See.", attachments={"x.md": b"Salary."}))],
    )
    async def test_of_what_holds_other_files_are_an_admins(
        self, app: App, admin: Admin, store: str, someone: Admin, name: str, data: bytes
    ) -> None:
        file = await filed(app, admin, store, name, data)
        assert (await call(app, "GET", f"/v1/files/{file}", someone)).json["filename"] == name
        assert (await call(app, "GET", f"/v1/files/{file}/content", someone)).status == 403
        assert (await call(app, "GET", f"/v1/files/{file}/content", admin)).body == data


async def test_a_file_is_remembered_before_it_is_queued(
    app: App, admin: Admin, store: str, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that a crash between the two leaves nothing that cannot be taken back."""
    remembered: list[str] = []

    async def refuse(upload: Upload) -> str:
        remembered.extend(stack.shelf.of(upload.collection))
        assert upload.job is not None
        raise Unavailable("the disk is full")

    kept = await filed(app, admin, store, "kept.md", b"Kept.")
    before = stack.shelf.get(kept)
    file = (await send(app, admin, form("a.md", b"One."))).json["id"]
    monkeypatch.setattr(stack.knowledge, "add", refuse)
    for each in (file, kept):
        assert (await call(app, "POST", f"{STORE}/files", admin, {"file_id": each})).status == 503
    assert set(remembered) == {"a.md", "kept.md"}
    assert stack.shelf.get(file).collections == {}
    assert stack.shelf.get(kept) == before
    monkeypatch.undo()
    assert (await settled(app, admin, f"{STORE}/files/{kept}"))["status"] == "completed"
