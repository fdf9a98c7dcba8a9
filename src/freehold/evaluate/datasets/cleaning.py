"""Leaves out what is there twice, keeps training and testing apart, and tells what contradicts itself.

Testing comes first: where two examples are the same or nearly so, the one for training goes. Nearly the same are two
examples only if they expect the same, for the smallest difference may be the one that counts; across a split they are
taken for a leak whatever they expect.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from freehold.core.label import Label
from freehold.evaluate.datasets.alike import nearly_same
from freehold.evaluate.datasets.splits import TEST, TRAIN
from freehold.evaluate.datasets.texts import key_of, last_words, normal, rest_of, text_of
from freehold.evaluate.model import Example

_SHOWN = 5
_LONGEST = 60
_encode = msgspec.json.Encoder(order="sorted").encode


class Cleaned(msgspec.Struct, frozen=True):
    """The examples that stay, in their order, and what was done, in sentences."""

    examples: list[Example]
    notes: tuple[str, ...]


class _Left(msgspec.Struct, frozen=True):
    """An example that was left out, and for which."""

    example: Example
    kept: Example
    near: bool

    @property
    def leaks(self) -> bool:
        return self.example.split != self.kept.split


def clean(examples: Sequence[Example], *, near: bool = True) -> Cleaned:
    """The examples without duplicates and leaks. `near`: also those that are nearly the same.

    The label of what is left out joins that of what stays for it: together they are as confidential as either.
    """
    first = sorted(range(len(examples)), key=lambda number: (_rank(examples[number].split), number))
    ordered = [examples[number] for number in first]
    left, conflicts = _exact(ordered)
    if near:
        left |= _near([number for number in range(len(ordered)) if number not in left], ordered)
    labels = _labels(left)
    stays = {first[number]: _labelled(ordered[number], labels) for number in range(len(ordered)) if number not in left}
    notes = [*_told(list(left.values())), *_told_conflicts(conflicts)]
    return Cleaned([stays[number] for number in sorted(stays)], tuple(notes))


def _rank(split: str) -> int:
    return {TEST: 0, TRAIN: 2}.get(split, 1)


def _exact(examples: Sequence[Example]) -> tuple[dict[int, _Left], list[list[Example]]]:
    """What asks the same as an earlier one and expects the same, or is on another side; and what contradicts itself."""
    kept: dict[str, list[Example]] = defaultdict(list)
    left: dict[int, _Left] = {}
    for number, example in enumerate(examples):
        same = kept[key_of(example.request)]
        one = next((each for each in same if each.split != example.split), None)
        one = one or next((each for each in same if _expects(each) == _expects(example)), None)
        if one is not None:
            left[number] = _Left(example, one, near=False)
        else:
            same.append(example)
    return left, [same for same in kept.values() if len(same) > 1]


def _near(numbers: Sequence[int], examples: Sequence[Example]) -> dict[int, _Left]:
    left: dict[int, _Left] = {}
    alike: dict[bytes, list[int]] = defaultdict(list)
    for number in numbers:
        alike[rest_of(examples[number].request)].append(number)
    for group in alike.values():
        for at, other in enumerate(nearly_same([text_of(examples[number].request) for number in group])):
            if other is None:
                continue
            example, kept = examples[group[at]], examples[group[other]]
            if example.split != kept.split or _expects(example) == _expects(kept):
                left[group[at]] = _Left(example, kept, near=True)
    return left


def _expects(example: Example) -> tuple[object, str | None]:
    said = example.expected
    return (normal(said) if isinstance(said, str) else _encode(said), example.tests)


def _labels(left: dict[int, _Left]) -> dict[int, Label]:
    """By the identity of an example that stays, what joins its label. One that stood for others may go itself."""
    for_whom = {id(each.example): each.kept for each in left.values()}
    labels: dict[int, Label] = {}
    for each in left.values():
        if each.example.label is None:
            continue
        kept = each.kept
        while id(kept) in for_whom:
            kept = for_whom[id(kept)]
        joined = labels.get(id(kept), each.example.label)
        labels[id(kept)] = joined.join(each.example.label)
    return labels


def _labelled(example: Example, labels: dict[int, Label]) -> Example:
    more = labels.get(id(example))
    if more is None:
        return example
    label = more if example.label is None else example.label.join(more)
    return msgspec.structs.replace(example, label=label)


def _told(left: Sequence[_Left]) -> Iterable[str]:
    for near, how in ((False, "the same"), (True, "nearly the same")):
        twice = [each for each in left if each.near == near and not each.leaks]
        if twice:
            yield f"{len(twice)} left out, {how} as another: {_which(twice)}"
        leaks = [each for each in left if each.near == near and each.leaks]
        sides = Counter((each.example.split or "no split", each.kept.split or "no split") for each in leaks)
        for (side, other), count in sides.items():
            which = [each for each in leaks if (each.example.split or "no split") == side]
            yield f"{count} left out of {side}, {how} as one of {other}, which would leak: {_which(which)}"


def _told_conflicts(conflicts: Sequence[Sequence[Example]]) -> Iterable[str]:
    if conflicts:
        shown = ", ".join(_quoted(same[0]) for same in conflicts[:_SHOWN])
        more = f" and {len(conflicts) - _SHOWN} more" if len(conflicts) > _SHOWN else ""
        yield (
            f"{len(conflicts)} are asked more than once with different expectations, which all stay: {shown}{more};"
            " where several answers are right, make a list of them"
        )


def _which(left: Sequence[_Left]) -> str:
    shown = ", ".join(_quoted(each.example) for each in left[:_SHOWN])
    return f"{shown} and {len(left) - _SHOWN} more" if len(left) > _SHOWN else shown


def _quoted(example: Example) -> str:
    # A report is read by more people than may read what the ledger keeps.
    words = "" if example.exchange is not None else last_words(example.request.messages)
    return f"{example.id} ({words[:_LONGEST]!r})" if words else example.id
