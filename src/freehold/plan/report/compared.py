"""The options of a plan in a terminal: a table, or where it is too narrow for one, a few lines for each."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from rich.console import Console, ConsoleOptions, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from freehold.plan.report.figures import NONE, money, money_range, seconds
from freehold.plan.result import Interval, Plan, Result, Sizing

TITLE = 24
"""Columns that a title has in a table at the least, or as many as the longest one needs; narrower, it is a ladder of
single words."""
_NUMBERS = ("a month", "80 % interval", "per M tokens", "machines", "first token", "per token")
_GAP = 2


class Compared:
    """The options that can be had, the cheapest first; the recommended one in bold."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._results = sorted((each for each in plan.results if not each.refusal), key=_cost)
        self._numbers = [_numbers(each, plan.currency) for each in self._results]

    def __rich_console__(self, _: Console, options: ConsoleOptions) -> RenderResult:
        """As wide as the terminal allows."""
        titles = min(TITLE, max((len(each.title) for each in self._results), default=0))
        widths = [max(map(len, column)) for column in zip(_NUMBERS, *self._numbers, strict=True)]
        needed = titles + sum(width + _GAP for width in widths)
        yield from [self._table()] if needed <= options.max_width else self._stacked(options.max_width)

    def _table(self) -> Table:
        shown = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="dim")
        shown.add_column("option")
        for name in _NUMBERS:
            shown.add_column(name, justify="right", no_wrap=True)
        for result, numbers in zip(self._results, self._numbers, strict=True):
            shown.add_row(result.title, *numbers, style=self._style(result))
        return shown

    def _stacked(self, width: int) -> RenderResult:
        """A title, and below it what it costs and what it runs on, in words."""
        for result, numbers in zip(self._results, self._numbers, strict=True):
            yield Text(result.title, style=self._style(result))
            for facts in _facts(*numbers):
                yield from (Padding(Text(line), (0, 0, 0, 2)) for line in _packed(facts, width - 2))

    def _style(self, result: Result) -> str:
        return "bold" if result.name == self._plan.recommendation.option else ""


def _facts(month: str, interval: str, tokens: str, machines: str, first: str, later: str) -> Iterator[list[str]]:
    """The numbers of a row in words: money, then machines. What has none is left out."""
    if month != NONE:
        yield [f"{month} a month ({interval})", f"{tokens} per M tokens"]
    if machines != NONE:
        waits = [] if first == NONE else [f"first token {first}", f"per token {later}"]
        yield [f"machines: {machines}", *waits]


def _packed(facts: Sequence[str], width: int) -> Iterator[str]:
    """Facts on as few lines as hold them, none of them broken in two where it need not be."""
    line = ""
    for fact in facts:
        if line and len(line) + len(", ") + len(fact) > width:
            yield f"{line},"
            line = fact
        else:
            line = f"{line}, {fact}" if line else fact
    yield line


def _cost(result: Result) -> float:
    return result.month.value if result.month is not None else math.inf


def _numbers(result: Result, currency: str) -> tuple[str, str, str, str, str, str]:
    month, tokens = result.month, result.million_tokens
    return (
        NONE if month is None else money(month.value, currency),
        NONE if month is None else money_range(month, currency),
        NONE if tokens is None else money(tokens.value, currency),
        _machines(result.sizing),
        *_peak(result.sizing),
    )


def _machines(sizing: Sizing | None) -> str:
    """How many of what: replicas, and GPUs where that is another number."""
    if sizing is None:
        return NONE
    grown = f" → {sizing.replicas_last_month}" if sizing.replicas_last_month != sizing.replicas else ""
    return f"{sizing.replicas}{grown}" + (f" ({sizing.gpus} GPUs)" if sizing.gpus != sizing.replicas else "")


def _peak(sizing: Sizing | None) -> tuple[str, str]:
    """What 95 of 100 requests of the busiest hour see at most."""
    if sizing is None or sizing.peak is None:
        return NONE, NONE
    return _slowest(sizing.peak.ttft_s), _slowest(sizing.peak.tpot_s)


def _slowest(times: Interval) -> str:
    return f"≤ {seconds(times.high)}"
