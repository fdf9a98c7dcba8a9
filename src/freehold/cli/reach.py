"""Finds the Freehold that a command acts on: the one the environment names, else one that runs here, else none."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Literal

import msgspec

from freehold.catalog.keys import expand_home
from freehold.cli.client import Client, Remote
from freehold.cli.errors import CommandFailed, UsedWrongly
from freehold.config import Config, find, load
from freehold.stores.instance import Endpoint, read_endpoint

Otherwise = Literal["data", "record", "configuration", "answer"]
"""What a command needs where no Freehold runs: its ``data`` (keys, ledger), which are made where there are none; the
``record`` of what has been, which is not; its ``configuration`` alone; or an ``answer``, for which one is started."""


class Where(msgspec.Struct, frozen=True):
    """What the user said of which Freehold is meant."""

    config: Path | None = None
    data_dir: Path | None = None

    def running(self, env: Mapping[str, str]) -> Endpoint | None:
        """One that runs over a data directory which was given outright; no configuration is read to find it."""
        given = self.data_dir or env.get("FREEHOLD_SERVER_DATA_DIR") or env.get("FREEHOLD_DATA_DIR")
        return read_endpoint(expand_home(str(given), env)) if given else None

    def settings(self, env: Mapping[str, str]) -> Config:
        """The configuration; raises `ConfigFaults`."""
        overrides = {} if self.data_dir is None else {"server.data_dir": str(self.data_dir)}
        return load(self.config or find(env, Path.cwd()), env, overrides=overrides)


def reach(where: Where, otherwise: Otherwise) -> AbstractContextManager[Client]:
    """A client of the Freehold that is meant.

    ``FREEHOLD_URL`` with ``FREEHOLD_KEY`` comes first. Then one that runs over the data directory, with that key where
    it is set; without it, the user's own commands act as an admin. Else what `otherwise` says, for which no key is
    read: one that was given is refused there, and never passed over.
    """
    url, key = os.environ.get("FREEHOLD_URL"), os.environ.get("FREEHOLD_KEY")
    if key == "":
        raise UsedWrongly("FREEHOLD_KEY is set and empty; set it to a key, or unset it")
    if url:
        if key is None:
            raise UsedWrongly("FREEHOLD_URL is set and FREEHOLD_KEY is not; set it to a key of that Freehold")
        return nullcontext(Client(Remote(url), key))
    running = where.running(os.environ)
    if running is None:
        settings = where.settings(os.environ)
        running = read_endpoint(settings.server.data_dir)
        if running is None:
            if key is not None:
                raise UsedWrongly(
                    f"FREEHOLD_KEY is set, and no Freehold that could tell whose it is runs in"
                    f" {settings.server.data_dir}; start it with 'freehold up', set FREEHOLD_URL to one that runs"
                    " elsewhere, or unset FREEHOLD_KEY to act as the owner of the data"
                )
            return _without(settings, otherwise)
    return nullcontext(Client(Remote(running.url), running.token if key is None else key))


def _without(settings: Config, otherwise: Otherwise) -> AbstractContextManager[Client]:
    """A client where no Freehold runs."""
    # Here, because they bring all of Freehold, which a client of a running one can do without.
    from freehold.cli.inside import beside, inside  # noqa: PLC0415
    from freehold.stores.sqlite import FILE_NAME  # noqa: PLC0415

    if otherwise == "record" and not (settings.server.data_dir / FILE_NAME).is_file():
        raise CommandFailed(
            f"there is no data in {settings.server.data_dir}; name the directory of a Freehold that has run with "
            "--data-dir, or start one with 'freehold up'"
        )
    if otherwise == "configuration":
        return beside(settings, os.environ)
    return inside(settings, os.environ, awake=otherwise == "answer")
