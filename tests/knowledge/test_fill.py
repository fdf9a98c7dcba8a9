from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from freehold.core.errors import BadRequest, LabelForbidden, RequestError, Unavailable, UpstreamFailed
from freehold.core.label import PUBLIC, Label
from freehold.knowledge import fill
from freehold.knowledge.fill import Filler
from freehold.knowledge.library.sqlite import SqliteLibrary
from freehold.knowledge.ports import Vectors
from support.ingesting import until
from support.libraries import new_document

SECRET = Label.parse("restricted")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[SqliteLibrary]:
    library = SqliteLibrary(tmp_path / "library")
    yield library
    library.close()


class Toy:
    """An embedder whose vectors all point one way; `refuse` may raise for a batch of texts."""

    def __init__(self, space: str = "toy@1", refuse: Callable[[Sequence[str], Label], None] | None = None) -> None:
        self.space = space
        self._refuse = refuse
        self.calls: list[tuple[int, Label]] = []

    async def __call__(self, texts: Sequence[str], *, label: Label) -> Vectors:
        self.calls.append((len(texts), label))
        if self._refuse:
            self._refuse(texts, label)
        return np.tile(np.eye(1, 4, dtype=np.float32), (len(texts), 1))


def embedded(library: SqliteLibrary) -> dict[str, int]:
    return {name: library.document(id_).embedded for name, (id_, _) in library.digests("handbook").items()}


async def all_steps(filler: Filler) -> None:
    for _ in range(100):
        if not await filler.step():
            return
    raise AssertionError("it never came to an end")


@asynccontextmanager
async def filling(filler: Filler) -> AsyncIterator[None]:
    task = asyncio.create_task(filler.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_every_chunk_gets_its_vector_in_batches_of_one_label(library: SqliteLibrary) -> None:
    library.put(new_document("a", *(f"Passage {number}." for number in range(70))))
    library.put(new_document("b", "A secret.", label=SECRET))
    embedder = Toy()
    await all_steps(Filler(library, embedder))
    assert embedder.calls == [(1, SECRET), (32, PUBLIC), (32, PUBLIC), (6, PUBLIC)]
    assert library.space() == "toy@1"
    assert embedded(library) == {"a": 70, "b": 1}


async def test_a_new_collection_has_vectors_after_the_first_step_though_a_long_text_waits(
    library: SqliteLibrary,
) -> None:
    library.put(new_document("long", *(f"Passage {number}." for number in range(2000))))
    new = library.put(new_document("new", "One.", "Two.", collection="new"))
    assert await Filler(library, Toy()).step()
    assert library.document(new.id).embedded == 2
    assert embedded(library) == {"long": 254}


async def test_a_fault_does_not_end_the_embedding(
    library: SqliteLibrary, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(fill, "_AFTER_READY", 0.0)
    monkeypatch.setattr(fill, "_RETRY_FIRST", 0.01)
    library.put(new_document("a", "A passage."))
    faults: list[Exception] = [ValueError("a bug")]
    said: list[str | None] = []

    def fail_once(_: Sequence[str], __: Label) -> None:
        if faults:
            raise faults.pop()
        said.append(filler.trouble)

    filler = Filler(library, Toy(refuse=fail_once))
    async with filling(filler):
        await until(lambda: embedded(library) == {"a": 1} and filler.trouble is None)
    (trouble,) = said
    assert trouble is not None
    assert "ValueError" in trouble
    assert "a bug" in caplog.text


async def test_an_empty_library_is_left_alone(library: SqliteLibrary) -> None:
    await all_steps(Filler(library, Toy()))
    assert library.space() is None


async def test_another_model_fills_a_space_of_its_own_and_swaps_at_the_end(library: SqliteLibrary) -> None:
    library.put(new_document("a", *(f"Passage {number}." for number in range(300))))
    await all_steps(Filler(library, Toy("old")))
    filler = Filler(library, Toy("new"))
    assert await filler.step()
    assert library.space() == "old", "it is not complete yet"
    assert embedded(library) == {"a": 300}
    # Cut off here, another run goes on where this one was.
    embedder = Toy("new")
    await all_steps(Filler(library, embedder))
    assert sum(count for count, _ in embedder.calls) == 300 - 256
    assert library.space() == "new"
    assert embedded(library) == {"a": 300}


async def test_a_label_that_the_target_may_not_see_is_passed_over(library: SqliteLibrary) -> None:
    def refuse(texts: Sequence[str], label: Label) -> None:
        if label == SECRET:
            raise LabelForbidden(label, ["toy"], [])

    library.put(new_document("a", *(f"Secret {number}." for number in range(300)), label=SECRET))
    library.put(new_document("b", "Open."))
    embedder = Toy(refuse=refuse)
    filler = Filler(library, embedder)
    async with filling(filler):
        await until(lambda: embedded(library)["b"] == 1 and filler.trouble is not None)
        assert (
            filler.trouble == "documents labelled restricted are found by words alone: no embedding target may see them"
        )
    assert embedder.calls.count((32, SECRET)) == 1
    assert embedded(library) == {"a": 0, "b": 1}


async def test_a_text_that_the_target_refuses_keeps_no_other_from_its_vector(library: SqliteLibrary) -> None:
    def refuse(texts: Sequence[str], label: Label) -> None:
        if any("poison" in text for text in texts):
            raise BadRequest("too long")

    library.put(new_document("a", *(f"Passage {number}." for number in range(20)), "The poison.", "The end."))
    await all_steps(Filler(library, Toy(refuse=refuse)))
    assert embedded(library) == {"a": 21}


async def test_while_it_fails_it_waits_and_says_so(library: SqliteLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fill, "_RETRY_FIRST", 0.01)
    down: list[RequestError] = [UpstreamFailed("the engine is loading")]

    def refuse(texts: Sequence[str], label: Label) -> None:
        if down:
            raise down[0]

    library.put(new_document("a", "Leave."))
    filler = Filler(library, Toy(refuse=refuse))
    async with filling(filler):
        await until(lambda: filler.trouble is not None)
        assert filler.trouble is not None
        assert filler.trouble.endswith("the engine is loading")
        down.clear()
        await until(lambda: embedded(library) == {"a": 1} and filler.trouble is None)


async def test_it_wakes_for_what_is_new(library: SqliteLibrary) -> None:
    filler = Filler(library, Toy())
    filler.wake()  # before it runs there is no one to wake
    async with filling(filler):
        await asyncio.sleep(0.05)
        await asyncio.to_thread(library.put, new_document("a", "Leave."))
        await asyncio.to_thread(filler.wake)
        await until(lambda: embedded(library) == {"a": 1})


async def test_too_many_refusals_are_a_failure_of_the_target(
    library: SqliteLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fill, "_MOST_REFUSED", 3)

    def refuse(texts: Sequence[str], label: Label) -> None:
        raise BadRequest("no such model")

    library.put(new_document("a", *(f"Passage {number}." for number in range(20))))
    with pytest.raises(Unavailable, match="refused 3 passages"):
        await all_steps(Filler(library, Toy(refuse=refuse)))


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fill, "_AFTER_READY", 0.0)
