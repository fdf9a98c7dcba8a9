"""A Freehold that runs as users run it: the installed command, a process of its own, a data directory of its own."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

ADMIN_KEY = "fh-documentation-and-tests-only-0123456789"
COMMANDS = Path(sys.executable).parent
"""Where the venv keeps its commands, `freehold` among them."""

ALONE = {
    "FREEHOLD_ADMIN_KEY": ADMIN_KEY,
    "FREEHOLD_DISCOVER_ENABLED": "false",
    "FREEHOLD_KNOWLEDGE_EMBEDDING": "off",
    "FREEHOLD_KNOWLEDGE_DOCUMENTATION": "false",
}
"""An admin's key; no look at what else listens on this machine, which must not change what answers; and no work that a
test has not asked for: Freehold's own documentation is read, and passages are embedded, only where it says so."""


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


def port_of(data: Path, pid: int) -> int | None:
    """Where the process answers, as it says in its data directory; `None` until it does."""
    with contextlib.suppress(OSError):
        said = json.loads((data / "endpoint.json").read_bytes())
        if said["pid"] == pid:
            return urlsplit(said["url"]).port
    return None


@contextlib.contextmanager
def freehold(folder: Path, *arguments: str, cwd: Path | None = None, seconds: float = 30.0) -> Iterator[Live]:
    """Start ``freehold up``, wait until it is ready, and stop it at the end. `folder` takes its data and its log.

    Raises `AssertionError` with its log when it ends early or is not ready in time.
    """
    folder.mkdir(parents=True, exist_ok=True)
    data, written = folder / "data", folder / "freehold.log"
    # Any free port, chosen as it is bound: one looked up before could be another's by then.
    command = [str(COMMANDS / "freehold"), "up", "--port", "0", "--data-dir", str(data), *arguments]
    environment = {**os.environ, **ALONE}
    with (
        written.open("wb") as log,
        subprocess.Popen(
            command, cwd=cwd or folder, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
        ) as process,
    ):
        try:
            deadline = time.monotonic() + seconds
            while (port := port_of(data, process.pid)) is None or not is_ready(port):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise AssertionError(f"freehold is not ready:\n{written.read_text()}")
                time.sleep(0.05)
            yield Live(port, ADMIN_KEY, data, written)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
