"""What tests of files and documents over HTTP share: a document, and a form that holds a file."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from freehold.core.label import Label
from freehold.http.app import App
from freehold.knowledge.model import Document
from support.asgi import Caller

DOCUMENT = Document(
    id="doc_1",
    collection="c",
    name="a.pdf",
    title="A",
    media_type="application/pdf",
    label=Label.parse("internal;eu"),
    groups=frozenset({"b", "a"}),
    version=2,
    digest="d",
    size=10,
    characters=8,
    chunks=1,
    embedded=0,
    pages=3,
    notes=("page 2 is an image",),
)


def form(name: str, data: bytes, purpose: str = "assistants") -> bytes:
    """A form as OpenAI's clients send a file."""
    head = f'--e\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    field = f'\r\n--e\r\nContent-Disposition: form-data; name="purpose"\r\n\r\n{purpose}\r\n--e--\r\n'.encode()
    return head + data + field


async def send(app: App, admin: dict[str, str], body: bytes) -> Caller:
    """Send such a form to ``/v1/files``."""
    headers = {**admin, "content-type": "multipart/form-data; boundary=e"}
    return await Caller("POST", "/v1/files", headers=headers, body=body).ask(app)


async def call(app: App, method: str, path: str, headers: dict[str, str], body: Any = None) -> Caller:
    """Ask for a path with its query, with a body of JSON."""
    path, _, query = path.partition("?")
    data = b"" if body is None else json.dumps(body).encode()
    return await Caller(method, path, headers=headers, body=data, query=query).ask(app)


async def settled(app: App, admin: dict[str, str], path: str) -> Any:
    """How a file of a vector store, or a batch, stands once it is no longer under way."""
    async with asyncio.timeout(60):
        while (row := (await call(app, "GET", path, admin)).json)["status"] == "in_progress":  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    return row


async def filed(app: App, admin: dict[str, str], store: str, name: str, data: bytes) -> str:
    """Put a file into a vector store and wait until it is read; returns its id."""
    file: str = (await send(app, admin, form(name, data))).json["id"]
    assert (await call(app, "POST", f"/v1/vector_stores/{store}/files", admin, {"file_id": file})).status == 200
    assert (await settled(app, admin, f"/v1/vector_stores/{store}/files/{file}"))["status"] == "completed"
    return file


async def documents(app: App, admin: dict[str, str], store: str) -> dict[str, str]:
    """The ids of the documents of a collection, by name."""
    held = (await call(app, "GET", f"/api/documents/digests?collection={store}", admin)).json["data"]
    return {name: document for name, (document, _) in held.items()}
