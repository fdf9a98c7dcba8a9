"""``freehold models fit``: which open models this machine can hold, with the sum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from freehold.cli import say
from freehold.cli.options import JsonOption

if TYPE_CHECKING:
    from freehold.engines.probe import Machine

_GIB = 2**30


def fit(
    memory: Annotated[
        float | None, typer.Option(min=0.1, metavar="GIB", help="Reckon with so much; default what is free now.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Say which well-known open models this machine can hold, with the sum for each.

    Example: freehold models fit
    """
    # Here, because looking at the machine takes a library that no other command about models needs.
    from freehold.engines.probe import machine  # noqa: PLC0415
    from freehold.engines.suggest import KNOWN, fitting, suggestion  # noqa: PLC0415

    here = machine(gpus=True)
    room = here.memory_available if memory is None else int(memory * _GIB)
    fits = {model.name for model in fitting(room)}
    command = suggestion(room, accelerator=bool(here.gpus))
    if as_json:
        rows = [
            {
                "name": model.name,
                "ref": str(model.ref),
                "licence": model.licence,
                "source": model.source,
                "bytes": model.needs(),
                "fits": model.name in fits,
            }
            for model in KNOWN
        ]
        say.json({"machine": here, "reckoned_with": room, "models": rows, "command": command})
        return
    say.note(_machine(here))
    cells = [
        (model.name, "yes" if model.name in fits else "no", model.sum(), model.licence, str(model.ref))
        for model in KNOWN
    ]
    say.table(("model", "fits", "what it needs", "licence", "ref"), cells)
    say.note(f"Suggested: {command}" if command else "None fits; use a larger machine, or name one by its base_url.")


def _machine(here: Machine) -> str:
    memory = f"{here.memory_available / _GIB:.1f} of {here.memory_total / _GIB:.1f} GiB of memory free"
    gpus = "".join(f", {gpu.name} with {gpu.memory / _GIB:.0f} GiB" for gpu in here.gpus)
    return f"This machine: {memory}, {here.cores} cores{gpus}. A part of it is left to the system."
