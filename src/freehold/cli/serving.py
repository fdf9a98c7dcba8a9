"""Runs Freehold until a signal ends it, for ``freehold up``."""

from __future__ import annotations

import logging
import signal
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn

from freehold.assemble import Stack, build
from freehold.cli import say
from freehold.cli.errors import CommandFailed
from freehold.cli.greeting import address, greeting
from freehold.config import Config, check, find, load
from freehold.http.server import listen, serve
from freehold.observe.log import Style, configure
from freehold.stores.instance import InstanceLock, write_endpoint

_LOG = logging.getLogger("freehold")

HAND = (sys.executable, "-m", "freehold.cli.hand")
"""The command that starts a further worker, less the numbers of its sockets."""


def run(config: Path | None, given: Mapping[str, str], env: Mapping[str, str]) -> None:
    """Start everything and serve. `given`: settings of ``[server]`` that the command line says.

    Raises `ConfigFaults`, `AlreadyRunning` and `SetupError`, each before anything is served.
    """
    settings = _settings(config, env, {f"server.{name}": value for name, value in given.items()})
    signal.signal(signal.SIGTERM, _leave)
    # A reload reads the environment again and not the command line, so what the line said goes on in there.
    env = {**env, **{f"FREEHOLD_SERVER_{name}".upper(): value for name, value in given.items()}}
    server = settings.server
    with InstanceLock.acquire(server.data_dir), listen(server.host, server.port) as bound:
        _serve(build(settings, env), bound, env)


def _settings(path: Path | None, env: Mapping[str, str], overrides: Mapping[str, str]) -> Config:
    found = path or find(env, Path.cwd())
    settings = load(found, env, overrides=overrides)
    log_to_stderr(settings.telemetry.log)
    for warning in check(found, env, overrides=overrides).warnings:
        if settings.telemetry.log == "json":
            _LOG.warning("%s", warning)
        else:
            say.note(f"warning: {warning}")
    return settings


def log_to_stderr(style: Style = "text") -> None:
    """Have everything of interest said on standard error."""
    configure(style, sys.stderr)
    for chatty in ("uvicorn", "gguf", "dbos"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def _serve(stack: Stack, bound: socket.socket, env: Mapping[str, str]) -> None:
    """Serve until a signal ends it; raises `CommandFailed` when it never came to serve."""
    fresh = stack.keys.ensure_admin(env.get("FREEHOLD_ADMIN_KEY") or None)
    url = address(stack.config.server.host, bound.getsockname()[1])
    ready = False

    def greet() -> None:
        nonlocal ready
        ready = True
        write_endpoint(stack.config.server.data_dir, url, stack.local_token)
        say.line("\n".join(greeting(stack, url, fresh, env)))

    with suppress(KeyboardInterrupt):
        serve(stack, bound, hand=HAND, on_ready=greet)
    if not ready:
        raise CommandFailed("Freehold could not start; what the log says above is why")


def _leave(_signal: int, _frame: FrameType | None) -> NoReturn:
    """End in good order. The server takes SIGTERM while it serves, and hands it on to this when it has stopped."""
    sys.exit(0)
