"""Whether every stand-in finds its way back, however an answer is cut up and written, and what that costs.

A corpus of letters, tickets and records gives the originals. Each is put into a request as a model would get it;
answers are made of the stand-ins alone, written in every manner that a model may choose, and come back cut at every
place.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.goals import Row
from freehold.core.event import Event, Finished, Ready, Text, ToolCall, gather
from freehold.core.exchange import View
from freehold.core.finding import Finding, Span
from freehold.core.label import PUBLIC
from freehold.core.request import Message, Request, TextPart
from freehold.core.target import Secret, Target
from freehold.guards.pseudonyms import Pseudonymiser
from freehold.guards.traversal import walk
from freehold.wire.anthropic import MessagesProvider
from freehold.wire.openai import ChatProvider


class Case(NamedTuple):
    """A text, and what is personal in it: each original's kind and itself."""

    name: str
    text: str
    originals: tuple[tuple[str, str], ...]


CASES = (
    Case(
        "letter",
        "Dear Dr Okonkwo-Reyes,\n\nThank you for seeing Ingrid Sørlie-Haugen (born 14 March 1961, NHS 943 476 5919) of"
        " 12 Harbour Street, Fennwick FE4 7QT. Ms Sørlie-Haugen can be reached at ingrid.sorlie@post.test or on"
        " +44 20 7183 4421; INGRID prefers mornings.\n",
        (
            ("person", "Okonkwo-Reyes"),
            ("person", "Ingrid Sørlie-Haugen"),
            ("birth-date", "14 March 1961"),
            ("national-id", "943 476 5919"),
            ("address", "12 Harbour Street, Fennwick FE4 7QT"),
            ("email", "ingrid.sorlie@post.test"),
            ("phone", "+44 20 7183 4421"),
        ),
    ),
    Case(
        "ticket",
        "Customer Théo Vandermeulen says card 4539 1488 0343 6467 was charged twice and asks to refund IBAN"
        " GB29NWBK60161331926819. Seen from 10.20.30.40 and 3c:22:fb:4e:91:0a. Call (415) 555-2671, theo@shop.test.",
        (
            ("person", "Théo Vandermeulen"),
            ("card", "4539 1488 0343 6467"),
            ("iban", "GB29NWBK60161331926819"),
            ("ip", "10.20.30.40"),
            ("mac", "3c:22:fb:4e:91:0a"),
            ("phone", "(415) 555-2671"),
            ("email", "theo@shop.test"),
        ),
    ),
    Case(
        "record",
        '{"name": "O\'Dowd, Maebh", "passport": "PX4418273", "dob": "1979-11-23", "phone": "0171 3920017",'
        ' "note": "Mark May called; Mark will call again in May.", "tax": "12-3456789", "v6": "fd12:3456::7:1"}',
        (
            ("person", "O'Dowd, Maebh"),
            ("person", "Mark May"),
            ("passport", "PX4418273"),
            ("birth-date", "1979-11-23"),
            ("phone", "0171 3920017"),
            ("tax-id", "12-3456789"),
            ("ip", "fd12:3456::7:1"),
        ),
    ),
    Case(
        "quotes",
        'Nobody but "Ann" Lee-Park, 王小明 and Ли Чжэнь (li.zhen+news@mail.test) signed at The "Old Mill",'
        "\n4 Quay Lane; their ids are 7712 and AB-991-23.",
        (
            ("person", '"Ann" Lee-Park'),
            ("person", "王小明"),
            ("person", "Ли Чжэнь"),
            ("email", "li.zhen+news@mail.test"),
            ("address", 'The "Old Mill",\n4 Quay Lane'),
            ("staff-number", "7712"),
            ("staff-number", "AB-991-23"),
        ),
    ),
)

TARGET = Target("t", "big-1", "http://nowhere.test/v1", "openai", PUBLIC)

NUMBERS = frozenset({"card", "iban", "phone", "national-id", "tax-id", "passport"})
SPOKEN = frozenset({"person", "email", "iban", "passport"})

Manner = tuple[str, frozenset[str] | None, Callable[[str], str]]
"""Its name, the kinds it suits (`None`: all), and what it does to a text, original and stand-in alike."""

