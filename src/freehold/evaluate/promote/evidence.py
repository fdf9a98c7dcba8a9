"""Evidence from two runs of one dataset: what answers now, and the candidate, example by example."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import fmean
from types import MappingProxyType

from freehold.core.errors import BadRequest, Conflict
from freehold.evaluate.model import Result, Run
from freehold.evaluate.promote.trial import Trial, begun
from freehold.policy.rules import Route


def check(incumbent: Run, candidate: Run, subject: str) -> None:
    """Raises `BadRequest` where two runs cannot be set beside each other."""
    if incumbent.dataset != candidate.dataset:
        raise BadRequest("the two runs are of different datasets", param="evidence")
    if candidate.subject != subject:
        raise BadRequest(f"the second run is of {candidate.subject}, and {subject} is to be promoted", param="evidence")
    for run in (incumbent, candidate):
        if run.state not in {"done", "partial"}:
            raise BadRequest(f"the run {run.id} is {run.state}; wait for its end", param="evidence")
        if run.brought:
            raise BadRequest(
                f"the results of {run.id} were brought from elsewhere, and no route is changed by what nobody here saw;"
                f" ask with 'freehold eval run {run.subject}'",
                param="evidence",
            )


def check_held_against(incumbent: Run, route: Route, candidate: str) -> None:
    """Raises `BadRequest` where the first run is of nobody who answers the route now."""
    first = route.targets if route.flow == "split" else route.targets[:1]
    names = [route.name, *(target.name for target in first if target.name != candidate)]
    if incumbent.subject not in names:
        raise BadRequest(
            f"the first run is of {incumbent.subject}, which does not answer {route.name} now; name one of"
            f" {' or '.join(names)}",
            param="evidence",
        )


def check_answered(run: str, results: Sequence[Result]) -> None:
    """Raises `Conflict` where a run says nothing of anybody, as none of its requests was answered."""
    if any(each.state == "answered" for each in results):
        return
    most = Counter(each.state for each in results).most_common(1)
    said = "".join(f"; {many} of its {len(results)} requests were {state}" for state, many in most)
    raise Conflict(f"evidence: the run {run} answered nothing{said}")


def common_scorer(incumbent: Run, candidate: Run, wanted: str = "") -> str:
    """The scorer of both, or the one that is wanted; raises `BadRequest`."""
    both = [name for name in incumbent.settings.scorers if name in candidate.settings.scorers]
    if wanted:
        if wanted not in both:
            raise BadRequest(f"the two runs are not both scored by {wanted}", param="scorer")
        return wanted
    if len(both) != 1:
        known = ", ".join(both) or "none"
        raise BadRequest(f"say by which scorer, with --scorer; both runs have: {known}", param="scorer")
    return both[0]


def trial_of(
    incumbent: Sequence[Result],
    candidate: Sequence[Result],
    scorer: str,
    margin: float,
    *,
    seed: int = 0,
    clusters: Mapping[str, str] = MappingProxyType({}),
) -> Trial:
    """The trial that two runs make, over the examples that both were asked.

    An answer that failed or was refused is worth nothing; one that the scorer cannot tell of leaves its pair out. The
    examples are taken in an order that has nothing to do with how they are answered: a draw by `seed`. So the runs may
    be looked at while they grow, and the trial is the same whoever looks.

    `clusters`: by example, of those that are not independent of others. Examples of one cluster are one pair, with the
    mean of their differences: taken for so many, ten questions on each of 40 documents promote what is worse by just
    the margin in 23 of 100 cases, and not in 5.
    """
    before = {each.example: each for each in incumbent}
    pairs = [(before[each.example], each) for each in candidate if each.example in before]
    pairs.sort(key=lambda pair: pair[0].example)
    random.Random(seed).shuffle(pairs)  # noqa: S311  An order; nothing is secret.
    trial = begun(margin)
    differences: dict[tuple[str, bool], list[float]] = {}
    for old, new in pairs:
        values = _value(old, scorer), _value(new, scorer)
        if values[0] is None or values[1] is None:
            trial = trial.without("unread")
        else:
            name = clusters.get(old.example)
            one = (old.example, False) if name is None else (name, True)
            differences.setdefault(one, []).append(values[1] - values[0])
    return trial.after(fmean(each) for each in differences.values())


def _value(result: Result, scorer: str) -> float | None:
    if result.state in {"failed", "refused"}:
        return 0.0
    if result.state == "skipped":
        return None
    scored = result.scores.get(scorer)
    return None if scored is None else scored.value
