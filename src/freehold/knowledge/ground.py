"""The Enricher: which documents a request is answered from, what may be shown of them, and what is asked of them.

Rights and labels go into the search itself. Which labels: all that flow to the one target of the permit that may see
the most of what this reader's documents bear, so that what is found never leaves the request without a target.
"""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Collection, Sequence

import msgspec

from freehold.core.caller import Caller
from freehold.core.errors import BadRequest, LabelForbidden, NotFound
from freehold.core.exchange import Exchange, Permit
from freehold.core.label import Label
from freehold.core.passage import OWN_DOCUMENTATION, Passage
from freehold.core.ports import Events, Handler
from freehold.core.request import Grounds, Message, Request, TextPart
from freehold.core.target import Target
from freehold.engines.asked import understand
from freehold.knowledge import cite
from freehold.knowledge.followup import LONGEST_QUESTION, Rewriter, joined
from freehold.knowledge.model import Hit, Query, Reader
from freehold.knowledge.prompt import grounded, said
from freehold.policy.grounding import showable
from freehold.wire.estimate import estimate_request

Find = Callable[[Query, Label, Caller], Awaitable[list[Hit]]]
"""What is found for a query; its text is embedded under that label and for that key, which are the request's."""

Labels = Callable[[Sequence[str], Reader], Awaitable[frozenset[Label]]]
"""The labels of the documents that a reader may read in these collections."""

MOST_CHARACTERS = 16_000
"""Characters of all passages of a request together."""
_ROOM_FOR_ANSWER = 1024
"""Tokens that a context window must still hold, where the request names no number itself; at most a quarter of it."""


class Settings(msgspec.Struct, frozen=True):
    """What the configuration says. `rewrite` names the target or route that makes follow-up questions stand alone."""

    passages: int = 8
    rewrite: str | None = None
    documentation: bool = True
    """Whether the built-in reader falls back on Freehold's own documentation."""
    address: str = ""
    """Where this Freehold is reached; stands before the addresses of passages."""


class Grounded(msgspec.Struct, frozen=True):
    """A `Grounding`: the request with its passages, and how its answer is read."""

    request: Request
    passages: tuple[Passage, ...]
    address: str = ""

    def without(self, numbers: Collection[int]) -> Grounded:
        """The same without some passages; those that are left are numbered anew."""
        grounds = self.request.grounds
        if grounds is None:
            raise AssertionError("a grounded request has its grounds")
        left = [passage for passage in self.passages if passage.number not in numbers]
        passages = tuple(msgspec.structs.replace(each, number=number) for number, each in enumerate(left, 1))
        asked = self.request.rewritten(messages=grounds.asked, grounds=None)
        return _made(asked, passages, grounds.question, chosen=grounds.chosen, address=self.address)

    def read(self, events: Events, exchange: Exchange) -> Events:
        """The answer with its citations checked and attached."""
        return cite.read(events, exchange, self.passages, address=self.address)


