"""OpenAI's ``/v1/files``: files are kept as they were sent, and a document's id may stand wherever a file's may.

So a citation that names a document can be opened by a client that knows only files.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

from freehold.assemble import Stack
from freehold.core.caller import Caller
from freehold.core.errors import BadRequest
from freehold.http.asgi import Header, Http
from freehold.http.documents import reader
from freehold.http.filing import Filing
from freehold.http.parameters import number, within
from freehold.http.upload import received
from freehold.knowledge.ingest.names import checked_name
from freehold.knowledge.model import Document
from freehold.stores.shelf import Filed

_PURPOSES = ("assistants", "user_data")
_MOST_LISTED = 10_000
_PIECE = 256 * 1024
_BINARY: Header = (b"content-type", b"application/octet-stream")
_PLAIN: Header = (b"content-type", b"text/plain; charset=utf-8")


class FileApi:
    """The endpoints under ``/v1/files`` over one stack."""

    def __init__(self, stack: Stack, filing: Filing) -> None:
        self._stack = stack
        self._filing = filing
        self._shelf = stack.shelf
        self._knowledge = stack.knowledge

    async def create(self, http: Http, _caller: Caller) -> None:
        """``POST /v1/files``: a form with ``file`` and ``purpose``."""
        async with received(http, self._stack.incoming, self._stack.config.knowledge.max_file_mb * 2**20) as sent:
            purpose = sent.fields.get("purpose", _PURPOSES[0])
            if purpose not in _PURPOSES:
                raise BadRequest(
                    f"files are kept to be read as documents; purpose is {' or '.join(_PURPOSES)}", param="purpose"
                )
            name = checked_name(sent.filename)
            filed = await asyncio.to_thread(self._shelf.keep, sent.path, name, purpose)
        await http.tell(file_row(filed))

    async def list(self, http: Http, _caller: Caller) -> None:
        """``GET /v1/files``: newest first."""
        query = http.query
        purpose, after = query.get("purpose"), query.get("after")
        limit = within(number(query.get("limit", "10000"), "limit"), "limit", _MOST_LISTED)
        held = await asyncio.to_thread(self._shelf.all)
        rows = [file_row(filed) for filed in held if purpose is None or filed.purpose == purpose]
        await http.tell(page(rows, after, limit))

    async def one(self, http: Http, caller: Caller, name: str) -> None:
        """``GET /v1/files/{id}``."""
        if name.startswith("doc_"):
            await http.tell(document_as_file(await self._knowledge.document(name, reader(caller))))
        else:
            await http.tell(file_row(await self._filing.seen(name, caller)))

    async def content(self, http: Http, caller: Caller, name: str) -> None:
        """``GET /v1/files/{id}/content``, in the bytes that were sent; of an archive or an e-mail for operators."""
        if name.startswith("doc_"):
            text = await self._knowledge.text(name, reader(caller))
            await http.reply(200, text.encode(), kind=_PLAIN)
        else:
            filed = await self._filing.opened(name, caller)
            await _send_file(http, await asyncio.to_thread(self._shelf.content, filed.id))

    async def remove(self, http: Http, _caller: Caller, name: str) -> None:
        """``DELETE /v1/files/{id}``, and every document that was or is being made of it."""
        await self._filing.remove(name)
        await http.tell({"id": name, "object": "file", "deleted": True})


def file_row(filed: Filed) -> dict[str, Any]:
    """A file as OpenAI's API shows it."""
    return _row(filed.id, filed.name, filed.size, filed.created_ns, filed.purpose)


def document_as_file(document: Document) -> dict[str, Any]:
    """A document likewise."""
    return _row(document.id, document.name, document.size, document.added_ns, _PURPOSES[0])


def _row(file_id: str, name: str, size: int, created_ns: int, purpose: str) -> dict[str, Any]:
    return {
        "id": file_id,
        "object": "file",
        "bytes": size,
        "created_at": created_ns // 10**9,
        "filename": name,
        "purpose": purpose,
        "status": "processed",
    }


def page(rows: list[dict[str, Any]], after: str | None, limit: int) -> dict[str, Any]:
    """A page of a list as OpenAI's clients turn it: what follows the row whose id is `after`."""
    ids = [row["id"] for row in rows]
    if after is not None and after not in ids:
        raise BadRequest(f"after is the id of a row of this list, and {after[:80]!a} is none", param="after")
    start = ids.index(after) + 1 if after is not None else 0
    shown = rows[start : start + limit]
    return {
        "object": "list",
        "data": shown,
        "first_id": shown[0]["id"] if shown else None,
        "last_id": shown[-1]["id"] if shown else None,
        "has_more": start + limit < len(rows),
    }


async def _send_file(http: Http, path: Path) -> None:
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        await http.start(200, [_BINARY, (b"content-length", b"%d" % size)])
        while piece := await asyncio.to_thread(file.read, _PIECE):
            await http.write(piece)
        await http.finish()
