"""What the plan itself has beside a claim that sets a fixed month against a price by the token."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from freehold.plan.claim_figure import ClaimFigure
from freehold.plan.cost.formula import amount, number
from freehold.plan.report.figures import count, money
from freehold.plan.result import BreakEven, Result, Sizing
from freehold.plan.scenario import Hybrid, Scenario

MOST = 3
"""Options that are told: the cheapest."""


@dataclass(frozen=True)
class Own:
    """The plan's own numbers."""

    scenario: Scenario
    results: Sequence[Result]
    break_evens: Sequence[BreakEven]

    def machines(self, figure: ClaimFigure) -> str:
        """That the claim is arithmetic, and what machines the plan needs, at which cost and from which volume on.

        Without its last full stop.
        """
        fixed = amount((figure.claim.usd_month or 0.0) / figure.usd)
        said = (
            f"That is arithmetic: {fixed} {figure.currency} a month, however many machines the volume needs, nobody's "
            "work, and tokens alone on the other side"
        )
        hybrids = {option.name for option in self.scenario.options if isinstance(option, Hybrid)}
        found = [each for each in self.results if each.sizing is not None and each.name not in hybrids]
        had = sorted(((month.value, each) for each in found if (month := each.month)), key=lambda pair: pair[0])
        if not had:
            return said
        told = [self._told(each, figure) for _, each in had[:MOST]]
        volume = number(self.scenario.workload.requests_a_day.value)
        other = figure.option.title if figure.option is not None else "it"
        return (
            f"{said}. In this plan, people included, {volume} requests a day take, against {other}: {'; '.join(told)}"
        )

    def _told(self, result: Result, figure: ClaimFigure) -> str:
        """An option's machines and month, and from which volume on it is the cheaper."""
        assert result.sizing is not None
        assert result.month is not None
        month = money(result.month.value, self.scenario.currency)
        said = f"{result.title}, {_gpus(result.sizing)} at {month} a month"
        pair = {result.name, *figure.claim.options}
        for each in self.break_evens:
            if each.variable == "volume" and {each.first, each.second} == pair and each.at is not None:
                cheaper = "cheaper" if each.second == result.name else "dearer"
                said += f", {cheaper} from {count(float(f'{each.at.value:.4g}'))} requests a day on"
        return said


def _gpus(sizing: Sizing) -> str:
    return "1 GPU" if sizing.gpus == 1 else f"{sizing.gpus} GPUs"
