"""One worker process: started with nothing it need not know, given its job, ended whatever happens.

Restarting, and what a failure means, is the supervisor's business (`engines.llamacpp`).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import NoReturn

import msgspec

from freehold.engines.worker import Announcement, Job

_ANNOUNCED: msgspec.json.Decoder[Announcement] = msgspec.json.Decoder(Announcement)
_LOG_LIMIT = 4 * 2**20
_TAIL_BYTES = 16 * 2**10

_PASSED_ON = re.compile(
    r"PATH|HOME|USER|LANG|LC_\w+|TZ|TMPDIR|TEMP|TMP|SYSTEMROOT|PYTHON\w*|VIRTUAL_ENV|LD_LIBRARY_PATH|DYLD_\w+"
    r"|(?:CUDA|NVIDIA|HIP|ROCR|HSA|GGML|OMP|VK|MESA)_\w+"
)
_REPORT = re.compile(r"^[\d.]+ E \w*:? ?", re.MULTILINE)


class WorkerDied(Exception):
    """A worker ended, or did not become ready in time; another may do better. The text says how it ended."""


class Worker:
    """A running worker. Made by `running`, which also ends it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    async def announcement(self, job: Job, seconds: float) -> Announcement:
        """Hand the job over and wait until the model is loaded or refused; raises `WorkerDied`."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(msgspec.json.encode(job) + b"\n")
            line = await asyncio.wait_for(self._process.stdout.readline(), seconds)
        except TimeoutError:
            raise WorkerDied(f"it did not load {Path(job.path).name} within {seconds:g} seconds") from None
        if not line:
            await self.ended()
        try:
            return _ANNOUNCED.decode(line)
        except msgspec.DecodeError:
            raise WorkerDied("it was cut off while it announced itself") from None

    async def ended(self) -> NoReturn:
        """Wait for its end; raises `WorkerDied`, which says how."""
        code = await self._process.wait()
        if code < 0:
            raise WorkerDied(f"its process was killed by {signal.Signals(-code).name}")
        raise WorkerDied(f"its process ended with status {code}")


@contextlib.asynccontextmanager
async def running(log: Path, grace: float) -> AsyncIterator[Worker]:
    """A worker that writes to `log`; on the way out it is told to end, and killed after `grace` seconds."""
    output = await asyncio.to_thread(_open_log, log)
    try:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "freehold.engines.worker"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=output,
            env=harmless(os.environ),
            start_new_session=True,  # so that Ctrl-C reaches the supervisor alone, which then ends its workers
        )
    finally:
        os.close(output)
    try:
        yield Worker(process)
    finally:
        await _end(process, grace)


async def _end(process: asyncio.subprocess.Process, grace: float) -> None:
    # A process that has ended in the meantime is what was wanted.
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), grace)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def harmless(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables a worker may see: those of the system and of accelerators, and no provider's key."""
    return {name: value for name, value in environment.items() if _PASSED_ON.fullmatch(name)}


def _open_log(log: Path) -> int:
    """Open the log for its owner to append to, after putting a large one aside as ``.1``."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > _LOG_LIMIT:
        log.replace(log.with_suffix(".log.1"))
    return os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)


def reported(log: Path) -> str | None:
    """What the engine last gave as the cause of an error in its log, without its time stamps; `None` if nothing."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - _TAIL_BYTES))
            lines = file.read().decode(errors="replace").splitlines()
    except OSError:
        return None
    errors = [_REPORT.sub("", line).strip() for line in lines if _REPORT.match(line)]
    causes = [line for line in errors if "error loading model" in line or "failed to allocate" in line]
    found = causes or errors
    return found[-1] if found else None
