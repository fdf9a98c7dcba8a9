from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.core.event import Answer, Aside, Event, Finished, Opened, Text, ToolCall, Usage, gather
from freehold.core.exchange import Exchange
from freehold.engines.quote import Quote, say
from freehold.knowledge.cite import MOST_CITATIONS, annotation, cited, opening, read
from freehold.knowledge.markers import Scanner
from support.decisions import ANYONE, a_request
from support.passages import a_passage

LEAVE = a_passage(1, "Employees have 28 days of paid\nleave each year. Five may be carried over.", start=100, page=3)
MEALS = a_passage(2, "Meals are refunded up to 25 euros a day.", name="expenses.md")


async def the(*events: Event) -> AsyncIterator[Event]:
    for event in events:
        yield event


async def answered(*events: Event, address: str = "") -> tuple[Answer, Exchange, list[Event]]:
    exchange = Exchange(a_request(), ANYONE)
    seen = [event async for event in read(the(*events), exchange, (LEAVE, MEALS), address=address)]
    return gather(seen), exchange, seen


async def notes(text: str) -> list[dict[str, Any]]:
    answer, _, _ = await answered(Text(text), Finished())
    assert answer.choices[0].text == text
    return answer.choices[0].annotations


async def test_a_citation_names_document_version_page_span_digest_and_words() -> None:
    (note,) = await notes("You may take four weeks and more [1].")
    assert note["type"] == "url_citation"
    located = note["url_citation"]
    assert located == {
        "url": f"/api/documents/{LEAVE.place.document}/text?version=1&start=100&end={LEAVE.place.end}",
        "title": "Handbook",
        "start_index": 0,
        "end_index": 32,
        "number": 1,
        "valid": True,
        "collection": "handbook",
        "document": LEAVE.place.document,
        "version": 1,
        "page": 3,
        "heading": ["Leave"],
        "start": 100,
        "end": LEAVE.place.end,
        "digest": LEAVE.place.digest,
        "quote": LEAVE.text,
    }


async def test_words_repeated_from_a_passage_are_cited_themselves() -> None:
    (note,) = await notes("Employees have 28 days of paid leave each year. [1]")
    located = note["url_citation"]
    assert located["quote"] == "Employees have 28 days of paid\nleave each year."
    assert (located["start"], located["end"]) == (100, 147)
    assert LEAVE.text[0:47] == located["quote"]
    assert located["digest"] == hashlib.sha256(located["quote"].encode()).hexdigest()


async def test_a_number_that_was_not_given_is_marked() -> None:
    bad, good = await notes("Pets are welcome [7][2].")
    assert bad["url_citation"] == {
        "url": "",
        "title": "",
        "start_index": 0,
        "end_index": 16,
        "number": 7,
        "valid": False,
    }
    assert good["url_citation"]["valid"]
    assert [note["index"] for note in (bad, good)] == [0, 1]
    _, exchange, _ = await answered(Text("Pets are welcome [7][2]."), Finished())
    assert [(each.number, each.place is None) for each in exchange.citations] == [(7, True), (2, False)]


async def test_annotations_stand_behind_the_sentence_they_are_about() -> None:
    _, _, seen = await answered(Text("Leave is paid [1]. Meals too [2]"), Finished())
    pieces = [(event.text, len(event.annotations)) for event in seen if isinstance(event, Text)]
    assert pieces == [("Leave is paid [1]. ", 1), ("Meals too [2]", 0), ("", 1)]


async def test_each_choice_is_read_by_itself() -> None:
    answer, exchange, _ = await answered(
        Text("One [", 0), Text("Two [2]", 1), Text("1]", 0), Finished(choice=0), Finished(choice=1)
    )
    assert [len(choice.annotations) for choice in answer.choices] == [1, 1]
    assert sorted((each.choice, each.number) for each in exchange.citations) == [(0, 1), (1, 2)]


async def test_nothing_else_changes_and_no_bytes_of_the_provider_go_on() -> None:
    events: list[Event] = [
        Opened("x", "m", raw=b"1"),
        Aside(b": ping"),
        Text("No [1]", refusal=True, raw=b"2"),
        Text("So [1]", raw=b"3"),
        ToolCall(0, "c", "f", "{}", raw=b"4"),
        Usage(input=3, output=4, raw=b"5"),
        Finished("tool_calls", raw=b"6"),
    ]
    answer, _, seen = await answered(*events)
    assert all(getattr(event, "raw", None) is None for event in seen)
    assert not any(isinstance(event, Aside) for event in seen)
    assert answer.choices[0].refusal == "No [1]"
    assert answer.usage == Usage(input=3, output=4)
    kinds = [type(event).__name__ for event in seen]
    assert kinds == ["Opened", "Text", "Text", "Text", "ToolCall", "Usage", "Finished"]
    assert isinstance(seen[3], Text)
    assert len(seen[3].annotations) == 1, "what is cited is told before the call begins"


