"""One Freehold a data directory: the lock, and the address at which commands find who holds it.

The lock is the operating system's (``flock``), so it ends with the process that holds it, however that ends; the pid in
the file is only for the message. A child made by ``fork`` without ``exec`` would inherit the lock: start workers with
`subprocess` or the ``spawn`` method, which do not.
"""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path
from types import TracebackType

import msgspec

from freehold.core.errors import AlreadyRunning, SetupError

LOCK_NAME = "instance.lock"
ENDPOINT_NAME = "endpoint.json"

_PATIENCE = 0.3
"""Seconds to try for the lock: a command that looks whether it is held has it for some microseconds."""


class Endpoint(msgspec.Struct, frozen=True):
    """Where the holder of a data directory answers, and a token that opens it to this user's commands while it runs."""

    url: str
    pid: int
    token: str

    def __repr__(self) -> str:
        return f"Endpoint(url={self.url!r}, pid={self.pid})"


def prepare(data_dir: Path) -> Path:
    """Make the data directory, readable by its owner alone; raises `SetupError` with the mend where that fails."""
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not os.access(data_dir, os.W_OK | os.X_OK):
            raise PermissionError(13, "not writable")
    except OSError as error:
        raise SetupError(
            f"cannot use {data_dir} as data directory: {error.strerror}; "
            "choose one that this user may write to with --data-dir"
        ) from error
    return data_dir


class InstanceLock:
    """The lock of one data directory, held from `acquire` to `release` or to the end of the process."""

    def __init__(self, data_dir: Path, descriptor: int) -> None:
        self.data_dir = data_dir
        self._descriptor: int | None = descriptor

    @classmethod
    def acquire(cls, data_dir: Path) -> InstanceLock:
        """Take the lock; raises `AlreadyRunning` with the holder's pid, or `SetupError` with the mend."""
        prepare(data_dir)
        try:
            descriptor = os.open(data_dir / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise SetupError(
                f"cannot open {data_dir / LOCK_NAME}: {error.strerror}; choose another directory with --data-dir"
            ) from error
        try:
            _lock_patiently(descriptor)
        except BlockingIOError:
            holder = _pid_in(descriptor)
            os.close(descriptor)
            raise AlreadyRunning(str(data_dir), holder) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        return cls(data_dir, descriptor)

    def release(self) -> None:
        """Give the directory free. Safe to call twice."""
        if self._descriptor is None:
            return
        (self.data_dir / ENDPOINT_NAME).unlink(missing_ok=True)
        os.close(self._descriptor)
        self._descriptor = None

    def __enter__(self) -> InstanceLock:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def write_endpoint(data_dir: Path, url: str, token: str) -> None:
    """Say where this process answers. Only the holder of the lock may call it; the file is its owner's alone."""
    fresh = data_dir / f"{ENDPOINT_NAME}.{os.getpid()}"
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.encode(Endpoint(url, os.getpid(), token)))
    fresh.replace(data_dir / ENDPOINT_NAME)


def read_endpoint(data_dir: Path) -> Endpoint | None:
    """The running instance; `None` when nobody holds the lock or the holder is not listening yet."""
    if not _held(data_dir):
        return None
    try:
        return msgspec.json.decode((data_dir / ENDPOINT_NAME).read_bytes(), type=Endpoint)
    except (OSError, msgspec.DecodeError):
        return None


def _held(data_dir: Path) -> bool:
    try:
        descriptor = os.open(data_dir / LOCK_NAME, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _lock_patiently(descriptor: int) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return


def _pid_in(descriptor: int) -> int | None:
    text = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip()
    return int(text) if text.isdigit() else None