class Ground:
    """An `Enricher` over a search."""

    def __init__(
        self,
        find: Find,
        labels: Labels,
        *,
        ask: Handler,
        settings: Callable[[], Settings] = Settings,
        known: Callable[[], Sequence[Target]] = tuple,
        documented: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """`ask` is the whole pipeline, for rewriting. `known`: every target, to name those that could have answered.

        `documented` returns once Freehold's own documentation can be searched, or there is no use in waiting for it.
        """
        self._find = find
        self._labels = labels
        self._ask = ask
        self._settings = settings
        self._known = known
        self._documented = documented

    def wants(self, exchange: Exchange) -> bool:
        """Whether documents were chosen, or the built-in reader is alone and may fall back on Freehold's own."""
        if exchange.collections:
            return True
        permit = exchange.permit
        if permit is None or len(permit.targets) != 1 or permit.targets[0].provider != "reader":
            return False
        return exchange.headers.collections is None and self._settings().documentation

    async def __call__(self, exchange: Exchange) -> Grounded | None:
        """Find passages; `None` where the reader is better left with what the conversation holds.

        Raises `NotFound` for a collection the request names in which its reader may read nothing, `LabelForbidden`
        where no target may be shown any of it, `BadRequest` where the conversation leaves no room.
        """
        request, permit = exchange.request, exchange.permit
        if permit is None or exchange.label is None or not isinstance(request, Request):
            raise AssertionError("only a chat that was admitted is grounded")
        chosen = bool(exchange.collections)
        if not chosen and not _asks_without_text(request):
            return None
        collections = exchange.collections or (OWN_DOCUMENTATION,)
        if self._documented is not None and OWN_DOCUMENTATION in collections:
            await self._documented()
        reader = Reader(groups=exchange.caller.groups, everything=exchange.caller.tends_documents)
        shown = await self._shown(exchange, permit, collections, reader)
        if not shown and not chosen:
            return None
        query = await self._query(exchange, request)
        hits: list[Hit] = []
        if query and shown:
            limit = self._settings().passages
            asked = Query(query, collections, reader, shown, limit)
            # What changed its label since is left out: `shown` is what was decided upon.
            found = await self._find(asked, exchange.label, exchange.caller)
            hits = [hit for hit in found if hit.label in shown][:limit]
        return self._fitting(request, permit, query, hits, chosen=chosen)

    async def _shown(
        self, exchange: Exchange, permit: Permit, collections: tuple[str, ...], reader: Reader
    ) -> frozenset[Label]:
        """The labels that may be shown; none where there is nothing this reader may read."""
        there: frozenset[Label] = frozenset()
        for name in collections:
            found = await self._labels((name,), reader)
            if not found and exchange.headers.collections:
                raise NotFound(
                    f"the collection {name!r} does not exist, or holds no document that this key may read",
                    param="x-freehold-collections",
                )
            there |= found
        shown = showable(there, permit.targets)
        if there and not shown and exchange.collections:
            raise self._forbidden(min(there, key=_height), permit, exchange.caller)
        return shown

    def _forbidden(self, label: Label, permit: Permit, caller: Caller) -> LabelForbidden:
        """The error that names the least label there is, and who could be shown it."""
        could = [
            target.name
            for target in self._known()
            if target.profile.chat and label.flows_to(target.clearance) and caller.may_ask(target.name)
        ]
        return LabelForbidden(label, [target.name for target in permit.targets], could)

    async def _query(self, exchange: Exchange, request: Request) -> str:
        """What to search for: the last question, made to stand by itself."""
        questions = [_question(text) for message in request.messages if (text := said(message))]
        if not questions:
            return ""
        model = self._settings().rewrite
        if len(questions) > 1 and model is not None:
            rewritten = await Rewriter(self._ask, model)(exchange)
            if rewritten is not None:
                return rewritten
        return joined(questions)

    def _fitting(self, request: Request, permit: Permit, query: str, hits: list[Hit], *, chosen: bool) -> Grounded:
        """As many passages as fit the smallest context window of the permit that holds any of them."""
        passages = _bounded(hits)
        if not passages:
            return self._made(request, (), query, chosen=chosen)
        for window in sorted({target.limits.context or math.inf for target in permit.targets}):
            most = window - _reserve(request, window)
            for count in range(len(passages), 0, -1):
                made = self._made(request, passages[:count], query, chosen=chosen)
                if most == math.inf or estimate_request(made.request) <= most:
                    return made
        raise BadRequest(
            "the conversation leaves no room for a passage of the documents in any target's context window;"
            " shorten it, or choose no collections",
            param="messages",
        )

    def _made(self, request: Request, passages: tuple[Passage, ...], query: str, *, chosen: bool) -> Grounded:
        return _made(request, passages, query, chosen=chosen, address=self._settings().address)


def _made(request: Request, passages: tuple[Passage, ...], query: str, *, chosen: bool, address: str) -> Grounded:
    grounds = Grounds(query, passages, request.messages, chosen)
    whole = msgspec.structs.replace(grounded(request, passages), grounds=grounds)
    return Grounded(whole, passages, address)


def _asks_without_text(request: Request) -> bool:
    """Whether the conversation asks something and brings no text that the built-in reader could answer it from."""
    asked = understand(request.messages)
    return asked.kind == "nothing" and bool(asked.question)


def _question(text: str) -> str:
    """The question in a user's turn; the end of the turn, where it is long and no question is seen in it."""
    if len(text) <= LONGEST_QUESTION:
        return text
    return understand((Message("user", (TextPart(text),)),)).question or text[-LONGEST_QUESTION:]


def _height(label: Label) -> tuple[int, int, str]:
    return label.level, len(label.tags), str(label)


def _bounded(hits: Sequence[Hit]) -> tuple[Passage, ...]:
    """The hits as numbered passages, best first, as far as `MOST_CHARACTERS` go; the first one always."""
    passages: list[Passage] = []
    room = MOST_CHARACTERS
    for hit in hits:
        room -= len(hit.text)
        if room < 0 and passages:
            break
        passages.append(Passage(len(passages) + 1, hit.text, hit.place, hit.label, hit.score))
    return tuple(passages)


def _reserve(request: Request, window: float) -> float:
    """Tokens of a window to be left for the answer."""
    return min(request.sampling.max_tokens or _ROOM_FOR_ANSWER, window / 4)
