"""Files of the shelf in collections: put there, taken out, and shown to no one who may not read what is in them.

What the shelf says and what the library holds change together, one file at a time: so no two files of a collection get
one name, and a file that is removed is not being put anywhere meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import PurePath

from freehold.core.caller import Caller
from freehold.core.errors import Forbidden, NotFound
from freehold.http.documents import EVERYTHING, reader
from freehold.knowledge.extract.kinds import MEDIA_TYPES
from freehold.knowledge.model import Document
from freehold.knowledge.service import Knowledge, Upload
from freehold.stores.shelf import Filed, Put, Shelf

_HOLDS_OTHERS = frozenset({MEDIA_TYPES["zip"], MEDIA_TYPES["mail"]})
"""Their members have rights of their own, or have been removed, or could not be read: their bytes are an operator's."""


class Filing:
    """Where files are put, over one shelf. Raises `NotFound` for a file that is not there, or not for this caller."""

    def __init__(self, shelf: Shelf, knowledge: Knowledge) -> None:
        self._shelf = shelf
        self._knowledge = knowledge
        self._lock = asyncio.Lock()

    async def put(self, collection: str, files: Sequence[Filed]) -> str:
        """Have files read into a collection, by one job; returns its id."""
        job = self._knowledge.new_job()
        for filed in files:
            async with self._lock:
                await self._put(collection, await asyncio.to_thread(self._shelf.get, filed.id), job)
        return job

    async def take_out(self, collection: str, file_id: str) -> None:
        """Take a file out of a collection, with all that was or is being read from it; the file itself stays."""
        async with self._lock:
            filed = await asyncio.to_thread(self._shelf.get, file_id)
            await self._knowledge.withdraw(collection, put_of(filed, collection).name)
            await asyncio.to_thread(self._shelf.take_out, file_id, collection)

    async def remove(self, file_id: str) -> None:
        """Remove a file, and take it out of every collection."""
        async with self._lock:
            filed = await asyncio.to_thread(self._shelf.get, file_id)
            for collection, put in filed.collections.items():
                await self._knowledge.withdraw(collection, put.name)
            await asyncio.to_thread(self._shelf.remove, file_id)

    async def remove_collection(self, collection: str) -> None:
        """Remove a collection with all that was or is being read into it; the files stay."""
        async with self._lock:
            await self._knowledge.remove_collection(collection)
            for filed in (await asyncio.to_thread(self._shelf.of, collection)).values():
                await asyncio.to_thread(self._shelf.take_out, filed.id, collection)

    async def seen(self, file_id: str, caller: Caller) -> Filed:
        """A file that the caller may know of: an operator any, another one whose words it may read as a document."""
        filed = await asyncio.to_thread(self._shelf.get, file_id)
        if not caller.tends_documents and not await self._documents(filed, caller):
            raise NotFound(f"there is no file {file_id!a}")
        return filed

    async def opened(self, file_id: str, caller: Caller) -> Filed:
        """A file whose very bytes the caller may have; raises `Forbidden` where it may read only words of it."""
        filed = await asyncio.to_thread(self._shelf.get, file_id)
        if caller.tends_documents:
            return filed
        documents = await self._documents(filed, caller)
        if not documents:
            raise NotFound(f"there is no file {file_id!a}")
        if all(each.media_type in _HOLDS_OTHERS for each in documents):
            raise Forbidden(f"{file_id} holds other files, whose rights are their own; read them as documents")
        return filed

    async def _documents(self, filed: Filed, caller: Caller) -> list[Document]:
        """What the caller may read of this very content, where the file was put.

        A document of that name whose content is another came later from elsewhere; its rights say nothing of the file.
        """
        named = [
            await self._knowledge.named(collection, put.name, reader(caller))
            for collection, put in filed.collections.items()
        ]
        return [each for each in named if each is not None and each.digest == filed.digest]

    async def _put(self, collection: str, filed: Filed, job: str) -> None:
        """Remember it first: what is queued and not remembered, after a crash, nobody could take back."""
        before = filed.collections.get(collection)
        name = before.name if before is not None else await self._free_name(collection, filed)
        body = await asyncio.to_thread(self._shelf.content, filed.id)
        await asyncio.to_thread(self._shelf.put, filed.id, collection, Put(name, job))
        try:
            await self._knowledge.add(Upload(collection=collection, name=name, body=body, job=job))
        except Exception:
            if before is None:
                await asyncio.to_thread(self._shelf.take_out, filed.id, collection)
            else:
                await asyncio.to_thread(self._shelf.put, filed.id, collection, before)
            raise

    async def _free_name(self, collection: str, filed: Filed) -> str:
        """The file's own name, unless another has it there: OpenAI's stores keep both."""
        waits = await asyncio.to_thread(self._shelf.holds, collection, filed.name)
        if not waits and await self._knowledge.named(collection, filed.name, EVERYTHING) is None:
            return filed.name
        path = PurePath(filed.name)
        return str(path.with_name(f"{path.stem}-{filed.id[-6:]}{path.suffix}"))


def put_of(filed: Filed, collection: str) -> Put:
    """Where a file is in a collection; raises `NotFound` where it is not."""
    put = filed.collections.get(collection)
    if put is None:
        raise NotFound(f"{filed.id} is not in {collection}")
    return put
