"""Routers over a database with a dataset and a run of each of two subjects, and an embedding model of three figures."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from freehold.core.caller import Caller
from freehold.core.errors import Forbidden
from freehold.core.label import Label
from freehold.core.request import Message, Request, TextPart
from freehold.evaluate.datasets.identity import dataset_id, example_of
from freehold.evaluate.datasets.store import DatasetStore
from freehold.evaluate.model import Dataset, Example, Result, Run, RunState, Scored
from freehold.evaluate.router.card import Known
from freehold.evaluate.router.file import Shelf
from freehold.evaluate.router.outcomes import OutcomeRows
from freehold.evaluate.router.service import Routers
from freehold.evaluate.router.teaching import Steps, Teaching
from freehold.evaluate.router.trainings import Training
from freehold.evaluate.runs.rows import RunRows, Score
from freehold.ledger.texts import remove_texts
from freehold.stores.sqlite import SqliteStore

ANN = Caller("key_ann", "ann", role="operator")
PUBLIC, INTERNAL, CONFIDENTIAL = (Label.parse(each) for each in ("public", "internal", "confidential"))
SIZE, HARD = 320, 110


_EXCHANGE = ("id", "started_ns", "key_id", "key_name", "alias", "dialect", "kind", "stream", "origin", "ending")
_INSERT = f"INSERT INTO exchanges ({', '.join(_EXCHANGE)}) VALUES ({', '.join('?' * len(_EXCHANGE))})"


async def told(_done: int, _size: int) -> None:
    """To nobody."""


STEPS = Steps(told, lambda: None, lambda: None)
"""Of a training that nobody follows or ends."""


class Vectors:
    """An embedding model: hard questions lie on one side."""

    space = "small/one"

    def __init__(self) -> None:
        self.labels: list[Label] = []
        self.refuses = False

    async def __call__(self, texts: Sequence[str], *, label: Label, caller: Caller | None = None) -> np.ndarray:
        assert caller == ANN
        if self.refuses:
            raise Forbidden("this key may not ask the embedding model")
        self.labels.append(label)
        rows = np.array([[1.0 if "hard" in text else -1.0, 0.3, len(text) % 7] for text in texts])
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def asking(text: str, **metadata: str) -> Request:
    return Request("auto", (Message("user", (TextPart(text),)),), "openai", metadata=metadata)


def questions(size: int = SIZE, hard: int = HARD) -> list[Example]:
    """The first are hard; of these the weaker subject gets most wrong."""
    return [
        example_of(asking(f"{'A hard' if place < hard else 'An easy'} question, number {place}?").rewritten(model=""))
        for place in range(size)
    ]


class House:
    """Routers over a database with a dataset and a run of each subject."""

    def __init__(self, store: SqliteStore, folder: Path) -> None:
        self.runs = RunRows(store.connect)
        self.datasets = DatasetStore(store.connect, store.reader)
        self.vectors = Vectors()
        self.shelf = Shelf(folder / "routers")
        self.outcomes = OutcomeRows(store.connect)
        self.store = store
        self.routers = self.over(self.vectors)

    def over(self, vectors: Vectors | None) -> Routers:
        teaching = Teaching(
            self.shelf, self.runs, self.datasets, self.outcomes, embedder=vectors, least_label=lambda: INTERNAL
        )
        return Routers(self.shelf, self.outcomes, teaching)

    async def train(self, routers: Routers | None = None, **changes: str) -> Known:
        """A router of the two runs, made at once."""
        wanted = {"weak": "home", "strong": "away", "data": "work", "scorer": "exact", "id": "tn_1"} | changes
        return await (routers or self.routers).teaching.from_runs(
            Training(key=ANN.key_id, created_ns=1, **wanted), ANN, STEPS
        )

    def captured(self, *names: str) -> None:
        """Keep text of requests of these ids."""
        for name in names:
            values = ["" if column == "ending" else 0 if column == "stream" else name for column in _EXCHANGE]
            with closing(self.store.connect()) as connection:
                connection.execute(_INSERT, values)
                connection.execute(
                    "INSERT INTO captures (exchange_id, prompt, expires_ns) VALUES (?, '{}', 9)", (name,)
                )

    def erased(self, *names: str) -> None:
        """Let go of their text."""
        with closing(self.store.connect()) as connection:
            remove_texts(connection, names)

    def answered(self, examples: Sequence[Example], *, label: Label | None = None, state: RunState = "done") -> Dataset:
        dataset = Dataset(dataset_id(examples), "work", len(examples), 1, label)
        self.datasets.add(dataset, examples)
        for subject in ("home", "away"):
            run = Run(f"run_{subject}", dataset.id, subject, state, ANN.key_id, 1)
            self.runs.bring(run, [self._result(place, each, subject) for place, each in enumerate(examples)])
        return dataset

    def _result(self, place: int, example: Example, subject: str) -> tuple[Result, dict[str, Score]]:
        hard = "hard" in str(example.request.messages)
        right = subject == "away" or not hard or place % 10 == 0
        return Result(place, example.id, "answered"), {"exact": Score("1", Scored(float(right)))}
