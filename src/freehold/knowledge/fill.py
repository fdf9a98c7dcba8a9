"""Gives chunks their vectors, in the background, for as long as the server runs.

The library says which chunks have none, and whose turn it is, so that nothing else has to be remembered: a crash, a new
document and a new model all come to the same, chunks without a vector in the present space. A first space is used as
soon as it has vectors; one that replaces another only when it is complete, so that searches never get worse meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from freehold.core.errors import AttemptFailed, LabelForbidden, RequestError, Unavailable
from freehold.core.label import Label

if TYPE_CHECKING:
    from freehold.knowledge.ports import Embedder, Library  # bring numpy, which a start must not pay for

_LOG = logging.getLogger(__name__)
_TOGETHER = 32
"""Chunks of a request to the embedding target."""
_AT_ONCE = 8 * _TOGETHER
"""Chunks that are asked of the library at a time. What has come since has its turn after them."""
_AFTER_READY = 0.5
"""Seconds that the first look leaves to the start of everything else."""
_RETRY_FIRST, _RETRY_LAST = 1.0, 60.0
_ASK_AGAIN_SECONDS = 600.0
"""After which labels are tried again that the target might not see; the configuration may have changed."""
_MOST_REFUSED = 1000

_Waiting = tuple[int, str, Label]


class Filler:
    """The task. Lives in one event loop; `wake` may be called from any thread once `run` has begun."""

    def __init__(self, library: Library, embedder: Embedder) -> None:
        self._library = library
        self._embedder = embedder
        self._woken = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._forbidden: set[Label] = set()
        self._refused: set[int] = set()
        self._ask_again = 0.0
        self._delay = _RETRY_FIRST
        self.trouble: str | None = None
        """Why nothing is being embedded though something waits; `None` while all is well."""

    def wake(self) -> None:
        """There may be something to do."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._woken.set)

    async def run(self) -> None:
        """Embed whatever comes, until cancelled. While it fails it is tried again, ever more rarely up to a minute."""
        self._loop = asyncio.get_running_loop()
        await asyncio.sleep(_AFTER_READY)
        while True:
            self._woken.clear()
            if await self._all():
                self._delay = _RETRY_FIRST
                await self._rest()
            else:
                await asyncio.sleep(self._delay)
                self._delay = min(self._delay * 2, _RETRY_LAST)

    async def _all(self) -> bool:
        """Embed all that waits; false where something keeps it from that, which `trouble` then says."""
        try:
            while await self.step():
                self._delay, self.trouble = _RETRY_FIRST, None
        except (RequestError, AttemptFailed) as error:
            self._complain(f"passages are found by words alone until they can be embedded: {error}")
            return False
        except Exception as error:  # noqa: BLE001
            # A fault of ours must not end the embedding of everything that is still to come.
            why = f"embedding failed ({type(error).__name__}) and is tried again; the log has the story"
            self._complain(f"passages are found by words alone: {why}", error)
            return False
        self.trouble = self._withheld()
        return True

    async def step(self) -> bool:
        """Embed some chunks, or swap to a space that is complete; false when there is nothing to do.

        Raises `RequestError` or `AttemptFailed` when the target or the library cannot be asked now.
        """
        self._forget_refusals()
        space = self._embedder.space
        waiting = await asyncio.to_thread(
            self._library.unembedded, space, _AT_ONCE + len(self._refused), without=frozenset(self._forbidden)
        )
        waiting = [each for each in waiting if each[0] not in self._refused]
        if not waiting:
            return await self._swap(space)
        for label in dict.fromkeys(label for _, _, label in waiting):
            of_label = [each for each in waiting if each[2] == label]
            for start in range(0, len(of_label), _TOGETHER):
                if label not in self._forbidden:
                    await self._embed(space, label, of_label[start : start + _TOGETHER])
        return True

    async def _embed(self, space: str, label: Label, waiting: Sequence[_Waiting]) -> None:
        try:
            vectors = await self._embedder([text for _, text, _ in waiting], label=label)
        except LabelForbidden:
            self._forbidden.add(label)
            _LOG.warning("documents labelled %s are found by words alone: no embedding target may see them", label)
            return
        except (RequestError, AttemptFailed) as error:
            if not _is_about_the_text(error):
                raise
            await self._embed_parts(space, label, waiting, error)
            return
        chunks = [chunk for chunk, _, _ in waiting]
        await asyncio.to_thread(self._library.embed, space, chunks, vectors)
        if await asyncio.to_thread(self._library.space) is None:
            await asyncio.to_thread(self._library.use_space, space)

    async def _embed_parts(self, space: str, label: Label, waiting: Sequence[_Waiting], error: Exception) -> None:
        """The target refused these: halve them until the one that it does not take is alone, and leave that out."""
        if len(waiting) > 1:
            middle = len(waiting) // 2
            await self._embed(space, label, waiting[:middle])
            await self._embed(space, label, waiting[middle:])
            return
        if len(self._refused) >= _MOST_REFUSED:
            raise Unavailable(f"the embedding target refused {_MOST_REFUSED} passages, the last with: {error}")
        self._refused.add(waiting[0][0])
        _LOG.warning("a passage is found by words alone, since the embedding target refused it: %s", error)

    async def _swap(self, space: str) -> bool:
        """Search by the space that is complete now, where another one is used still."""
        used = await asyncio.to_thread(self._library.space)
        if used is None or used == space:
            return False
        _LOG.info("every passage has a vector of %s: searches use it from now on", space)
        await asyncio.to_thread(self._library.use_space, space)
        return True

    async def _rest(self) -> None:
        """Until something comes; where labels were forbidden, at most until they are to be tried again."""
        patience = max(self._ask_again - time.monotonic(), 1.0) if self._forbidden or self._refused else None
        try:
            await asyncio.wait_for(self._woken.wait(), patience)
        except TimeoutError:
            return

    def _forget_refusals(self) -> None:
        if time.monotonic() >= self._ask_again:
            self._forbidden.clear()
            self._refused.clear()
            self._ask_again = time.monotonic() + _ASK_AGAIN_SECONDS

    def _withheld(self) -> str | None:
        if not self._forbidden:
            return None
        labels = ", ".join(sorted(map(str, self._forbidden)))
        return f"documents labelled {labels} are found by words alone: no embedding target may see them"

    def _complain(self, trouble: str, fault: Exception | None = None) -> None:
        if self.trouble != trouble:
            _LOG.warning("%s", trouble, exc_info=fault)
        self.trouble = trouble


def _is_about_the_text(error: RequestError | AttemptFailed) -> bool:
    """Whether asking again with the same texts cannot help: the target says that they are wrong."""
    status = error.status
    return status is not None and status in {400, 413, 422}
