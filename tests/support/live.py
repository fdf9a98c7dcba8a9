"""A Freehold that runs as users run it: the installed command, a process of its own, a data directory of its own."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ADMIN_KEY = "fh-documentation-and-tests-only-0123456789"
COMMANDS = Path(sys.executable).parent
"""Where the venv keeps its commands, `freehold` among them."""


@dataclass(frozen=True)
class Live:
    """A running Freehold and what a client needs to know of it."""

    port: int
    key: str
    data: Path
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def free_port() -> int:
    """A port of loopback that was free a moment ago."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def is_ready(port: int) -> bool:
    """Whether ``/readyz`` answers 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


@contextlib.contextmanager
def freehold(folder: Path, *arguments: str, cwd: Path | None = None, seconds: float = 30.0) -> Iterator[Live]:
    """Start ``freehold up``, wait until it is ready, and stop it at the end. `folder` takes its data and its log.

    Raises `AssertionError` with its log when it ends early or is not ready in time.
    """
    folder.mkdir(parents=True, exist_ok=True)
    live = Live(free_port(), ADMIN_KEY, folder / "data", folder / "freehold.log")
    command = [str(COMMANDS / "freehold"), "up", "--port", str(live.port), "--data-dir", str(live.data), *arguments]
    # What happens to listen on the machine that runs the tests must not change what answers.
    environment = {**os.environ, "FREEHOLD_ADMIN_KEY": live.key, "FREEHOLD_DISCOVER_ENABLED": "false"}
    with (
        live.log.open("wb") as log,
        subprocess.Popen(
            command, cwd=cwd or folder, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
        ) as process,
    ):
        try:
            deadline = time.monotonic() + seconds
            while not is_ready(live.port):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise AssertionError(f"freehold is not ready:\n{live.log.read_text()}")
                time.sleep(0.05)
            yield live
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
