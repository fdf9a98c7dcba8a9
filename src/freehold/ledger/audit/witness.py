"""Shows checkpoints to somebody whom whoever runs this machine cannot change, so that a log written anew is found out.

Three kinds: a file that checkpoints are added to, a git directory in which they are committed, and a service that
speaks C2SP's tlog-witness (https://c2sp.org/tlog-witness) and cosigns them. A witness that fails is told of in the log
and tried again; nothing else waits for it or stops with it.
"""

from __future__ import annotations

import asyncio
import base64
import logging
import os
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

from freehold.core.errors import FreeholdError
from freehold.ledger.audit.folder import COSIGNED_NAME, Folder
from freehold.ledger.audit.log import Log
from freehold.ledger.audit.note import BadNote, Checkpoint, PublicKey, cosignatures_in, notes_in, parse_note

_LOG = logging.getLogger(__name__)

_GIT_SECONDS = 60.0
_MOST_ANSWER = 64 * 1024

Post = Callable[[bytes], Awaitable[tuple[int, bytes]]]
"""POSTs to the witness's ``add-checkpoint``, following no redirect; returns the status and the body."""


class WitnessFailed(Exception):
    """The witness has not taken the checkpoint; the text says why."""


class Witness(Protocol):
    """Is shown a log at its latest checkpoint. Raises `WitnessFailed`."""

    async def show(self, log: Log) -> None: ...


class FileWitness:
    """A file that checkpoints are added to: on another disk, or where what is written stays written."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def show(self, log: Log) -> None:
        """Add the checkpoint, unless it is the last one there already."""
        try:
            await asyncio.to_thread(_add, self._path, log.note)
        except OSError as error:
            raise WitnessFailed(f"{self._path} cannot be written: {error.strerror or error}") from error


class GitWitness:
    """A git directory in which checkpoints are committed, one file a log. To push it is its own hooks' affair."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def show(self, log: Log) -> None:
        """Add the checkpoint to the log's file and commit that."""
        name = log.checkpoint.origin.replace("/", "-") + ".checkpoints"
        try:
            await asyncio.to_thread(_add, self._folder / name, log.note)
            await asyncio.to_thread(self._commit, name, f"{log.checkpoint.origin} has {len(log)} leaves")
        except OSError as error:
            raise WitnessFailed(f"{self._folder} cannot be written: {error.strerror or error}") from error

    def _commit(self, name: str, message: str) -> None:
        """Commit the file as it is now, also where an earlier commit failed after it was written."""
        self._git("add", "--", name)
        if self._git("status", "--porcelain", "--", name):
            self._git("commit", "--quiet", "--message", message, "--", name)

    def _git(self, verb: str, *arguments: str) -> bytes:
        command = ["git", "-C", str(self._folder), verb, *arguments]
        try:
            done = subprocess.run(  # noqa: S603  A list of arguments, ours but for the folder; no shell.
                command,
                capture_output=True,
                timeout=_GIT_SECONDS,
                check=False,
                stdin=subprocess.DEVNULL,
                env={**os.environ, "GIT_TERMINAL_PROMPT": "0"},
            )
        except subprocess.TimeoutExpired:
            raise WitnessFailed(f"git {verb} in {self._folder} took longer than {_GIT_SECONDS:g} s") from None
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip()[:500]
            raise WitnessFailed(f"git {verb} in {self._folder} failed: {said}")
        return done.stdout


class ServiceWitness:
    """A service that cosigns what goes on from what it has seen. Its cosignatures are kept beside the log."""

    def __init__(self, post: Post, key: PublicKey, folder: Folder) -> None:
        self._post = post
        self._key = key
        self._folder = folder
        self._seen = 0
        """The size of the tree it saw last, as far as is known; it says so itself where that is wrong."""

    async def show(self, log: Log) -> None:
        """Have the checkpoint cosigned."""
        status, answer = await self._ask(log)
        if status == 409 and (size := _size(answer)) is not None and size != self._seen:
            if size > len(log):
                raise WitnessFailed(f"it has seen {size} leaves of this log, which has {len(log)}: the log was cut")
            self._seen = size
            status, answer = await self._ask(log)
        if status != 200:
            raise WitnessFailed(
                f"it answered with status {status}: {answer[:200].decode('utf-8', 'replace').strip()!a}"
            )
        body, _ = parse_note(log.note)
        lines = cosignatures_in(answer.decode("utf-8", "replace"), body, self._key)
        if not lines:
            raise WitnessFailed(f"its answer has no cosignature of {self._key.name}")
        self._seen = len(log)
        await asyncio.to_thread(self._keep, log.note + "".join(lines))

    async def _ask(self, log: Log) -> tuple[int, bytes]:
        proof = await asyncio.to_thread(log.consistency, self._seen) if self._seen else []
        lines = "".join(f"{base64.b64encode(each).decode()}\n" for each in proof)
        status, answer = await self._post(f"old {self._seen}\n{lines}\n{log.note}".encode())
        return status, answer[:_MOST_ANSWER]

    def _keep(self, note: str) -> None:
        self._folder.replace(COSIGNED_NAME, note.encode())


async def attend(witness: Witness, latest: Callable[[], Log | None], every: float) -> None:
    """Show the witness each `every` seconds the log as `latest` reads it, in a thread, where it has grown.

    Ends by being cancelled.
    """
    shown, told = 0, ""
    while True:
        await asyncio.sleep(every)
        try:
            log = await asyncio.to_thread(latest)
            if log is not None and len(log) > shown:
                await witness.show(log)
                shown = len(log)
        except (WitnessFailed, FreeholdError, ValueError, OSError) as failure:
            if str(failure) != told:
                told = str(failure)
                _LOG.error("the witness was not shown the audit log's checkpoint, and will be: %s", told)
        else:
            if told:
                _LOG.warning("the witness has been shown the audit log's checkpoint again")
            told = ""


def _add(path: Path, note: str) -> None:
    """Add a checkpoint to a file, durably, unless it is its last one already."""
    held = path.read_text("utf-8") if path.exists() else ""
    *_, last = ("", *notes_in(held))
    if last and _body_of(last) == _body_of(note):
        return
    with path.open("a", encoding="utf-8") as file:
        file.write(("\n" if held else "") + note)
        file.flush()
        os.fsync(file.fileno())


def _body_of(note: str) -> Checkpoint | None:
    try:
        return Checkpoint.parse(parse_note(note)[0])
    except BadNote:
        return None


def _size(answer: bytes) -> int | None:
    text = answer.strip()
    return int(text) if text.isdigit() and len(text) < 20 else None
