"""What a leaf of the audit log says: numbers, names from the configuration, labels, and not one word of a conversation.

A leaf is canonical JSON: no spaces, keys sorted, no fractions. ``at``, in nanoseconds since the epoch, never falls from
one leaf to the next; ``index`` is its place; ``v`` is the version of this form.

    {"at":1790000000123456789,"body":{...},"index":12,"kind":"exchange","v":1}

Erasing a person's or a document's content leaves the log as it is, since none of it ever was in there: documents are
named by id and version, keys by id, findings counted by kind.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec

from freehold.core.errors import Fault
from freehold.core.exchange import Exchange
from freehold.core.label import Label, Level, Source
from freehold.core.record import Attempt, End, Ending
from freehold.core.target import Target
from freehold.ledger.audit.tiles import LONGEST_LEAF

VERSION = 1

_MOST_BODY = LONGEST_LEAF - 256
"""Bytes, so that what is put around a body has room."""

_LONGEST_LABEL = 512
HASHED = "sha256-"
"""What the one tag begins with that stands for all of a label's that a leaf has no room for."""
_TARGETS_A_LEAF = 200
_ORIGIN = re.compile(r"[A-Za-z0-9._-]{1,64}")

_encode = msgspec.json.Encoder().encode


class Leaf(NamedTuple):
    """A leaf on its way: what it is about, and its body as JSON."""

    kind: str
    body: bytes


