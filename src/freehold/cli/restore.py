"""``freehold restore``: a Freehold as it was when a backup was taken."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from freehold.backup import Restored, restore
from freehold.backup.parts import CONFIGURATION
from freehold.cli import say
from freehold.cli.moving import at_hand, moving
from freehold.cli.options import ConfigOption, DataDirOption, JsonOption, new_app
from freehold.cli.reach import Where

app = new_app()


@app.command("restore")
def restore_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What 'freehold backup' wrote.")],
    *,
    force: Annotated[
        bool, typer.Option("--force", help="Put aside what the data directory holds, and keep it there.")
    ] = False,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Bring back all that a backup holds, where no Freehold runs.

    All of the backup is checked before anything is put in its place. Nothing is removed: with --force, what was there
    is moved into a folder beside it.

    Example: freehold restore freehold-monday.tar.gz --data-dir restored
    """
    where = at_hand(Where(config, data_dir), os.environ).server.data_dir
    with moving() as tell:
        restored = restore(file, where, force=force, say=lambda size: tell("unpacked", size))
    _tell(restored, where, as_json=as_json)


def _tell(restored: Restored, where: Path, *, as_json: bool) -> None:
    manifest, aside = restored.manifest, restored.aside
    if as_json:
        told = {"data_dir": str(where), "made": manifest.made, "revision": manifest.revision}
        say.json(told | {"documents": manifest.documents, "aside": None if aside is None else str(aside)})
    else:
        say.line(f"restored to {where}: Freehold as of {manifest.made}")
        if aside is not None:
            say.aside(f"What was there is in {aside}.")
        say.aside("Everybody signs in to the page anew; keys work as they did then.")
    if any(entry.name == CONFIGURATION for entry in manifest.entries):
        say.note(f"the configuration is in {where / CONFIGURATION}; name it with --config, or move it to where it was")
    if manifest.documents == "postgresql":
        say.note("the documents were in PostgreSQL; bring them back there with pg_restore, from about the same time")
