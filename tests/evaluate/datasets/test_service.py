"""Datasets as the edge uses them."""

from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from freehold.core.errors import BadRequest
from freehold.core.guards import Guards
from freehold.core.label import Label
from freehold.evaluate.datasets.making import Wanted
from freehold.evaluate.datasets.service import Datasets
from freehold.evaluate.datasets.splits import Splitting
from freehold.evaluate.datasets.store import DatasetStore
from freehold.ledger.examples import Examples, Place
from freehold.stores.sqlite import open_store


class Opinions:
    """Feedback in two pages."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self.rows = rows

    def examples(self, since_ns: int, after: Place) -> Examples:
        at = after[0] + 1
        return Examples(self.rows[at : at + 1], (at, "") if at + 1 < len(self.rows) else None)


def opinion(name: str, text: str) -> dict[str, Any]:
    turns = [{"role": "user", "parts": [{"type": "text", "text": text}]}]
    said = {"thumb": 1, "score": None, "outcome": None, "corrected": None, "comment": None}
    about = {"consent": True, "label": "internal", "route": "auto", "target": "home"}
    asked = {"asked": "2026-01-31T00:00:00Z", "input": {"messages": turns}}
    return {"request": name, **said, **about, **asked, "answer": [{"text": "Yes", "finish": "stop"}]}


@pytest.fixture
def datasets(tmp_path: Path) -> Datasets:
    rows = open_store(tmp_path / "rows")
    with closing(rows.connect()) as connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        captures = [(name, "{}", None, 2**62) for name in ("req_1", "req_2")]
        connection.executemany("INSERT INTO captures VALUES (?, ?, ?, ?)", captures)
    opinions: Any = Opinions([opinion("req_1", "Is it?"), opinion("req_2", "Was it?")])
    return Datasets(DatasetStore(rows.connect, rows.reader), opinions, lambda: lambda _request: (), Guards)


async def test_a_file_becomes_a_dataset(datasets: Datasets, tmp_path: Path) -> None:
    file = tmp_path / "sent"
    file.write_text("input,expected\na,b\nc,d\n")
    first, again = await asyncio.gather(*(datasets.add(file, Wanted("work"), filename="a.csv") for _ in range(2)))
    assert first == again
    assert await datasets.find("work") == first
    assert await datasets.versions("work") == [first]
    assert [placed.example.expected for placed in await datasets.some(first.id, after=0, most=9)] == ["d"]
    assert await datasets.counts(first.id) == {"": 2}
    assert not await datasets.is_from_ledger(first.id)
    assert await datasets.remove(first.id, force=False) == 0
    assert await datasets.versions() == []


async def test_a_name_of_labelled_data_takes_none_without_a_label(datasets: Datasets, tmp_path: Path) -> None:
    file, mixed = tmp_path / "sent.jsonl", tmp_path / "mixed.jsonl"
    file.write_text('{"input": "a"}\n{"input": "b"}\n')
    mixed.write_text('{"input": "a", "label": "confidential"}\n{"input": "b"}\n')
    confidential = Label.parse("confidential")
    first = await datasets.add(file, Wanted("work", label=confidential))
    for sent in (file, mixed):
        with pytest.raises(BadRequest, match=r"labelled, confidential in all, and \d of these examples have no label"):
            await datasets.add(sent, Wanted("work"))
    assert await datasets.find("work") == first
    assert (await datasets.add(file, Wanted("other"))).label is None
    assert (await datasets.add(mixed, Wanted("work", label=Label.parse("internal")))).label == confidential
    part = await datasets.add(mixed, Wanted("part"))
    assert part.label == confidential
    assert (await datasets.add(file, Wanted("part"))).label is None


async def test_a_name_that_comes_to_stand_for_other_data_is_told(datasets: Datasets, tmp_path: Path) -> None:
    one, two = tmp_path / "one.jsonl", tmp_path / "two.jsonl"
    one.write_text('{"input": "a"}\n')
    two.write_text('{"input": "b"}\n')
    first = await datasets.add(one, Wanted("work"))
    second = await datasets.add(two, Wanted("work"))
    assert not any("until now" in sentence for sentence in first.report)
    assert second.report[-1] == f"work stood for {first.id} until now, of 1 examples"
    assert (await datasets.add(two, Wanted("work"))).report == second.report[:-1]


async def test_a_dataset_is_split_anew_and_the_old_one_stays(datasets: Datasets, tmp_path: Path) -> None:
    file = tmp_path / "sent.jsonl"
    row = '{{"input": "What is {} + 1?", "split": "dev", "label": "confidential"}}\n'
    file.write_text("".join(row.format(number) for number in range(40)))
    first = await datasets.add(file, Wanted("sums"))
    made = await datasets.split("sums", Wanted("sums", splitting=Splitting(share=0.5)))
    counts = await datasets.counts(made.id)
    assert (set(counts), sum(counts.values())) == ({"train", "test"}, 40)
    assert made.report[0] == f"40 examples of sums ({first.id}), split anew: 40 dev before"
    assert made.label == first.label
    assert (await datasets.find("sums"), await datasets.find(first.id)) == (made, first)
    assert await datasets.counts(first.id) == {"dev": 40}
    with pytest.raises(BadRequest, match="say how to split it"):
        await datasets.split("sums", Wanted("sums"))
    with pytest.raises(BadRequest, match="do not say when they were asked"):
        await datasets.split("sums", Wanted("sums", splitting=Splitting(share=0.5, by="time")))


async def test_what_was_erased_from_the_ledger_does_not_come_back_by_a_split(datasets: Datasets) -> None:
    made = await datasets.from_ledger(0, Wanted("traffic"))
    read = datasets.store.examples

    def erased(*asked: Any, **how: Any) -> Any:
        yield from read(*asked, **how)
        with closing(datasets.store._connect()) as connection:
            connection.execute("DELETE FROM captures WHERE exchange_id = 'req_1'")

    datasets.store.examples = erased  # type: ignore[method-assign]
    anew = await datasets.split(made.id, Wanted("halves", splitting=Splitting(share=0.5)))
    assert (anew.size, await datasets.is_from_ledger(anew.id)) == (1, True)


async def test_all_pages_of_feedback_become_a_dataset(datasets: Datasets) -> None:
    made = await datasets.from_ledger(0, Wanted("traffic"))
    assert made.size == 2
    assert await datasets.is_from_ledger(made.id)


async def test_what_is_erased_while_it_is_read_does_not_become_an_example(datasets: Datasets) -> None:
    read = datasets._said

    def erased(since_ns: int) -> Any:
        yield from read(since_ns)
        with closing(datasets.store._connect()) as connection:
            connection.execute("DELETE FROM captures WHERE exchange_id = 'req_1'")

    datasets._said = erased  # type: ignore[method-assign]
    made = await datasets.from_ledger(0, Wanted("traffic"))
    assert [placed.example.exchange for placed in await datasets.some(made.id, after=-1, most=9)] == ["req_2"]
    assert made.size == 1


async def test_what_contradicts_itself_is_refused_before_anything_is_read(datasets: Datasets) -> None:
    with pytest.raises(BadRequest, match="name is"):
        await datasets.add(Path("nowhere"), Wanted("a b"))
    with pytest.raises(BadRequest, match="not by both"):
        await datasets.add(Path("nowhere"), Wanted("a", splitting=Splitting(at_ns=1, share=0.5)))
