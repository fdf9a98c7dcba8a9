"""OpenAI's ``/v1/vector_stores``: a vector store is a collection, and its id is the collection's name.

What a collection does not have is refused rather than forgotten: expiry, metadata, attributes, filters, chunks of one's
own size. Freehold's own documentation can be searched here, and is not listed among what a program may manage.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from freehold.assemble import Stack
from freehold.core.caller import Caller
from freehold.core.errors import BadRequest, NotFound
from freehold.core.passage import OWN_DOCUMENTATION
from freehold.http.asgi import Header, Http
from freehold.http.bodies import FileBatchBody, StoreFileBody, StoreSearchBody, VectorStoreBody
from freehold.http.documents import EVERYTHING, question, question_label, readable, reader, sees, writable
from freehold.http.files import page
from freehold.http.filing import Filing, put_of
from freehold.http.parameters import convert, number, within
from freehold.http.store_rows import batch_row, file_counts, file_row, hit_row, unread_row
from freehold.knowledge.ingest.report import JobReport
from freehold.knowledge.model import Collection, Document, Query
from freehold.stores.shelf import Filed

_MOST_LISTED = 100
_MOST_FOUND = 50
_MOST_FILES = 2000
_LONGEST_SLUG = 57
_AGAIN_SOON: Header = (b"openai-poll-after-ms", b"200")
"""Tells OpenAI's clients to ask again sooner than they would."""


