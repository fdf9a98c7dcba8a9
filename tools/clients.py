"""Set up ``.venv/clients``, where Inspect AI and lm-evaluation-harness live for the tests that have them ask Freehold.

    python -m tools.clients

They are programs of their own, and want other versions of some packages than Freehold does; so they are installed
apart, from ``requirements/clients.lock``: wheels alone, by hash, and nothing that the lock does not name. A call
with nothing to do takes a moment. Where they cannot be had, their tests are skipped, and this says so and ends well.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".venv" / "clients"
LOCK = ROOT / "requirements" / "clients.lock"
STAMP = FOLDER / "freehold-installed"


def key() -> str:
    """What the installed state depends on: the lock, the interpreter, the folder's path."""
    parts = (LOCK.read_bytes(), sys.version.encode(), str(FOLDER).encode())
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def is_current() -> bool:
    """Whether all of the lock is installed."""
    return STAMP.is_file() and STAMP.read_text() == key()


def set_up() -> bool:
    """Install what the lock names; whether it is there afterwards."""
    # The lock lies on a file that is always there, so that there is nothing to leave behind.
    with LOCK.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        return is_current() or _install()


def _install() -> bool:
    began = time.monotonic()
    print("Setting up .venv/clients for the tests with other evaluation tools; this may take two minutes.", flush=True)
    STAMP.unlink(missing_ok=True)
    pip = [str(FOLDER / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "-qq"]
    # None but the lock's: two that the harness declares are sources without wheels, which few of its tasks use.
    locked = [*pip, "--require-hashes", "--only-binary", ":all:", "--no-deps", "--requirement", str(LOCK)]
    environment = {**os.environ, "PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"}
    for command in ([sys.executable, "-m", "venv", "--clear", str(FOLDER)], locked):
        if subprocess.run(command, env=environment, check=False).returncode != 0:
            print("They could not be set up, so the tests with other evaluation tools are skipped.", flush=True)
            return False
    STAMP.write_text(key())
    print(f"Set up in {time.monotonic() - began:.0f} s.", flush=True)
    return True


if __name__ == "__main__":
    set_up()
