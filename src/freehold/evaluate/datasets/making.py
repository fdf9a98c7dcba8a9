"""From what was read to a dataset: guarded, labelled, split, cleaned and named, in this order.

The order matters. What is taken out of an example changes what it is the same as; and whether two that are the same
are one too many or a leak is known once both have their side.
"""

from __future__ import annotations

import re
import time

import msgspec

from freehold.core.errors import BadRequest, Unprocessable
from freehold.core.guards import Guards
from freehold.core.label import Label, join_all
from freehold.evaluate.datasets.cleaning import clean
from freehold.evaluate.datasets.identity import dataset_id
from freehold.evaluate.datasets.personal import Look, Personal, guarded
from freehold.evaluate.datasets.reading import Read
from freehold.evaluate.datasets.splits import Splitting, checked, split
from freehold.evaluate.model import Dataset, Example

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_IDS = ("ds_", "ex_", "run_")


class Made(msgspec.Struct, frozen=True):
    """A dataset and its examples, in order."""

    dataset: Dataset
    examples: list[Example]


class Wanted(msgspec.Struct, frozen=True):
    """What is to become of examples on the way in."""

    name: str
    label: Label | None = None
    """Joins the label of each example."""
    splitting: Splitting = Splitting()
    personal: Personal = "keep"
    near: bool = True
    """Leave out examples that are nearly the same as another."""


def make(read: Read, wanted: Wanted, look: Look, guards: Guards, *, now_ns: int | None = None) -> Made:
    """The dataset of what was read. Raises `BadRequest` for what contradicts itself, `Unprocessable` if none is left.

    Takes seconds where there are many; for a thread.
    """
    checked_name(wanted.name)
    checked(wanted.splitting)
    seen = guarded(read.examples, look, guards, wanted.personal)
    sided, told = split([_labelled(example, wanted.label) for example in seen.examples], wanted.splitting)
    cleaned = clean(sided, near=wanted.near)
    if not cleaned.examples:
        raise Unprocessable(f"there is no example to make a dataset of: {'; '.join(read.notes)}")
    labels = [example.label for example in cleaned.examples if example.label is not None]
    dataset = Dataset(
        id=dataset_id(cleaned.examples),
        name=wanted.name,
        size=len(cleaned.examples),
        created_ns=time.time_ns() if now_ns is None else now_ns,
        label=join_all(labels) if labels else None,
        report=(*read.notes, *seen.notes, *told, *cleaned.notes),
    )
    return Made(dataset, cleaned.examples)


def checked_name(name: str) -> str:
    """The name, if it can be one of a dataset; raises `BadRequest`."""
    if not _NAME.fullmatch(name) or name.startswith(_IDS):
        raise BadRequest(
            "name is letters, digits, '.', '_' and '-', at most 80, and does not begin as an id does", param="name"
        )
    return name


def _labelled(example: Example, label: Label | None) -> Example:
    if label is None:
        return example
    return msgspec.structs.replace(example, label=label if example.label is None else example.label.join(label))
