"""The words of judging: a judge, what it said once, gold to hold it to, and its certificate."""

from __future__ import annotations

import hashlib
import re
from typing import Literal

import msgspec

from freehold.core.errors import BadRequest
from freehold.core.money import ZERO, Nanodollars
from freehold.core.request import Message
from freehold.evaluate.statistics.interval import Interval

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
"""What the name of a judge looks like, whole."""
LONGEST_RUBRIC = 20_000
_WIDEST_SCALE = 100


class Judge(msgspec.Struct, frozen=True):
    """A model with the words by which it judges. Frozen: another rubric, scale or model is another judge.

    ``rubric``: it gives one answer a whole number on `scale`. ``pairwise``: it says which of two answers is better,
    asked in both orders.
    """

    name: str
    kind: Literal["rubric", "pairwise"]
    model: str
    """The route or target that is asked, as clients name it."""
    rubric: str
    scale: tuple[int, int] = (1, 5)
    """The worst and the best; of no meaning for ``pairwise``."""

    @property
    def id(self) -> str:
        """``jd_`` and 32 hex digits of the SHA-256 of all that makes it, its name apart."""
        content = msgspec.json.encode((self.kind, self.model, self.rubric, self.scale))
        return "jd_" + hashlib.sha256(content).hexdigest()[:32]


def checked(judge: Judge) -> Judge:
    """The judge, if it can be one; raises `BadRequest`."""
    if not NAME.fullmatch(judge.name):
        raise BadRequest("a judge's name is a-z, 0-9, '.', '_' and '-', at most 64", param="name")
    if not judge.rubric.strip() or len(judge.rubric) > LONGEST_RUBRIC:
        raise BadRequest(f"a rubric is text of at most {LONGEST_RUBRIC} characters", param="rubric")
    if not judge.model.strip():
        raise BadRequest("a judge needs the name of a route or target to ask", param="model")
    low, high = judge.scale
    if not (0 <= low < high and high - low <= _WIDEST_SCALE):
        raise BadRequest(
            f"a scale goes up from 0 or more, over at most {_WIDEST_SCALE} steps, as in 1-5", param="scale"
        )
    return judge


class Preferred(msgspec.Struct, frozen=True):
    """Which of two answers a judge takes for better, after it was asked in both orders.

    `value`: 1 the left, 0 the right, 0.5 neither, which is also what two orders that disagree come to; `None`: it could
    not be told.
    """

    value: float | None
    reason: str = ""
    cost: Nanodollars = ZERO
    orders: tuple[float | None, float | None] = (None, None)
    """The same for each order, with left shown first and with right shown first; `None`: off format, or no answer."""

    @property
    def detail(self) -> dict[str, float]:
        """Whether the two orders said the same, where both said something."""
        first, second = self.orders
        return {} if first is None or second is None else {"agreed": float(first == second)}


class Pair(msgspec.Struct, frozen=True, tag="pair"):
    """Two answers of which people know the better: `better` is 1 or 2."""

    question: tuple[Message, ...]
    first: str
    second: str
    better: Literal[1, 2]


class Point(msgspec.Struct, frozen=True, tag="point"):
    """An answer that people know to be good or not."""

    question: tuple[Message, ...]
    answer: str
    good: bool
    reference: str = ""


Gold = Pair | Point


class Heard(msgspec.Struct, frozen=True):
    """What a judge said of one piece of gold.

    Of a pair: how much it takes the first answer for the better (1, 0.5, 0), in its order and swapped. Of a point: its
    value, from 0 to 1, once. `None`: off format after its retries.
    """

    said: tuple[float | None, ...]
    cost: Nanodollars = ZERO


class Thresholds(msgspec.Struct, frozen=True):
    """What a judge has to reach, each with the bound of an interval, so that luck with few examples is not enough.

    Bounds hold with `confidence` each, on their own side. A bias has to lie within its limit on both sides: two
    one-sided tests (Schuirmann 1987, J. Pharmacokinetics and Biopharmaceutics 15).
    """

    agreement: float = 0.70
    """With gold: the lower bound of the share of judgements that are right; a tie counts half, off format nothing."""
    kappa: float = 0.40
    """Beyond chance: the lower bound of Cohen's kappa; from 0.4 on, Landis and Koch (1977) call it moderate."""
    same: float = 0.60
    """With itself: the lower bound of the share of pairs that get the same verdict in both orders."""
    position: float = 0.20
    """How much more often both orders get the answer shown first than the one shown second, at most."""
    length: float = 0.25
    """How much more often it is wrong where the shorter answer is right than where the longer one is, at most."""
    off_format: float = 0.10
    """The upper bound of the share of examples with an answer that cannot be read."""
    confidence: float = 0.95


class Measure(msgspec.Struct, frozen=True):
    """One figure of a certification with its interval, and whether it is as it has to be."""

    name: str
    interval: Interval
    passed: bool
    wanted: str
    """In words: ``at least 0.70``."""


class Certificate(msgspec.Struct, frozen=True):
    """What a judge was measured to be, on what, and as which model."""

    judge: str
    """The judge's id: its kind, model, rubric and scale."""
    passed: bool
    made: str
    """The day, ISO."""
    data: str
    """``gold_`` and the hash of what it was held to."""
    size: int
    measures: tuple[Measure, ...]
    standing: str = ""
    """What its route or target stood for: where that has changed, the certificate holds no more."""
    revision: str = ""
    """The policy revision."""
    answered_as: tuple[str, ...] = ()
    """What the models that answered call themselves."""
    thresholds: Thresholds = Thresholds()
    why: str = ""
    """Why it did not pass."""
    cost: Nanodollars = ZERO


CertificationState = Literal["waiting", "running", "done", "stopped", "failed"]


class Certification(msgspec.Struct, frozen=True):
    """A certification on its way, so that it goes on where it was when the process ends in the middle."""

    id: str
    judge: Judge
    key: str
    """As which key the judge is asked."""
    state: CertificationState
    created_ns: int
    gold: tuple[Gold, ...] = ()
    thresholds: Thresholds = Thresholds()
    heard: tuple[Heard | None, ...] = ()
    """By place of the gold; `None`, or missing: not yet."""
    certificate: Certificate | None = None
    note: str = ""
    standing: str = ""
    """What the judge's model stood for while this was heard."""
    answered_as: tuple[str, ...] = ()
    """What the models that answered so far call themselves."""
    label: str = ""
    """Of the gold: under which the judge is asked, beside what the key brings; empty: that alone."""


class KeptJudge(msgspec.Struct, frozen=True):
    """A judge as it is kept, with the newest certificate that it was given, passed or not."""

    judge: Judge
    created_ns: int
    certificate: Certificate | None = None
