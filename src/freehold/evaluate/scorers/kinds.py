"""Every kind of scorer by its name, Freehold's own and those of plug-ins, made by one and the same call.

A plug-in is a package with an entry point of the group ``freehold.scorers``: its name is the scorer's, and it names a
`Maker`. In the package's ``pyproject.toml``::

    [project.entry-points."freehold.scorers"]
    palindrome = "my_package:palindrome"

and in ``my_package.py``, with `Plain` for a function of example and answer::

    def palindrome(settings, around):
        def judge(example, result):
            return Scored(float(result.text == result.text[::-1]))
        return Plain("palindrome", judge)
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from freehold.core.errors import SetupError
from freehold.evaluate.ports import Scorer
from freehold.evaluate.scorers.around import Around
from freehold.evaluate.scorers.choice import choice
from freehold.evaluate.scorers.citations import citations
from freehold.evaluate.scorers.code import code
from freehold.evaluate.scorers.fields import fields
from freehold.evaluate.scorers.judged import judge
from freehold.evaluate.scorers.numeric import numeric
from freehold.evaluate.scorers.overlap import bleu, f1, rouge_l
from freehold.evaluate.scorers.pattern import regex
from freehold.evaluate.scorers.people import people
from freehold.evaluate.scorers.same import alike, contains, exact

GROUP = "freehold.scorers"

Maker = Callable[[str, Around], Scorer]
"""Takes the settings, all that stands behind the name's colon; raises `BadRequest` for what it cannot read."""

OWN: dict[str, Maker] = {
    "exact": exact,
    "normalised": alike,
    "numeric": numeric,
    "choice": choice,
    "regex": regex,
    "json": fields,
    "contains": contains,
    "f1": f1,
    "rouge-l": rouge_l,
    "bleu": bleu,
    "citations": citations,
    "code": code,
    "judge": judge,
    "people": people,
}


def names() -> tuple[str, ...]:
    """Of every scorer there is."""
    return (*OWN, *(name for name in _plugged() if name not in OWN))


def maker(name: str) -> Maker:
    """What makes scorers of that name; raises `KeyError`, and `SetupError` where a plug-in cannot be loaded."""
    if name in OWN:
        return OWN[name]
    point = _plugged()[name]
    try:
        loaded: Maker = point.load()
    except (ImportError, AttributeError) as error:
        raise SetupError(
            f"the scorer {name} of {point.value} cannot be loaded ({error}); reinstall or remove its package"
        ) from error
    return loaded


@cache
def _plugged() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=GROUP)}
