"""Which side of a split an example is on: by when it was asked, or by a hash, so that it stays there as data grows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Literal

import msgspec

from freehold.core.errors import BadRequest
from freehold.evaluate.datasets.texts import key_of
from freehold.evaluate.model import Example

TRAIN, TEST = "train", "test"

_SPAN = 2**64


class Splitting(msgspec.Struct, frozen=True):
    """How a dataset is to be split. With neither a moment nor a share it is left as it is."""

    at_ns: int | None = None
    """What was asked from then on is for testing, and what was asked before for training."""
    share: float | None = None
    """This much is for testing."""
    by: Literal["hash", "time"] = "hash"
    """Whose share: the newest, or whom a hash chooses; the same example always falls on the same side of that."""
    group: str | None = None
    """A slice: examples of one value of it stay together."""

    @property
    def asked(self) -> bool:
        """Whether there is anything to do."""
        return self.at_ns is not None or self.share is not None


def checked(splitting: Splitting) -> Splitting:
    """Raises `BadRequest` for what contradicts itself."""
    if splitting.at_ns is not None and splitting.share is not None:
        raise BadRequest("split at a date or by a share, not by both", param="split_at")
    if splitting.share is not None and not 0 < splitting.share < 1:
        raise BadRequest("test_share is between 0 and 1, as in 0.3", param="test_share")
    if splitting.group is not None and not splitting.asked:
        raise BadRequest("group says what stays together in a split; say test_share or split_at too", param="group")
    return splitting


def split(examples: Sequence[Example], splitting: Splitting) -> tuple[list[Example], tuple[str, ...]]:
    """The examples with their sides, in the same order, and what was done.

    Those whose source names a split keep it. Raises `BadRequest` where there are no times to split by, or no group.
    """
    if not checked(splitting).asked:
        return list(examples), ()
    open_ones = [example for example in examples if not example.split]
    side = _side(open_ones, splitting)
    sided = [
        example if example.split else msgspec.structs.replace(example, split=TEST if side(example) else TRAIN)
        for example in examples
    ]
    told = [f"split {_how(splitting)}: {_counted(sided)}"]
    if len(open_ones) < len(examples):
        told.append(f"{len(examples) - len(open_ones)} had a split already and keep it")
    return sided, tuple(told)


def _side(examples: Sequence[Example], splitting: Splitting) -> Callable[[Example], bool]:
    """Says of an example whether it is for testing."""
    group = _grouping(examples, splitting.group)
    if splitting.share is not None and splitting.by == "hash":
        bound = int(splitting.share * _SPAN)
        return lambda example: _hashed(group(example)) < bound
    newest = _newest(examples, group)
    start = splitting.at_ns if splitting.at_ns is not None else _start(examples, newest, group, splitting.share or 0)
    return lambda example: newest[group(example)] >= start


def _grouping(examples: Sequence[Example], name: str | None) -> Callable[[Example], str]:
    """What stays together: a group, or the examples that ask the same."""
    if name is None:
        return lambda example: key_of(example.request)
    without = sum(name not in example.slices for example in examples)
    if without:
        raise BadRequest(
            f"{without} of {len(examples)} examples have no slice {name!r} to stay together by; name another group",
            param="group",
        )
    return lambda example: f"group {example.slices[name]}"


def _newest(examples: Sequence[Example], group: Callable[[Example], str]) -> dict[str, int]:
    """When each group was last added to: it is as new as its newest."""
    without = sum(example.at_ns is None for example in examples)
    if without:
        raise BadRequest(
            f"{without} of {len(examples)} examples do not say when they were asked; give them 'at', or split by hash",
            param="split_at",
        )
    newest: dict[str, int] = {}
    for example in examples:
        name = group(example)
        newest[name] = max(newest.get(name, -_SPAN), example.at_ns or 0)
    return newest


def _start(examples: Sequence[Example], newest: dict[str, int], group: Callable[[Example], str], share: float) -> int:
    """From when on there is at least this share of the examples; what is of the same moment goes together."""
    moments = sorted((newest[group(example)] for example in examples), reverse=True)
    return moments[max(0, round(share * len(moments)) - 1)] if moments else 0


def _hashed(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8])


def _how(splitting: Splitting) -> str:
    together = f", each {splitting.group} whole" if splitting.group else ""
    if splitting.at_ns is not None:
        return f"by when they were asked{together}"
    newest = "the newest" if splitting.by == "time" else "by hash"
    return f"{newest}, about {splitting.share:.0%} for testing{together}"


def _counted(examples: Sequence[Example]) -> str:
    sides = sorted({example.split for example in examples})
    return ", ".join(f"{sum(example.split == side for example in examples)} {side}" for side in sides)
