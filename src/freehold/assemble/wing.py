"""The knowledge wing put together: its library, its jobs, what grounds answers, and Freehold's own documentation."""

from __future__ import annotations

import asyncio
import functools
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

import msgspec

from freehold.config import Config
from freehold.core.caller import Caller
from freehold.core.errors import FreeholdError, SetupError, Unavailable
from freehold.core.label import Label
from freehold.core.ports import Handler
from freehold.core.target import Target
from freehold.engines import minilm
from freehold.engines.fit import EngineModel
from freehold.jobs import Jobs
from freehold.knowledge.documentation import bring_up_to_date
from freehold.knowledge.embed import LOCAL, TargetEmbedder
from freehold.knowledge.ground import Ground, Settings
from freehold.knowledge.ingest.readers import Readers
from freehold.knowledge.library.open import open_library
from freehold.knowledge.model import Weights
from freehold.knowledge.rerank import TargetReranker
from freehold.knowledge.service import Knowledge

if TYPE_CHECKING:
    from freehold.knowledge.ports import Library

_LOG = logging.getLogger("freehold")

_AFTER_READY = 0.2
"""Seconds that reading Freehold's own documentation leaves to the start of everything else."""


_PATIENCE = 10.0
"""Seconds that a question to the documentation waits at most until it has been read, which takes one or two."""


class Wing:
    """Documents and answers from them, over one configuration."""

    def __init__(self, config: Config, *, ask: Handler, known: Callable[[], Sequence[Target]], jobs: Jobs) -> None:
        """`ask` is the whole pipeline, for what the wing itself asks of models; `known` are all targets.

        `jobs` are those of the whole process. They end with this wing: what else works on them has been told to before.
        """
        settings, folder = config.knowledge, config.server.data_dir / "knowledge"
        self._library = Deferred(lambda: open_library(config.server.database.reveal(), folder / "library"))
        self._documentation = settings.documentation
        self._writing: asyncio.Task[None] | None = None
        self._asked = asyncio.Event()
        targets = {target.name: target for target in (*own_targets(config), *config.targets)}
        self._embedder = _embedder(config, targets, ask)
        self.own_embedder = self._embedder if own_targets(config) else None
        """By the model that Freehold brings, where that is what documents are embedded by."""
        self.knowledge = Knowledge(
            cast("Library", self._library),
            folder,
            documents_label=config.policy.documents_label,
            embedder=self._embedder,
            reranker=TargetReranker(ask, targets[settings.rerank]) if settings.rerank in targets else None,
            jobs=jobs,
            readers=Readers(ocr=settings.ocr),
            most_bytes=settings.max_file_mb * 2**20,
        )
        grounding = Settings(settings.passages, settings.rewrite, settings.documentation)
        self.ground = Ground(
            self.knowledge.search,
            self.knowledge.labels,
            ask=ask,
            settings=lambda: grounding,
            known=known,
            documented=self._documented,
        )

    async def start(self) -> None:
        """Resume what an earlier run left, and look after the documentation once requests are taken."""
        await self.knowledge.start()
        if self._documentation:
            self._writing = asyncio.create_task(self._document(), name="documentation")
            self._writing.add_done_callback(_say_if_failed)

    async def stop(self) -> None:
        """Stop work, which goes on at the next start, and close the library."""
        if self._writing is not None:
            self._writing.cancel()
            await asyncio.wait([self._writing])
        try:
            await self.knowledge.stop()
        finally:
            await asyncio.to_thread(self._library.close)

    async def tune(
        self, collection: str, answers: Sequence[tuple[str, Sequence[str]]], *, label: Label, caller: Caller
    ) -> Weights:
        """The weights by which these questions find their documents best; each is a question with ids of documents.

        `label` is that of the questions, `caller` whoever asks: the two decide whether they can be embedded. Raises
        `RequestError` where they cannot, since weights found without are not those of a search with.
        """
        # Here, because it brings numpy, and few ever tune.
        from freehold.knowledge.rank.tune import Judged, tune  # noqa: PLC0415

        library, vectors = cast("Library", self._library), None
        if self._embedder is not None and await asyncio.to_thread(library.space) == self._embedder.space:
            vectors = await self._embedder([question for question, _ in answers], label=label, caller=caller)
        judged = [
            Judged(question, dict.fromkeys(ids, 1.0), None if vectors is None else vectors[number : number + 1])
            for number, (question, ids) in enumerate(answers)
        ]
        return await asyncio.to_thread(tune, library, collection, judged)

    async def _documented(self) -> None:
        """Wait, for a time, until the documentation has been read; who gives up waiting does not stop the reading."""
        if self._writing is not None and not self._writing.done():
            self._asked.set()
            await asyncio.wait([self._writing], timeout=_PATIENCE)

    async def _document(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._asked.wait(), _AFTER_READY)
        try:
            await bring_up_to_date(self.knowledge)
        except (FreeholdError, OSError) as error:
            _LOG.warning("Freehold's own documentation is not up to date: %s", error)


