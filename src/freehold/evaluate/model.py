"""The words of evaluation: an example, what became of it, and what that was worth.

A dataset is examples in their order, and its id is the hash of their content: what was measured on one id can be
compared with what is measured on it later. A run asks one subject (a route, or a bare target, by the name that clients
send as ``model``) for each example and keeps a `Result`; scorers give each result `Scored`s, by their names.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from freehold.core.event import Answer
from freehold.core.label import Label
from freehold.core.money import ZERO, Nanodollars
from freehold.core.record import Attempt
from freehold.core.request import Json, Request

State = Literal["answered", "refused", "failed", "skipped"]
"""What became of one example: an answer; a refusal by policy, budget or label, before any target was asked; no target
answered; not asked at all, since the run ended first."""


CLUSTER = "cluster"
"""The slice that names what belongs together: examples with the same value are not independent of one another."""


class Example(msgspec.Struct, frozen=True):
    """One piece of work, and what is right."""

    id: str
    """``ex_`` and 32 hex digits of the SHA-256 of request and expectation: the same content has the same id."""
    request: Request
    """What is asked; its `model` is empty, and filled with the run's subject."""
    expected: Json = None
    """What the answer should be: text, several texts of which any will do, or a JSON value; `None`: not known."""
    label: Label | None = None
    """Under which it is asked, beside what the asking key and its own words bring; `None`: they alone."""
    slices: dict[str, str] = {}
    """What results are broken down by: ``{"task": "triage"}``."""
    tests: str | None = None
    """Code that judges code; for the scorer that runs it."""
    split: str = ""
    """``train``, ``test``, or whatever its source says; empty where it says nothing."""
    at_ns: int | None = None
    """When it was asked, by the wall clock, where that is known."""
    exchange: str | None = None
    """The request in the ledger that it was taken from: when that is erased, so is this."""


class Dataset(msgspec.Struct, frozen=True):
    """Examples that were read, cleaned and named."""

    id: str
    """``ds_`` and 32 hex digits of the SHA-256 of the ids of its examples, in order, with labels, slices and splits."""
    name: str
    size: int
    created_ns: int
    label: Label | None = None
    """The join of its examples' labels; `None` where none has any."""
    report: tuple[str, ...] = ()
    """What was done to it on the way in, in sentences: duplicates left out, personal data taken out."""


class Scored(msgspec.Struct, frozen=True):
    """What one scorer says of one answer.

    `value` is from 0, worthless, to 1, right; `None` where the scorer does not apply or could not tell, which counts
    neither for nor against. `reason` says why in a few words and may quote the answer.
    """

    value: float | None
    reason: str = ""
    cost: Nanodollars = ZERO
    """Of asking a judge."""
    detail: dict[str, float] = {}
    """Further figures, such as precision and recall."""


class Evidence(msgspec.Struct, frozen=True):
    """What can be known of an answer without knowing what is right."""

    confidence: float | None = None
    """Geometric mean of its tokens' probabilities; see `freehold.policy.judge`."""
    least: float | None = None
    """The least of them."""
    sound: bool = True
    """Whether its form is without fault; see `freehold.policy.structure`."""


class Result(msgspec.Struct, frozen=True):
    """What became of one example in one run."""

    place: int
    """Of the example in its dataset, from 0."""
    example: str
    state: State
    text: str = ""
    """The answer's text, of its first choice."""
    answer: Answer | None = None
    """All of it; `None` where there is none."""
    evidence: Evidence = Evidence()
    target: str = ""
    """Which target's answer it is."""
    owned: bool = False
    """Whether that target is the team's own."""
    escalated: bool = False
    """Whether an owned target's answer was held and not kept."""
    asked: tuple[str, ...] = ()
    """Every target that was asked, in order."""
    cost: Nanodollars = ZERO
    """Of all attempts; nothing where it came from an earlier run's answer, whose cost is `saved`."""
    saved: Nanodollars = ZERO
    repeated: bool = False
    """Whether it is an earlier run's answer to the same request."""
    input_tokens: int = 0
    output_tokens: int = 0
    first_ms: float | None = None
    total_ms: float | None = None
    label: str = ""
    exchange: str = ""
    """The request's id in the ledger."""
    error: str = ""
    code: str = ""
    """The short word of a refusal or a failure; see `freehold.core.errors`."""
    scores: dict[str, Scored] = {}

    @property
    def spent(self) -> Nanodollars:
        """What the answer costs whoever asks for it, whether or not this run paid."""
        return Nanodollars(self.cost + self.saved)


RunState = Literal["waiting", "running", "done", "partial", "stopped", "failed"]
"""``partial``: it ended before every example was asked, and what it has is kept; `Run.note` says why."""


class Settings(msgspec.Struct, frozen=True):
    """How a run asks."""

    scorers: tuple[str, ...] = ()
    """As `freehold.evaluate.scorers` reads them: ``exact``, ``numeric:0.01``, ``judge:NAME``."""
    parallel: int = 4
    """How many examples are asked at once; a target's own limits hold besides."""
    budget: Nanodollars | None = None
    """Beyond which no further example is asked."""
    fresh: bool = False
    """Ask again though an answer to the same request by the same revision is kept."""
    limit: int | None = None
    """Ask only this many, drawn by `seed`."""
    seed: int = 0
    logprobs: bool = True
    """Ask for token probabilities of targets that give them: the evidence that a promise is made from."""


class Run(msgspec.Struct, frozen=True):
    """One subject asked for one dataset."""

    id: str
    dataset: str
    subject: str
    state: RunState
    key: str
    """Of whoever began it, as whom it asks."""
    created_ns: int
    settings: Settings = Settings()
    ended_ns: int | None = None
    spent: Nanodollars = ZERO
    note: str = ""
    revision: str = ""
    """The policy revision it was asked under, by the last that was asked."""
    anew: int = 0
    """Answers that it asked for a second time, since its subject stands for something else than when it had them."""

    @property
    def brought(self) -> bool:
        """Whether its results were made elsewhere: they can be compared, and nothing here is decided by them."""
        return not self.key


class Asked(msgspec.Struct, frozen=True):
    """What came of asking once."""

    state: State
    answer: Answer | None = None
    attempts: tuple[Attempt, ...] = ()
    target: str = ""
    owned: bool = False
    label: str = ""
    exchange: str = ""
    cost: Nanodollars = ZERO
    total_ms: float = 0.0
    error: str = ""
    code: str = ""
    """The short word of a refusal or a failure, such as ``budget_spent``; see `freehold.core.errors`."""
    retry_after: float | None = None
    """Seconds after which to ask again, where that is known."""

    @property
    def text(self) -> str:
        """Of the first choice; empty where there is none."""
        return self.answer.choices[0].text if self.answer is not None and self.answer.choices else ""
