"""Contenders start, are told apart from ones that do not, and Freehold's is configured as the tables say."""

from __future__ import annotations

import sys
from pathlib import Path

import httpx
import psutil
import pytest

from benchmarks.contenders import CONTENDERS, Bench, freehold_command, is_installed, upstream
from benchmarks.processes import Cores, answers, cpu_seconds, free_port, pinned, resident_bytes, running
from freehold.config.load import load


def test_freehold_knows_the_upstream_in_both_dialects_and_nothing_else(tmp_path: Path) -> None:
    command, _ = freehold_command(Bench(Cores(), 9000, tmp_path), tmp_path, 9001)
    config = load(Path(command[command.index("--config") + 1]), {"OPENAI_API_KEY": "sk-not-used"})
    assert [(target.name, target.dialect, target.base_url) for target in config.targets] == [
        ("bench", "openai", "http://127.0.0.1:9000/v1"),
        ("bench-anthropic", "anthropic", "http://127.0.0.1:9000/v1"),
    ]
    assert not config.discover.enabled


def test_a_process_is_entered_when_it_answers_and_stopped_at_the_end(tmp_path: Path) -> None:
    with upstream(Cores(), tmp_path) as port:
        assert answers(port, "/")
        listeners = [each for each in psutil.Process().children() if str(port) in each.cmdline()]
        assert resident_bytes(listeners[0]) > 1_000_000
        assert cpu_seconds(listeners[0]) > 0
    assert not answers(port, "/")


def test_one_that_does_not_come_up_shows_the_end_of_its_log(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "print('no such upstream'); raise SystemExit(3)"]
    with (
        pytest.raises(RuntimeError, match="broken did not come up:\nno such upstream"),
        running(command, core="", port=free_port(), ready="/", log=tmp_path / "broken.log"),
    ):
        pytest.fail("it was entered")


def test_what_is_not_installed_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not is_installed("nginx", None)
    assert not is_installed("litellm", None)
    assert is_installed("litellm", "/somewhere/litellm")
    assert is_installed("freehold", None)


@pytest.mark.skipif(not is_installed("nginx", None), reason="nginx is not installed")
@pytest.mark.parametrize("name", ["nginx", "nginx-plain"])
def test_either_nginx_hands_on_what_the_upstream_says(name: str, tmp_path: Path) -> None:
    with upstream(Cores(), tmp_path) as port, CONTENDERS[name](Bench(Cores(), port, tmp_path)) as up:
        for _ in range(2):
            assert httpx.post(f"http://127.0.0.1:{up.port}/v1/chat/completions", content=b"{}").json()["choices"]
    logged = [line for log in tmp_path.glob("nginx-*/access.log") for line in log.read_text().splitlines()]
    assert len([line for line in logged if "POST" in line]) == (2 if name == "nginx-plain" else 0)


def test_a_command_is_pinned_only_where_there_is_a_core_to_pin_to() -> None:
    assert pinned("0", ["a"]) == ["taskset", "-c", "0", "a"]
    assert pinned("", ["a"]) == ["a"]
