"""What one look has found counts in the next ones, wherever it stands by then."""

from __future__ import annotations

import gc
import weakref

import pytest

from freehold.core.exchange import Exchange
from freehold.core.finding import Finding, Span
from freehold.core.request import TextPart
from freehold.guards.located import MOST
from freehold.guards.recall import Recall
from support.decisions import ANYONE, a_request

WHERE = "messages[0].parts[0].text"


def asking(text: str) -> Exchange:
    return Exchange(a_request(TextPart(text)), ANYONE)


def finding(start: int, end: int, kind: str = "person") -> Finding:
    return Finding(WHERE, Span(start, end, kind, 0.8, "test", "secrets" if kind == "token" else "personal-data"))


async def counted(recall: Recall, exchange: Exchange, *findings: Finding) -> list[tuple[str, str]] | None:
    """What counts as found, with its kind."""
    found = await recall.completed(exchange, list(findings))
    text = exchange.request.messages[0].parts[0].text  # type: ignore[union-attr]
    return found and [(text[each.span.start : each.span.end], each.span.kind) for each in found]


@pytest.mark.parametrize(
    ("first", "kind", "later", "counts"),
    [
        ("Ada", "person", "So ADA, and Ada's", ["ADA", "Ada"]),
        ("Ada", "person", "Adam is in the Canada", []),
        ("Ada Obi", "person", "Obi; Ada\nObi!", ["Ada\nObi"]),
        ("tok-9f=", "token", "xtok-9f=x", ["tok-9f="]),
        ("ab 12 " * 100 + "c", "person", "- " + "ab 12 " * 100 + "c -", ["ab 12 " * 100 + "c"]),
    ],
)
async def test_what_is_not_found_again_is_looked_for(first: str, kind: str, later: str, counts: list[str]) -> None:
    recall, exchange = Recall(), asking(first)
    assert await counted(recall, exchange, finding(0, len(first), kind)) == [(first, kind)]
    exchange.request = a_request(TextPart(later))
    assert await counted(recall, exchange) == [(words, kind) for words in counts]


async def test_what_is_found_again_or_anew_counts_once() -> None:
    recall, exchange = Recall(), asking("Ada and Ben")
    await recall.completed(exchange, [finding(0, 3)])
    assert await counted(recall, exchange, finding(0, 3)) == [("Ada", "person")]
    assert await counted(recall, exchange, finding(8, 11)) == [("Ben", "person"), ("Ada", "person")]
    assert await counted(recall, exchange) == [("Ada", "person"), ("Ben", "person")]


async def test_exchanges_have_nothing_to_do_with_each_other() -> None:
    recall = Recall()
    await recall.completed(asking("Ada"), [finding(0, 3)])
    assert await recall.completed(asking("Ada"), []) == []


async def test_what_has_no_words_is_told_in_every_later_look() -> None:
    recall, exchange = Recall(), asking("Ada")
    assert await recall.completed(exchange, [finding(0, 9)]) is None
    assert await recall.completed(exchange, [finding(0, 3)]) is None
    many = asking(" ".join(f"a{number:05}" for number in range(MOST + 1)))
    assert await recall.completed(many, [finding(7 * number, 7 * number + 6) for number in range(MOST + 1)]) is None


async def test_words_are_gone_with_their_exchange() -> None:
    recall, exchange = Recall(), asking("Ada")
    await recall.completed(exchange, [finding(0, 3)])
    gone = weakref.ref(exchange)
    del exchange
    gc.collect()
    assert gone() is None
    assert not recall._known
