"""A Freehold in a process of its own that a test can talk to, signal, starve and kill.

Where `support.live` serves whoever only wants one running, this is for tests of the running product itself: the
configuration is given as text, the process is at hand, and every answer comes back whole.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from support.live import ADMIN_KEY, ALONE, COMMANDS

PATIENCE = 60.0
"""Seconds that anything may take on a machine that is busy with other tests."""


@dataclass(frozen=True)
class Reply:
    """A whole answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Server:
    """A running Freehold."""

    url: str
    data: Path
    log: Path
    process: subprocess.Popen[bytes]
    key: str = field(default=ADMIN_KEY, repr=False)

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 0

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str | None = ADMIN_KEY,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send one request on a connection of its own; `body` is JSON unless it is bytes. No key: `None`."""
        sent = {"connection": "close", **({"authorization": f"Bearer {key}"} if key else {}), **(headers or {})}
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, data, sent)
            response = connection.getresponse()
            return Reply(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()

    def chat(self, text: str, model: str, **more: Any) -> Reply:
        """One chat of one message, over OpenAI's API. `key` and `headers` as for `ask`; the rest goes in the body."""
        outside = {name: more.pop(name) for name in ("key", "headers") if name in more}
        body = {"model": model, "messages": [{"role": "user", "content": text}], **more}
        return self.ask("POST", "/v1/chat/completions", body, **outside)

    def new_key(self, name: str = "test", **grant: Any) -> dict[str, Any]:
        """Make a key; the answer of the API, its ``key`` and ``id`` among it."""
        made = self.ask("POST", "/api/keys", {"name": name, **grant})
        assert made.status == 201, made.body
        return dict(made.json)

    def record(self, exchange_id: str) -> dict[str, Any]:
        """The ledger's story of one request."""
        told = self.ask("GET", f"/api/requests/{exchange_id}")
        assert told.status == 200, told.body
        return dict(told.json)

    def wait_for(self, holds: Callable[[], bool], what: str) -> None:
        """Wait until something holds; fails with the server's log when it never does."""
        deadline = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < deadline, f"never came: {what}\n{self.log.read_text()}"
            time.sleep(0.02)

    def stop(self) -> int:
        """Ask it to end, as an operator does; gives its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


def command(folder: Path, *arguments: str, config: str = "", data: Path | None = None) -> list[str]:
    """The command line of ``freehold up`` in `folder`, on a port that the system chooses."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "freehold.toml"
    file.write_text(config)
    where = data or folder / "data"
    given = ["up", "--config", str(file), "--data-dir", str(where)]
    return [str(COMMANDS / "freehold"), *given, *([] if "--port" in arguments else ["--port", "0"]), *arguments]


def environment(**more: str) -> dict[str, str]:
    """What the server finds: `ALONE`, and more."""
    return {**os.environ, **ALONE, **more}


@contextlib.contextmanager
def freehold(
    folder: Path,
    config: str = "",
    *arguments: str,
    data: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """Start ``freehold up`` and wait until it takes requests; ends it by force at the end if it still runs."""
    line = command(folder, *arguments, config=config, data=data)
    log = folder / "freehold.log"
    with (
        log.open("ab") as into,
        subprocess.Popen(
            line,
            cwd=folder,
            env=environment(**(env or {})),
            stdin=subprocess.DEVNULL,
            stdout=into,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            where = data or folder / "data"
            yield Server(_ready(where, process, log), where, log, process)
        finally:
            if process.poll() is None:
                process.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(PATIENCE)
            process.kill()


def _ready(data: Path, process: subprocess.Popen[bytes], log: Path) -> str:
    """The server's address, once it has said so in its data directory, which it does when requests are taken."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError, json.JSONDecodeError):
            said = json.loads((data / "endpoint.json").read_bytes())
            if said["pid"] == process.pid:
                return str(said["url"])
        time.sleep(0.02)
    raise AssertionError(f"freehold is not ready:\n{log.read_text()}")
