"""A library that is installed reads one request at a time, beside everything else, and says what it needs."""

from __future__ import annotations

import asyncio
import json
import threading
import time

import pytest

from freehold.core.errors import ConfigError
from freehold.core.exchange import Exchange
from freehold.core.finding import Span
from freehold.guards.installed import InstalledNames, library
from freehold.guards.names import NotLookedAt
from support.decisions import ANYONE, a_request

EXCHANGE = Exchange(a_request(), ANYONE)


class Doubles(InstalledNames):
    """Finds the whole of each text, and notes how many requests it reads at once."""

    called = "Doubles"

    def __init__(self) -> None:
        super().__init__()
        self.threads: set[int] = set()
        self.most = self._now = 0

    def look(self, text: str) -> list[Span]:
        self.threads.add(threading.get_ident())
        self._now += 1
        self.most = max(self.most, self._now)
        time.sleep(0.01)
        self._now -= 1
        if text == "broken":
            raise ValueError(text)
        return [Span(0, len(text), "person", 1.0, "names-doubles")]


async def test_texts_are_read_in_a_thread_and_requests_in_turn() -> None:
    finder = Doubles()
    found = await asyncio.gather(*(finder(["Ada", "Bob"], EXCHANGE) for _ in range(3)))
    assert [[span.end for spans in each for span in spans] for each in found] == [[3, 3]] * 3
    assert finder.most == 1
    assert threading.get_ident() not in finder.threads


async def test_what_it_fails_with_is_that_nobody_looked() -> None:
    finder = Doubles()
    with pytest.raises(NotLookedAt, match="Doubles"):
        await finder(["broken"], EXCHANGE)
    assert await finder(["Ada"], EXCHANGE)


def test_a_library_that_is_not_installed_is_named_with_its_package() -> None:
    assert library("json", "some", "some-json") is json
    with pytest.raises(ConfigError, match=r"guards.names = some needs absent_here, which is not installed") as caught:
        library("absent_here.part", "some", "absent-here")
    assert "pip install absent-here" in str(caught.value)
