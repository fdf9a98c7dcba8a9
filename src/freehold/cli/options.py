"""What commands share: how their help looks, and the options that several of them take."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from freehold.core.errors import BadRequest
from freehold.core.groups import checked_groups
from freehold.core.label import Label

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="The configuration; default ./freehold.toml, if there is one."),
]
DataDirOption = Annotated[
    Path | None,
    typer.Option("--data-dir", metavar="DIR", help="Where keys, ledger and models are kept."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


def new_app(**settings: Any) -> typer.Typer:
    """An application of the house's look: drawn on a terminal, plain text elsewhere."""
    return typer.Typer(
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich" if sys.stdout.isatty() else None,
        **settings,
    )


def label_option(text: str | None) -> str | None:
    """Checks ``--label`` before anything is asked."""
    if text is not None:
        try:
            Label.parse(text)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error
    return text


LabelOption = Annotated[
    str | None,
    typer.Option(metavar="LABEL", callback=label_option, help="As in 'confidential' or 'confidential;eu'."),
]


def words(text: str | None) -> list[str] | None:
    """The parts of ``A,B``; `None` where nothing was given."""
    return None if text is None else [part.strip() for part in text.split(",") if part.strip()]


def group_names(said: Iterable[str] | None) -> list[str]:
    """The groups of ``A,B``, said once or several times; raises `typer.BadParameter` for an empty one and for none."""
    try:
        return sorted(checked_groups(part.strip() for each in said or () for part in each.split(",")))
    except BadRequest as error:
        raise typer.BadParameter(str(error)) from error


def share(text: str | None) -> float | None:
    """A share as ``2%`` or ``0.02``; raises `typer.BadParameter` for anything else.

    >>> share("2%"), share("0.02"), share(None)
    (0.02, 0.02, None)
    """
    if text is None:
        return None
    try:
        found = float(text[:-1]) / 100 if text.endswith("%") else float(text)
    except ValueError:
        found = -1.0
    if not 0 <= found <= 1:
        raise typer.BadParameter(f"{text!r} is no share; say 2% or 0.02")
    return found
