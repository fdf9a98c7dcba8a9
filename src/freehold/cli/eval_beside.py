"""Shows runs side by side, judges rules by them, and turns the verdicts into an exit code."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from freehold.cli import say
from freehold.cli.client import Client
from freehold.cli.drawn import draw, write_report
from freehold.cli.errors import CommandFailed, UsedWrongly

if TYPE_CHECKING:
    from freehold.evaluate.report.comparison import Comparison
    from freehold.evaluate.report.rules.grammar import Rule

FailIfOption = Annotated[
    list[str] | None,
    typer.Option("--fail-if", metavar="RULE", help="Exit with 1 where this holds or cannot be told; repeatable."),
]
HtmlOption = Annotated[
    Path | None, typer.Option("--html", metavar="FILE", help="Write the report, one file that needs nothing else.")
]


def rules_of(texts: Sequence[str] | None) -> list[Rule]:
    """The rules, read before anything is asked; raises `UsedWrongly`."""
    # Here, as all of the report, because it brings numpy, which asking can do without.
    from freehold.evaluate.report.rules.grammar import RuleFault, parse  # noqa: PLC0415

    try:
        return [parse(text) for text in texts or ()]
    except RuleFault as fault:
        raise UsedWrongly(str(fault)) from fault


def check_meant(rules: Sequence[Rule], subjects: Sequence[str], scorers: Sequence[str]) -> None:
    """That rules speak of subjects and scorers that are asked for; raises `UsedWrongly`, before anything is asked."""
    letters = [chr(ord("A") + number) for number in range(len(subjects))]
    kinds = {_kind(scorer) for scorer in scorers}
    for rule in rules:
        for measure in (term.measure for term in (*rule.left, *rule.right) if term.measure is not None):
            # Of a subject that is asked twice, the second is called as it with a number behind.
            if measure.subject and measure.subject.partition(" #")[0] not in {*letters, *subjects}:
                known = ", ".join(f"{letter} ({name})" for letter, name in zip(letters, subjects, strict=True))
                raise UsedWrongly(f"the rule '{rule.text}' is of {measure.subject!r}; there are {known}")
            if measure.scorer and _kind(measure.scorer) not in kinds:
                raise UsedWrongly(
                    f"the rule '{rule.text}' is by {measure.scorer!r}, which nothing is scored by; ask for it with"
                    f" --scorer. There are {', '.join(scorers)}"
                )


def _kind(scorer: str) -> str:
    """Its name without settings, which may be written in several ways; a judge's with the judge's own."""
    return scorer if scorer.startswith("judge:") else scorer.partition(":")[0].strip()


def check_writable(report: Path | None) -> None:
    """That a report can be written there; raises `UsedWrongly`, before anything is asked."""
    if report is None:
        return
    if report.is_dir():
        raise UsedWrongly(f"{say.name(report)} is a folder; name a file in it for the report")
    if not report.parent.is_dir():
        raise UsedWrongly(f"there is no folder {say.name(report.parent)} for the report; make it, or name another file")
    if not os.access(report if report.exists() else report.parent, os.W_OK):
        raise UsedWrongly(f"the report cannot be written to {say.name(report)} (no permission); name another file")


def compared(client: Client, runs: Sequence[str]) -> Comparison:
    """Runs side by side, the first of which the others are held against."""
    from freehold.evaluate.report.json import from_json  # noqa: PLC0415  # as above

    try:
        return from_json(client.fetch("/api/eval/comparison", runs=",".join(runs)))
    except ValueError as error:
        raise CommandFailed(f"the Freehold that was asked is of another version: {error}") from error


def show(comparison: Comparison, rules: Sequence[Rule], report: Path | None, *, as_json: bool) -> None:
    """Show it, and raise `CommandFailed` where a rule fails."""
    from freehold.evaluate.report.html import html  # noqa: PLC0415  # as above
    from freehold.evaluate.report.json import to_json  # noqa: PLC0415  # as above
    from freehold.evaluate.report.rules.verdict import judge  # noqa: PLC0415  # as above
    from freehold.evaluate.report.text import text  # noqa: PLC0415  # as above

    verdicts = judge(comparison, rules)
    if as_json:
        typer.echo(to_json(comparison), nl=False)
    else:
        draw(text(comparison, verdicts))
    if report is not None:
        write_report(report, html(comparison, verdicts))
    failed = [each for each in verdicts if not each.passed]
    if failed:
        told = "; ".join(f"'{each.rule}' for {each.subject}: {each.why}" for each in failed)
        raise CommandFailed(f"{len(failed)} of {len(verdicts)} rules failed: {told}")
    if verdicts:
        say.aside("no rule of --fail-if holds")
