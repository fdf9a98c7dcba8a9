"""Promises: calibrated rules by which a route keeps an owned answer, and changes of routes that evidence has allowed.

Rows of the catalog that evaluation writes and policy reads; each says what it rests on.
"""

from __future__ import annotations

from typing import Literal

import msgspec


class Term(msgspec.Struct, frozen=True):
    """One measure in the chance that an owned answer may be kept.

    `name` is one of `freehold.policy.keeping.measures`: of one voice (``confidence:TARGET``, ``least:TARGET``), of how
    far another agrees with the answer to keep (``support:TARGET``, ``likeness:TARGET``), or of the request (``prompt``,
    ``json``, ``tools``, ``slice:KEY=VALUE``; ``forecast``, what the router before generation expects).
    """

    name: str
    weight: float
    mean: float = 0.0
    """Taken off the measure before it is weighed, and put in its place where it is not known."""
    scale: float = 1.0
    """What it is then divided by."""
    logit: bool = False
    """The measure is a probability, and its log odds are weighed."""


class Screen(msgspec.Struct, frozen=True):
    """The logistic function of a weighted sum, and the least at which an answer passes."""

    terms: tuple[Term, ...]
    intercept: float
    threshold: float


class Keeping(msgspec.Struct, frozen=True):
    """How an owned answer is judged: the logistic function of a weighted sum, and the least at which it is kept."""

    voices: tuple[str, ...]
    """The owned targets that are asked, in order; the last one's answer is the one to keep."""
    terms: tuple[Term, ...]
    intercept: float
    threshold: float
    """The least chance with which it is kept, from 0 to 1; above 1: never. Raising it is always the safe side."""
    floor: float = 0.0
    """The forecast below which no voice is asked, and the stronger target answers at once: always the safe side."""
    screens: tuple[Screen, ...] = ()
    """What an answer must pass before: the coarser rules that the calibration had cut by until then."""

    @property
    def keeps_nothing(self) -> bool:
        """Whether no answer can pass, so that asking the voices would be in vain."""
        return self.threshold > 1 or any(screen.threshold > 1 for screen in self.screens)


PromiseState = Literal["active", "suspended", "replaced", "withdrawn"]
"""``suspended``: an alarm was raised; until it is calibrated anew, the route keeps only what the safe side allows."""


class Promise(msgspec.Struct, frozen=True):
    """What a route was calibrated to, on what, and under which assumptions."""

    id: str
    route: str
    made: str
    """The day, ISO."""
    kind: Literal["harm", "budget", "single"]
    """``harm``: at most `harm` with `confidence`; ``budget``: the least harm at a share of escalations of at most
    `budget`; ``single``: one target alone is enough, the cheapest such."""
    stronger: str
    """The target that is asked where no owned answer is kept."""
    keeping: Keeping | None
    """`None` for ``single``, whose answerer is `single`."""
    single: str = ""
    harm: float | None = None
    """The most, as a share of all requests, that are kept, wrong, and would have been right with `stronger`."""
    confidence: float | None = None
    budget: float | None = None
    horizon: int = 0
    """The number of requests, as the next ones come, for which `harm` holds with `confidence` as a count, too."""
    size: int = 0
    """Questions it was chosen on."""
    data: str = ""
    """The id of the dataset: the hash of its content."""
    scorer: str = ""
    observed: float = 0.0
    """The harm on those questions."""
    bound: float = 1.0
    """The upper bound of the harm at `confidence`."""
    escalated: float = 0.0
    """The share of those questions that went to `stronger`."""
    router: str = ""
    """The id of the router whose forecast is among the terms; empty where none is."""
    cost: float = 0.0
    """Of one request on those questions as it was calibrated, in US dollars."""
    stronger_cost: float = 0.0
    """Of one answered by `stronger` alone."""
    models: dict[str, str] = {}
    """The model behind each of the targets named here: it was calibrated with these, and holds for no other."""
    providers: dict[str, str] = {}
    """Likewise who served each, as another may serve the same model at another precision."""
    assumptions: tuple[str, ...] = ()
    """In words."""
    state: PromiseState = "active"
    why: str = ""
    """Why it is not active."""


class Change(msgspec.Struct, frozen=True):
    """A route as evidence changed it: in place of what the configuration says, until it is taken back."""

    id: str
    route: str
    targets: tuple[str, ...]
    flow: Literal["fixed", "fallback", "cascade", "race", "split"]
    weights: tuple[float, ...] = ()
    why: str = ""


class Standing(msgspec.Struct, frozen=True):
    """All that evaluation has put in force, by the name of the route."""

    promises: dict[str, Promise] = {}
    changes: dict[str, Change] = {}


NOTHING = Standing()


def surely(confidence: float | None) -> str:
    """A confidence as people write it, never rounded up to certainty.

    >>> surely(0.9), surely(0.999)
    ('90%', '99.9%')
    """
    return f"{100 * (confidence or 0):.6g}%"


def said(promise: Promise) -> str:
    """What a promise comes to, in one sentence, for people.

    >>> said(Promise("pr_1", "auto", "2026-11-22", "single", "cloud", None, "home", data="ds_1", size=500))
    'home alone is enough (promise pr_1 of 2026-11-22, 500 questions of ds_1)'
    """
    if promise.kind == "single":
        what = f"{promise.single} alone is enough"
    elif promise.keeping is None or promise.keeping.keeps_nothing:
        what = f"nothing is kept, and {promise.stronger} answers"
    else:
        what = f"{promise.keeping.voices[-1]} is kept at a chance of at least {promise.keeping.threshold:.4g}"
    terms = {
        "harm": f", so that harm is at most {promise.harm or 0:.2%} with {surely(promise.confidence)} confidence",
        "budget": f", so that {promise.budget or 0:.1%} are escalated",
        "single": "",
    }[promise.kind]
    rests = f"promise {promise.id} of {promise.made}, {promise.size} questions of {promise.data}"
    state = f"; {promise.state}: {promise.why}" if promise.state != "active" else ""
    return f"{what}{terms} ({rests}{state})"


def foreseen(promise: Promise) -> str | None:
    """Which router is asked before anything is generated, and what follows, for people; `None` where none is."""
    if not promise.router or promise.state != "active" or promise.keeping is None:
        return None
    floor = promise.keeping.floor
    at_once = f"; below {floor:.4g}, {promise.stronger} is asked at once" if floor > 0 else ""
    return f"router {promise.router} is asked before anything is generated, and its chance weighed{at_once}"
