"""One instance a data directory, and how commands find it."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from freehold.core.errors import AlreadyRunning, SetupError
from freehold.stores.instance import ENDPOINT_NAME, Endpoint, InstanceLock, read_endpoint, write_endpoint

HOLDER = """
import sys, time
from pathlib import Path
from freehold.stores.instance import InstanceLock, write_endpoint
lock = InstanceLock.acquire(Path(sys.argv[1]))
write_endpoint(Path(sys.argv[1]), "http://127.0.0.1:8080", "the-token")
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", HOLDER, str(tmp_path / "data")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_instance_is_refused_with_the_pid(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(AlreadyRunning, match=f"in use by process {holder.pid}") as refused:
        InstanceLock.acquire(tmp_path / "data")
    assert refused.value.pid == holder.pid


def test_commands_find_the_running_instance(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    assert read_endpoint(tmp_path / "data") == Endpoint("http://127.0.0.1:8080", holder.pid, "the-token")


def test_an_endpoint_does_not_show_its_token() -> None:
    assert "secret" not in repr(Endpoint("http://127.0.0.1:1", 1, "secret"))


def test_a_killed_holder_leaves_neither_lock_nor_address(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert (tmp_path / "data" / ENDPOINT_NAME).exists()
    assert read_endpoint(tmp_path / "data") is None
    InstanceLock.acquire(tmp_path / "data").release()


def test_release_frees_the_directory_and_forgets_the_address(tmp_path: Path) -> None:
    with InstanceLock.acquire(tmp_path) as lock:
        write_endpoint(tmp_path, "http://127.0.0.1:1", "t")
        assert read_endpoint(tmp_path) == Endpoint("http://127.0.0.1:1", os.getpid(), "t")
    lock.release()
    assert read_endpoint(tmp_path) is None
    with InstanceLock.acquire(tmp_path):
        assert read_endpoint(tmp_path) is None


def test_a_look_does_not_take_the_lock(tmp_path: Path) -> None:
    InstanceLock.acquire(tmp_path).release()
    assert read_endpoint(tmp_path) is None
    with InstanceLock.acquire(tmp_path):
        pass


def test_a_broken_address_file_is_no_address(tmp_path: Path) -> None:
    with InstanceLock.acquire(tmp_path):
        (tmp_path / ENDPOINT_NAME).write_text('{"url": 7}')
        assert read_endpoint(tmp_path) is None


def test_files_are_their_owner_s_alone(tmp_path: Path) -> None:
    with InstanceLock.acquire(tmp_path / "data"):
        write_endpoint(tmp_path / "data", "http://127.0.0.1:1", "t")
        assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
        assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "data").iterdir()} == {0o600}


def test_an_unusable_directory_names_the_mend(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SetupError, match="--data-dir"):
        InstanceLock.acquire(tmp_path / "file")
