"""What a promotion lacks: reasons in words, each with what mends it. None: it may go ahead."""

from __future__ import annotations

from collections.abc import Sequence

from freehold.core.target import Target
from freehold.evaluate.promote.trial import Trial


def of_target(candidate: Target, incumbents: Sequence[Target]) -> list[str]:
    """What the candidate itself lacks beside what answers now: clearance, and a licence that somebody can read."""
    found = []
    narrower = [each for each in incumbents if not each.clearance.flows_to(candidate.clearance)]
    if narrower:
        names = ", ".join(f"{each.name} ({each.clearance})" for each in narrower)
        found.append(
            f"label: {candidate.name} is cleared for {candidate.clearance}, which is narrower than {names}:"
            f" requests that the route answers today would be refused; raise its clearance, if that is right"
        )
    if candidate.owned and not candidate.licence:
        found.append(
            f'licence: nothing is known of the licence of {candidate.name}; set licence = "..." in its [[target]]'
        )
    return found


def of_trial(trial: Trial | None, margin: float, *, told_by: str) -> list[str]:
    """What the evidence lacks; `told_by` names where it comes from."""
    if trial is None:
        return [
            "evidence: there is none; begin 'freehold eval shadow', or name two runs of one dataset with --evidence"
        ]
    if trial.margin > margin:
        return [f"margin: {told_by} was begun for a margin of {trial.margin:g}, wider than the {margin:g} asked for"]
    if trial.verdict == "unfit":
        return [f"quality: {told_by} says that the candidate is {trial.says()}"]
    if trial.verdict == "open":
        return [f"data: {told_by} has not told yet; about {trial.more()} more pairs are needed ({trial.says()})"]
    return []
