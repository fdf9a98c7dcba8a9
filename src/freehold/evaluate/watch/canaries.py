"""Whether a closed target is still what it was: the same prompts are asked again, and their answers ranked.

For each prompt, a new answer and those of before stand side by side. Had nothing changed, any of them would be as
likely to be the one furthest from the others, so the rank of the new one is uniform and independent of what came
before, whatever the answers look like and however random they are (conformal prediction: Vovk, Gammerman and Shafer
2005, "Algorithmic Learning in a Random World", chapter 2; the two-sample use, Gretton et al. 2012 and Hu and Lei 2024).
Ranks of all prompts and days are bet on, one after another, so that one may look every day: the false-alarm rate holds
for good. Answers are compared by their runs of characters, or by the log-probabilities of their tokens where given;
each has a half of the rate.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import lru_cache

import msgspec
import numpy as np

from freehold.evaluate.statistics.betting import Wager, mean_below
from freehold.evaluate.statistics.interval import Floats
from freehold.evaluate.statistics.ngrams import character_vectors

FEWEST = 4
"""Answers to a prompt before the next one is ranked: of fewer, even the strangest says little."""
MOST_KEPT = 120
"""Answers of one prompt that are kept, the newest."""
RESTART = 0.5
LONGEST = 4000
"""Characters of an answer that are kept."""


class Reply(msgspec.Struct, frozen=True):
    """One answer to a canary prompt."""

    text: str
    logprob: float | None = None
    """The mean of its tokens' log-probabilities."""


class Canary(msgspec.Struct, frozen=True):
    """What is known of one target: a value, kept in one row and gone on with."""

    target: str
    alpha: float
    replies: dict[str, tuple[Reply, ...]] = {}
    """By prompt, oldest first, since the last change that was found."""
    texts: Wager = mean_below(0.5, restart=RESTART)
    logprobs: Wager = mean_below(0.5, restart=RESTART)
    looks: int = 0
    asked_ns: int = 0
    changed_ns: int | None = None
    """When a change was found; from then on, it is the new answers that are compared with."""

    @property
    def changed(self) -> bool:
        """Whether the answers since the beginning come from more than one source."""
        return self.texts.rejects(self.alpha / 2) or self.logprobs.rejects(self.alpha / 2)

    @property
    def e_value(self) -> float:
        """The evidence of a change so far."""
        return max(self.texts.e_value, self.logprobs.e_value)

    def after(self, answers: dict[str, Reply], at_ns: int, *, seed: int = 0) -> Canary:
        """With one asking of all prompts, or of those that were answered."""
        chance = random.Random(seed + self.looks)  # noqa: S311  Breaks ties.
        replies = dict(self.replies)
        of_text: list[float] = []
        of_logprob: list[float] = []
        for prompt, reply in answers.items():
            new = msgspec.structs.replace(reply, text=reply.text[:LONGEST])
            before = replies.get(prompt, ())
            if len(before) >= FEWEST:
                of_text.append(rank(_apart_texts([each.text for each in (*before, new)]), chance.random()))
            numbers = [each.logprob for each in (*before, new) if each.logprob is not None]
            if new.logprob is not None and len(numbers) > FEWEST:
                of_logprob.append(rank(_apart_numbers(numbers), chance.random()))
            replies[prompt] = (*before, new)[-MOST_KEPT:]
        return msgspec.structs.replace(
            self,
            replies=replies,
            texts=self.texts.after(of_text),
            logprobs=self.logprobs.after(of_logprob),
            looks=self.looks + 1,
            asked_ns=at_ns,
        )

    def begun_anew(self, at_ns: int) -> Canary:
        """After a change was told of: what comes from now on is compared with itself."""
        return Canary(self.target, self.alpha, looks=self.looks, asked_ns=at_ns, changed_ns=at_ns)


def rank(apart: Floats, tie: float) -> float:
    """How strange the last of several answers is among all, from 0, the strangest; `tie` is drawn from 0 to 1.

    `apart` has the shape (n, n): how far each is from each.
    """
    strange = np.round(apart.sum(axis=1), 9)
    last = strange[-1]
    return float((np.count_nonzero(strange > last) + tie * np.count_nonzero(strange == last)) / len(strange))


def _apart_texts(texts: Sequence[str]) -> Floats:
    vectors = np.stack([_vector(text) for text in texts])
    apart: Floats = 1.0 - vectors @ vectors.T
    return apart


@lru_cache(maxsize=4096)
def _vector(text: str) -> Floats:
    vector: Floats = character_vectors([text])[0]
    return vector


def _apart_numbers(numbers: Sequence[float]) -> Floats:
    values = np.array(numbers)
    apart: Floats = np.abs(values[:, None] - values[None, :])
    return apart
