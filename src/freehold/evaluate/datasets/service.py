"""Datasets as the edge uses them: made and read in a thread, one made at a time, so that memory holds one."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from freehold.core.errors import BadRequest, NotFound
from freehold.core.guards import Guards
from freehold.evaluate.datasets.ledger import read_opinions
from freehold.evaluate.datasets.making import Made, Wanted, checked_name, make
from freehold.evaluate.datasets.personal import Look
from freehold.evaluate.datasets.reading import Read, read
from freehold.evaluate.datasets.splits import checked
from freehold.evaluate.datasets.store import DatasetStore, Placed
from freehold.evaluate.model import Dataset
from freehold.ledger.examples import FIRST, ExampleReader, Place


class Datasets:
    """All there is to do with datasets.

    `look` finds personal data and secrets, `guards` says what is configured about them, each asked for when needed.
    """

    def __init__(
        self, store: DatasetStore, opinions: ExampleReader, look: Callable[[], Look], guards: Callable[[], Guards]
    ) -> None:
        self.store = store
        self._opinions = opinions
        self._look = look
        self._guards = guards
        self._one = asyncio.Lock()

    async def add(self, path: Path, wanted: Wanted, *, filename: str = "", form: str | None = None) -> Dataset:
        """Make a dataset of a file, or find the one of the same content. Raises as `read` and `make` do."""
        return await self._made(wanted, lambda: read(path, name=filename, form=form))

    async def from_ledger(self, since_ns: int, wanted: Wanted) -> Dataset:
        """Make a dataset of what was said of answers since then, where its text is kept by consent."""
        made = await self._made(wanted, lambda: read_opinions(self._said(since_ns)))
        await asyncio.to_thread(self.store.drop_uncaptured, made.id)
        return await self.find(made.id)

    async def split(self, name: str, wanted: Wanted) -> Dataset:
        """Make a dataset of another, named or by id, whose examples go to sides anew, whatever theirs were before.

        Raises `NotFound`, and `BadRequest` where `wanted` does not say how to split.
        """
        if not checked(wanted.splitting).asked:
            raise BadRequest("say how to split it: test_share, as in 0.3, or split_at", param="test_share")
        source = await self.find(name)
        made = await self._made(wanted, lambda: self._without_sides(source))
        await asyncio.to_thread(self.store.drop_uncaptured, made.id)
        return await self.find(made.id)

    async def versions(self, name: str | None = None) -> list[Dataset]:
        """All datasets under each of their names, the last given first; or those of one name."""
        return await asyncio.to_thread(self.store.versions, name)

    async def find(self, name: str) -> Dataset:
        """By id, or what a name was given to last; raises `NotFound`."""
        return await asyncio.to_thread(self.store.find, name)

    async def some(self, dataset: str, *, after: int, most: int) -> list[Placed]:
        """Some examples of a dataset's id, behind a place."""
        return await asyncio.to_thread(lambda: list(self.store.examples(dataset, after=after, most=most)))

    async def counts(self, dataset: str) -> dict[str, int]:
        """How many examples of a dataset's id are on each side of its split."""
        return await asyncio.to_thread(self.store.counts, dataset)

    async def is_from_ledger(self, dataset: str) -> bool:
        """Whether any example of a dataset's id was taken from the ledger."""
        return await asyncio.to_thread(self.store.is_from_ledger, dataset)

    async def forget(self, name: str, dataset: str) -> bool:
        """Take a name from the dataset of this id, where it has another; whether it had."""
        return await asyncio.to_thread(self.store.forget, name, dataset)

    async def remove(self, dataset: str, *, force: bool) -> int:
        """Remove a dataset by its id; how many runs were asked for it. Raises `Conflict` for one in use."""
        return await asyncio.to_thread(lambda: self.store.remove(dataset, force=force))

    async def _made(self, wanted: Wanted, source: Callable[[], Read]) -> Dataset:
        checked_name(wanted.name)
        checked(wanted.splitting)
        async with self._one:
            return await asyncio.to_thread(self._make, wanted, source)

    def _make(self, wanted: Wanted, source: Callable[[], Read]) -> Dataset:
        made: Made = make(source(), wanted, self._look(), self._guards())
        before = self._named(wanted.name)
        if before is not None:
            self._check_label(made, wanted, before)
        added = self.store.add(made.dataset, made.examples)
        if before is None or before.id == added.id:
            return added
        told = f"{wanted.name} stood for {before.id} until now, of {before.size} examples"
        return msgspec.structs.replace(added, report=(*added.report, told))

    def _named(self, name: str) -> Dataset | None:
        with contextlib.suppress(NotFound):
            return self.store.find(name)
        return None

    def _check_label(self, made: Made, wanted: Wanted, before: Dataset) -> None:
        """Raises `BadRequest` where a name that stands for labelled data alone would come to stand for unlabelled."""
        open_ones = sum(example.label is None for example in made.examples)
        if not open_ones or before.label is None or before.id == made.dataset.id or self.store.unlabelled(before.id):
            return
        raise BadRequest(
            f"{wanted.name} stands for data that is labelled, {before.label} in all, and {open_ones} of these examples"
            f" have no label; add them with --label {before.label}, under another --name, or ask the dataset"
            f" {wanted.name} that is there",
            param="label",
        )

    def _without_sides(self, source: Dataset) -> Read:
        kept = [placed.example for placed in self.store.examples(source.id)]
        before = Counter(example.split or "on no side" for example in kept)
        sides = ", ".join(f"{many} {side}" for side, many in sorted(before.items()))
        examples = [msgspec.structs.replace(example, split="") for example in kept]
        return Read(examples, (f"{len(kept)} examples of {source.name} ({source.id}), split anew: {sides} before",))

    def _said(self, since_ns: int) -> Iterator[dict[str, Any]]:
        place: Place | None = FIRST
        while place is not None:
            some = self._opinions.examples(since_ns, place)
            yield from some.items
            place = some.next