def _say_if_failed(task: asyncio.Task[None]) -> None:
    """A fault of ours; what is on the disk has been told by then. Nobody awaits the task to learn of it."""
    if not task.cancelled() and (error := task.exception()) is not None:
        _LOG.error("Freehold's own documentation is not up to date", exc_info=error)


class Deferred:
    """A library that is opened by its first use: what it brings would double the time of a start that needs none.

    Stands for a `Library`. It is opened within the call, in the thread that makes it, and never by looking the method
    up: opening may take minutes, and whoever hands a method to a thread looks it up in the event loop. What keeps it
    from opening is told, as `Unavailable`, to whoever asked and to all who waited for that; the next one tries again.
    """

    def __init__(self, opening: Callable[[], Library]) -> None:
        self._opening = opening
        self._lock = threading.Lock()
        self._opened: Library | None = None
        self._failure: SetupError | None = None
        self._closed = False

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return functools.partial(self._call, name)

    def close(self) -> None:
        """Close it, if it was ever opened; from now on it stays closed."""
        with self._lock:
            self._closed = True
            if self._opened is not None:
                self._opened.close()
                self._opened = None

    def _call(self, name: str, /, *arguments: Any, **options: Any) -> Any:
        return getattr(self._library(), name)(*arguments, **options)

    def _library(self) -> Library:
        seen = self._failure
        with self._lock:
            if self._closed:
                raise Unavailable("the library of documents is closed, since Freehold is stopping")
            if self._opened is None and self._failure is seen:
                try:
                    self._opened = self._opening()
                except SetupError as error:
                    self._failure = error
            if self._opened is None:
                raise Unavailable(f"the library of documents cannot be opened: {self._failure}") from self._failure
            return self._opened


def own_targets(config: Config) -> tuple[Target, ...]:
    """The models that Freehold brings itself; none whose weights are not there, or whose name is another's."""
    taken = {target.name for target in config.targets}
    if config.knowledge.embedding != minilm.NAME or minilm.NAME in taken or minilm.sources() is None:
        return ()
    return (minilm.target(config.policy.tags),)


def wing_targets(config: Config) -> tuple[tuple[str, str, bool], ...]:
    """What of the embedding and the reranking target holds for a whole run: name, model, and whether it is owned."""
    names = {config.knowledge.embedding, config.knowledge.rerank}
    return tuple((target.name, target.model, target.owned) for target in config.targets if target.name in names)


def own_models(own: Sequence[Target]) -> list[EngineModel]:
    """How the engine runs them."""
    return [minilm.engine_model() for _ in own]


def own_embedder(config: Config, ask: Handler) -> TargetEmbedder | None:
    """By the model that Freehold brings, where that is what documents are embedded by."""
    own = own_targets(config)
    return _embedder(config, {target.name: target for target in own}, ask) if own else None


def _embedder(config: Config, targets: Mapping[str, Target], ask: Handler) -> TargetEmbedder | None:
    """What finds by meaning; `None` where that is off, or its weights are not installed."""
    target = targets.get(config.knowledge.embedding)
    if target is None:
        if config.knowledge.embedding == minilm.NAME:
            _LOG.info("the weights of %s are not installed: documents are found by their words alone", minilm.NAME)
        return None
    own = target == minilm.target(config.policy.tags)
    if not own:
        return TargetEmbedder(ask, target)
    pace = msgspec.structs.replace(LOCAL, characters=minilm.CHARACTERS)
    return TargetEmbedder(ask, target, weights=minilm.WEIGHTS_SHA256, pace=pace)
