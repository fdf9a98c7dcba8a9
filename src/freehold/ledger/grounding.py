"""What an exchange was grounded in, as JSON: where its passages stand, never their words, and what its answer cites."""

from __future__ import annotations

from typing import Any

import msgspec

from freehold.core.exchange import Exchange
from freehold.core.passage import Place

_encode = msgspec.json.Encoder().encode

MOST_CITATIONS = 500
"""Citations that are kept of one answer; an answer may go on citing for as long as it goes on."""


def grounding(exchange: Exchange) -> str | None:
    """``{"collections", "passages", "citations"}``; `None` for an exchange that had no documents.

    A passage has its ``number``, ``place``, ``label`` and ``score``. A citation has the ``number`` it cites, the
    ``start`` and ``end`` of its claim in the answer of that ``choice``, and the cited ``place``, null where it cites
    nothing that was given.
    """
    if not exchange.passages and not exchange.citations and not exchange.collections:
        return None
    passages = [
        {
            "number": passage.number,
            "place": _place(passage.place),
            "label": str(passage.label),
            "score": round(passage.score, 6),
        }
        for passage in exchange.passages
    ]
    citations = [
        {
            "number": each.number,
            "choice": each.choice,
            "start": each.start,
            "end": each.end,
            "place": None if each.place is None else _place(each.place),
        }
        for each in exchange.citations[:MOST_CITATIONS]
    ]
    return _encode({"collections": exchange.collections, "passages": passages, "citations": citations}).decode()


def _place(place: Place) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(place)
    return found
