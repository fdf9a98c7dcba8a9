"""A route under a promise: the promise's voices are asked, and their evidence decides together whether one is kept.

Everything that a promise does not cover falls to its safe side, which is to ask the stronger target: a voice that fails
or may not be asked, a request for several answers, a promise that is suspended. Where the label bars every stronger one
there is nothing to choose, and the last voice answers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from freehold.catalog.promises import Keeping, Promise
from freehold.core.errors import Fault
from freehold.core.event import Answer
from freehold.core.exchange import Permit
from freehold.core.flow import FIRST, Flow, Outcome, Try
from freehold.core.request import Request
from freehold.core.target import Target
from freehold.policy.keeping import judge, weighs_forecast

Forecast = Callable[[], float | None]
"""What the router before generation expects, once it is known; `None` where nobody forecasts."""


def unforeseen() -> float | None:
    """The forecast where nobody forecasts."""
    return None


def promised(promise: Promise, permit: Permit, request: Request, forecast: Forecast = unforeseen) -> Flow:
    """The flow of a route with a promise; `permit` allows at least one of its targets."""
    if promise.state == "suspended":
        return _in_order(_first((promise.stronger,), permit), f"promise {promise.id} is suspended: {promise.why}")
    if promise.kind == "single":
        return _in_order(_first((promise.single, promise.stronger), permit), _why_single(promise, permit))
    keeping = promise.keeping
    if keeping is None:
        raise AssertionError("only a promise of a single target has no rule to keep by")
    further = _further(promise, keeping, permit)
    voices = _permitted(keeping.voices, permit)
    if not further:
        return _in_order(tuple(reversed(voices)), voided(promise, permit))
    if len(voices) < len(keeping.voices):
        missing = ", ".join(name for name in keeping.voices if name not in {voice.name for voice in voices})
        return _in_order((*further, *reversed(voices)), f"promise {promise.id} needs {missing}, which may not be asked")
    if request.sampling.n > 1:
        # Voices are compared by their first choices, and by one each it was calibrated.
        why = f"promise {promise.id} is of one answer, and {request.sampling.n} are asked for"
        return _in_order((*further, *reversed(voices)), why)
    return _kept_or_escalated(promise, keeping, voices, further, request, forecast)


def _kept_or_escalated(
    promise: Promise,
    keeping: Keeping,
    voices: Sequence[Target],
    further: Sequence[Target],
    request: Request,
    forecast: Forecast,
) -> Flow:
    """Ask every voice, hold what it answers, and keep the last one's answer or go on to the stronger targets."""
    if at_once := _at_once(promise, keeping, forecast):
        return (yield from _in_order((*further, *reversed(voices)), at_once))
    held: dict[str, Outcome] = {}
    why = FIRST
    for voice in voices:
        outcome = yield Try((voice,), held=True, logprobs=voice.profile.logprobs, why=why)
        if outcome.failure is not None:
            if outcome.failure.fault is Fault.CANCELLED:
                return None
            why = f"fallback: {voice.name} failed ({outcome.failure.fault})"
            break
        held[voice.name] = outcome
        why = f"promise {promise.id} hears {len(voices)} voices"
    else:
        answers = {name: outcome.answer or Answer() for name, outcome in held.items()}
        score = judge(request, keeping, answers, promise.id, forecast())
        last = held[voices[-1].name]
        last.attempt.score = score
        if score.kept:
            last.note = f"{voices[-1].name} answered: {'; '.join(score.reasons)}"
            return last
        why = f"escalated: {voices[-1].name}: {'; '.join(score.reasons)}"
    failed: list[str] = []
    for target in further:
        outcome = yield Try((target,), why=why)
        if outcome.failure is None:
            return outcome
        if outcome.failure.fault is Fault.CANCELLED:
            return None
        failed.append(f"{target.name} failed ({outcome.failure.fault})")
        why = f"fallback: {failed[-1]}"
    return _left(promise, list(held.values()), failed)


def _at_once(promise: Promise, keeping: Keeping, forecast: Forecast) -> str:
    """Why no voice is asked: nothing would be kept, or hardly anything; empty where they are."""
    if keeping.keeps_nothing:
        return f"nothing can be kept safely (promise {promise.id})"
    expected = forecast()
    if expected is None:
        return f"forecast is not known (promise {promise.id})" if weighs_forecast(keeping) else ""
    if expected < keeping.floor:
        return f"forecast {expected:.4g} is below {keeping.floor:.4g} (promise {promise.id})"
    return ""


def _left(promise: Promise, held: Sequence[Outcome], failed: Sequence[str]) -> Outcome | None:
    """The best voice's answer where no stronger target gave any."""
    if not held:
        return None
    best = held[-1]
    best.note = (
        f"{best.attempt.target} gave the best answer to be had, "
        f"of which promise {promise.id} does not hold: {'; '.join(failed)}"
    )
    return best


def _in_order(targets: Sequence[Target], why: str) -> Flow:
    for target in targets:
        outcome = yield Try((target,), why=why)
        if outcome.failure is None:
            return outcome
        if outcome.failure.fault is Fault.CANCELLED:
            return None
        why = f"fallback: {target.name} failed ({outcome.failure.fault})"
    return None


def _permitted(names: Sequence[str], permit: Permit) -> tuple[Target, ...]:
    allowed = {target.name: target for target in permit.targets}
    return tuple(allowed[name] for name in names if name in allowed)


def _first(names: Sequence[str], permit: Permit) -> tuple[Target, ...]:
    """The permitted targets, these before the others, and those from the strongest down."""
    chosen = _permitted(names, permit)
    return (*chosen, *(target for target in reversed(permit.targets) if target not in chosen))


def _further(promise: Promise, keeping: Keeping, permit: Permit) -> tuple[Target, ...]:
    """Whom to ask where nothing is kept: the stronger target, then what else is no voice."""
    voices = set(keeping.voices)
    return tuple(target for target in _first((promise.stronger,), permit) if target.name not in voices)


def voided(promise: Promise, permit: Permit) -> str:
    """Why the promise does not hold under this permit; empty where it does.

    One of voices does not where nothing but those may be asked; one of a single target, where neither that nor the
    stronger one may be.
    """
    if promise.state != "active":
        return ""
    if promise.keeping is None:
        return "" if _permitted((promise.single, promise.stronger), permit) else _void(promise, promise.single, permit)
    return "" if _further(promise, promise.keeping, permit) else _void(promise, promise.stronger, permit)


def _void(promise: Promise, missing: str, permit: Permit) -> str:
    barred = next((refusal for refusal in permit.refusals if refusal.target == missing), None)
    because = f": {barred.rule}, {barred.reason}" if barred is not None else ""
    return f"promise {promise.id} does not hold: {missing} may not be asked{because}"


def _why_single(promise: Promise, permit: Permit) -> str:
    """Why the first target is asked, where one alone was found to be enough."""
    if _permitted((promise.single,), permit):
        return f"promise {promise.id}: it alone is enough"
    return voided(promise, permit) or f"promise {promise.id} needs {promise.single}, which may not be asked"
