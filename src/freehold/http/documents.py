"""Documents over Freehold's own API: added, listed, read, relabelled, removed, searched, and their citations checked.

Reading and searching obey the groups of the key; changing anything needs an operator's.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence

import msgspec

from freehold.assemble import Stack
from freehold.core.caller import Caller
from freehold.core.errors import BadRequest, Conflict, NotFound, Unprocessable
from freehold.core.groups import checked_groups
from freehold.core.label import Label
from freehold.core.passage import OWN_DOCUMENTATION
from freehold.core.request import EmbeddingRequest
from freehold.http.asgi import CallerLeft, Http
from freehold.http.bodies import CollectionBody, RelabelBody, SearchBody, TuneBody
from freehold.http.parameters import collection, convert, label, number, within, words
from freehold.http.reply import Watch
from freehold.http.shown import collection_row, document_row, hit_row
from freehold.http.upload import received
from freehold.knowledge.followup import LONGEST_QUESTION
from freehold.knowledge.ingest.names import checked_name
from freehold.knowledge.ingest.report import JobReport
from freehold.knowledge.model import Collection, Query, Reader
from freehold.knowledge.service import Upload
from freehold.knowledge.verdict import LONGEST_SPAN
from freehold.policy.labels import declared, settle_label

DEFAULT_COLLECTION = "documents"
_MOST_LISTED = 1000
_MOST_FOUND = 100
_MOST_QUESTIONS = 1000
_LARGEST_TUNING = 4 * 2**20
_LONGEST_WAIT = 300.0
"""Seconds that a request waits for a job; most proxies close a silent connection sooner."""
_DIGEST = re.compile(r"[0-9a-f]{64}")
_QUESTIONS = EmbeddingRequest("", ())
"""Stands for questions where their label is settled: plain text, all of which can be inspected."""


class DocumentApi:
    """The endpoints of documents, collections, jobs, search and citations, over one stack."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._knowledge = stack.knowledge

    async def add(self, http: Http, _caller: Caller) -> None:
        """``POST /api/documents``: 202 with the job, or with ``wait=1`` the report if its work is soon done."""
        query = http.query
        limit = self._stack.config.knowledge.max_file_mb * 2**20
        async with received(http, self._stack.incoming, limit) as sent:
            said = {
                "collection": query.get("collection"),
                "name": query.get("name"),
                "label": query.get("label"),
                "groups": http.whole_query.get("groups"),
                "job": query.get("job"),
                "wait": query.get("wait"),
            }
            said |= {name: value for name, value in sent.fields.items() if name in said}
            upload = Upload(
                collection=writable(said["collection"] or DEFAULT_COLLECTION),
                name=checked_name(_named(said["name"] or sent.filename)),
                body=sent.path,
                label=label(said["label"]),
                groups=None if said["groups"] is None else checked_groups(words(said["groups"])),
                media_type=sent.media_type,
                job=said["job"],
            )
            job = await self._knowledge.add(upload)
        report = None if said["wait"] in (None, "", "0", "false") else await self._done(http, job)
        if report is None:
            await http.tell({"job": job, "name": upload.name, "collection": upload.collection}, 202)
        else:
            await _tell(http, report)

    async def _done(self, http: Http, job: str) -> JobReport | None:
        """The report of a job once its work is done; `None` if that takes longer than anyone should wait.

        Raises `CallerLeft` as soon as it has; the work goes on.
        """
        watch = Watch(http)
        try:
            async with asyncio.timeout(_LONGEST_WAIT):
                return await self._knowledge.wait(job)
        except TimeoutError:
            return None
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if not watch.left or task is None:
                raise
            task.uncancel()
            raise CallerLeft from None
        finally:
            watch.stop()

    async def list(self, http: Http, caller: Caller) -> None:
        """``GET /api/documents``: what the key may read, by collection and name."""
        query = http.query
        limit = within(number(query.get("limit", "100"), "limit"), "limit", _MOST_LISTED)
        said = query.get("collection")
        chosen = None if said is None else await searchable(self._stack, caller, said)
        found = await self._knowledge.documents(chosen, reader(caller), after=query.get("after", ""), limit=limit + 1)
        page = found[:limit]
        last = page[-1].id if page else None
        await http.tell({"data": [document_row(each) for each in page], "has_more": len(found) > limit, "last": last})

    async def one(self, http: Http, caller: Caller, name: str) -> None:
        """``GET /api/documents/{id}``."""
        await http.tell(document_row(await self._knowledge.document(name, reader(caller))))

    async def text(self, http: Http, caller: Caller, name: str) -> None:
        """``GET /api/documents/{id}/text``: what was read from it, or ``text[start:end]`` of that, in characters."""
        query = http.query
        document, text = await self._knowledge.read(name, reader(caller))
        asked = query.get("version")
        if asked is not None and number(asked, "version") != document.version:
            raise NotFound(f"version {asked[:20]} of {name} is not kept; there is version {document.version}")
        start = min(number(query.get("start", "0"), "start"), len(text))
        end = min(number(query.get("end", str(len(text))), "end"), len(text))
        piece = text[start : max(start, end)]
        place = {"document": name, "version": document.version, "start": start, "end": start + len(piece)}
        await http.tell(place | {"text": piece})

    async def relabel(self, http: Http, _caller: Caller, name: str) -> None:
        """``POST /api/documents/{id}``: another label, or other groups. It holds from the next request on."""
        body = convert(await http.json(), RelabelBody)
        writable((await self._knowledge.document(name, EVERYTHING)).collection)
        groups = None if body.groups is None else checked_groups(body.groups)
        await http.tell(document_row(await self._knowledge.relabel(name, label=label(body.label), groups=groups)))

    async def remove(self, http: Http, _caller: Caller, name: str) -> None:
        """``DELETE /api/documents/{id}``."""
        writable((await self._knowledge.document(name, EVERYTHING)).collection)
        await self._knowledge.remove([name])
        await http.tell({"id": name, "deleted": True})

    async def digests(self, http: Http, _caller: Caller) -> None:
        """``GET /api/documents/digests``: ``name: [id, SHA-256]`` of all in a collection, to compare a folder with."""
        chosen = collection(http.query.get("collection", DEFAULT_COLLECTION))
        await http.tell({"collection": chosen, "data": await self._knowledge.digests(chosen)})

    async def collections(self, http: Http, caller: Caller) -> None:
        """``GET /api/collections``: those in which the key may read something; an operator's key sees all."""
        await http.tell({"data": [collection_row(each) for each in await readable(self._stack, caller)]})

    async def save_collection(self, http: Http, _caller: Caller) -> None:
        """``POST /api/collections``: make one, or change what new documents of it get."""
        body = convert(await http.json(), CollectionBody)
        name = writable(body.name)
        held = {each.name: each for each in await self._knowledge.collections()}
        kept = held.get(name, Collection(name))
        fresh = msgspec.structs.replace(
            kept,
            label=label(body.label) or kept.label,
            groups=kept.groups if body.groups is None else checked_groups(body.groups),
            weights=kept.weights if body.weights is None else body.weights,
        )
        await self._knowledge.save_collection(fresh)
        await http.tell(collection_row(fresh), 200 if name in held else 201)

    async def remove_collection(self, http: Http, _caller: Caller, name: str) -> None:
        """``DELETE /api/collections/{name}``, with all its documents."""
        if writable(name) not in {each.name for each in await self._knowledge.settings()}:
            raise NotFound(f"there is no collection {name!r}")
        removed = await self._knowledge.remove_collection(name)
        await http.tell({"name": name, "deleted": True, "documents": removed})

    async def tune(self, http: Http, caller: Caller, name: str) -> None:
        """``POST /api/collections/{name}/tune``: the weights that were chosen, which hold from now on."""
        body = convert(await http.json(_LARGEST_TUNING), TuneBody)
        within(len(body.questions), "questions", _MOST_QUESTIONS)
        held = {each.name: each for each in await self._knowledge.settings()}
        if writable(name) not in held:
            raise NotFound(f"there is no collection {name!r}")
        ids = {each: document for each, (document, _) in (await self._knowledge.digests(name)).items() if document}
        known = {**ids, **{document: document for document in ids.values()}}
        answers = []
        for row in body.questions:
            if missing := [each for each in row.documents if each not in known]:
                raise BadRequest(f"there is no document {missing[0][:80]!a} in {name}", param="questions")
            answers.append((question(row.question, "question"), [known[each] for each in row.documents]))
        asked_under = question_label(self._stack, http, caller)
        weights = await self._stack.wing.tune(name, answers, label=asked_under, caller=caller)
        await self._knowledge.save_collection(msgspec.structs.replace(held[name], weights=weights))
        await http.tell({"collection": name, "weights": msgspec.to_builtins(weights), "questions": len(answers)})

    async def job(self, http: Http, _caller: Caller, name: str) -> None:
        """``GET /api/jobs/{id}``."""
        await http.tell(msgspec.to_builtins(await self._knowledge.job(name)))

    async def search(self, http: Http, caller: Caller) -> None:
        """``POST /api/search``: passages that the key may read, with how each ranking found them."""
        body = convert(await http.json(), SearchBody)
        query = Query(
            text=question(body.query),
            collections=await chosen_collections(self._stack, caller, body.collections),
            reader=reader(caller),
            limit=within(body.limit, "limit", _MOST_FOUND),
        )
        hits = await self._knowledge.search(query, question_label(self._stack, http, caller), caller)
        await http.tell({"data": [hit_row(hit) for hit in hits]})

    async def check(self, http: Http, caller: Caller) -> None:
        """``GET /api/citations/check``: whether a citation still says what its document says."""
        query = http.query
        digest = query.get("digest", "").lower()
        if not _DIGEST.fullmatch(digest):
            raise BadRequest("digest is the SHA-256 of the passage, 64 hex digits", param="digest")
        start, end = number(query.get("start", ""), "start"), number(query.get("end", ""), "end")
        if end - start > LONGEST_SPAN:
            raise BadRequest(f"a citation names at most {LONGEST_SPAN:,} characters from start to end", param="end")
        verdict = await self._knowledge.check(
            query.get("document", ""), number(query.get("version", ""), "version"), start, end, digest, reader(caller)
        )
        await http.tell(msgspec.to_builtins(verdict))


