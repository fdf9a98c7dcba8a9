"""What it costs to look at a request: microseconds added, and how the time grows with the length.

The finders are those for structured personal data and for secrets. Times are medians of processor time. Machines
differ, so the same is told as a multiple of parsing the body as JSON with the standard library. Growth is the time of a
text divided by that of one a quarter as long: 4 is linear.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.goals import Row
from freehold.guards.personal import find as find_personal
from freehold.guards.scan import Scanner
from freehold.guards.secrets import find as find_secrets
from freehold.wire.openai import ChatCaller

PROSE = (
    "Please summarise the following notes of our meeting, and list what each of us has to do by the end of next week. "
    "We agreed that the new handbook shall be printed before the summer, that the office in the north will be closed, "
    "and that the team there moves into the larger building near the river. Somebody has to ask the landlord about the "
    "lease, and the furniture that nobody wants should be given away rather than stored for another year at our cost. "
    "Write plainly, and keep it short.\n\n"
)
"""Nearly 500 bytes with nothing to be found in them."""

PERSONAL = (
    "My name is on the list as anna.kowalska@example.com, and my number is +48 22 555 01 23; the card ends on 1111 "
    "and the account is DE89 3704 0044 0532 0130 00. The printer is at 81.23.17.20. "
)

UNITS = {
    "digits": "1", "spaced digits": "4 ", "grouped digits": "4111 ", "at signs": "@", "a@a.": "a@a.", "a.a.a.": "a.",
    "noise like base64": "aB3dE5/g", "dashes": "-", "slashes": "a/", "colons": "::", "percent": "%41",
    "backslashes": "\\", "entities": "&#65;", "zero width": "\u200ba", "Cyrillic": "а", "lines": "a\n", "braces": '{"',
    "equals": "k=", "hexadecimal": "deadBEEF", "plus and bracket": "+(", "words": "password ", "names": "Anna ",
}  # fmt: skip
"""What texts are made of whose only purpose is to take time."""

_SHORT, _LONG = 25_000, 100_000


def run(_data: Path | None = None) -> Iterator[Row]:
    """All rows; half a minute."""
    yield from _added()
    yield from _growth()


def chat(*contents: str) -> bytes:
    """A chat completion request of these turns."""
    roles = ("system", *("user", "assistant") * len(contents))
    return json.dumps(
        {
            "model": "auto",
            "messages": [{"role": role, "content": text} for role, text in zip(roles, contents, strict=False)],
        }
    ).encode()


def _added() -> Iterator[Row]:
    for name, body, goal in (
        ("500 bytes of prose", chat(PROSE), 60.0),
        ("2 KB of prose", chat(PROSE, PROSE + "What of it? ", PROSE[::-1], PROSE.upper()), 1500.0),
        ("2 KB with personal data", chat(PROSE, PROSE + PERSONAL, PROSE[:300], PROSE + PERSONAL[50:]), 1500.0),
    ):
        request = ChatCaller().parse(body)
        parsing = median(lambda body=body: json.loads(body))  # type: ignore[misc]
        first = median(lambda request=request: fresh().scan_request(request))  # type: ignore[misc]
        scanner = fresh()
        again = median(lambda scanner=scanner, request=request: scanner.scan_request(request))  # type: ignore[misc]
        yield ("microseconds added to a request", name, first, goal)
        yield ("times parsing its JSON", name, first / parsing, goal / parsing)
        yield ("microseconds added, all of it seen before", name, again, goal)


def _growth() -> Iterator[Row]:
    texts = {"prose": PROSE * (1_000_000 // len(PROSE))}
    spent = processor(lambda: fresh().scan(texts["prose"]))
    quarter = processor(lambda: fresh().scan(texts["prose"][:250_000]))
    yield ("milliseconds for 1 MB", "prose", spent * 1e3, 1000.0)
    yield ("growth from 250 KB to 1 MB", "prose", spent / quarter, 5.0)
    for name, unit in UNITS.items():
        text = (unit * _LONG)[:_LONG]
        short = min(processor(lambda text=text: fresh().scan(text[:_SHORT])) for _ in range(3))  # type: ignore[misc]
        long = min(processor(lambda text=text: fresh().scan(text)) for _ in range(2))  # type: ignore[misc]
        yield ("growth from 25 KB to 100 KB", name, long / short, 5.0)
        yield ("milliseconds for 100 KB", name, long * 1e3, 1000.0)


def fresh() -> Scanner:
    """A scanner that has seen nothing."""
    return Scanner([find_personal, find_secrets])


def processor(work: Callable[[], object]) -> float:
    """Seconds of processor time."""
    began = time.process_time()
    work()
    return time.process_time() - began


def median(work: Callable[[], object], rounds: int = 401) -> float:
    """Microseconds of processor time, by the median; the first rounds only warm up."""
    for _ in range(20):
        work()
    spent = []
    for _ in range(rounds):
        began = time.process_time_ns()
        work()
        spent.append(time.process_time_ns() - began)
    return sorted(spent)[rounds // 2] / 1000
