"""What some requests came to together: counts, tokens, money, durations, errors. Tallies add up in any order.

A tally is made from facts (`ledger.facts`), kept as a row of ``usage_totals``, and read back; the same for all three.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from freehold.ledger.histogram import Bins, bin_of

COUNTS = (
    "requests", "completed", "failed", "refused", "cancelled", "lost", "input_tokens", "output_tokens",
    "cached_input_tokens", "cache_write_tokens", "reasoning_tokens", "cost_nano", "baselined", "baseline_nano",
    "compared_nano", "home", "escalated",
)  # fmt: skip
"""What is summed. `baselined`: those that have a counterfactual cost; `compared_nano`: what those same ones cost."""

COLUMNS = (*COUNTS, "total_bins", "first_bins", "errors")
"""The columns of a kept tally; the last three are MessagePack."""

_MOST = 2**63 - 1
"""What a column holds. Only counts that a target made up come near."""

_PLACES = {name: place for place, name in enumerate(COUNTS)}

_encode = msgspec.msgpack.Encoder().encode
_bins = msgspec.msgpack.Decoder(dict[int, int]).decode
_errors = msgspec.msgpack.Decoder(dict[str, int]).decode


class Tally:
    """Sums over requests, or over attempts where it is a target's."""

    __slots__ = ("counts", "errors", "first", "total")

    def __init__(self) -> None:
        self.counts = [0] * len(COUNTS)
        self.total: Bins = {}
        """Whole durations, in milliseconds."""
        self.first: Bins = {}
        """Durations to the first event."""
        self.errors: dict[str, int] = {}
        """By kind."""

    def __getitem__(self, name: str) -> int:
        return self.counts[_PLACES[name]]

    def count(self, counts: Sequence[int | None], total: float | None, first: float | None, kind: str | None) -> None:
        """Take in one fact: its `COUNTS`, its durations in milliseconds, and the kind of its error."""
        self.counts = [mine + (more or 0) for mine, more in zip(self.counts, counts, strict=True)]
        if total is not None:
            place = bin_of(total)
            self.total[place] = self.total.get(place, 0) + 1
        if first is not None:
            place = bin_of(first)
            self.first[place] = self.first.get(place, 0) + 1
        if kind:
            self.errors[kind] = self.errors.get(kind, 0) + 1

    def add(self, other: Tally) -> None:
        """Take another's sums in."""
        self.counts = [mine + more for mine, more in zip(self.counts, other.counts, strict=True)]
        _merge(self.total, other.total)
        _merge(self.first, other.first)
        _merge(self.errors, other.errors)

    def add_kept(self, values: Sequence[Any]) -> None:
        """Take in what a row of `COLUMNS` holds."""
        *counts, total, first, errors = values
        self.counts = [mine + more for mine, more in zip(self.counts, counts, strict=True)]
        _merge(self.total, _bins(total))
        _merge(self.first, _bins(first))
        if errors is not None:
            _merge(self.errors, _errors(errors))

    def kept(self) -> tuple[Any, ...]:
        """The values of `COLUMNS`."""
        errors = _encode(self.errors) if self.errors else None
        return (*(min(count, _MOST) for count in self.counts), _encode(self.total), _encode(self.first), errors)


def _merge(into: dict[Any, int], more: Mapping[Any, int]) -> None:
    for name, count in more.items():
        into[name] = into.get(name, 0) + count
