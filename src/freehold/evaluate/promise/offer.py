"""From outcomes to the row of a promise, and to sentences that say plainly what it promises, on what."""

from __future__ import annotations

import hashlib

import msgspec

from freehold.catalog.promises import Keeping, Promise, Screen, surely
from freehold.evaluate.promise.bounds import most_harms
from freehold.evaluate.promise.choose import Aim, Choice, choose
from freehold.evaluate.promise.floor import floored, lost
from freehold.evaluate.promise.mirror import least_harm
from freehold.evaluate.promise.single import Alone, alone, cheapest
from freehold.evaluate.promise.table import Outcomes
from freehold.evaluate.statistics.proportion import exact_upper

ASSUMPTIONS = (
    "Requests to come are like the questions it was calibrated on: as if drawn one by one from the same source.",
    "The scorer is right about which answers are right.",
    "Models, prompts, temperature and what grounds the answers stay as they were.",
    "The harm is an average over requests: it may be more for some kinds of them and less for others.",
    "Requests may go to the stronger target: where a label bars it, an owned target answers, and nothing is promised.",
    "It is the first calibration on these questions: the best of several is chosen by luck as well, uncorrected here.",
)


_FORECAST = "The router's forecasts come in time as a rule: where one that is weighed does not, nothing is kept."


_JUDGED = "The judge {} is right each time: it is certified, but its own errors are not in the bound."


class About(msgspec.Struct, frozen=True):
    """What a calibration was made on."""

    route: str
    data: str
    """The dataset's id."""
    scorer: str
    made: str
    """The day, ISO."""
    models: dict[str, str] = {}
    """The model behind each target."""
    providers: dict[str, str] = {}
    """The provider of each target."""
    slices: tuple[str, ...] = ()
    """Slices that were weighed."""
    router: str = ""
    """The id of the router whose forecasts could be weighed."""
    right_at: float | None = None
    """The least score of a right answer, where somebody had to say."""
    left_out: dict[str, int] = {}
    """Questions that could not be judged, by the reason in words."""
    unfinished: str = ""
    """Which runs ended before every question was asked, and why."""


class Offer(msgspec.Struct, frozen=True):
    """A promise that could be put in force, beside what each target alone would do."""

    promise: Promise
    alone: tuple[Alone, ...]
    sentences: tuple[str, ...]
    """What it says, for people."""


def offer(outcomes: Outcomes, about: About, aim: Aim, share: float | None = None) -> Offer:
    """The promise of at most `aim.harm`; with `share`, of the least harm at that share of escalations.

    Raises:
        BadRequest: there are too few questions.
    """
    if share is not None:
        choice = least_harm(outcomes, share, aim.confidence)
        budget = msgspec.structs.replace(
            _promise(choice, about, aim), kind="budget", harm=None, horizon=0, budget=share
        )
        promise, found = named(budget), alone(choice.counted, aim, choice.harms)
        beside = (*_taught(outcomes.size - promise.size), *_not_weighed(promise, about))
        return Offer(promise, found, (*_least(promise, about), *beside, *_compared(promise, found)))
    without = choose(outcomes, aim)
    choice = floored(without)
    promise, found = _promise(choice, about, aim), alone(choice.counted, aim)
    best = cheapest(found)
    if best.target != outcomes.stronger and best.cost <= promise.cost:
        promise = _single(promise, best, about, _bound_of_one(choice.counted, best, aim))
    promise = named(promise)
    more = _more(promise.size, aim)
    at_once = _at_once(promise, choice, lost(choice, without))
    beside = (*_taught(outcomes.size - promise.size), *at_once, *_not_weighed(promise, about))
    return Offer(promise, found, (*_promised(promise, about, aim), *beside, *_compared(promise, found), more))


def named(promise: Promise) -> Promise:
    """The promise with its id: ``pr_`` and 12 hex digits of what it says."""
    content = msgspec.json.encode(msgspec.structs.replace(promise, id="", state="active", why=""))
    return msgspec.structs.replace(promise, id=f"pr_{hashlib.sha256(content).hexdigest()[:12]}")


def _promise(choice: Choice, about: About, aim: Aim) -> Promise:
    outcomes = choice.counted
    return Promise(
        id="",
        route=about.route,
        made=about.made,
        kind="harm",
        stronger=outcomes.stronger,
        keeping=choice.keeping,
        harm=aim.harm,
        confidence=aim.confidence,
        horizon=aim.horizon,
        size=outcomes.size,
        data=about.data,
        scorer=about.scorer,
        observed=choice.observed,
        bound=choice.bound,
        escalated=choice.escalated,
        cost=choice.cost,
        stronger_cost=float(outcomes.costs[outcomes.stronger].mean()),
        models=about.models,
        providers=about.providers,
        router=about.router if "forecast" in _weighed(choice.keeping) else "",
        assumptions=_assumed(about, choice.keeping),
    )


def _assumed(about: About, keeping: Keeping | None) -> tuple[str, ...]:
    return (
        *ASSUMPTIONS,
        *([] if about.right_at is None else [f"An answer is right from {about.right_at:g} of {about.scorer} on."]),
        *((_JUDGED.format(about.scorer),) if about.scorer.startswith("judge:") else ()),
        *((_FORECAST,) if "forecast" in _weighed(keeping) else ()),
        *(
            f"Requests name their {key!r} as metadata, as the questions do."
            for key in about.slices
            if f"slice:{key}" in _weighed(keeping)
        ),
    )


