"""When two requests of two runs are the same one, and which examples a run asks for."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping, Sequence
from typing import TypeVar

import msgspec

from freehold.core.caller import Caller
from freehold.evaluate.model import Example, Settings
from freehold.evaluate.runs.subject import Subject

T = TypeVar("T")


def request_hash(example: Example, subject: Subject, caller: Caller, *, logprobs: bool) -> str:
    """SHA-256, as hex, of everything that an answer depends on, so far as Freehold decides it.

    That is the request, whom it is put to and what stands behind that name, the guards it passes, and the labels of
    example and key. Whose key it is does not count beyond its label: where an answer depends on its groups, by
    documents, nothing is repeated (`Subject.repeatable`). Nor does the rest of the configuration: a target that is
    added beside the subject changes no answer of it.
    """
    content = {
        "request": example.request.rewritten(model=subject.name, stream=False, user=None, metadata={}),
        "standing": subject.standing,
        "passing": subject.passing,
        "labels": [None if label is None else str(label) for label in (example.label, caller.default_label)],
        "logprobs": logprobs,
    }
    return hashlib.sha256(msgspec.json.encode(content, order="deterministic")).hexdigest()


def outdated(
    examples: Sequence[tuple[int, Example]],
    hashes: Mapping[int, str],
    subject: Subject,
    caller: Caller,
    *,
    logprobs: bool,
) -> list[tuple[int, Example]]:
    """Those without an answer, or with one of what the subject stood for before; `hashes` of the answers by place."""
    return [
        (place, example)
        for place, example in examples
        if hashes.get(place) != request_hash(example, subject, caller, logprobs=logprobs)
    ]


def drawn(items: Sequence[T], settings: Settings) -> list[T]:
    """Those that are asked for, in their order; of a limit, the same ones whatever the subject is.

    >>> drawn("abcdef", Settings(limit=3)) == drawn("abcdef", Settings(limit=3))
    True
    """
    if settings.limit is None or settings.limit >= len(items):
        return list(items)
    # Not for secrets: the draw has to be the same tomorrow.
    places = random.Random(settings.seed).sample(range(len(items)), settings.limit)  # noqa: S311
    return [items[place] for place in sorted(places)]
