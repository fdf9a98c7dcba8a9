"""Judges texts that nobody who asks has written: how likely they hold an instruction to the model that reads them.

Every form of `patterns` is looked for in all of a text, and in what it may be meant as (`guards.reveal`). Then it is
cut into windows, each is scored by its words alone, and of those that may be instructions a bounded number, the most
suspicious first, is embedded and scored by meaning too. A text that comes again is known by its hash. Without an
embedder, and while it fails, the words decide alone.

What is found is a hint for policy and no wall: an instruction in words that no rule and no example has is not found.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from freehold.core.errors import RequestError
from freehold.core.finding import Finding, Span
from freehold.guards.fields import Field
from freehold.guards.injection import patterns
from freehold.guards.injection.classifier import Classifier, probability, shipped
from freehold.guards.injection.features import features
from freehold.guards.injection.rules import KIND, SURE
from freehold.guards.injection.windows import cut
from freehold.guards.layers import Layer
from freehold.guards.reveal import reveal
from freehold.guards.scan import settle

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]
    """Shape ``(texts, 384)``; each row has length 1."""

    Embed = Callable[[Sequence[str]], Awaitable[Vectors]]
    """Turns texts into vectors of all-MiniLM-L6-v2. Raises `RequestError`."""

_LOG = logging.getLogger(__name__)

CLASSIFIER = "classifier"
"""The rule's name in a finding that the classifier made."""
WORDS = "classifier-words"
"""The same, where words decided alone."""
OPEN = -3.0
"""Logit by words at which a window is worth embedding. Below it, meaning changed next to no verdict."""
_MOST_EMBEDDED = 6
"""Windows of one text: at some 40 ms each, what a request can wait for."""
_REMEMBERED = 4096
"""Texts whose verdict is kept: some 200 bytes each."""
_LARGE = 4_000
"""Characters above which texts are looked at in a thread, so that the event loop stays free."""
_UNTRUSTED = frozenset({"tool", "passage"})

_WORD = re.compile(r"[^\W\d_]{2}")
"""Without a word of two letters a window says nothing."""

Verdict = tuple[Span, ...]


class Suspect(msgspec.Struct, frozen=True):
    """A window that may be an instruction: where it stands in the original text, and its logit by words."""

    start: int
    end: int
    text: str
    features: frozenset[str]
    logit: float

    def span(self, logit: float, rule: str) -> Span:
        """What is found of it."""
        return Span(self.start, self.end, KIND, round(probability(logit), 3), rule, "injection")


class FirstLook(msgspec.Struct, frozen=True):
    """A text by its rules and words: what is sure, and what may be, the most suspicious first."""

    sure: tuple[Span, ...]
    suspects: tuple[Suspect, ...]

    def by_words(self) -> Verdict:
        """The verdict where there is no embedder."""
        return settle([*self.sure, *(each.span(each.logit, WORDS) for each in self.suspects if each.logit > 0)])


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
        """What is found in the fields of tools and passages, in order; fields of other sources are passed over.

        A finding's confidence is the probability that its stretch is an instruction to a model, at least one half.
        """
        asked = [field for field in fields if field.source in _UNTRUSTED and field.text.strip()]
        keys = {field.text: _digest(field.text) for field in asked}
        verdicts = {text: self._known[key] for text, key in keys.items() if key in self._known}
        verdicts.update(await self._judged([text for text in keys if text not in verdicts]))
        return [Finding(field.where, span) for field in asked for span in verdicts[field.text]]

    async def _judged(self, texts: Sequence[str]) -> dict[str, Verdict]:
        if not texts:
            return {}
        large = sum(map(len, texts)) > _LARGE
        looks = await asyncio.to_thread(_looks, texts) if large else _looks(texts)
        verdicts = {text: first.by_words() for text, first in looks.items()}
        if self._embed is not None:
            try:
                verdicts = await self._by_meaning(self._embed, looks)
            except RequestError as error:
                # Not remembered, so that these texts are judged in full when the embedder is back.
                _LOG.warning("texts are judged by their words alone, since the embedder failed: %s", error.message)
                return verdicts
        for text, verdict in verdicts.items():
            self._remember(_digest(text), verdict)
        return verdicts

    async def _by_meaning(self, embed: Embed, looks: dict[str, FirstLook]) -> dict[str, Verdict]:
        texts = list(dict.fromkeys(each.text for first in looks.values() for each in first.suspects))
        vectors = dict(zip(texts, await embed(texts), strict=True)) if texts else {}
        classifier = shipped()
        verdicts = {}
        for text, first in looks.items():
            scored = [(each, classifier.by_meaning(each.features, vectors[each.text])) for each in first.suspects]
            verdicts[text] = settle(
                [*first.sure, *(each.span(logit, CLASSIFIER) for each, logit in scored if logit > 0)]
            )
        return verdicts

    def _remember(self, key: bytes, verdict: Verdict) -> None:
        self._known[key] = verdict
        while len(self._known) > self._remembered:
            self._known.popitem(last=False)


def first_look(text: str, classifier: Classifier) -> FirstLook:
    """What rules and words say of a text and of all that it may be meant as."""
    sure: list[Span] = []
    suspects: dict[str, Suspect] = {}
    for layer in reveal(text)[0]:
        spans = list(patterns.find(layer.text))
        sure += (_moved(span, layer) for span in spans if span.confidence >= SURE)
        for each in _suspects(layer, spans, classifier):
            suspects.setdefault(each.text, each)
    ranked = sorted(suspects.values(), key=lambda each: -each.logit)
    return FirstLook(settle(sure), tuple(ranked[:_MOST_EMBEDDED]))


def _suspects(layer: Layer, spans: Sequence[Span], classifier: Classifier) -> Iterator[Suspect]:
    for window in cut(layer.text):
        if _WORD.search(window.text) is None:
            continue
        rules = {span.rule for span in spans if span.start < window.end and span.end > window.start}
        seen = features(window.text, rules)
        if (logit := classifier.by_words(seen)) > OPEN:
            yield Suspect(*layer.back(window.start, window.end), window.text, frozenset(seen), logit)


def _moved(span: Span, layer: Layer) -> Span:
    start, end = layer.back(span.start, span.end)
    return msgspec.structs.replace(span, start=start, end=end)


def _looks(texts: Sequence[str]) -> dict[str, FirstLook]:
    return {text: first_look(text, shipped()) for text in texts}


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
