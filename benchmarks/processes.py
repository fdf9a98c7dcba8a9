"""Processes under test: pinned to their cores, waited for, weighed, and stopped."""

from __future__ import annotations

import contextlib
import os
import platform
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
import psutil

ROOT = Path(__file__).resolve().parent.parent
READY_SECONDS = 90.0


class Cores(msgspec.Struct, frozen=True):
    """Which core carries what. Empty where this machine has one core or cannot pin."""

    proxy: str = ""
    upstream: str = ""
    load: str = ""


def choose_cores() -> Cores:
    """One core for the proxy under test; another for upstream and load, or one each where there are three."""
    if shutil.which("taskset") is None or not hasattr(os, "sched_getaffinity"):
        return Cores()
    free = [str(core) for core in sorted(os.sched_getaffinity(0))]
    if len(free) < 2:
        return Cores()
    return Cores(proxy=free[0], upstream=free[1], load=free[2] if len(free) > 2 else free[1])


class Machine(msgspec.Struct, frozen=True):
    """What the numbers were taken on."""

    processor: str
    cores: int
    memory_gb: float
    system: str
    python: str
    pinned: bool
    busy: float
    """Load average of the last minute when the run began: above 0.5, something else was running."""


def describe_machine(cores: Cores) -> Machine:
    """This machine, without its name or address."""
    return Machine(
        processor=_processor(),
        cores=psutil.cpu_count() or 1,
        memory_gb=round(psutil.virtual_memory().total / 2**30, 1),
        system=f"{platform.system()} {platform.release()}",
        python=platform.python_version(),
        pinned=bool(cores.proxy),
        busy=round(psutil.getloadavg()[0], 2),
    )


def _processor() -> str:
    try:
        rows = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((row.split(":", 1)[1].strip() for row in rows if row.startswith("model name")), platform.machine())


def pinned(core: str, command: Sequence[str]) -> list[str]:
    """`command`, kept on `core`."""
    return ["taskset", "-c", core, *command] if core else [*command]


def free_port() -> int:
    """A port of loopback that was free a moment ago."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@contextlib.contextmanager
def running(
    command: Sequence[str], *, core: str, port: int, ready: str, log: Path, env: Mapping[str, str] | None = None
) -> Iterator[psutil.Process]:
    """Run `command` until the block ends; entered once ``GET ready`` on `port` is answered with a status below 500.

    Raises `RuntimeError` with the end of its log when it stops or is not ready in time.
    """
    with log.open("wb") as sink:
        process = subprocess.Popen(
            pinned(core, command),
            cwd=ROOT,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_ready(process, port, ready, log)
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_ready(process: subprocess.Popen[bytes], port: int, path: str, log: Path) -> None:
    """Return once the server answers."""
    deadline = time.monotonic() + READY_SECONDS
    while not answers(port, path):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{log.stem} did not come up:\n" + "\n".join(log.read_text().splitlines()[-15:]))
        time.sleep(0.002)


def answers(port: int, path: str) -> bool:
    """Whether ``GET path`` is answered with a status below 500."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as sock:
            sock.sendall(f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n".encode())
            head = sock.recv(64).split()
    except OSError:
        return False
    return len(head) > 1 and head[1].isdigit() and int(head[1]) < 500


def resident_bytes(process: psutil.Process) -> int:
    """Resident memory of the process and all it started."""
    total = 0
    for each in (process, *process.children(recursive=True)):
        with contextlib.suppress(psutil.NoSuchProcess):
            total += each.memory_info().rss
    return total


def cpu_seconds(process: psutil.Process | None) -> float:
    """Processor time of the process and all it started; unlike the clock, it does not count others' work."""
    if process is None:
        return 0.0
    total = 0.0
    for each in (process, *process.children(recursive=True)):
        with contextlib.suppress(psutil.NoSuchProcess):
            times = each.cpu_times()
            total += times.user + times.system
    return total


def python(*arguments: str) -> list[str]:
    """A command of this venv's Python."""
    return [sys.executable, *arguments]
