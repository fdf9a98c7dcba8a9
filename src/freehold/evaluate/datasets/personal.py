"""Personal data and secrets in examples, as the configured guards find them: told, taken out, or refused.

An expectation is looked at as an answer of the same conversation, so that a name that is taken out of the question is
taken out of what is expected too, by the same placeholder.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Literal

import msgspec

from freehold.core.errors import Unprocessable
from freehold.core.finding import Finding
from freehold.core.guards import Guards
from freehold.core.label import join_all
from freehold.core.opaque import uninspectable
from freehold.core.request import Json, Message, Request, TextPart
from freehold.evaluate.datasets.faults import Faults
from freehold.evaluate.datasets.identity import example_of
from freehold.evaluate.model import Example
from freehold.guards.redact import redacted
from freehold.policy.guarding import rule_on

Personal = Literal["keep", "redact", "refuse"]
Look = Callable[[Request], Sequence[Finding]]

_FAMILIES = ("personal-data", "secrets")


class Guarded(msgspec.Struct, frozen=True):
    """The examples, and what was found in them, in sentences that quote none of it."""

    examples: list[Example]
    notes: tuple[str, ...]


def guarded(examples: Sequence[Example], look: Look, guards: Guards, how: Personal = "keep") -> Guarded:
    """What becomes of personal data. ``keep`` raises an example's label as a request's would be.

    ``redact`` puts a placeholder for each finding, which no later step takes back; ``refuse`` takes no example that has
    any. Raises `BadRows` for those, and for what cannot be taken out.
    """
    if guards.mode == "off" and how == "keep":
        return Guarded(list(examples), ("nobody looked for personal data, since guards.mode is off",))
    kinds: Counter[str] = Counter()
    touched, blind, kept, faults = 0, 0, [], Faults()
    for number, example in enumerate(examples, 1):
        whole = _with_expectation(example)
        blind += bool(uninspectable(whole))
        found = [each for each in look(whole) if _counts(each, guards)]
        kinds.update({each.span.kind for each in found})
        touched += bool(found)
        if not found:
            kept.append(example)
        elif how == "refuse":
            faults.add(f"example {number}", f"it holds {_kinds(found)}; take that out, or say personal=redact or keep")
        elif how == "keep":
            kept.append(_raised(example, found, guards))
        elif (clear := _redacted(example, whole, found)) is not None:
            kept.append(clear)
        else:
            faults.add(f"example {number}", f"{_kinds(found)} cannot be taken out of it; leave it out")
    faults.check()
    return Guarded(kept, _told(how, touched, kinds, blind, guards))


def _counts(finding: Finding, guards: Guards) -> bool:
    return finding.span.family in _FAMILIES and finding.span.confidence >= guards.confidence


def _with_expectation(example: Example) -> Request:
    """The request with all else that an example says, as a last turn of several texts."""
    said = [*_texts(example.expected), *_texts(example.slices), *_texts(example.tests), *_names(example)]
    if not said:
        return example.request
    turn = Message("assistant", tuple(TextPart(text) for text in said))
    return example.request.rewritten(messages=(*example.request.messages, turn))


def _texts(value: Json) -> list[str]:
    """All texts in a value, in order; those that are empty too."""
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for each in inner for text in _texts(each)]


def _names(value: Json | Example) -> list[str]:
    """The names of members in what is expected, and of slices: they are looked at, and cannot be taken out."""
    if isinstance(value, Example):
        return [*_names(value.expected), *value.slices]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [*(value if isinstance(value, dict) else ()), *(name for each in inner for name in _names(each))]


def _with_texts(value: Json, texts: list[str]) -> Json:
    """The value with these texts for its own, taken from the front."""
    if isinstance(value, str):
        return texts.pop(0)
    if isinstance(value, dict):
        return {name: _with_texts(each, texts) for name, each in value.items()}
    if isinstance(value, list):
        return [_with_texts(each, texts) for each in value]
    return value


def _redacted(example: Example, whole: Request, found: Sequence[Finding]) -> Example | None:
    clear = redacted(whole, found)
    if not isinstance(clear, Request):
        return None
    count = len(example.request.messages)
    request = clear.rewritten(messages=clear.messages[:count])
    texts = [part.text for turn in clear.messages[count:] for part in turn.parts if isinstance(part, TextPart)]
    expected = _with_texts(example.expected, texts)
    given = {name: getattr(example, name) for name in ("label", "split", "at_ns", "exchange")}
    slices = _with_texts(example.slices, texts)
    tests = _with_texts(example.tests, texts)
    if texts != _names(example):
        return None
    return example_of(request, expected=expected, slices=slices, tests=tests, **given)


def _raised(example: Example, found: Sequence[Finding], guards: Guards) -> Example:
    sources = rule_on(found, guards).sources
    if not sources:
        return example
    label = join_all(source.label for source in sources)
    return msgspec.structs.replace(example, label=label if example.label is None else example.label.join(label))


def _kinds(found: Sequence[Finding]) -> str:
    return ", ".join(sorted({each.span.kind for each in found}))


def _told(how: Personal, touched: int, kinds: Counter[str], blind: int, guards: Guards) -> tuple[str, ...]:
    told = []
    if touched:
        counts = ", ".join(f"{kind} in {count}" for kind, count in kinds.most_common())
        done = {"keep": "their labels are raised as a request's would be", "redact": "it was taken out"}[how]
        told.append(f"personal data or secrets in {touched} ({counts}): {done}")
    if touched and how == "keep" and guards.mode == "record":
        told.append("guards.mode is record, so no label was raised")
    if blind:
        told.append(f"{blind} hold what nobody can read, such as an image: that was not looked at")
    if guards.names != "off":
        told.append("names were not looked for here; they are when an example is asked")
    return tuple(told)


def way_of(how: str) -> Personal:
    """The way that was named; raises `Unprocessable` for one that there is not."""
    if how in {"keep", "redact", "refuse"}:
        return how  # type: ignore[return-value]
    raise Unprocessable(f"personal is keep, redact or refuse, not {how[:40]!r}", param="personal")
