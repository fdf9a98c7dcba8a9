"""``freehold up``: start everything, say in a few lines what will answer, and serve until told to stop."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from freehold.cli.options import ConfigOption, DataDirOption, new_app

app = new_app()


@app.command()
def up(
    config: ConfigOption = None,
    host: Annotated[str | None, typer.Option(metavar="HOST", help="The address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(metavar="PORT", help="The port; 0 for any that is free.")] = None,
    data_dir: DataDirOption = None,
    workers: Annotated[int | None, typer.Option(metavar="N", help="Processes that serve, from 1 to 64.")] = None,
) -> None:
    """Start Freehold and serve until interrupted. SIGHUP reads the configuration again.

    Example: freehold up --port 8080
    """
    said = {"host": host, "port": port, "data_dir": data_dir, "workers": workers}
    # Here, because it brings all of Freehold, which its help can do without.
    from freehold.cli.serving import run  # noqa: PLC0415

    run(config, {name: str(value) for name, value in said.items() if value is not None}, os.environ)