MANNERS: tuple[Manner, ...] = (
    ("as it came", None, lambda text: text),
    ("CAPITALS", SPOKEN, str.upper),
    ("small letters", SPOKEN - {"iban", "passport"}, str.lower),
    ("Capital First", frozenset({"person"}), str.title),
    ("possessive", frozenset({"person"}), lambda text: f"{text}'s and {text}’s"),
    ("markdown", None, lambda text: f"**{text}** `{text}` [{text}] _{text}_"),
    ("punctuated", None, lambda text: f'"{text}", ({text}); {text}! {text}: {text}?'),
    ("in lines", frozenset({"person"}), lambda text: text.replace(" ", "\n")),
    ("hyphens", NUMBERS, lambda text: text.replace(" ", "-")),
    ("spaces", NUMBERS, lambda text: text.replace("-", " ")),
    ("unspaced", NUMBERS, lambda text: "".join(filter(str.isalnum, text))),
    ("dotted", NUMBERS, lambda text: text.replace(" ", ".")),
)

Answer = tuple[str, str]
"""What the model says, with stand-ins; what the caller is to read."""


def request_of(case: Case) -> Request:
    """The case as somebody asks it."""
    return Request("any", (Message("user", (TextPart(case.text),)),), "openai")


def findings_of(request: Request, case: Case) -> list[Finding]:
    """What a guard that misses nothing finds: each original once, at its first place."""
    fields = list(walk(request))
    found = []
    for kind, original in case.originals:
        field = next(field for field in fields if original in field.text)
        start = field.text.index(original)
        found.append(Finding(field.where, Span(start, start + len(original), kind, 1.0, "benchmark")))
    return found


def view_of(case: Case, request: Request | None = None) -> View:
    """The view of a case's request."""
    asked = request or request_of(case)
    maker = Pseudonymiser(Secret("benchmark"))
    view = asyncio.run(maker.view(asked, findings_of(asked, case), label=PUBLIC, key_id="key"))
    assert view is not None
    return view


def hidden(view: View, text: str) -> str:
    """A text as the view shows it."""
    shown = next(walk(view.request(Request("any", (Message("user", (TextPart(text),)),), "openai"))))
    return shown.text


def answers(case: Case, view: View) -> Iterator[tuple[str, Answer]]:
    """Answers about a case, by manner: each original in turn, in a sentence."""
    for name, kinds, change in MANNERS:
        told, expected = [], []
        for kind, original in case.originals:
            if kinds is None or kind in kinds:
                told.append(change(hidden(view, original)))
                expected.append(change(original))
        if told:
            yield name, (f"About {' and '.join(told)} I know this.", f"About {' and '.join(expected)} I know this.")
    for part, stand_in in _parts(case, view):
        yield "a part alone", (f"Dear Ms {stand_in}, {stand_in}'s", f"Dear Ms {part}, {part}'s")


def _parts(case: Case, view: View) -> Iterator[tuple[str, str]]:
    for kind, original in case.originals:
        words = original.replace("-", " ").replace(",", " ").split()
        if kind == "person" and all(word.isalpha() and len(word) > 2 for word in words):
            for word in words:
                # A word such as May is no name by itself.
                if (stand_in := hidden(view, word)) != word:
                    yield word, stand_in


def in_text(view: View, pieces: list[str]) -> str:
    """What the caller reads of an answer that comes in these pieces."""
    events = view.restore(Ready([*map(Text, pieces), Finished()]))
    assert isinstance(events, Ready)
    return gather(events.events).choices[0].text


def in_call(view: View, pieces: list[str]) -> str:
    """What the caller's tool gets of a call whose arguments come in these pieces."""
    calls: list[Event] = [ToolCall(0, "call_1", "note"), *(ToolCall(0, arguments=piece) for piece in pieces)]
    events = view.restore(Ready([*calls, Finished("tool_calls")]))
    assert isinstance(events, Ready)
    return gather(events.events).choices[0].calls[0].arguments


def cuts(text: str) -> Iterator[list[str]]:
    """A text cut in two at every place, and into pieces of one, two, three and seven characters."""
    for place in range(len(text) + 1):
        yield [text[:place], text[place:]]
    for size in (1, 2, 3, 7):
        yield [text[place : place + size] for place in range(0, len(text), size)]