def _weighed(keeping: Keeping | None) -> set[str]:
    """What a rule goes by: the names of its terms, of a slice without its value."""
    if keeping is None:
        return set()
    rules: tuple[Keeping | Screen, ...] = (keeping, *keeping.screens)
    names = {term.name.partition("=")[0] for rule in rules for term in rule.terms if term.weight}
    return names | {"forecast"} if keeping.floor > 0 else names


def _bound_of_one(outcomes: Outcomes, best: Alone, aim: Aim) -> float:
    """The bound of the cheapest; of several, that of all the harms that may stay, which holds for every one of them."""
    if len(outcomes.voices) == 1:
        return best.bound
    return exact_upper(most_harms(outcomes.size, aim.harm, aim.confidence, aim.horizon), outcomes.size, aim.confidence)


def _single(promise: Promise, best: Alone, about: About, bound: float) -> Promise:
    return msgspec.structs.replace(
        promise,
        kind="single",
        keeping=None,
        single=best.target,
        observed=best.harm,
        bound=bound,
        escalated=0.0,
        router="",
        cost=best.cost,
        assumptions=_assumed(about, None),
    )


def _promised(promise: Promise, about: About, aim: Aim) -> tuple[str, ...]:
    if promise.single:
        who = f"{promise.single} alone answers"
    elif promise.escalated < 1:
        who = f"{_last(promise)} is kept where its chance allows"
    else:
        who = f"no answer of {_last(promise)} could be kept safely, and {promise.stronger} answers"
    until = f", and so for the next {aim.horizon:,} requests by count" if aim.horizon else ""
    text = (
        f"Route {promise.route}: {who}. In at most {aim.harm:.2%} of requests an answer is kept that is wrong and that"
        f" {promise.stronger} would have got right; with {surely(aim.confidence)} confidence{until}."
    )
    return (text, _counted(promise, about))


def _at_once(promise: Promise, choice: Choice, lost_answers: int) -> tuple[str, ...]:
    if promise.keeping is None or choice.at_once is None:
        return ()
    share, floor = float(choice.at_once.mean()), promise.keeping.floor
    what = f"Where the router's chance is below {floor:.4g}, {promise.stronger} is asked at once: {share:.1%}"
    return (f"{what} of the questions, {lost_answers} of which would have been kept and right.",)


def _least(promise: Promise, about: About) -> tuple[str, ...]:
    share = f"{promise.budget or 0:.1%} of requests escalated to {promise.stronger}"
    return (f"Route {promise.route}: the least harm at {share}.", _counted(promise, about))


def _taught(questions: int) -> tuple[str, ...]:
    return (f"{questions:,} others taught which answers to keep, and do not count in the bound.",) if questions else ()


def _not_weighed(promise: Promise, about: About) -> tuple[str, ...]:
    if promise.keeping is None:
        return ()
    idle = [repr(key) for key in about.slices if f"slice:{key}" not in _weighed(promise.keeping)]
    return (f"Not weighed, as too little was learned of it here: {', '.join(idle)}.",) if idle else ()


def _counted(promise: Promise, about: About) -> str:
    reasons = ", ".join(f"{count:,} {why}" for why, count in about.left_out.items())
    left_out = f" Left out: {reasons}." if reasons else ""
    if about.unfinished:
        left_out += f" Not every question was asked: {about.unfinished}."
    return (
        f"On {promise.size:,} questions of {promise.data}, scored by {promise.scorer}: harm {promise.observed:.2%}"
        f" (at most {promise.bound:.2%} with {surely(promise.confidence)} confidence),"
        f" {promise.escalated:.1%} escalated.{left_out}"
    )


def _compared(promise: Promise, found: tuple[Alone, ...]) -> tuple[str, ...]:
    saved = promise.stronger_cost - promise.cost
    more_or_less = "less" if saved >= 0 else "more"
    cost = (
        f"1,000 requests cost {_thousand(promise.cost)}, {_thousand(abs(saved))} {more_or_less} than with"
        f" {promise.stronger} alone ({_thousand(promise.stronger_cost)})."
    )
    if promise.single:
        return (cost, f"No cascade is needed: {promise.single} is the cheapest target that keeps the promise alone.")
    best = cheapest(found)
    does = "does no more harm" if promise.kind == "budget" else "keeps the promise"
    if best.cost <= promise.cost:
        return (cost, f"{best.target} alone {does} for {_thousand(best.cost)}: the cascade saves no money.")
    return (cost, f"No single target {does} for less; the cheapest that does is {best.target}.")


def _thousand(cost: float) -> str:
    return f"{1000 * cost:.4g} USD"


def _more(size: int, aim: Aim) -> str:
    now, then = (most_harms(each, aim.harm, aim.confidence, aim.horizon) for each in (size, 2 * size))
    return (
        f"Of {size:,} questions {now} may be harmed ({now / size:.2%}); of {2 * size:,} it would be {then}"
        f" ({then / (2 * size):.2%}), so that more answers could be kept."
    )


def _last(promise: Promise) -> str:
    return promise.keeping.voices[-1] if promise.keeping is not None else promise.single
