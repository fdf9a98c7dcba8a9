"""``freehold backup``: one file that holds a whole Freehold, taken while it runs or when it does not."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from freehold.backup import Written, write
from freehold.cli import say
from freehold.cli.errors import UsedWrongly
from freehold.cli.moving import at_hand, moving
from freehold.cli.options import ConfigOption, DataDirOption, JsonOption, new_app
from freehold.cli.reach import Where

app = new_app()

LEFT_OUT = "model weights and logs"
_ELSEWHERE = "the documents are in PostgreSQL and are not in this backup; take them with pg_dump at about the same time"


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write, as in freehold-monday.tar.gz.")],
    *,
    with_config: Annotated[
        bool, typer.Option("--with-config", help="Take the configuration file too, with any key that stands in it.")
    ] = False,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Back up keys, ledger, documents, files, the audit log and the keys that Freehold made for itself into one file.

    Freehold may run meanwhile. Not in it: model weights, logs, providers' keys, and documents kept in PostgreSQL.

    Example: freehold backup freehold-monday.tar.gz
    """
    settings = at_hand(Where(config, data_dir), os.environ)
    if with_config and settings.source is None:
        raise UsedWrongly("--with-config is set, and there is no configuration file; name one with --config")
    with moving() as tell:
        written = write(
            settings.server.data_dir,
            file,
            postgresql=settings.server.database.reveal() != "sqlite",
            configuration=settings.source if with_config else None,
            say=tell,
        )
    _tell(written, as_json=as_json)


def _tell(written: Written, *, as_json: bool) -> None:
    manifest = written.manifest
    if as_json:
        say.json(
            {
                "path": str(written.path),
                "bytes": written.size,
                "made": manifest.made,
                "revision": manifest.revision,
                "documents": manifest.documents,
                "files": len(manifest.entries),
                "unpacked_bytes": manifest.size,
            }
        )
    else:
        say.line(f"{written.path}: {written.size:,} bytes, {len(manifest.entries)} files, as of {manifest.made}")
        say.aside(f"It holds what the data directory holds, but for {LEFT_OUT}; keep it as you keep that.")
    if manifest.documents == "postgresql":
        say.note(_ELSEWHERE)
