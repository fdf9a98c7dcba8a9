"""What tests of files and documents over HTTP share: a document, and a form that holds a file."""

from __future__ import annotations

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
