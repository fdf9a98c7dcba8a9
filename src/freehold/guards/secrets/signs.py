"""Rules by the rarest letter of the literal that each of them looks for, so that most texts need few looks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar


class Marked(Protocol):
    """A rule that has nothing to say of a text in which `mark` does not stand."""

    @property
    def mark(self) -> str: ...


R = TypeVar("R", bound=Marked)


def by_sign(rules: Iterable[R], rare: str) -> tuple[tuple[str, tuple[R, ...]], ...]:
    """The rules in groups, each with what stands in the mark of all of its rules: one of the letters in `rare`.

    The group of the others has an empty one, which stands in every text.
    """
    groups: dict[str, list[R]] = {}
    for rule in rules:
        sign = next((letter for letter in rare if letter in rule.mark), "")
        groups.setdefault(sign, []).append(rule)
    return tuple((sign, tuple(group)) for sign, group in groups.items())


def standing(groups: Iterable[tuple[str, tuple[R, ...]]], text: str) -> Iterator[R]:
    """The rules whose mark stands in a text; of a group whose sign does not, none is looked for."""
    for sign, rules in groups:
        if sign in text:
            for rule in rules:
                if rule.mark in text:
                    yield rule