class Count(NamedTuple):
    """Streams that came back, those with a stand-in left in them, and those that are not as they should be."""

    streams: int = 0
    unrestored: int = 0
    wrong: int = 0

    def and_one(self, read: str, expected: str, said: str, view: View) -> Count:
        """One more. A stand-in is left where what was said is still there and hides something."""
        left = read != expected and hidden(view, expected) != expected and read == said
        return Count(self.streams + 1, self.unrestored + left, self.wrong + (read != expected and not left))


def round_trip(case: Case) -> Count:
    """Every answer about a case, as text and as a call's arguments, cut at every place."""
    view, count = view_of(case), Count()
    for _, (said, expected) in answers(case, view):
        for pieces in cuts(said):
            count = count.and_one(in_text(view, pieces), expected, said, view)
        arguments = json.dumps({"to": said, said: [1, "\n" + said]})
        due = {"to": expected, expected: [1, "\n" + expected]}
        for pieces in cuts(arguments):
            same = json.loads(in_call(view, pieces)) == due
            count = count.and_one(expected if same else arguments, expected, arguments, view)
    return count


def longest_silence(view: View, said: str) -> int:
    """The most characters that come one by one without anything going out."""

    async def measure() -> int:
        silence = longest = 0

        async def events() -> AsyncIterator[Event]:
            nonlocal silence, longest
            for char in said:
                silence += 1
                longest = max(longest, silence - 1)
                yield Text(char)
            yield Finished()

        async for _ in view.restore(events()):
            silence = 0
        return longest

    return asyncio.run(measure())


def pieces_left(case: Case) -> int:
    """Originals, and words of them, that are still in the body of a request as either dialect sends it."""
    asked = request_of(case)
    seen = view_of(case, asked).request(asked)
    bodies = [codec.encode(seen, TARGET).body.decode().lower() for codec in (ChatProvider(), MessagesProvider())]
    pieces = {original.lower() for _, original in case.originals}
    pieces |= {piece for kind, original in case.originals if kind == "person" for piece in _telling(original)}
    return sum(piece in body for body in bodies for piece in pieces)


def _telling(name: str) -> Iterator[str]:
    for word in "".join(char if char.isalpha() else " " for char in name).lower().split():
        if len(word) > 3:
            yield word


def _cost(case: Case) -> tuple[float, float, float]:
    """Milliseconds to make a view of 2 KB; microseconds a KB to hide, and to restore in tokens of four characters."""
    text = (case.text * (2048 // len(case.text) + 1))[:2048]
    asked = request_of(case._replace(text=text))
    making = _best(lambda: view_of(case, asked), 20)
    view = view_of(case, asked)
    other = Request("any", (Message("user", (TextPart(text + " ."),)),), "openai")
    hiding = _best(lambda: view.request(other), 20)
    said = hidden(view, text)
    tokens = [said[place : place + 4] for place in range(0, len(said), 4)]
    restoring = _best(lambda: in_text(view, tokens), 10) - _best(lambda: gather(map(Text, tokens)), 10)
    return making * 1e3, hiding * 1e6 / 2, restoring * 1e6 / (len(said) / 1024)


def _best(work: Callable[[], object], times: int) -> float:
    """Seconds of the quickest of so many runs."""
    best = float("inf")
    for _ in range(times):
        begun = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begun)
    return best


def run(_data: Path) -> Iterator[Row]:
    """Every row; less than a minute."""
    counts = [round_trip(case) for case in CASES]
    yield "streams of stand-ins, cut at every place", "count", float(sum(count.streams for count in counts)), 0.0
    yield "unrestored", "count", float(sum(count.unrestored for count in counts)), 0.0
    yield "wrong", "count", float(sum(count.wrong for count in counts)), 0.0
    yield "pieces of originals in bodies sent", "count", float(sum(map(pieces_left, CASES))), 0.0
    for case in CASES:
        view = view_of(case)
        silence = max(longest_silence(view, said) for _, (said, _) in answers(case, view))
        longest = max(len(hidden(view, original)) for _, original in case.originals)
        yield f"{case.name}: longest wait, goal the longest stand-in", "characters", float(silence), float(longest)
    for case in CASES:
        making, hiding, restoring = _cost(case)
        yield f"{case.name}: a view of 2 KB", "ms", making, 1.5
        yield f"{case.name}: hiding", "us/KB", hiding, 750.0
        yield f"{case.name}: restoring, in tokens", "us/KB", restoring, 1500.0