class VectorStoreApi:
    """The endpoints under ``/v1/vector_stores`` over one stack."""

    def __init__(self, stack: Stack, filing: Filing) -> None:
        self._stack = stack
        self._filing = filing
        self._shelf = stack.shelf
        self._knowledge = stack.knowledge

    async def create(self, http: Http, caller: Caller) -> None:
        """``POST /v1/vector_stores``."""
        body = convert(await http.json(), VectorStoreBody)
        _refuse(expires_after=body.expires_after, metadata=body.metadata, chunking_strategy=body.chunking_strategy)
        if body.name is not None and not body.name.strip():
            raise BadRequest("name is empty; name the vector store, or leave name out", param="name")
        files = await self._files(body.file_ids)
        taken = {each.name for each in await self._knowledge.settings()}
        made = Collection(free_name(body.name, taken))
        await self._knowledge.save_collection(made)
        await self._filing.put(made.name, files)
        await http.tell(await self._row(made, caller))

    async def one(self, http: Http, caller: Caller, name: str) -> None:
        """``GET /v1/vector_stores/{id}``."""
        store = await self._store(name, caller)
        counted = {each.name: each for each in await self._knowledge.collections()} if caller.tends_documents else {}
        await http.tell(await self._row(counted.get(name, store), caller))

    async def remove(self, http: Http, caller: Caller, name: str) -> None:
        """``DELETE /v1/vector_stores/{id}``, with all that was read into it; the files stay."""
        store = await self._store(writable(name), caller)
        await self._filing.remove_collection(store.name)
        await http.tell({"id": store.name, "object": "vector_store.deleted", "deleted": True})

    async def search(self, http: Http, caller: Caller, name: str) -> None:
        """``POST /v1/vector_stores/{id}/search``."""
        body = convert(await http.json(), StoreSearchBody)
        _refuse(filters=body.filters)
        store = await self._store(name, caller)
        asked = [body.query] if isinstance(body.query, str) else body.query
        query = Query(
            text=question(" ".join(asked)),
            collections=(store.name,),
            reader=reader(caller),
            limit=within(body.max_num_results, "max_num_results", _MOST_FOUND),
        )
        hits = await self._knowledge.search(query, question_label(self._stack, http, caller), caller)
        files = await asyncio.to_thread(self._shelf.of, store.name)
        found = [hit_row(hit, files) for hit in hits if hit.score >= body.ranking_options.score_threshold]
        shown = {"search_query": asked, "data": found, "has_more": False, "next_page": None}
        await http.tell({"object": "vector_store.search_results.page"} | shown)

    async def add(self, http: Http, caller: Caller, name: str) -> None:
        """``POST /v1/vector_stores/{id}/files``."""
        body = convert(await http.json(), StoreFileBody)
        _refuse(attributes=body.attributes, chunking_strategy=body.chunking_strategy)
        store = await self._store(writable(name), caller)
        await self._filing.put(store.name, await self._files([body.file_id]))
        await http.tell(await self._file(store.name, body.file_id, caller), headers=[_AGAIN_SOON])

    async def files(self, http: Http, caller: Caller, name: str) -> None:
        """``GET /v1/vector_stores/{id}/files``: those under way or failed first, then the documents by name."""
        query = http.query
        after, limit = query.get("after"), within(number(query.get("limit", "20"), "limit"), "limit", _MOST_LISTED)
        store = await self._store(name, caller)
        held = await asyncio.to_thread(self._shelf.of, store.name)
        there = await self._knowledge.documents(
            store.name, reader(caller), after=await self._cursor(store.name, after), limit=limit + 1
        )
        rows = [file_row(store.name, _id(each, held), each) for each in there[:limit]]
        if after is None and caller.tends_documents:
            rows = [*await self._unread(store.name, held), *rows]
        await http.tell(page(rows, None, len(rows) or 1) | {"has_more": len(there) > limit})

    async def file(self, http: Http, caller: Caller, name: str, member: str) -> None:
        """``GET /v1/vector_stores/{id}/files/{id}``."""
        store = await self._store(name, caller)
        await http.tell(await self._file(store.name, member, caller), headers=[_AGAIN_SOON])

    async def remove_file(self, http: Http, caller: Caller, name: str, member: str) -> None:
        """``DELETE /v1/vector_stores/{id}/files/{id}``; the file itself stays."""
        store = await self._store(writable(name), caller)
        if member.startswith("doc_"):
            await self._file(store.name, member, caller)
            await self._knowledge.remove([member])
        else:
            await self._filing.take_out(store.name, member)
        await http.tell({"id": member, "object": "vector_store.file.deleted", "deleted": True})

    async def add_batch(self, http: Http, caller: Caller, name: str) -> None:
        """``POST /v1/vector_stores/{id}/file_batches``: one job, whose id is the batch's."""
        body = convert(await http.json(), FileBatchBody)
        _refuse(attributes=body.attributes, chunking_strategy=body.chunking_strategy)
        for row in body.files:
            _refuse(attributes=row.attributes, chunking_strategy=row.chunking_strategy)
        store = await self._store(writable(name), caller)
        files = await self._files([*body.file_ids, *(row.file_id for row in body.files)])
        if not files:
            raise BadRequest("file_ids is empty", param="file_ids")
        job = await self._filing.put(store.name, files)
        await http.tell(batch_row(store.name, await self._knowledge.job(job)), headers=[_AGAIN_SOON])

    async def batch(self, http: Http, caller: Caller, name: str, member: str) -> None:
        """``GET /v1/vector_stores/{id}/file_batches/{id}``."""
        store = await self._store(name, caller)
        await http.tell(batch_row(store.name, await self._knowledge.job(member)), headers=[_AGAIN_SOON])

    async def _store(self, name: str, caller: Caller) -> Collection:
        """The collection of that name, where the key may see it; what it holds is not counted."""
        for each in await self._knowledge.settings():
            if each.name == name and await sees(self._stack, caller, name):
                return each
        raise NotFound(f"there is no vector store {name[:80]!a}")

    async def _files(self, ids: Sequence[str]) -> list[Filed]:
        if len(ids) > _MOST_FILES:
            raise BadRequest(f"at most {_MOST_FILES} files at once", param="file_ids")
        return [await asyncio.to_thread(self._shelf.get, each) for each in ids]

    async def _cursor(self, collection: str, after: str | None) -> str:
        """The id of the document that a cursor stands for."""
        if after is None or after.startswith("doc_"):
            return after or ""
        put = put_of(await asyncio.to_thread(self._shelf.get, after), collection)
        document = await self._knowledge.named(collection, put.name, EVERYTHING)
        return document.id if document is not None else ""

    async def _file(self, collection: str, member: str, caller: Caller) -> dict[str, Any]:
        """How a file of a collection stands."""
        if member.startswith("doc_"):
            document = await self._knowledge.document(member, reader(caller))
            if document.collection != collection:
                raise NotFound(f"{member} is not in {collection}")
            return file_row(collection, member, document)
        put = put_of(await asyncio.to_thread(self._shelf.get, member), collection)
        kept = await self._knowledge.named(collection, put.name, reader(caller))
        if kept is not None:
            return file_row(collection, member, kept)
        if not caller.tends_documents:
            raise NotFound(f"{member} is not in {collection}")
        return unread_row(collection, member, put, await self._knowledge.job(put.job))

    async def _unread(self, collection: str, held: Mapping[str, Filed]) -> list[dict[str, Any]]:
        """The files of a collection that are under way or failed, or archives of whose members there are documents."""
        kept = await self._knowledge.digests(collection)
        missing = [(filed.id, filed.collections[collection]) for name, filed in held.items() if name not in kept]
        reports = await self._reports({put.job for _, put in missing})
        rows = []
        for file_id, put in missing:
            with suppress(NotFound):  # there was a document, which has been removed
                if put.job in reports:
                    rows.append(unread_row(collection, file_id, put, reports[put.job]))
        return rows

    async def _reports(self, jobs: Iterable[str]) -> dict[str, JobReport]:
        """The reports that are still kept."""
        found = {}
        for job in jobs:
            with suppress(NotFound):
                found[job] = await self._knowledge.job(job)
        return found

    async def _row(self, collection: Collection, caller: Caller) -> dict[str, Any]:
        """A collection as OpenAI's API shows it. When it was made is not kept, nor are bytes added up: both are 0.

        How many files there are is an operator's to know, since others see a part.
        """
        held = await asyncio.to_thread(self._shelf.of, collection.name) if caller.tends_documents else {}
        reports = (await self._reports({filed.collections[collection.name].job for filed in held.values()})).values()
        waiting, failed = sum(each.waiting for each in reports), sum(each.failed for each in reports)
        return {
            "id": collection.name,
            "object": "vector_store",
            "created_at": 0,
            "name": collection.name,
            "usage_bytes": 0,
            "file_counts": file_counts(waiting, collection.documents, failed),
            "status": "in_progress" if waiting else "completed",
            "expires_after": None,
            "expires_at": None,
            "last_active_at": None,
            "metadata": {},
        }

    # The last of the class, since its name hides the type's from what follows it.
    async def list(self, http: Http, caller: Caller) -> None:
        """``GET /v1/vector_stores``."""
        query = http.query
        after, limit = query.get("after"), within(number(query.get("limit", "20"), "limit"), "limit", _MOST_LISTED)
        seen = [each for each in await readable(self._stack, caller) if each.name != OWN_DOCUMENTATION]
        await http.tell(page([await self._row(each, caller) for each in seen], after, limit))


def free_name(said: str | None, taken: set[str]) -> str:
    """A collection's name from what a program calls its vector store, which may be any text, and not the only one so.

    >>> free_name("Support FAQ", set())
    'support-faq'
    """
    slug = re.sub(r"[^a-z0-9._-]+", "-", (said or "").lower()).strip("-._")[:_LONGEST_SLUG]
    if slug and slug not in taken and slug != OWN_DOCUMENTATION:
        return slug
    return f"{slug or 'store'}-{secrets.token_hex(3)}"


def _refuse(**given: object) -> None:
    """Refuse what has no effect here, unless it says nothing."""
    for param, value in given.items():
        if value and value != {"type": "auto"}:
            raise BadRequest(f"{param} has no effect in Freehold; leave it out", param=param)


def _id(document: Document, held: Mapping[str, Filed]) -> str:
    """The id by which a program knows a document: its file's, where it came as one."""
    filed = held.get(document.name)
    return document.id if filed is None else filed.id
