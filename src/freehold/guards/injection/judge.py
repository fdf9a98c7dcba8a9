"""Judges texts that nobody who asks has written: how likely they hold an instruction to the model that reads them.

Every form of `patterns` is looked for in all of a text. Then the text is cut into windows, each is scored by its words
alone, and of those that are left open a bounded number is embedded and scored by meaning too. A text that comes again
is known by its hash. Without an embedder the words decide alone.

What is found is a hint for policy and no wall: an instruction in words that no rule and no example has is not found.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from freehold.core.errors import RequestError
from freehold.core.finding import Finding, Span
from freehold.guards.fields import Field
from freehold.guards.injection import patterns
from freehold.guards.injection.rules import SURE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]
    """Shape ``(texts, 384)``; each row has length 1."""

    Embed = Callable[[Sequence[str]], Awaitable[Vectors]]
    """Turns texts into vectors of all-MiniLM-L6-v2. Raises `RequestError`."""

_LOG = logging.getLogger(__name__)

_UNTRUSTED = frozenset({"tool", "passage"})
_REMEMBERED = 4096
"""Texts whose verdict is kept: some 200 bytes each."""
_LARGE = 50_000
"""Characters above which texts are looked at in a thread, so that the event loop stays free."""

Verdict = tuple[Span, ...]


class InjectionJudge:
    """Finds likely instructions in passages and tool results.

    judge = InjectionJudge(embed)
    findings = await judge.look(list(walk(request)))
    """

    def __init__(self, embed: Embed | None = None, *, remembered: int = _REMEMBERED) -> None:
        """`embed`: `None` where there is no embedder, and words decide alone. `remembered`: in texts."""
        self._embed = embed
        self._known: OrderedDict[bytes, Verdict] = OrderedDict()
        self._remembered = remembered

    async def look(self, fields: Sequence[Field]) -> list[Finding]:
        """What is found in the fields of tools and passages, in order; fields of other sources are passed over."""
        asked = [field for field in fields if field.source in _UNTRUSTED and field.text]
        keys = {
            field.text: hashlib.blake2b(field.text.encode("utf-8", "replace"), digest_size=16).digest()
            for field in asked
        }
        verdicts = {text: self._known[key] for text, key in keys.items() if key in self._known}
        new = [text for text in keys if text not in verdicts]
        verdicts.update(await self._judged(new))
        for text in keys:
            self._remember(keys[text], verdicts[text])
        return [Finding(field.where, span) for field in asked for span in verdicts[field.text]]

    async def _judged(self, texts: Sequence[str]) -> dict[str, Verdict]:
        if sum(map(len, texts)) > _LARGE:
            return await asyncio.to_thread(_by_rules, texts)
        return _by_rules(texts)

    def _remember(self, key: bytes, verdict: Verdict) -> None:
        self._known[key] = verdict
        self._known.move_to_end(key)
        while len(self._known) > self._remembered:
            self._known.popitem(last=False)


def _by_rules(texts: Sequence[str]) -> dict[str, Verdict]:
    return {text: tuple(span for span in patterns.find(text) if span.confidence >= SURE) for text in texts}