async def test_citations_are_recorded_as_they_come() -> None:
    """A caller that leaves in the middle leaves what it has got in the record."""
    exchange = Exchange(a_request(), ANYONE)
    events = read(the(Text("Leave [1]. "), Text("Meals [2]. "), Text("More"), Finished()), exchange, (LEAVE, MEALS))
    async for event in events:
        if isinstance(event, Text) and event.text.startswith("Meals"):
            break
    await events.aclose()  # type: ignore[attr-defined]
    assert [each.number for each in exchange.citations] == [1]


async def test_a_stream_without_an_end_gives_what_it_had() -> None:
    answer, _, _ = await answered(Text("Leave [1]"))
    assert len(answer.choices[0].annotations) == 1


TEXT = "Employees have 28 days of leave [1]. See `x[2]`, [2](there) and a[1].\n\n- Meals [2][9]\nEnd【1】"


@given(st.sets(st.integers(0, len(TEXT))))
async def test_any_pieces_give_the_same_answer(cuts: set[int]) -> None:
    places = sorted(cuts)
    pieces = [TEXT[start:end] for start, end in zip([0, *places], [*places, len(TEXT)], strict=True)]
    answer, exchange, _ = await answered(*map(Text, pieces), Finished())
    whole, of_whole, _ = await answered(Text(TEXT), Finished())
    assert answer == whole
    assert exchange.citations == of_whole.citations
    assert [each.number for each in exchange.citations] == [1, 2, 9, 1]


OFFICE = a_passage(
    1, "The office closes at six on Fridays [2]. Ring [3]\nthe bell twice, then wait [9].", name="office.md"
)
PARKING = a_passage(2, "Parking costs two euros. Dogs must stay outside the hall.", name="parking.md")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("The office closes at six on Fridays [2]. [1]", [1]),
        ("It says: the office is shut. The office closes at six on Fridays [2] [1].", [1]),
        ("The office closes at six on Fridays [2, 1].", [2, 1]),
        ("The office closes at six on Fridays [1].", [1]),
        ("Ring [3] the bell twice, then wait [9]. [1]", [3, 1]),
        ("Parking is not free on Fridays [2].", [2]),
        ("Dogs must stay outside the hall [2]. Dogs must stay outside the hall [9].", [2, 9]),
    ],
)
def test_a_number_that_a_passage_has_itself_is_no_citation(text: str, numbers: list[int]) -> None:
    scanner = Scanner()
    markers = [marker for found in [*scanner.feed(text), scanner.end()] for marker in found.markers]
    given = {passage.number: passage for passage in (OFFICE, PARKING)}
    assert [each.number for marker in markers for each in cited(marker, given)] == numbers


def test_a_number_of_the_passage_cites_it_where_it_holds_the_claim_too() -> None:
    copy = a_passage(2, OFFICE.text, name="copy.md")
    scanner = Scanner()
    scanner.feed("The office closes at six on Fridays [2]")
    (marker,) = scanner.end().markers
    assert [each.number for each in cited(marker, {1: OFFICE, 2: copy})] == [2]


def test_the_built_in_reader_cites_what_it_quotes_and_nothing_that_the_text_has_in_brackets() -> None:
    text = "".join(say([Quote(1, "The office closes at six on Fridays [2]."), Quote(2, "Parking costs two euros.")]))
    scanner = Scanner()
    markers = [marker for found in [*scanner.feed(text), scanner.end()] for marker in found.markers]
    citations = [each for marker in markers for each in cited(marker, {1: OFFICE, 2: PARKING})]
    quoted = [(each.number, each.quoted) for each in citations]
    assert quoted == [(1, "The office closes at six on Fridays [2]."), (2, "Parking costs two euros.")]


async def test_an_answer_that_cites_without_end_gets_no_endless_list() -> None:
    answer, exchange, _ = await answered(Text("So it is said [1-8]. " * 200), Finished())
    assert len(exchange.citations) == len(answer.choices[0].annotations) == MOST_CITATIONS
    assert len(answer.choices[0].text) == 200 * len("So it is said [1-8]. ")


def test_addresses_are_absolute_where_the_host_is_known() -> None:
    scanner = Scanner()
    scanner.feed("So [1]")
    (marker,) = scanner.end().markers
    (citation,) = cited(marker, {1: LEAVE})
    url = annotation(citation, 0, 6, "https://freehold.example")["url_citation"]["url"]
    assert url.startswith("https://freehold.example/api/documents/doc_")
    assert url.endswith(opening(LEAVE.place))