class Sent(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One attempt. Here and below fields stand in the order of the alphabet, in which they are written as they come."""

    bytes: int
    """Of the body that went out."""
    cleared: str | None
    """What the target was cleared for as it was asked."""
    declassified: str | None = None
    fault: str | None = None
    label: str | None
    """What it was sent under."""
    number: int
    owned: bool
    sha256: str | None = None
    """Of exactly that body, as hex."""
    status: int | None = None
    target: str

    @property
    def reached(self) -> bool:
        """Whether the target may have got anything of it: bytes went out, or it has no address to send bytes to."""
        return self.bytes > 0 or self.fault not in _NEVER_ASKED


class Document(msgspec.Struct, frozen=True):
    """A version of a document that the request was answered from."""

    id: str
    label: str
    version: int


class Origin(msgspec.Struct, frozen=True):
    """Where a part of the label came from."""

    label: str
    origin: str


class Body(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """An exchange at its end. What is empty is left out."""

    attempts: tuple[Sent, ...] = ()
    cost: int = 0
    """Nanodollars."""
    cut: bool = False
    """It was too long for a leaf, and holds no documents, sources and findings; ``whole`` is the hash of what did."""
    documents: tuple[Document, ...] = ()
    ending: str
    findings: dict[str, int] = {}
    """By kind, how many."""
    id: str
    key: str
    label: str | None = None
    origin: str = "api"
    revision: str | None = None
    """Of the policy that the permit was given under."""
    route: str | None = None
    sources: tuple[Origin, ...] = ()
    started: int
    """Nanoseconds since the epoch."""
    status: int | None = None
    whole: str | None = None


class Head(msgspec.Struct, frozen=True):
    """What every leaf has, with its body unread."""

    at: int
    body: msgspec.Raw
    index: int
    kind: str
    v: int


_NEVER_ASKED = frozenset(
    {Fault.LABEL, Fault.BREAKER, Fault.QUEUE, Fault.UNTRANSLATABLE, Fault.CONNECT, Fault.TIMEOUT_CONNECT}
)

head_of = msgspec.json.Decoder(Head).decode
"""A leaf's head; raises `msgspec.DecodeError`."""

body_of = msgspec.json.Decoder(Body).decode
"""The body of a leaf of kind ``exchange``; raises `msgspec.DecodeError`."""


def exchange_leaf(exchange: Exchange, end: End) -> Leaf:
    """The leaf of an exchange that has ended."""
    permit, origin, label = exchange.permit, exchange.origin, exchange.label
    body = Body(
        attempts=tuple(map(_sent, exchange.attempts)),
        cost=exchange.cost,
        documents=_documents(exchange) if exchange.passages else (),
        ending=end.ending.value,
        findings=_findings(exchange) if exchange.findings else {},
        id=exchange.id,
        key=exchange.caller.key_id,
        label=None if label is None else _said(label),
        origin=origin,
        revision=None if permit is None else permit.revision,
        route=None if permit is None else permit.route,
        sources=_origins(exchange.sources),
        started=exchange.started_ns,
        status=end.status,
    )
    data = _encode(body)
    return Leaf("exchange", data if len(data) <= _MOST_BODY else _shortened(body, data))


def lost_leaf(exchange_id: str, key_id: str, started_ns: int) -> Leaf:
    """The leaf of an exchange that was under way when the process was killed: nobody knows what became of it."""
    return Leaf("exchange", _encode(Body(ending=Ending.LOST.value, id=exchange_id, key=key_id, started=started_ns)))


def configuration_leaves(revision: str, targets: Sequence[Target]) -> list[Leaf]:
    """What each target is cleared for from now on. Many targets are several leaves, each with its ``part``."""
    parts = [targets[at : at + _TARGETS_A_LEAF] for at in range(0, len(targets), _TARGETS_A_LEAF)] or [()]
    return [
        note(
            "configuration",
            part=number,
            parts=len(parts),
            revision=revision,
            targets=[{"cleared": _said(each.clearance), "name": each.name, "owned": each.owned} for each in part],
        )
        for number, part in enumerate(parts, 1)
    ]


def note(kind: str, **body: Any) -> Leaf:
    """A leaf about something else than an exchange; the caller sees to it that it holds nobody's words.

    Raises `ValueError` where it is too long.
    """
    data = canonical(body)
    if len(data) > _MOST_BODY:
        raise ValueError(f"a leaf of kind {kind!r} has {len(data)} bytes, and {_MOST_BODY} is the most")
    return Leaf(kind, data)


def canonical(value: object) -> bytes:
    """JSON in the one form that it has in this log: no spaces, keys sorted."""
    return msgspec.json.encode(value, order="sorted")


def placed(leaf: Leaf, index: int, at: int) -> bytes:
    """The leaf as it is hashed, at its place and time."""
    return b'{"at":%d,"body":%b,"index":%d,"kind":"%b","v":%d}' % (at, leaf.body, index, leaf.kind.encode(), VERSION)


def _sent(attempt: Attempt) -> Sent:
    label, clearance = attempt.label, attempt.clearance
    return Sent(
        bytes=attempt.bytes_out,
        cleared=None if clearance is None else _said(clearance),
        declassified=attempt.declassified,
        fault=attempt.fault,
        label=None if label is None else _said(label),
        number=attempt.number,
        owned=attempt.owned,
        sha256=attempt.body_sha256,
        status=attempt.status,
        target=attempt.target,
    )


@lru_cache(maxsize=1024)
def _said(label: Label) -> str:
    """A label in words; one with more tags than a leaf has room for keeps its level and is told by its hash."""
    text = str(label)
    if len(text) <= _LONGEST_LABEL:
        return text
    return f"{Level(label.level).name.lower()};{HASHED}{sha256(text.encode()).hexdigest()[:32]}"


def _origins(sources: Sequence[Source]) -> tuple[Origin, ...]:
    if len(sources) == 1:
        return (_origin(sources[0]),)
    return tuple(dict.fromkeys(map(_origin, sources)))


@lru_cache(maxsize=1024)
def _origin(source: Source) -> Origin:
    """Where a part of the label came from. Only the first word is kept: what follows may be a document's name."""
    found = _ORIGIN.match(source.origin)
    return Origin(_said(source.label), found[0] if found else "other")


def _documents(exchange: Exchange) -> tuple[Document, ...]:
    versions = {(passage.place.document, passage.place.version, passage.label): None for passage in exchange.passages}
    return tuple(Document(id_, _said(label), version) for id_, version, label in versions)


def _findings(exchange: Exchange) -> dict[str, int]:
    counts: dict[str, int] = {}
    for finding in exchange.findings:
        counts[finding.span.kind] = counts.get(finding.span.kind, 0) + 1
    return dict(sorted(counts.items()))


def _shortened(body: Body, data: bytes) -> bytes:
    """The leaf's body without what may be without end; what each target was sent stays, up to the room there is."""
    short = msgspec.structs.replace(
        body, cut=True, documents=(), findings={}, sources=(), whole=sha256(data).hexdigest()
    )
    while len(fitted := _encode(short)) > _MOST_BODY:
        short = msgspec.structs.replace(short, attempts=short.attempts[: len(short.attempts) // 2])
    return fitted
