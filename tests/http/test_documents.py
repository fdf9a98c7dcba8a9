"""Documents over HTTP: what is taken, shown, bounded and refused."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any

import pytest

from freehold.assemble import Stack
from freehold.core.caller import Caller as Holder
from freehold.core.label import Label
from freehold.http.app import App
from freehold.knowledge.model import Hit, Query, Weights
from freehold.stores.keys import Grant
from support.asgi import Caller

TEXT = "# Leave\n\nEmployees have 27 days of paid leave in each calendar year.\n"
Admin = dict[str, str]


async def call(app: App, method: str, path: str, headers: Admin, body: bytes = b"") -> Caller:
    path, _, query = path.partition("?")
    return await Caller(method, path, headers=headers, body=body, query=query).ask(app)


async def add(app: App, admin: Admin, name: str, text: str = TEXT, more: str = "") -> dict[str, Any]:
    made = await call(app, "POST", f"/api/documents?collection=c&name={name}&wait=1{more}", admin, text.encode())
    assert made.status in (200, 201), made.body
    file: dict[str, Any] = made.json["files"][0]
    return file


async def test_a_document_is_taken_read_and_shown(app: App, admin: Admin) -> None:
    made = await call(app, "POST", "/api/documents?collection=c&name=a/leave.md", admin, TEXT.encode())
    assert made.status == 202
    assert (made.json["collection"], made.json["name"]) == ("c", "a/leave.md")
    again = await call(
        app, "POST", f"/api/documents?collection=c&name=b.md&wait=1&job={made.json['job']}", admin, b"B."
    )
    assert (again.status, again.json["done"]) == (201, 2)
    (first, second) = (await call(app, "GET", "/api/documents?collection=c", admin)).json["data"]
    assert (first["name"], first["label"], first["groups"], first["version"]) == ("a/leave.md", "confidential", [], 1)
    assert first["digest"] == hashlib.sha256(TEXT.encode()).hexdigest()
    assert second["name"] == "b.md"
    one = (await call(app, "GET", f"/api/documents/{first['id']}", admin)).json
    assert one == first
    assert (await add(app, admin, "a/leave.md"))["state"] == "unchanged"


async def test_a_wait_for_a_job_has_an_end(
    app: App, admin: Admin, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers: Any = stack.knowledge._uploads._readers
    monkeypatch.setattr(readers, "count", 0)
    monkeypatch.setattr("freehold.http.documents._LONGEST_WAIT", 0.05)
    path = "/api/documents?collection=c&name=a.md&wait=1"
    async with asyncio.timeout(20):
        made = await call(app, "POST", path, admin, TEXT.encode())
    assert (made.status, made.json["name"]) == (202, "a.md")
    assert (await call(app, "GET", f"/api/jobs/{made.json['job']}", admin)).json["waiting"] == 1
    monkeypatch.setattr("freehold.http.documents._LONGEST_WAIT", 60)
    path, _, query = path.partition("?")
    caller = Caller("POST", path, headers=admin, query=query, body=TEXT.encode())
    asking = asyncio.create_task(caller.ask(app))
    await asyncio.sleep(0.1)
    assert not asking.done()
    caller.leave()
    async with asyncio.timeout(20):
        await asking
    assert caller.sent == []


async def test_a_list_is_turned_page_by_page(app: App, admin: Admin) -> None:
    for name in ("a.md", "b.md", "c.md"):
        await add(app, admin, name, f"This is {name}.")
    first = (await call(app, "GET", "/api/documents?limit=2", admin)).json
    assert ([row["name"] for row in first["data"]], first["has_more"]) == (["a.md", "b.md"], True)
    rest = (await call(app, "GET", f"/api/documents?limit=2&after={first['last']}", admin)).json
    assert ([row["name"] for row in rest["data"]], rest["has_more"]) == (["c.md"], False)


async def test_a_piece_of_the_text_is_what_its_span_says(app: App, admin: Admin) -> None:
    document = (await add(app, admin, "leave.md"))["document"]
    whole = (await call(app, "GET", f"/api/documents/{document}/text", admin)).json
    piece = (await call(app, "GET", f"/api/documents/{document}/text?start=9&end=18&version=1", admin)).json
    assert piece["text"] == whole["text"][9:18] == "Employees"
    beyond = (await call(app, "GET", f"/api/documents/{document}/text?start=9&end=99999", admin)).json
    assert (beyond["end"], beyond["text"]) == (len(whole["text"]), whole["text"][9:])
    gone = await call(app, "GET", f"/api/documents/{document}/text?version=2", admin)
    assert gone.status == 404


async def test_a_search_tells_how_each_passage_was_found(app: App, admin: Admin) -> None:
    await add(app, admin, "leave.md")
    found = await call(app, "POST", "/api/search", admin, b'{"query": "days of paid leave", "collections": ["c"]}')
    (hit,) = found.json["data"]
    assert (hit["lexical_rank"], hit["dense_rank"], hit["label"]) == (1, None, "confidential")
    place = hit["place"]
    assert hashlib.sha256(hit["text"].encode()).hexdigest() == place["digest"]
    where = "&".join(f"{name}={place[name]}" for name in ("document", "version", "start", "end", "digest"))
    assert (await call(app, "GET", f"/api/citations/check?{where}", admin)).json["state"] == "holds"
    await add(app, admin, "leave.md", "Nothing of that any more.")
    assert (await call(app, "GET", f"/api/citations/check?{where}", admin)).json["state"] == "changed"


async def test_a_collection_says_what_its_new_documents_get(app: App, admin: Admin, stack: Stack) -> None:
    body = b'{"name": "c", "label": "internal", "groups": ["staff"]}'
    assert (await call(app, "POST", "/api/collections", admin, body)).status == 201
    assert (await call(app, "POST", "/api/collections", admin, b'{"name": "c", "label": "public"}')).status == 200
    document = (await add(app, admin, "leave.md"))["document"]
    row = (await call(app, "GET", f"/api/documents/{document}", admin)).json
    assert (row["label"], row["groups"]) == ("public", ["staff"])
    staff, other = (
        {"x-api-key": stack.keys.create(Grant(name="n", groups=frozenset(groups))).secret.reveal()}
        for groups in ({"staff"}, {"other"})
    )
    (seen,) = (await call(app, "GET", "/api/collections", staff)).json["data"]
    assert (seen["name"], seen["documents"]) == ("c", 0)
    assert (await call(app, "GET", "/api/collections", other)).json["data"] == []
    changed = await call(app, "POST", f"/api/documents/{document}", admin, b'{"groups": [], "label": "internal"}')
    assert (changed.json["label"], changed.json["groups"]) == ("internal", [])
    assert (await call(app, "DELETE", "/api/collections/c", admin)).json["documents"] == 1
    assert (await call(app, "DELETE", "/api/collections/c", admin)).status == 404


async def test_digests_are_what_a_folder_is_compared_with(app: App, admin: Admin) -> None:
    file = await add(app, admin, "leave.md")
    found = (await call(app, "GET", "/api/documents/digests?collection=c", admin)).json["data"]
    assert found == {"leave.md": [file["document"], hashlib.sha256(TEXT.encode()).hexdigest()]}


async def test_a_file_that_cannot_be_read_says_why(app: App, admin: Admin) -> None:
    refused = await call(app, "POST", "/api/documents?name=a.pdf&wait=1", admin, b"%PDF-1.7\nno more")
    assert refused.status == 422
    assert refused.json["error"]["message"].startswith("a.pdf: ")


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/api/documents?collection=Up&name=a", b"x", 400),
        ("POST", "/api/documents?name=../a", b"x", 400),
        ("POST", "/api/documents?name=/etc/passwd", b"x", 400),
        ("POST", "/api/documents", b"x", 400),
        ("POST", "/api/documents?name=a&label=secret", b"x", 400),
        ("POST", "/api/documents?name=a&groups=", b"x", 400),
        ("POST", "/api/documents?name=a&groups=hr,", b"x", 400),
        ("POST", "/api/documents?name=a&groups=a%20b", b"x", 400),
        ("POST", "/api/collections", b'{"name": "x", "groups": [""]}', 400),
        ("POST", "/api/keys", b'{"name": "x", "groups": [""]}', 400),
        ("GET", "/api/documents?collection=none", b"", 404),
        ("POST", "/api/search", b'{"query": "x", "collections": ["none"]}', 404),
        ("POST", "/api/documents?name=a&job=../up", b"x", 400),
        ("POST", "/api/documents?name=a&collection=freehold", b"x", 409),
        ("DELETE", "/api/collections/freehold", b"", 409),
        ("GET", "/api/documents?limit=0", b"", 400),
        ("GET", "/api/documents?limit=x", b"", 400),
        ("GET", "/api/documents/doc_0", b"", 404),
        ("DELETE", "/api/documents/doc_0", b"", 404),
        ("GET", "/api/jobs/job_0", b"", 404),
        ("POST", "/api/search", b'{"query": " "}', 400),
        ("POST", "/api/search", b'{"query": "%s"}' % (b"x " * 501), 400),
        ("POST", "/api/search", b'{"query": "x", "limit": 101}', 400),
        ("POST", "/api/search", b'{"query": "x", "collections": ["../up"]}', 400),
        ("POST", "/api/search", b'{"question": "x"}', 400),
        ("GET", "/api/citations/check?document=doc_0&version=1&start=0&end=1&digest=0", b"", 400),
        ("GET", f"/api/citations/check?document=doc_0&version=1&start=9&end=4010&digest={'0' * 64}", b"", 400),
        ("POST", "/api/collections/none/tune", b'{"questions": [{"question": "x", "documents": []}]}', 404),
        ("POST", "/api/collections/none/tune", b'{"questions": []}', 400),
    ],
)
async def test_what_cannot_be_done_is_refused(
    app: App, admin: Admin, method: str, path: str, body: bytes, status: int
) -> None:
    refused = await call(app, method, path, admin, body)
    assert (refused.status, bool(refused.json["error"]["message"])) == (status, True)


QUESTIONS = b'{"questions": [{"question": "How many days of leave?", "documents": ["leave.md"]}]}'


@pytest.mark.parametrize(
    ("said", "may_declare", "label"),
    [(None, False, "restricted"), ("public;eu", False, "restricted;eu"), ("public;eu", True, "public;eu")],
)
async def test_questions_carry_the_label_of_their_key_and_of_their_request(
    app: App,
    stack: Stack,
    admin: Admin,
    monkeypatch: pytest.MonkeyPatch,
    *,
    said: str | None,
    may_declare: bool,
    label: str,
) -> None:
    """By the one rule that settles a chat's: to tune sends questions to the embedding target as a search does."""
    grant = Grant(name="ann", label=Label.parse("restricted"), role="admin", may_declare=may_declare)
    ann = {"x-api-key": stack.keys.create(grant).secret.reveal()} | ({"x-freehold-label": said} if said else {})
    asked: list[tuple[str, str]] = []

    async def search(_: Query, label: Label, caller: Holder) -> list[Hit]:
        asked.append((str(label), caller.name))
        return []

    async def tune(*_: object, label: Label, caller: Holder) -> Weights:
        asked.append((str(label), caller.name))
        return Weights()

    monkeypatch.setattr(stack.knowledge, "search", search)
    monkeypatch.setattr(stack.wing, "tune", tune)
    await add(app, admin, "leave.md")
    assert (await call(app, "POST", "/api/search", ann, b'{"query": "leave", "collections": ["c"]}')).status == 200
    assert (await call(app, "POST", "/api/collections/c/tune", ann, QUESTIONS)).status == 200
    assert asked == [(label, "ann")] * 2


