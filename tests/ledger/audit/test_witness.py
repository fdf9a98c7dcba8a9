"""Witnesses: what they are shown, what they are shown again, and what a failing one changes, which is nothing."""

from __future__ import annotations

import asyncio
import base64
import logging
import os
import subprocess
from pathlib import Path

import pytest

from freehold.core.errors import AttemptFailed, Fault
from freehold.ledger.audit.folder import COSIGNED_NAME, Folder
from freehold.ledger.audit.log import Log
from freehold.ledger.audit.note import Checkpoint, PublicKey, notes_in, open_checkpoint, parse_note
from freehold.ledger.audit.tree import consistent
from freehold.ledger.audit.verify import verify
from freehold.ledger.audit.witness import FileWitness, GitWitness, ServiceWitness, WitnessFailed, attend
from support.audit import KEY, OTHER, some, written

WITNESS = PublicKey("witness.example/w1", OTHER.key.public, 4)


def log_of(path: Path, size: int) -> Log:
    return Log.open(written(path, some(size)).fetch, KEY.key)


async def test_a_file_gets_every_checkpoint_once(tmp_path: Path) -> None:
    witness, file = FileWitness(tmp_path / "seen.txt"), tmp_path / "seen.txt"
    for size in (1, 3, 3, 300):
        await witness.show(log_of(tmp_path / "log", size))
    sizes = [open_checkpoint(note.strip() + "\n", KEY.key).checkpoint.size for note in notes_in(file.read_text())]
    assert sizes == [1, 3, 300]
    notes = [note.rstrip("\n") + "\n" for note in notes_in(file.read_text())]
    assert verify(Folder(tmp_path / "log").fetch, KEY.key, notes).earlier == [1, 3, 300]


async def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(WitnessFailed, match="cannot be written"):
        await FileWitness(tmp_path / "no/such/folder").show(log_of(tmp_path / "log", 1))


def git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], check=True, capture_output=True, text=True).stdout


async def test_a_git_directory_gets_a_commit_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"):
        monkeypatch.setenv(name, "log@example.com")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    folder = tmp_path / "a folder; rm -rf"
    git("init", "--quiet", str(folder))
    for size in (1, 5, 5):
        await GitWitness(folder).show(log_of(tmp_path / "log", size))
    said = git("-C", str(folder), "log", "--format=%s")
    assert said.splitlines() == [f"{KEY.key.name} has {size} leaves" for size in (5, 1)]


async def test_what_could_not_be_committed_is_committed_the_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "git"
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    git("init", "--quiet", str(folder))
    monkeypatch.setenv("GIT_AUTHOR_DATE", "no date")
    log, witness = log_of(tmp_path / "log", 3), GitWitness(folder)
    with pytest.raises(WitnessFailed, match="git commit"):
        await witness.show(log)
    monkeypatch.delenv("GIT_AUTHOR_DATE")
    for name in ("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"):
        monkeypatch.setenv(name, "log@example.com")
    await witness.show(log)
    assert git("-C", str(folder), "log", "--format=%s") == f"{KEY.key.name} has 3 leaves\n"


async def test_a_directory_that_is_no_git_s_is_told(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    with pytest.raises(WitnessFailed, match="git add"):
        await GitWitness(tmp_path / "plain").show(log_of(tmp_path / "log", 1))


class Service:
    """A witness as the standard has it, in memory."""

    def __init__(self, size: int = 0, root: bytes = b"") -> None:
        self.size, self.root, self.asked = size, root, 0

    async def __call__(self, body: bytes) -> tuple[int, bytes]:
        self.asked += 1
        head, _, note = body.decode().partition("\n\n")
        old, *proof = head.split("\n")
        checkpoint = open_checkpoint(note, KEY.key).checkpoint
        if int(old.removeprefix("old ")) != self.size:
            return 409, f"{self.size}\n".encode()
        hashes = [base64.b64decode(each) for each in proof]
        if self.size and not consistent(self.size, checkpoint.size, hashes, self.root, checkpoint.root):
            return 422, b"no"
        self.size, self.root = checkpoint.size, checkpoint.root
        time = 1_790_009_999
        text = f"cosignature/v1\ntime {time}\n{parse_note(note)[0]}".encode()
        data = WITNESS.id + time.to_bytes(8, "big") + OTHER.sign(text)
        return 200, f"— {WITNESS.name} {base64.b64encode(data).decode()}\n".encode()


async def test_a_service_cosigns_what_goes_on_from_what_it_saw(tmp_path: Path) -> None:
    service, folder = Service(), Folder(tmp_path / "log")
    witness = ServiceWitness(service, WITNESS, folder)
    for size in (5, 300, 700):
        await witness.show(log_of(tmp_path / "log", size))
        kept = (folder.fetch(COSIGNED_NAME) or b"").decode()
        opened = open_checkpoint(kept, KEY.key, [WITNESS])
        assert (opened.checkpoint.size, opened.witnessed) == (size, {WITNESS.name: 1_790_009_999})
    assert service.asked == 3


async def test_a_service_says_itself_what_it_saw_last(tmp_path: Path) -> None:
    log = log_of(tmp_path / "log", 300)
    service = Service(
        100, log.tiles.stretch(0, 64) and Log.open(written(tmp_path / "b", some(100)).fetch, KEY.key).checkpoint.root
    )
    await ServiceWitness(service, WITNESS, Folder(tmp_path / "log")).show(log)
    assert (service.size, service.asked) == (300, 2)


@pytest.mark.parametrize(
    ("status", "answer", "said"),
    [
        (409, b"900\n", "it has seen 900 leaves of this log, which has 3: the log was cut"),
        (404, b"who are you", "status 404: 'who are you'"),
        (301, b"", "status 301"),
        (200, b"", "no cosignature of witness.example/w1"),
        (200, b"\xff\xfe", "no cosignature"),
    ],
)
async def test_a_service_that_does_not_take_it_is_told(tmp_path: Path, status: int, answer: bytes, said: str) -> None:
    async def post(_body: bytes) -> tuple[int, bytes]:
        return status, answer

    with pytest.raises(WitnessFailed, match=said):
        await ServiceWitness(post, WITNESS, Folder(tmp_path / "log")).show(log_of(tmp_path / "log", 3))
    assert Folder(tmp_path / "log").fetch(COSIGNED_NAME) is None


@pytest.mark.parametrize("failure", [WitnessFailed("it is away"), AttemptFailed(Fault.CONNECT, "it is away")])
async def test_a_failing_witness_is_told_once_and_shown_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, failure: Exception
) -> None:
    log, shown = log_of(tmp_path / "log", 3), []

    class Failing:
        async def show(self, log: Log) -> None:
            shown.append(len(log))
            if len(shown) < 3:
                raise failure

    with caplog.at_level(logging.WARNING):
        task = asyncio.create_task(attend(Failing(), lambda: log, 0.001))
        async with asyncio.timeout(10):
            while "shown the audit log's checkpoint again" not in caplog.text:  # noqa: ASYNC110  # a log has no event
                await asyncio.sleep(0.001)
        await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert shown == [3, 3, 3], "and no more once it has been shown"
    assert caplog.text.count("it is away") == 1


def test_a_checkpoint_is_one_whatever_signatures_it_has() -> None:
    assert Checkpoint.parse(f"{KEY.key.name}\n0\n{base64.b64encode(bytes(32)).decode()}\n").size == 0
