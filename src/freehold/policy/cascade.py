"""The cascade: the owned model answers first, and a stronger one is asked only where its answer will not do.

After Chen, Zaharia and Zou, "FrugalGPT" (arXiv:2305.05176, 2023), with our own judgement in place of a trained scorer.
Each answer is held until it has been judged. The last target that may be asked is not held, as nothing could follow it,
unless the label alone keeps the data from a stronger one: then its answer is compared with the others', and the
record says what the label prevented.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence

import msgspec

from freehold.core.errors import Fault
from freehold.core.event import Answer
from freehold.core.exchange import Permit
from freehold.core.flow import FIRST, Flow, Outcome, Try
from freehold.core.record import Score
from freehold.core.request import Request, Sampling
from freehold.core.target import Target
from freehold.policy.judge import Accept, judge, judge_samples
from freehold.policy.rules import Route

_SAMPLE_TEMPERATURE = 0.7
"""For further samples of a request that asks for greedy decoding, which would only repeat itself (Wang et al. 2022)."""


def cascade(route: Route, permit: Permit, request: Request) -> Flow:
    """Ask the permitted targets in order until one's answer is kept; at worst, return the best that was held."""
    barred = _barred(route, permit)
    held: list[tuple[Score, Outcome]] = []
    failed: list[str] = []
    why = FIRST
    for target in permit.targets:
        if target == permit.targets[-1] and not barred:
            outcome = yield Try((target,), why=why)
        else:
            outcome = yield from _judged(target, request, route.accept, why)
        score = outcome.attempt.score
        if outcome.failure is not None:
            if outcome.failure.fault is Fault.CANCELLED:
                return None
            failed.append(f"{target.name} failed ({outcome.failure.fault})")
            why = f"fallback: {failed[-1]}"
        elif score is None or score.kept:
            outcome.note = f"{target.name} answered" + (f": {'; '.join(score.reasons)}" if score else "")
            return outcome
        else:
            held.append((score, outcome))
            why = f"escalated: {target.name}: {'; '.join(score.reasons)}"
    return _best(held, failed, barred)


def answers(route: Route, permit: Permit) -> tuple[int, ...]:
    """How many answers of each permitted target it may draw; of the last, which is shown as it comes, one."""
    samples = route.accept.samples if route.accept.score == "agreement" else 1
    judged = len(permit.targets) if _barred(route, permit) else len(permit.targets) - 1
    return tuple(samples if place < judged else 1 for place in range(len(permit.targets)))


def _barred(route: Route, permit: Permit) -> tuple[str, ...]:
    """Why the label bars each target that is stronger than all permitted ones."""
    names = [target.name for target in route.targets]
    last = names.index(permit.targets[-1].name)
    return tuple(
        f"label {permit.label} may not flow to {refusal.target} ({refusal.reason})"
        for refusal in permit.refusals
        if refusal.rule == "label" and names.index(refusal.target) > last
    )


Asking = Generator[Try, Outcome, Outcome]
"""A part of a flow that asks one target and returns what became of it."""


def _judged(target: Target, request: Request, accept: Accept, why: str) -> Asking:
    """Ask a target, hold its answer, and judge it by form and by the measure that the policy names."""
    probabilities = accept.score == "confidence" and target.profile.logprobs
    outcome = yield Try((target,), held=True, logprobs=probabilities, why=why)
    if outcome.failure is not None:
        return outcome
    score = judge(request, outcome.answer or Answer(), accept)
    if score.kept and accept.score == "agreement":
        return (yield from _sampled(outcome, target, request, accept))
    outcome.attempt.score = score
    return outcome


def _sampled(first: Outcome, target: Target, request: Request, accept: Accept) -> Asking:
    """Draw further answers from the same target and return the one that most agree with."""
    outcomes = [first]
    for number in range(2, accept.samples + 1):
        why = f"sample {number} of {accept.samples}"
        outcome = yield Try((target,), held=True, sampling=_varied(request.sampling, number), why=why)
        if outcome.failure is None:
            outcomes.append(outcome)
        elif outcome.failure.fault is Fault.CANCELLED:
            return outcome
    place, score = judge_samples(request, [outcome.answer or Answer() for outcome in outcomes], accept)
    outcomes[place].attempt.score = score
    return outcomes[place]


def _varied(sampling: Sampling, number: int) -> Sampling:
    """The caller's sampling, so changed that sample `number` can differ from the first."""
    return msgspec.structs.replace(
        sampling,
        temperature=_SAMPLE_TEMPERATURE if sampling.temperature == 0 else sampling.temperature,
        top_k=None if sampling.top_k == 1 else sampling.top_k,
        seed=None if sampling.seed is None else sampling.seed + number - 1,
    )


def _best(held: Sequence[tuple[Score, Outcome]], failed: Sequence[str], barred: Sequence[str]) -> Outcome | None:
    """The best of the answers that were not kept, with what stood in the way of a better one."""
    if not held:
        return None
    score, best = max(held, key=_rank)
    obstacles = "; ".join((*barred, *failed))
    best.note = f"{best.attempt.target} gave the best answer to be had ({'; '.join(score.reasons)}): {obstacles}"
    return best


def _rank(judged: tuple[Score, Outcome]) -> tuple[bool, float]:
    """Sound form before faulty, then the higher measure, then none; the earlier of equals."""
    score, _ = judged
    return (score.method != "structure", -1.0 if score.value is None else score.value)
