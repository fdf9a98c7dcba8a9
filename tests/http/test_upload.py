"""What is sent goes to a file of ours, within bounds, and is gone afterwards."""

from __future__ import annotations

import asyncio
import errno
import io
import os
import tempfile
from pathlib import Path

import pytest

from freehold.assemble import Stack
from freehold.core.errors import BadRequest, TooLarge, Unavailable
from freehold.http.app import App
from freehold.http.asgi import CallerLeft
from freehold.http.upload import received
from support.asgi import Caller, living

FORM = {"content-type": "multipart/form-data; boundary=edge"}


def part(said: str, data: bytes) -> bytes:
    return b"--edge\r\nContent-Disposition: form-data; %s\r\n\r\n%s\r\n" % (said.encode(), data)


END = b"--edge--\r\n"
FILE = part('name="file"; filename="a.txt"', b"the file")


class _Slow(io.FileIO):
    """A file that takes three bytes at a time."""

    def __init__(self, *, dir: Path, prefix: str, **_: object) -> None:  # noqa: A002
        super().__init__(dir / f"{prefix}slow", "w")

    def write(self, data: memoryview) -> int:  # type: ignore[override]
        return super().write(data[:3])


class _Full(_Slow):
    """A file on a disk that has room for three bytes."""

    def write(self, data: memoryview) -> int:  # type: ignore[override]
        if self.tell():
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(data)


async def test_a_body_is_the_file(tmp_path: Path) -> None:
    caller = Caller("POST", headers={"content-type": "text/plain"}, body=[b"one ", b"two"])
    async with received(caller.http, tmp_path / "new", 100) as sent:
        assert sent.path.read_bytes() == b"one two"
        assert (sent.size, sent.media_type, sent.filename, sent.fields) == (7, "text/plain", "", {})
        assert sent.path.parent == tmp_path / "new"
    assert not sent.path.exists()


async def test_a_form_has_a_file_and_fields(tmp_path: Path) -> None:
    body = [part('name="label"', b"internal") + FILE[:60], FILE[60:] + END]
    async with received(Caller("POST", headers=FORM, body=body).http, tmp_path, 100) as sent:
        assert sent.path.read_bytes() == b"the file"
        assert (sent.size, sent.filename, sent.fields) == (8, "a.txt", {"label": "internal"})


async def test_more_than_a_thread_is_given_at_once_is_whole(tmp_path: Path) -> None:
    data = bytes(range(256)) * 10_000
    pieces = [data[at : at + 60_000] for at in range(0, len(data), 60_000)]
    async with received(Caller("POST", body=pieces).http, tmp_path, len(data)) as sent:
        assert sent.path.read_bytes() == data


@pytest.mark.parametrize("headers", [{}, FORM])
async def test_a_file_beyond_the_limit_is_refused_and_gone(tmp_path: Path, headers: dict[str, str]) -> None:
    body = FILE.replace(b"the file", b"x" * 101) + END if headers else b"x" * 101
    with pytest.raises(TooLarge):
        async with received(Caller("POST", headers=headers, body=body).http, tmp_path, 100):
            pass
    assert os.listdir(tmp_path) == []  # noqa: PTH208  # in an async test, where a Path is not to be asked


@pytest.mark.parametrize("body", [END, part('name="other"', b"x") + END, FILE + FILE + END])
async def test_a_form_has_one_file(tmp_path: Path, body: bytes) -> None:
    with pytest.raises(BadRequest):
        async with received(Caller("POST", headers=FORM, body=body).http, tmp_path, 100):
            pass


async def test_a_field_is_no_way_around_the_limit(tmp_path: Path) -> None:
    body = part('name="label"', b"x" * 70_000) + FILE + END
    with pytest.raises(TooLarge, match="field"):
        async with received(Caller("POST", headers=FORM, body=body).http, tmp_path, 100):
            pass


async def test_a_caller_that_leaves_leaves_nothing(tmp_path: Path) -> None:
    caller = Caller("POST", body=[b"a", b"b"]).leaves_after(1)
    with pytest.raises(CallerLeft):
        async with received(caller.http, tmp_path, 100):
            pass
    assert os.listdir(tmp_path) == []  # noqa: PTH208  # in an async test, where a Path is not to be asked


@pytest.mark.parametrize("headers", [{}, FORM])
async def test_a_full_disk_is_unavailable_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, headers: dict[str, str]
) -> None:
    def full(*_: object, **__: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    body = FILE + END if headers else b"x" * 100
    monkeypatch.setattr(tempfile, "NamedTemporaryFile", _Full)
    with pytest.raises(Unavailable, match=r"disk of the data directory is full.*free some space"):
        async with received(Caller("POST", headers=headers, body=body).http, tmp_path, 100):
            pass
    (record,) = caplog.records
    assert record.exc_info is None
    monkeypatch.setattr(tempfile, "NamedTemporaryFile", full)
    with pytest.raises(Unavailable, match="disk of the data directory is full"):
        async with received(Caller("POST", headers=headers, body=body).http, tmp_path, 100):
            pass


async def test_a_disk_that_takes_little_at_a_time_gets_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "NamedTemporaryFile", _Slow)
    async with received(Caller("POST", body=b"one, two, three").http, tmp_path, 100) as sent:
        assert sent.path.read_bytes() == b"one, two, three"


async def test_what_a_killed_run_was_receiving_is_removed_at_the_next_start(stack: Stack) -> None:
    await asyncio.to_thread(stack.incoming.mkdir, parents=True)
    for name in ("sent-abc", "else"):
        (stack.incoming / name).write_bytes(b"confidential")
    async with living(App(stack, body_limit=1000)):
        assert os.listdir(stack.incoming) == ["else"]  # noqa: PTH208
