"""A plan in a terminal: the answer first, then the options beside one another, then what it rests on."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from freehold.plan.report.compared import Compared
from freehold.plan.report.figures import count, months, share, warnings
from freehold.plan.result import Plan, Verdict

_FEW = 6
"""Break-even points that are told here."""
_SIGN = {"holds": ("✓", "green"), "does not hold": ("✗", "red"), "holds only if": ("~", "yellow")}


def table(plan: Plan) -> RenderableType:
    """What `freehold plan` prints, in any width from about 40 columns up."""
    return Group(*_parts(plan))


def _parts(plan: Plan) -> Iterator[RenderableType]:
    yield Text(plan.title, style="bold")
    yield Text(_lead(plan), style="dim")
    yield from (Text(f"Warning: {said}", style="bold yellow") for said in plan.warnings)
    first, *rest = plan.recommendation.sentences or ("Nothing can be recommended.",)
    yield Text(f"\n{first}\n", style="bold")
    yield Compared(plan)
    yield from _listed("Beside it", rest)
    yield from _listed("What would overturn it", plan.recommendation.overturned_by)
    yield from _refusals(plan)
    yield from _listed("Warnings", [f"{each.title}: {said}" for each in plan.results for said in warnings(each)])
    yield from _listed("Where prompts go", [f"{each.title}: {each.privacy}" for each in plan.results if each.privacy])
    yield from _claims(plan)
    yield from _listed("Where they cost the same", _crossings(plan))
    yield from _listed("Planned for", plan.workload)
    yield from _listed("To be known", [*plan.notes, *_stale(plan)])


def _lead(plan: Plan) -> str:
    volume = f"{count(plan.requests_a_day.value)} requests a day"
    return f"{volume}, mean over {months(plan.horizon_months)}, in {plan.currency}; ranges hold with 80 %"


def _listed(title: str, sentences: list[str] | tuple[str, ...]) -> Iterator[RenderableType]:
    """A heading and what stands below it; nothing where there is nothing."""
    if not sentences:
        return
    yield Text(f"\n{title}", style="bold")
    for sentence in sentences:
        yield _bullet(Text("•", style="dim"), Text(sentence))


def _bullet(sign: Text, text: Text) -> RenderableType:
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=1)
    grid.add_column()
    grid.add_row(sign, text)
    return Padding(grid, (0, 0, 0, 2))


def _refusals(plan: Plan) -> Iterator[RenderableType]:
    yield from _listed("Not to be had", [f"{each.title}: {each.refusal}" for each in plan.results if each.refusal])


def _crossings(plan: Plan) -> list[str]:
    found = [each.sentence for each in plan.break_evens if each.at is not None]
    more = len(found) - _FEW
    return found if more <= 1 else [*found[:_FEW], f"And {more} more, which the report has."]


def _claims(plan: Plan) -> Iterator[RenderableType]:
    if plan.claims:
        yield Text("\nClaims", style="bold")
    for claim in plan.claims:
        yield _bullet(*_claim(claim))


def _claim(claim: Verdict) -> tuple[Text, Text]:
    sign, colour = _SIGN.get(claim.verdict, ("?", ""))
    said = Text.assemble(f"“{claim.text}” ", (claim.verdict, f"bold {colour}".strip()), f". {claim.sentence}")
    return Text(sign, style=colour), said


def _stale(plan: Plan) -> list[str]:
    """That some inputs are too old, and which."""
    old = [f"{row.path} ({row.date})" if row.date else row.path for row in plan.assumptions if row.stale]
    assumed = sum(row.source.startswith("assumed") for row in plan.assumptions)
    said = [f"Too old to be trusted unseen: {', '.join(old)}."] if old else []
    if assumed:
        of = f"{assumed} of {len(plan.assumptions)} inputs"
        said.append(f"{of} ({share(assumed / len(plan.assumptions))}) are assumed; the report lists them with why.")
    return said
