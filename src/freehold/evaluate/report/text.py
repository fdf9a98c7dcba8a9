"""A comparison in a terminal: what must be known, the subjects, the differences, slices, and what changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from freehold.evaluate.report.comparison import Comparison, Figure, Pair, Subject
from freehold.evaluate.report.rules.verdict import Verdict
from freehold.evaluate.report.written import (
    NONE,
    chance,
    dollars,
    milliseconds,
    percent,
    points,
    spanned,
    times,
    told,
    valued,
)

_FEW = 3
"""Cases that are told here each way; the page and the JSON have more."""
_LINE = 160


def text(comparison: Comparison, verdicts: Sequence[Verdict] = ()) -> RenderableType:
    """What `freehold eval compare` prints, in any width from about 40 columns up."""
    return Group(*_parts(comparison, verdicts))


def _parts(comparison: Comparison, verdicts: Sequence[Verdict]) -> Iterator[RenderableType]:
    partial = Text(" · partial", style="bold yellow") if comparison.partial else Text("")
    yield Text.assemble((f"{comparison.dataset_name}", "bold"), partial)
    yield Text(f"{comparison.dataset_size:,} examples · {comparison.dataset} · intervals hold with 95 %", style="dim")
    yield from _notes(comparison)
    for subject in comparison.subjects:
        yield from _subject(subject)
    for pair in comparison.pairs:
        yield from _pair(pair)
    yield from _slices(comparison)
    yield from _cases(comparison)
    yield from _methods(comparison)
    yield from _verdicts(verdicts)


def _notes(comparison: Comparison) -> Iterator[RenderableType]:
    if comparison.notes:
        yield Text("")
        for note in comparison.notes:
            yield _bullet("•", "dim", note)


def _subject(subject: Subject) -> Iterator[RenderableType]:
    state = "" if subject.state == "done" else f" · {subject.state}"
    yield Text.assemble("\n", (f"{subject.letter}  {subject.name}", "bold"), (state, "yellow"))
    rows: list[tuple[str, str, str]] = [
        (_scorer(each.scorer, gates=each.gates), valued(each.quality, percent), _both(each.quality, each.always))
        for each in subject.scores
    ]
    rows += [
        ("cost of an answer", valued(subject.cost, dollars), spanned(subject.cost, dollars)),
        ("50 of 100 within", valued(subject.p50_ms, milliseconds), spanned(subject.p50_ms, milliseconds)),
        ("95 of 100 within", valued(subject.p95_ms, milliseconds), spanned(subject.p95_ms, milliseconds)),
        ("first token", valued(subject.first_ms, milliseconds), spanned(subject.first_ms, milliseconds)),
        ("failures", valued(subject.failures, percent), spanned(subject.failures, percent)),
        ("refusals", valued(subject.refusals, percent), spanned(subject.refusals, percent)),
        ("escalated", valued(subject.escalations, percent), spanned(subject.escalations, percent)),
    ]
    yield _table(("", "", "interval"), [row for row in rows if row[1] != NONE])
    yield Padding(Text(spent(subject), style="dim"), (0, 0, 0, 3))


def spent(subject: Subject) -> str:
    """What a run paid and for how many answers, in a sentence."""
    answers = f"{subject.answered:,} of {subject.asked:,} answered"
    reused = f", {subject.reused:,} of them from an earlier run" if subject.reused else ""
    worth = f" for what is worth {dollars(subject.worth)}" if subject.reused else ""
    tokens = f"{subject.input_tokens:,.0f} tokens in and {subject.output_tokens:,.0f} out"
    targets = ", ".join(f"{name} {count:,}" for name, count in subject.targets.items())
    by = f" Answered by {targets}." if len(subject.targets) > 1 else ""
    return f"{answers}{reused}; paid {dollars(subject.paid)}{worth}; {tokens} of an answer.{by}"


def _pair(pair: Pair) -> Iterator[RenderableType]:
    yield Text.assemble("\n", (f"{pair.other} beside {pair.first}", "bold"), (f"  {pair.both:,} pairs", "dim"))
    for each in pair.scores:
        if each.delta is None:
            continue
        rows = [
            (_scorer(each.scorer, gates=each.gates), f"{points(each.delta.value)} points", told(each)),
            ("  for one look", "", spanned(each.delta, points)),
            ("  for any look", "", spanned(each.always, points)),
            ("  p, corrected", chance(each.corrected), f"any look {chance(each.always_corrected)}"),
            ("", "", f"{each.won:,} won, {each.lost:,} lost, {each.tied:,} alike"),
        ]
        yield _table(("", "", ""), rows)
    ratios = [("cost", pair.cost), ("time", pair.time)]
    rows = [(name, valued(figure, times), spanned(figure, times)) for name, figure in ratios if figure is not None]
    if rows:
        yield _table(("", "", ""), rows)


def _slices(comparison: Comparison) -> Iterator[RenderableType]:
    if not comparison.slices and not comparison.small_slices:
        return
    yield Text("\nSlices", style="bold")
    rows = [
        (
            f"{each.key} = {each.value} ({each.size:,})",
            f"{valued(each.delta, points)} points",
            f"{spanned(each.delta, points)}; p {chance(each.corrected)}; {each.other}, {each.scorer}",
        )
        for each in comparison.slices
    ]
    if rows:
        yield _table(("", "", ""), rows)
    if comparison.small_slices:
        yield _bullet("•", "dim", f"Too few examples to say: {', '.join(comparison.small_slices)}.")


def _cases(comparison: Comparison) -> Iterator[RenderableType]:
    for pair in comparison.pairs:
        mine = [each for each in comparison.cases if each.other == pair.other]
        for title, chosen in (
            ("lost", [each for each in mine if each.other_score < each.first_score]),
            ("won", [each for each in mine if each.other_score > each.first_score]),
        ):
            if chosen:
                yield Text(f"\n{pair.other} {title}", style="bold")
            for each in chosen[:_FEW]:
                yield _bullet("•", "dim", _line(each.input))
                yield Padding(Text(f"{each.first}: {_line(each.first_answer)}", style="dim"), (0, 0, 0, 4))
                yield Padding(Text(f"{each.other}: {_line(each.other_answer)}", style="dim"), (0, 0, 0, 4))


def _methods(comparison: Comparison) -> Iterator[RenderableType]:
    if comparison.methods:
        named = "; ".join(f"{method.title} ({method.source})" for method in comparison.methods.values())
        yield Text(f"\nMethods: {named}.", style="dim")


def _verdicts(verdicts: Sequence[Verdict]) -> Iterator[RenderableType]:
    if verdicts:
        yield Text("\nRules", style="bold")
    for each in verdicts:
        sign, colour = ("✓", "green") if each.passed else ("✗", "red")
        yield _bullet(sign, colour, f"fail if {each.rule}  [{each.subject}]: {each.why}")


def _both(quality: Figure | None, always: Figure | None) -> str:
    return f"{spanned(quality, percent)}; any look {spanned(always, percent)}"


def _scorer(name: str, *, gates: bool) -> str:
    return name if gates else f"{name} (not certified)"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> RenderableType:
    shown = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for place, name in enumerate(head):
        shown.add_column(name, justify="right" if place == 1 else "left", overflow="fold", no_wrap=place == 1)
    for row in rows:
        shown.add_row(*(Text(cell) for cell in row))
    return Padding(shown, (0, 0, 0, 3))


def _bullet(sign: str, style: str, said: str) -> RenderableType:
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=1)
    grid.add_column()
    grid.add_row(Text(sign, style=style), Text(said))
    return Padding(grid, (0, 0, 0, 2))


def _line(said: str) -> str:
    """One line of what a model wrote, without what a terminal would take for a command."""
    flat = "".join(sign for sign in " ".join(said.split()) if sign.isprintable())
    return flat if len(flat) <= _LINE else f"{flat[: _LINE - 1]}…"
