"""Under which labels a judge is shown an answer."""

from __future__ import annotations

from freehold.core.label import Label
from freehold.evaluate.model import Example


class LabelUnread(Exception):
    """An answer's label cannot be read, so the answer is shown to nobody."""


def labels_of(example: Example, *answers: str) -> tuple[Label, ...]:
    """The example's, and those of its answers as the ledger writes them; raises `LabelUnread`."""
    found = [example.label] if example.label is not None else []
    for written in filter(None, answers):
        try:
            found.append(Label.parse(written))
        except ValueError as error:
            raise LabelUnread(f"the answer's label cannot be read, so that no judge is shown it: {error}") from error
    return tuple(found)
