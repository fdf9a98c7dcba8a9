"""A comparison: everything that a table, a page, a rule or a program reads of it, as plain values.

Its JSON is the output's format, and docs/reference/evaluation-json.md its page. Money is in US dollars, times are in
milliseconds. A figure without an end has `None` there, in whatever form.
"""

from __future__ import annotations

import math
from typing import Literal

import msgspec

from freehold.evaluate.statistics.interval import CONFIDENCE, Interval
from freehold.evaluate.statistics.methods import Method

FORMAT = "freehold-comparison/1"
"""The number grows when a field changes what it means or goes; new fields do not change it."""


class Figure(msgspec.Struct, frozen=True):
    """A value with its interval; an end that is `None` is not bounded by so few examples.

    `method` is empty where nothing was estimated: what has no price costs nothing.
    """

    value: float
    low: float | None
    high: float | None
    method: str
    size: int


def figure(interval: Interval) -> Figure | None:
    """An interval as it is written down; `None` where nothing was seen."""
    if math.isnan(interval.value):
        return None
    low, high = (end if math.isfinite(end) else None for end in (interval.low, interval.high))
    return Figure(interval.value, low, high, interval.method, interval.size)


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """What one scorer says of one subject."""

    scorer: str
    gates: bool
    """Whether it may decide anything: not a judge that is not certified."""
    quality: Figure | None
    """The mean over the answers that it could tell of; its interval holds for one look."""
    always: Figure | None
    """The same with an interval that holds at every look together."""
    untold: int = 0
    """Answers that it could not tell of, or does not apply to."""


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """One run, summed up."""

    name: str
    letter: str
    """``A`` for the first, by which a rule may call it."""
    run: str
    state: str
    note: str = ""
    asked: int
    """Examples that something was asked for; what else there is was skipped."""
    skipped: int
    answered: int
    refusals: Figure | None
    """The share of what was asked that policy, budget or label refused."""
    failures: Figure | None
    """The share of what was asked that no target answered."""
    escalations: Figure | None
    """The share of the answers that an owned target did not get to keep."""
    targets: dict[str, int] = {}
    """How many answers each target gave."""
    scores: tuple[Score, ...] = ()
    cost: Figure | None = None
    """Of one answer, as whoever asks for it pays, whether or not this run did."""
    paid: float = 0.0
    """By this run."""
    worth: float = 0.0
    """Had every answer been asked for anew."""
    reused: int = 0
    """Answers that were taken from an earlier run."""
    p50_ms: Figure | None = None
    p95_ms: Figure | None = None
    first_ms: Figure | None = None
    """Median of the times to the first token."""
    input_tokens: float = 0.0
    """Mean of an answer."""
    output_tokens: float = 0.0


Told = Literal["better", "worse", "not told apart"]


def _told(delta: Figure | None, corrected: float) -> Told:
    if delta is None or corrected > 1 - CONFIDENCE:
        return "not told apart"
    return "better" if delta.value > 0 else "worse"


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """How much better one scorer finds the other subject than the first, on the examples that both answered."""

    scorer: str
    gates: bool
    delta: Figure | None
    """The mean of other - first; its interval holds for one look."""
    always: Figure | None
    """The same with an interval that holds at every look together."""
    p: float
    """Of the hypothesis that the two are alike, at one look."""
    corrected: float
    """The same with Holm's correction for all differences of this comparison that may decide."""
    always_corrected: float
    """The p-value that holds at every look, with the same correction."""
    won: int
    lost: int
    tied: int
    needed: int | None
    """Examples that a difference of five points would need to be seen, as often as the two differ here."""

    @property
    def told(self) -> Told:
        """What one look says, after the correction."""
        return _told(self.delta, self.corrected)

    @property
    def always_told(self) -> Told:
        """What any look says, after the correction."""
        return _told(self.delta, self.always_corrected)


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """The first subject and another one, on the same examples."""

    first: str
    other: str
    both: int
    """Examples that both answered."""
    only_first: int
    """Examples that only the first answered."""
    only_other: int
    """Examples that only the other answered."""
    scores: tuple[Difference, ...]
    cost: Figure | None
    """How many times as much the other costs; `None` where the first costs nothing."""
    time: Figure | None
    """How many times as long its whole answers take, in the mean."""


class Slice(msgspec.Struct, frozen=True, kw_only=True):
    """One part of the examples, by what the dataset says of them."""

    key: str
    """What the dataset slices by: ``task``."""
    value: str
    """Which of its values: ``triage``."""
    scorer: str
    gates: bool
    first: str
    other: str
    size: int
    first_quality: Figure | None
    other_quality: Figure | None
    delta: Figure | None
    p: float
    corrected: float
    """With Benjamini and Hochberg's correction for all slices shown."""


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """An example on which two subjects were not worth the same. Long texts are cut, and say so."""

    example: str
    place: int
    scorer: str
    first: str
    other: str
    input: str
    expected: str
    first_answer: str
    other_answer: str
    first_score: float
    other_score: float
    first_reason: str = ""
    other_reason: str = ""


class Scorecard(msgspec.Struct, frozen=True, kw_only=True):
    """One row for whoever chooses by cost at equal quality: the planner, a spreadsheet."""

    subject: str
    dataset: str
    dataset_name: str
    scorer: str
    gates: bool
    partial: bool
    quality: float
    low: float
    high: float
    size: int
    cost_usd: float
    """Mean of an answer."""
    input_tokens: float
    output_tokens: float
    p95_ms: float | None
    taken: str
    """The day the run began, ISO."""


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Subjects side by side on one dataset."""

    format: str = FORMAT
    dataset: str
    dataset_name: str
    dataset_size: int
    taken: str
    """The day of the latest run, ISO."""
    confidence: float = CONFIDENCE
    partial: bool
    """Whether any run ended before every example was asked."""
    subjects: tuple[Subject, ...]
    pairs: tuple[Pair, ...] = ()
    slices: tuple[Slice, ...] = ()
    small_slices: tuple[str, ...] = ()
    """Parts with too few examples to say anything of, with how many they have."""
    cases: tuple[Case, ...] = ()
    notes: tuple[str, ...] = ()
    """What a reader has to know before anything else, in sentences."""
    methods: dict[str, Method] = {}
    """Of every figure here, by `Figure.method`."""
    scorecards: tuple[Scorecard, ...] = ()