EVERYTHING = Reader(everything=True)
"""Who manages documents."""


def reader(caller: Caller) -> Reader:
    """Who reads, by a key: an operator's tends documents whoever may read them."""
    return Reader(caller.groups, everything=caller.tends_documents)


async def readable(stack: Stack, caller: Caller) -> list[Collection]:
    """The collections a key may see. How many documents they hold is an operator's to know, since others see a part."""
    if caller.tends_documents:
        return await stack.knowledge.collections()
    return [Collection(name) for name in await readable_names(stack, caller)]


async def readable_names(stack: Stack, caller: Caller) -> list[str]:
    """The names of the same, without counting what they hold."""
    return [each.name for each in await stack.knowledge.settings() if await sees(stack, caller, each.name)]


async def sees(stack: Stack, caller: Caller, name: str) -> bool:
    """Whether a collection is there for a key: one in which it may read nothing is not."""
    return caller.tends_documents or bool(await stack.knowledge.labels([name], reader(caller)))


async def chosen_collections(stack: Stack, caller: Caller, said: Sequence[str]) -> tuple[str, ...]:
    """The collections to search: those that were said, else the key's, else all that the key may see."""
    if said:
        return tuple([await searchable(stack, caller, name) for name in said])
    return caller.collections or tuple(await readable_names(stack, caller))


