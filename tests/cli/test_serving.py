"""What stands around the server: the lock, the endpoint, the greeting, and what is refused before it serves."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from freehold.assemble import Stack
from freehold.cli.errors import CommandFailed
from freehold.cli.serving import HAND, run
from freehold.config import ConfigFaults, load
from freehold.core.errors import AlreadyRunning, SetupError
from freehold.stores.instance import InstanceLock, read_endpoint

ANY_PORT = {"port": "0"}


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    """Whatever handles SIGTERM is put back."""
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[Stack]:
    """The stacks that would have been served; each is ready at once and then told to stop."""
    stacks: list[Stack] = []

    def serve(stack: Stack, bound: socket.socket, *, hand: Sequence[str], on_ready: Callable[[], None]) -> None:
        assert hand == HAND
        stacks.append(stack)
        on_ready()
        endpoint = read_endpoint(stack.config.server.data_dir)
        assert endpoint is not None
        assert endpoint.url == f"http://127.0.0.1:{bound.getsockname()[1]}"
        assert endpoint.token == stack.local_token
        raise KeyboardInterrupt

    monkeypatch.setattr("freehold.cli.serving.serve", serve)
    return stacks


def test_the_greeting_is_a_result_and_the_key_is_shown_once(
    served: list[Stack], capsys: pytest.CaptureFixture[str], own_data: Path
) -> None:
    run(None, ANY_PORT, os.environ)
    first = capsys.readouterr().out
    run(None, ANY_PORT, os.environ)
    second = capsys.readouterr().out
    assert first.startswith("Freehold answers at http://127.0.0.1:")
    assert "Admin key, shown this once: fh-" in first
    assert "Admin key" not in second
    assert read_endpoint(own_data) is None
    InstanceLock.acquire(own_data).release()


def test_what_the_command_line_says_holds_for_a_reload_too(served: list[Stack], folder: Path) -> None:
    (folder / "freehold.toml").write_text("[server]\nport = 9000\n")
    run(None, ANY_PORT, os.environ)
    assert served[0].config.server.port == 0
    assert len(served[0].reload()) == 12  # a revision; it raises where [server] seems to have changed


def test_a_server_that_never_came_to_serve_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("freehold.cli.serving.serve", lambda *_, **__: None)
    with pytest.raises(CommandFailed, match="could not start"):
        run(None, ANY_PORT, os.environ)


def test_how_many_workers_there_are_is_said_by_the_line_or_the_file(served: list[Stack], folder: Path) -> None:
    run(None, ANY_PORT | {"workers": "2"}, os.environ)
    (folder / "freehold.toml").write_text("[server]\nworkers = 3\n")
    run(None, ANY_PORT, os.environ)
    assert [stack.crew.count for stack in served] == [1, 2]  # beside the first
    with pytest.raises(ConfigFaults, match="workers"):
        run(None, ANY_PORT | {"workers": "0"}, os.environ)


def test_a_directory_in_use_and_a_port_in_use(served: list[Stack], own_data: Path) -> None:
    with InstanceLock.acquire(own_data), pytest.raises(AlreadyRunning, match=f"process {os.getpid()}"):
        run(None, ANY_PORT, os.environ)
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(SetupError, match="choose another with --port"):
        run(None, {"port": str(taken.getsockname()[1])}, os.environ)
    assert served == []
    InstanceLock.acquire(own_data).release()


def test_warnings_are_told_and_stop_nothing(
    served: list[Stack], scripted: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(scripted, ANY_PORT, os.environ)
    assert "warning: " in capsys.readouterr().err
    assert served[0].config.routes == load(scripted, os.environ).routes


def test_warnings_are_lines_of_the_log_where_machines_read_it(
    served: list[Stack], scripted: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    run(scripted, ANY_PORT, {**os.environ, "FREEHOLD_TELEMETRY_LOG": "json"})
    assert "warning: " not in capsys.readouterr().err
    assert [record.levelname for record in caplog.records if record.name == "freehold"].count("WARNING") >= 1
    assert len(served) == 1


def test_sigterm_ends_it_with_success(served: list[Stack]) -> None:
    run(None, ANY_PORT, os.environ)
    with pytest.raises(SystemExit) as ended:
        signal.raise_signal(signal.SIGTERM)
    assert ended.value.code == 0
