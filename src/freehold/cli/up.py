"""``freehold up``: start everything, and say in a few lines what will answer."""

from __future__ import annotations

import logging
import os
import sys
from contextlib import suppress
from pathlib import Path

import typer

from freehold.assemble import Stack, build
from freehold.cli.say import note
from freehold.config import Config, find, load
from freehold.core.errors import SetupError
from freehold.http.server import listen, serve
from freehold.stores.instance import InstanceLock, write_endpoint

app = typer.Typer()


@app.command()
def up(
    config: Path | None = typer.Option(None, help="The configuration; default ./freehold.toml if there is one."),
    host: str | None = typer.Option(None, help="The address to listen on."),
    port: int | None = typer.Option(None, help="The port to listen on."),
    data_dir: Path | None = typer.Option(None, help="Where keys, ledger and models are kept."),
    workers: int | None = typer.Option(None, help="How many processes serve; this release serves from one."),
) -> None:
    """Start Freehold and serve until interrupted.

    Example: freehold up --config freehold.toml --port 8080
    """
    overrides = {
        name: str(value)
        for name, value in {
            "server.host": host,
            "server.port": port,
            "server.data_dir": data_dir,
            "server.workers": workers,
        }.items()
        if value is not None
    }
    settings = load(config or find(os.environ, Path.cwd()), os.environ, overrides=overrides)
    if settings.server.workers != 1:
        raise SetupError("this release serves from one process; leave --workers and server.workers out")
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    lock = InstanceLock.acquire(settings.server.data_dir)
    try:
        bound = listen(settings.server.host, settings.server.port)
        stack = build(settings, os.environ)
        fresh = stack.keys.ensure_admin(os.environ.get("FREEHOLD_ADMIN_KEY") or None)
        url = address(settings.server.host, bound.getsockname()[1])
        with suppress(KeyboardInterrupt):
            serve(stack, bound, on_ready=lambda: _greet(stack, lock, url, fresh))
    finally:
        lock.release()


def address(host: str, port: int) -> str:
    """The URL at which a server bound here answers on this machine."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  # not bound to: shown
    return f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"


def _greet(stack: Stack, lock: InstanceLock, url: str, fresh: str | None) -> None:
    write_endpoint(stack.config.server.data_dir, url, stack.local_token)
    note(f"Freehold answers at {url}")
    for line in stack.discovery.sentences():
        note(f"  {line}")
    for line in what_answers(stack.config, stack):
        note(line)
    if fresh is not None:
        note(f"Admin key (shown this once): {fresh}")
    key = fresh or ("$FREEHOLD_ADMIN_KEY" if os.environ.get("FREEHOLD_ADMIN_KEY") else "$FREEHOLD_KEY")
    note("Try it:" if fresh or "ADMIN" in key else "Try it, with a key of yours in FREEHOLD_KEY:")
    note(
        f'  curl -N {url}/v1/chat/completions -H "authorization: Bearer {key}" -H "content-type: application/json" '
        '-d \'{"model": "auto", "stream": true, "messages": [{"role": "user", "content": '
        '"The mill was built in 1889 and is 324 metres long. When was the mill built?"}]}\''
    )
    sys.stderr.flush()


def what_answers(config: Config, stack: Stack) -> list[str]:
    """What will answer now; with no model at all, also the one command that brings a real one."""
    chats = [target for target in stack.rules.known if target.profile.chat]
    models = [target.name for target in chats if target.provider != "reader"]
    if models:
        loading = stack.starting()
        lines = [f"Models: {', '.join(models)}"]
        return [*lines, f"Still loading: {', '.join(loading)}"] if loading else lines
    return ["No model yet: the built-in reader answers, by quoting the text that it is given."]
