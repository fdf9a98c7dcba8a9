"""How a fetch tells how far it is, and what it refuses before it begins; for the fetch itself see the doors."""

from __future__ import annotations

from pathlib import Path

import pytest

from freehold.cli.errors import CommandFailed
from freehold.cli.pull import fetch, reporting
from freehold.cli.reach import Where
from freehold.core.errors import SetupError
from freehold.engines.hub import Progress, Pulled
from freehold.engines.weights import HubRef

REF = HubRef("acme/Tiny-GGUF", "Q4_K_M")
HALF = 2**29


def test_a_line_for_each_file_and_each_tenth(capsys: pytest.CaptureFixture[str]) -> None:
    with reporting("tiny") as tell:
        for done in range(0, 101, 4):
            tell(Progress("a.gguf" if done < 60 else "b.gguf", done * HALF // 100, HALF))
    seen = capsys.readouterr()
    assert seen.out == ""
    assert seen.err.splitlines() == [
        *("fetching a.gguf", *(f"{part} % of 0.50 GiB" for part in (10, 20, 30, 40, 50))),
        *("fetching b.gguf", *(f"{part} % of 0.50 GiB" for part in (60, 70, 80, 90, 100))),
    ]


def test_a_bar_on_a_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    with reporting("hf:acme/Tiny-GGUF") as tell:
        tell(Progress("a.gguf", HALF, HALF))
    seen = capsys.readouterr()
    assert seen.out == ""
    assert "hf:acme/Tiny-GGUF" in seen.err


def test_a_name_that_is_taken_is_refused_before_anything_is_fetched(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "freehold.toml").write_text(Pulled(REF, Path(), 0).target())

    def never(*_: object, **__: object) -> None:
        raise AssertionError("it was fetched")

    monkeypatch.setattr("freehold.cli.pull.pull", never)
    with pytest.raises(CommandFailed, match=r"there is a target 'local/tiny' in .*freehold.toml already"):
        fetch("hf:acme/Tiny-GGUF", Where(), add=True)


def test_the_data_directory_is_made_for_its_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def pulled(ref: HubRef, models: Path, **_: object) -> Pulled:
        models.mkdir(parents=True)
        return Pulled(ref, models, 0)

    monkeypatch.setattr("freehold.cli.pull.pull", pulled)
    fetch("hf:acme/Tiny-GGUF", Where(data_dir=tmp_path / "new"), add=False)
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


def test_what_was_interrupted_says_how_to_go_on(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("freehold.cli.pull.pull", interrupted)
    with pytest.raises(KeyboardInterrupt):
        fetch("hf:acme/Tiny-GGUF", Where(), add=False)
    assert "repeat the command to go on" in capsys.readouterr().err


def test_a_reference_that_is_none() -> None:
    with pytest.raises(SetupError, match="write hf:OWNER/NAME"):
        fetch("nonsense", Where(), add=False)
