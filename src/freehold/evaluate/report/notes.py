"""What a reader has to know before the figures: what is partial, what is too little, what decides nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from freehold.evaluate.report.comparison import Pair, Score, Subject

_MANY_MISSING = 0.01
_SAID = {"waiting": "has not begun", "running": "is still running", "stopped": "was stopped", "failed": "failed"}


def notes(subjects: Sequence[Subject], pairs: Sequence[Pair]) -> Iterator[str]:
    """Sentences, the gravest first."""
    yield from _partial(subjects)
    yield from _limited(subjects)
    yield from _missing(subjects)
    yield from _uncertified(subjects)
    yield from _untold(subjects)
    yield from _few(subjects, pairs)
    yield from _unpaired(pairs)
    if any(one.delta for pair in pairs for one in pair.scores) or any(each.scores for each in subjects):
        yield (
            "Read the first interval if this is looked at once, at a size that was fixed beforehand, and the one for "
            "any look if examples are still coming or it was looked at before."
        )


def _partial(subjects: Sequence[Subject]) -> Iterator[str]:
    for each in subjects:
        if each.state != "done":
            ended = _SAID.get(each.state, "ended early")
            why = f": {each.note.rstrip('.')}" if each.note else ""
            yield f"Partial: the run of {each.name} {ended}{why}. It has {each.asked} of {each.asked + each.skipped}."


def _limited(subjects: Sequence[Subject]) -> Iterator[str]:
    for each in subjects:
        if each.state == "done" and each.skipped:
            yield f"{each.name} was asked for {each.asked} of {each.asked + each.skipped} examples only."


def _missing(subjects: Sequence[Subject]) -> Iterator[str]:
    for each in subjects:
        missing = each.asked - each.answered
        if each.asked and missing / each.asked > _MANY_MISSING:
            # What a partial run has to say of itself was said above.
            why = f" ({each.note.rstrip('.')})" if each.note and each.state == "done" else ""
            quality = "its quality is over the answers it gave" if each.answered else "nothing is known of its quality"
            yield f"{each.name} gave no answer to {missing} of {each.asked}{why}; {quality}."


def _uncertified(subjects: Sequence[Subject]) -> Iterator[str]:
    for name in dict.fromkeys(one.scorer for each in subjects for one in each.scores if not one.gates):
        yield f"The judge of {name} is not certified: its scores are shown, and decide nothing."


def _untold(subjects: Sequence[Subject]) -> Iterator[str]:
    for each in subjects:
        for one in each.scores:
            if one.quality is None and each.answered:
                yield f"{one.scorer} does not apply to any answer of {each.name}."
            elif one.untold:
                yield f"{one.scorer} could not tell of {one.untold} of {each.answered} answers of {each.name}."


def _few(subjects: Sequence[Subject], pairs: Sequence[Pair]) -> Iterator[str]:
    for pair in pairs:
        for one in pair.scores:
            size = one.won + one.lost + one.tied
            if one.needed is not None and size < one.needed:
                yield (
                    f"{_count(size)} where {one.needed:,} are needed to see a difference of 5 points "
                    f"between {pair.first} and {pair.other} by {one.scorer}."
                )
    if not pairs:
        for each in subjects:
            yield from (_wide(each, one) for one in each.scores if one.quality is not None and _short(one))


def _short(score: Score) -> bool:
    found = score.quality
    return found is not None and found.low is not None and found.high is not None and found.high - found.low > 0.1


def _wide(each: Subject, score: Score) -> str:
    size = score.quality.size if score.quality is not None else 0
    return f"{_count(size)} leave {score.scorer} of {each.name} uncertain by more than 5 points to each side."


def _unpaired(pairs: Sequence[Pair]) -> Iterator[str]:
    for pair in pairs:
        alone = pair.only_first + pair.only_other
        if not pair.both:
            yield f"{pair.first} and {pair.other} have no example that both answered: they cannot be compared."
        elif alone:
            yield (
                f"{pair.first} and {pair.other} are compared on the {pair.both} examples that both answered; "
                f"{alone} were answered by one of them only."
            )


def _count(size: int) -> str:
    return "1 example" if size == 1 else f"{size:,} examples"
