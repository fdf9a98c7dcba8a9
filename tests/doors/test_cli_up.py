"""``freehold up`` as it is typed: what it prints, how it ends, and what it refuses."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from support.commands import SCRIPTED, installed
from support.live import COMMANDS

QUIET = {"FREEHOLD_DISCOVER_ENABLED": "false"}
SECONDS = 30.0


class Up:
    """A running ``freehold up --port 0``."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        assert process.stdout is not None
        assert process.stderr is not None
        self.greeting = list(_until_curl(process.stdout))
        self._log: IO[str] = process.stderr

    @property
    def url(self) -> str:
        return self.greeting[0].split()[-1]

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(SECONDS)

    def says(self, text: str) -> str:
        """The next line of the log that holds this."""
        return next(line for line in self._log if text in line)

    def rest_of_log(self) -> str:
        return self._log.read()


def _until_curl(output: IO[str]) -> Iterator[str]:
    for line in output:
        yield line.rstrip("\n")
        if line.startswith("  curl "):
            return


@contextlib.contextmanager
def up(folder: Path, *arguments: str, env: dict[str, str] | None = None) -> Iterator[Up]:
    command = [str(COMMANDS / "freehold"), "up", "--port", "0", *arguments]
    with subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **QUIET, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Up(process)
        finally:
            process.kill()


def test_the_line_that_is_printed_works_in_a_shell(tmp_path: Path) -> None:
    with up(tmp_path) as started:
        assert started.greeting[0].startswith("Freehold answers at http://127.0.0.1:")
        assert not started.url.endswith(":0")
        assert sum("Admin key" in line for line in started.greeting) == 1
        done = subprocess.run(
            ["/bin/sh", "-c", started.greeting[-1]], capture_output=True, text=True, timeout=60, check=True
        )
        assert "1889" in done.stdout
        assert done.stdout.rstrip().endswith("data: [DONE]")


def test_the_second_start_shows_no_key(tmp_path: Path) -> None:
    with up(tmp_path) as first:
        assert first.end(signal.SIGTERM) == 0
    with up(tmp_path) as second:
        assert not any("Admin key" in line for line in second.greeting)
        assert "$FREEHOLD_KEY" in second.greeting[-1]


def test_a_key_given_is_not_shown_and_the_line_takes_it_from_the_environment(tmp_path: Path) -> None:
    given = {"FREEHOLD_ADMIN_KEY": "chosen-by-the-user-0123456789"}
    with up(tmp_path, env=given) as started:
        done = subprocess.run(
            ["/bin/sh", "-c", started.greeting[-1]],
            env={**os.environ, **given},
            timeout=60,
            capture_output=True,
            text=True,
            check=True,
        )
        assert "1889" in done.stdout
        assert started.end(signal.SIGTERM) == 0
        assert given["FREEHOLD_ADMIN_KEY"] not in "\n".join(started.greeting) + started.rest_of_log()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_in_good_order(tmp_path: Path, own_data: Path, number: signal.Signals) -> None:
    with up(tmp_path) as started:
        assert (own_data / "endpoint.json").exists()
        assert started.end(number) == 0
        assert started.rest_of_log() == ""
    assert not (own_data / "endpoint.json").exists()


def test_sighup_applies_the_file_whole_or_not_at_all(tmp_path: Path) -> None:
    file = tmp_path / "freehold.toml"
    file.write_text(SCRIPTED)
    with up(tmp_path) as started:
        file.write_text(SCRIPTED.replace('name = "away"', 'name = "there"').replace('"away"]', '"there"]'))
        started.process.send_signal(signal.SIGHUP)
        assert "configuration reloaded" in started.says("configuration")
        assert "there" in installed("models", "list", cwd=tmp_path).out
        file.write_text("[wrong")
        started.process.send_signal(signal.SIGHUP)
        assert "nothing was changed" in started.says("configuration")
        assert "there" in installed("models", "list", cwd=tmp_path).out
        assert started.end(signal.SIGTERM) == 0


def test_warnings_of_the_configuration_are_told(tmp_path: Path) -> None:
    (tmp_path / "freehold.toml").write_text(SCRIPTED)
    with up(tmp_path) as started:
        assert started.says("no route names 'breaks'").startswith("warning: ")


def test_a_second_one_is_refused_with_the_pid(tmp_path: Path) -> None:
    with up(tmp_path) as started:
        ran = installed("up", "--port", "0", cwd=tmp_path, env=QUIET)
        assert (ran.code, ran.out) == (1, "")
        assert f"in use by process {started.process.pid}; stop it" in ran.err
        assert ran.err.count("\n") == 1


def test_a_port_in_use(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ran = installed("up", "--port", str(taken.getsockname()[1]), cwd=tmp_path, env=QUIET)
    assert (ran.code, ran.out) == (1, "")
    assert "Address already in use; choose another with --port" in ran.err
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--workers", "99"), 2, "from 1 to 64"),
        (("--port", "70000"), 2, "from 0 to 65535"),
        (("--config", "gone.toml"), 2, "gone.toml: cannot be read"),
        (("--data-dir", "file/below"), 1, "--data-dir"),
    ],
)
def test_what_cannot_be_is_one_sentence(tmp_path: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    (tmp_path / "file").write_text("in the way")
    ran = installed("up", *arguments, cwd=tmp_path, env=QUIET)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err
    assert ran.err.count("\n") == 1
    assert "Traceback" not in ran.err


def test_start_to_ready_is_quick(tmp_path: Path) -> None:
    """The promise is a second and a half; the limit here is only wide enough for a machine with much else to do."""
    begun = time.monotonic()
    with up(tmp_path):
        assert time.monotonic() - begun < 10
