"""Starts the confined process, hands it code and then tests, and hears its verdict.

The tests are sent once the code has been imported, so that it cannot be written to fit what it sees of them; a random
token is sent once they have passed, and only a process that sends it back has passed. Whatever ends the process before,
``sys.exit(0)`` or a signal, is a failure.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import msgspec

from freehold.evaluate.confined.limits import Limits

NOBODY = 65534
"""The user that code is run as where Freehold is run by root."""
_ROOT = Path(__file__).parents[3]
"""What `freehold` is imported from."""
_BEGIN = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); from freehold.evaluate.confined.inside import main; main.main()"
)
_LONGEST_LINE = 4 * 1024 * 1024
_MOST_FILES = 5000
_LOOK_S = 0.1


class Ran(msgspec.Struct, frozen=True):
    """What became of a run. ``not run``: it could not be confined, or not be started."""

    state: Literal["passed", "failed", "not run"]
    reason: str = ""
    output: str = ""
    """What it printed, as far as that is kept."""
    seconds: float = 0.0
    layers: dict[str, str] = {}
    """By which means each of ``network``, ``files``, ``processes`` and ``user`` was confined; empty: by none."""


def run(code: str, tests: str, limits: Limits | None = None) -> Ran:
    """Run the tests over the code, in about 50 ms and at most the limits' time. Blocks: call it in a thread."""
    limits = limits or Limits()
    began = time.monotonic()
    with _folder() as folder, _Process(folder, limits) as process:
        ran = _converse(process, code, tests, limits)
    return msgspec.structs.replace(ran, output=process.printed, seconds=time.monotonic() - began)


class _Broken(Exception):
    """The process ended, was ended, or said what none of ours says."""


