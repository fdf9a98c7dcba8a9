"""Judges that are played: a handler that reads what a judge is shown, and answers as it is told to."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec

from freehold.core.caller import Caller
from freehold.core.errors import LabelForbidden
from freehold.core.event import Event, Finished, Text
from freehold.core.exchange import Exchange
from freehold.core.label import Label, join_all
from freehold.core.money import Nanodollars
from freehold.core.record import Attempt
from freehold.core.request import Request, TextPart
from freehold.evaluate.asking import Asker
from freehold.evaluate.judges.model import Judge
from freehold.evaluate.judges.store import JudgeStore
from freehold.evaluate.scorers.around import Around
from freehold.stores.sqlite import open_store

CALLER = Caller("key_ann", "ann", collections=("handbook",), capture=True)
RATER = Judge("rater", "rubric", "wise", "Is it right?")
CHOOSER = Judge("chooser", "pairwise", "wise", "Which is better?")

Material = dict[str, str]
"""By the names of its parts: ``question``, ``answer``, or ``answer 1`` and ``answer 2``."""
Say = Callable[[Material], str]


class Played:
    """A pipeline with one judge in it. Remembers what it was asked; `cleared` is the highest label that it may see."""

    def __init__(self, say: Say, *, cleared: Label | None = None, refuses: bool = False, named: str = "wise-1") -> None:
        self._say = say
        self._cleared = cleared
        self._refuses = refuses
        self.named = named
        self.asked: list[Exchange] = []

    @asynccontextmanager
    async def __call__(self, exchange: Exchange) -> AsyncIterator[AsyncIterator[Event]]:
        self.asked.append(exchange)
        label = join_all(source.label for source in exchange.headers.stated)
        if self._refuses or (self._cleared is not None and not label.flows_to(self._cleared)):
            raise LabelForbidden(label, ["wise"], [])
        exchange.label = label
        exchange.attempts.append(Attempt("wise", 1, shown=True, answer_model=self.named, cost=Nanodollars(7)))
        assert isinstance(exchange.request, Request)
        said = self._say(material(exchange.request))

        async def events() -> AsyncIterator[Event]:
            yield Text(said)
            yield Finished()

        yield events()


def material(request: Request) -> Material:
    """What a judge is shown, by its parts."""
    part = request.messages[1].parts[0]
    assert isinstance(part, TextPart)
    mark = part.text.split(" ", 1)[0]
    assert re.fullmatch("===[b-t]{16}", mark)
    found = [piece.split("\n", 1) for piece in part.text.split(f"{mark} ")[1:]]
    return {name.strip(): text.removesuffix("\n") for name, text in found if not name.startswith("end of")}


def rates(score: int) -> Say:
    return lambda _material: msgspec.json.encode({"reason": "so", "score": score}).decode()


def chooses(better: str) -> Say:
    return lambda _material: msgspec.json.encode({"reason": "so", "better": better}).decode()


def either(shown: Material) -> str:
    """As a rater and as a chooser: always the middle, always a tie."""
    return (rates(3) if "answer" in shown else chooses("tie"))(shown)


def judge_store(folder: Path) -> JudgeStore:
    return JudgeStore(open_store(folder).connect)


def around_judges(folder: Path, say: Say = either, **more: Any) -> Around:
    """With `RATER` and `CHOOSER`, neither certified."""
    store = judge_store(folder)
    for judge in (RATER, CHOOSER):
        store.add(judge)
    return Around(Asker(Played(say)), CALLER, store, **more)