@pytest.mark.parametrize("groups", [b'[""]', b'["a b"]', b'["hr", "a,b"]'])
async def test_no_group_is_left_out_which_would_open_a_document(app: App, admin: Admin, groups: bytes) -> None:
    document = (await add(app, admin, "leave.md", more="&groups=hr"))["document"]
    refused = await call(app, "POST", f"/api/documents/{document}", admin, b'{"groups": %s}' % groups)
    assert (refused.status, refused.json["error"]["param"]) == (400, "groups")
    assert (await call(app, "GET", f"/api/documents/{document}", admin)).json["groups"] == ["hr"]


async def test_a_document_without_a_name_is_told_where_to_say_it(app: App, admin: Admin) -> None:
    refused = await call(app, "POST", "/api/documents", admin, b"x")
    assert (refused.status, refused.json["error"]["param"]) == (400, "name")
    assert "?name=" in refused.json["error"]["message"]


async def test_a_collection_that_is_not_there_is_told_to_an_admin_alone(app: App, admin: Admin, stack: Stack) -> None:
    await add(app, admin, "leave.md", more="&groups=hr")
    other = {"x-api-key": stack.keys.create(Grant(name="n")).secret.reveal()}
    for name in ("c", "none"):
        body = b'{"query": "leave", "collections": ["%s"]}' % name.encode()
        assert (await call(app, "POST", "/api/search", other, body)).json["data"] == []
        assert (await call(app, "GET", f"/api/documents?collection={name}", other)).json["data"] == []
    refused = await call(app, "GET", "/api/documents?collection=none", admin)
    assert (refused.status, "'none'" in refused.json["error"]["message"]) == (404, True)
