"""Sends files to Freehold to be read, follows the job that reads them, and says how far both are."""

from __future__ import annotations

import secrets
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from freehold.cli import say
from freehold.cli.client import Client
from freehold.cli.errors import CommandFailed, Refused

_ONE_FILES_FAULT = frozenset({400, 413, 422})
"""Statuses that are about the file that was sent, where every other is about Freehold or the key."""
_LOOK_AGAIN = 0.1
_STEP = 10
"""Where there is no bar, a line is written each time so many more hundredths are done."""

Tell = Callable[[str, int, int], None]
"""Takes what is being done, how many files of how many."""


class Outgoing(msgspec.Struct, frozen=True):
    """A file to send, and what to call it."""

    name: str
    path: Path


class Outcome(msgspec.Struct):
    """What came of a number of files. `failed` names each that could not be added, with why."""

    done: int = 0
    unchanged: int = 0
    removed: int = 0
    failed: dict[str, str] = {}
    notes: dict[str, list[str]] = {}
    """What could not be read of files that were added otherwise."""
    skipped: dict[str, str] = {}
    """What a folder holds and was not taken, with why."""
    job: str | None = None

    def sentence(self) -> str:
        """All of it on one line."""
        counts = {"added": self.done, "unchanged": self.unchanged, "removed": self.removed, "failed": len(self.failed)}
        told = [f"{number} {what}" for what, number in counts.items() if number or what == "added"]
        return ", ".join(told)


def send(client: Client, files: Sequence[Outgoing], fields: Mapping[str, str | None]) -> Outcome:
    """Send files, and wait until they have been read. `fields`: collection, label and groups, as the API takes them.

    Interrupted, what has been sent goes on being read. Raises `CommandFailed` where it is not the file's own fault.
    """
    outcome = Outcome()
    if not files:
        return outcome
    job = f"job_{secrets.token_hex(12)}"
    with reporting() as tell:
        try:
            sent = _send_all(client, files, {**fields, "job": job}, outcome, tell)
            if sent:
                _follow(client, job, outcome, tell)
        except KeyboardInterrupt:
            say.note(f"interrupted; what was sent goes on being read ({job}), and adding it again skips what is in")
            raise
    return outcome


def _send_all(
    client: Client, files: Sequence[Outgoing], fields: Mapping[str, str | None], outcome: Outcome, tell: Tell
) -> int:
    """Send every file, several at once; returns how many arrived."""
    pool = ThreadPoolExecutor(client.together, thread_name_prefix="send")
    try:
        reasons = pool.map(lambda file: _send_one(client, file, fields), files)
        for number, (file, reason) in enumerate(zip(files, reasons, strict=True), 1):
            if reason:
                outcome.failed[file.name] = reason
            tell("sending", number, len(files))
    finally:
        pool.shutdown(cancel_futures=True)
    return len(files) - len(outcome.failed)


def _send_one(client: Client, file: Outgoing, fields: Mapping[str, str | None]) -> str:
    """Send one file; returns why it cannot be taken, or nothing."""
    try:
        with file.path.open("rb") as body:
            client.upload("/api/documents", body, name=file.name, **fields)
    except OSError as error:
        return f"it cannot be read: {error.strerror or error}"
    except Refused as refused:
        if refused.status not in _ONE_FILES_FAULT:
            raise
        return refused.message
    return ""


def _follow(client: Client, job: str, outcome: Outcome, tell: Tell) -> None:
    """Wait until a job is done, and put what came of it into the outcome."""
    held = ""
    while True:
        report: dict[str, Any] = client.get(f"/api/jobs/{job}")
        total = sum(report[state] for state in ("waiting", "done", "unchanged", "failed"))
        tell("reading", total - report["waiting"], total)
        if report["state"] == "done":
            break
        for note in report["notes"]:
            if note != held:
                say.note(note)
                held = note
        time.sleep(_LOOK_AGAIN)
    outcome.job = job
    outcome.done += report["done"]
    outcome.unchanged += report["unchanged"]
    for file in report["files"]:
        if file["state"] == "failed":
            outcome.failed[file["name"]] = file["reason"]
        elif file["notes"]:
            outcome.notes[file["name"]] = file["notes"]


def finish(outcome: Outcome, *, as_json: bool) -> None:
    """Say what came of it; raises `CommandFailed` if anything failed."""
    report(outcome, as_json=as_json)
    if outcome.failed:
        raise CommandFailed(f"{len(outcome.failed)} could not be added; mend them and add them again")


def report(outcome: Outcome, *, as_json: bool) -> None:
    """Say what came of it. What many files have in common, such as the archive they are in, is said once."""
    if as_json:
        say.json(outcome)
        return
    say.line(outcome.sentence())
    for reason, names in _by_reason(outcome.skipped).items():
        say.note(f"skipped {say.several(names)}: {reason}")
    for note, names in _by_reason({name: " ".join(notes) for name, notes in outcome.notes.items()}).items():
        say.note(f"{say.several(names)}: {note}")
    for reason, names in _by_reason(outcome.failed).items():
        say.fail(f"{say.several(names)}: {reason}")


def _by_reason(told: Mapping[str, str]) -> dict[str, list[str]]:
    """The names of each reason, in the order in which they came."""
    found: dict[str, list[str]] = {}
    for name, reason in told.items():
        found.setdefault(reason, []).append(name)
    return found


@contextmanager
def reporting() -> Iterator[Tell]:
    """What to tell progress to: it draws a bar on a terminal, and writes a line a step elsewhere. All on stderr."""
    if not sys.stderr.isatty():
        yield _Lines().tell
        return
    # Here, because drawing takes longer to import than a few files to send.
    from rich import progress as bars  # noqa: PLC0415
    from rich.console import Console  # noqa: PLC0415

    columns = (bars.TextColumn("{task.description}"), bars.BarColumn(), bars.MofNCompleteColumn())
    with bars.Progress(*columns, console=Console(stderr=True), transient=True) as drawn:
        tasks: dict[str, bars.TaskID] = {}

        def tell(doing: str, done: int, total: int) -> None:
            task = tasks.get(doing)
            if task is None:
                task = tasks[doing] = drawn.add_task(doing)
            drawn.update(task, completed=done, total=total)

        yield tell


class _Lines:
    """Tells progress where there is no terminal: a line for each tenth of each step."""

    def __init__(self) -> None:
        self._doing = ""
        self._said = 0

    def tell(self, doing: str, done: int, total: int) -> None:
        """Say something if there is something new."""
        if doing != self._doing:
            self._doing, self._said = doing, 0
        part = done * 100 // total if total else 100
        if part >= self._said + _STEP:
            self._said = part // _STEP * _STEP
            say.note(f"{doing}: {done} of {total}")