class _Process:
    """The confined process, from outside. Leaving it ends it."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self._folder = folder
        self._limits = limits
        self._deadline = time.monotonic() + limits.wall_s
        self.ended = ""
        """Why it was ended from outside; empty where it was not."""

    def __enter__(self) -> _Process:
        their_ears, self._mouth = os.pipe()
        self._ears, their_mouth = os.pipe()
        theirs = (their_ears, their_mouth)
        settings = {"folder": str(self._folder), "user": _user(), **msgspec.structs.asdict(self._limits)}
        talk = ",".join(map(str, theirs))
        try:
            self._process = subprocess.Popen(  # noqa: S603  Our own interpreter, with arguments of our own.
                [sys.executable, "-I", "-S", "-B", "-u", "-c", _BEGIN, str(_ROOT), talk, json.dumps(settings)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                cwd=self._folder,
                env={"LANG": "C.UTF-8", "HOME": str(self._folder), "TMPDIR": str(self._folder), "TZ": "UTC"},
                pass_fds=theirs,
                start_new_session=True,
            )
        except OSError:
            _close(self._mouth, self._ears)
            raise
        finally:
            _close(*theirs)
        self._heard = b""
        self._kept = bytearray()
        self._reader = threading.Thread(target=self._read_output, daemon=True)
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._look_after, daemon=True)
        self._reader.start()
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._kill()
        self._process.wait()
        self._watch.join()
        self._reader.join()
        if self._process.stdout is not None:
            self._process.stdout.close()
        _close(self._mouth, self._ears)

    @property
    def printed(self) -> str:
        """What it printed, as far as that is kept."""
        return self._kept.decode("utf-8", "replace")

    @property
    def exit_signal(self) -> int:
        """By which signal it ended, waited for shortly; 0 where by none."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=0.5)
        return max(0, -(self._process.returncode or 0))

    def tell(self, said: Any) -> None:
        """Send it a line. Neither this nor hearing waits for ever: the watch ends what takes too long."""
        line = json.dumps(said).encode() + b"\n"
        try:
            while line:
                line = line[os.write(self._mouth, line) :]
        except OSError as error:
            raise _Broken from error

    def hear(self) -> dict[str, Any]:
        """Its next line."""
        while b"\n" not in self._heard:
            piece = os.read(self._ears, 65536)
            if not piece or len(self._heard) > _LONGEST_LINE:
                raise _Broken
            self._heard += piece
        line, self._heard = self._heard.split(b"\n", 1)
        try:
            said = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise _Broken from error
        if not isinstance(said, dict):
            raise _Broken
        return said

    def _look_after(self) -> None:
        """End it when its time is over or its folder is too full."""
        while not self._over.wait(_LOOK_S):
            if time.monotonic() >= self._deadline:
                self._end(f"it took more than {self._limits.wall_s:g} s")
            elif _too_full(self._folder, self._limits.disk_mb * 2**20):
                self._end(f"it wrote more than {self._limits.disk_mb} MB, or {_MOST_FILES} files")

    def _end(self, why: str) -> None:
        self.ended = self.ended or why
        self._kill()

    def _kill(self) -> None:
        if self._process.poll() is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def _read_output(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        while piece := os.read(stream.fileno(), 65536):
            room = self._limits.output_kb * 1024 - len(self._kept)
            self._kept += piece[: max(0, room)]


def _converse(process: _Process, code: str, tests: str, limits: Limits) -> Ran:
    layers: dict[str, str] = {}
    try:
        layers = {str(name): str(means) for name, means in process.hear()["layers"].items()}
        missing = [name for name in ("network", "files", "processes") if not layers.get(name)]
        if missing and not limits.weaker:
            return Ran("not run", f"this system cannot confine its {', '.join(missing)}", layers=layers)
        process.tell({"code": code})
        if fault := process.hear().get("fault"):
            return Ran("failed", f"the code does not run: {fault}"[:300], layers=layers)
        process.tell({"tests": tests})
        if fault := process.hear().get("fault"):
            return Ran("failed", str(fault)[:300], layers=layers)
        token = secrets.token_hex(16)
        process.tell({"token": token})
        if not secrets.compare_digest(str(process.hear().get("token")).encode(), token.encode()):
            raise _Broken
    except (_Broken, KeyError, AttributeError):
        return _broken(process, layers, limits)
    return Ran("passed", layers=layers)


def _broken(process: _Process, layers: dict[str, str], limits: Limits) -> Ran:
    ended = process.exit_signal
    if not layers:
        return Ran("not run", f"the confined process did not start: {process.ended or process.printed[-200:]}")
    if process.ended:
        return Ran("failed", process.ended, layers=layers)
    if ended == signal.SIGXCPU:
        return Ran("failed", f"it took more than {limits.cpu_s} s of processor time", layers=layers)
    how = f"by {signal.Signals(ended).name} " if ended in set(signal.Signals) else ""
    return Ran("failed", f"it ended {how}before its tests had passed", layers=layers)


def _close(*descriptors: int) -> None:
    for descriptor in descriptors:
        os.close(descriptor)


def _user() -> int | None:
    """Whom to run it as; `None`: as ourselves, since we are not root or others cannot read the interpreter."""
    if os.geteuid() != 0:
        return None
    library = Path(os.__file__).resolve().parent
    open_to_all = all(path.stat().st_mode & 0o001 for path in (library, *library.parents))
    return NOBODY if open_to_all else None


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    """A new folder of the user that will run in it, removed with all that is in it."""
    path = Path(tempfile.mkdtemp(prefix="freehold-code-"))
    try:
        if (user := _user()) is not None:
            os.chown(path, user, user)
        yield path
    finally:
        try:
            shutil.rmtree(path)
        except (OSError, RecursionError):
            # Deeper than Python's own removal goes.
            subprocess.run(["rm", "-rf", "--", str(path)], check=False, stderr=subprocess.DEVNULL)  # noqa: S603, S607


def _too_full(folder: Path, most: int) -> bool:
    size = count = 0
    left = [str(folder)]
    while left:
        try:
            with os.scandir(left.pop()) as entries:
                for entry in entries:
                    count += 1
                    size += entry.stat(follow_symlinks=False).st_blocks * 512
                    if entry.is_dir(follow_symlinks=False):
                        left.append(entry.path)
                    if count > _MOST_FILES or size > most:
                        return True
        except FileNotFoundError:
            continue  # It was removed meanwhile.
        except OSError:
            return True  # A path longer than the system takes.
    return False