async def searchable(stack: Stack, caller: Caller, text: str) -> str:
    """A collection's name, to look into; raises `NotFound` where an operator misspelt it.

    For any other key one that is not there is as empty as one that it may not read.
    """
    if caller.tends_documents and collection(text) not in {each.name for each in await stack.knowledge.settings()}:
        raise NotFound(f"there is no collection {text!r}; 'freehold docs collections' lists those that are")
    return collection(text)


def writable(text: str) -> str:
    """The same, for one that is to be changed; raises `Conflict` for Freehold's own."""
    if collection(text) == OWN_DOCUMENTATION:
        raise Conflict(f"{text!r} holds Freehold's own documentation and changes with it; choose another collection")
    return text


def question_label(stack: Stack, http: Http, caller: Caller) -> Label:
    """The label of questions that come as no chat, settled by the rule that holds for every request."""
    stated = [declared("x-freehold-label", said) for said in http.headers(b"x-freehold-label")]
    return settle_label(stack.config.policy.default_label, caller, _QUESTIONS, stated)[0]


def question(text: str, param: str = "query") -> str:
    """What is searched for; raises `BadRequest` where it is empty or longer than any question is read."""
    if not text.strip():
        raise BadRequest(f"{param} is empty", param=param)
    if len(text) > LONGEST_QUESTION:
        raise BadRequest(f"{param} has {len(text):,} characters, more than {LONGEST_QUESTION:,}", param=param)
    return text


def _named(text: str) -> str:
    """What a document that comes is called; raises `BadRequest` that says where to say it."""
    if not text:
        raise BadRequest("the document has no name; say it in the address, as in ?name=leave.md", param="name")
    return text


async def _tell(http: Http, report: JobReport) -> None:
    """The report of a job whose work is done; where nothing came of it, the reason as an error."""
    if report.failed and not report.done and not report.unchanged:
        reasons = [f"{file.name}: {file.reason}" for file in report.files if file.state == "failed"]
        raise Unprocessable("; ".join(reasons[:3]) or "no file could be read")
    await http.tell(msgspec.to_builtins(report), 201 if report.done else 200)
