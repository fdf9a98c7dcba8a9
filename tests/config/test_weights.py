"""Models of our own engines that cannot be served, told with their line before anything is started."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from freehold.config import ConfigFaults, Report, check, load
from support import tiny_gguf

Examine = Callable[[str], Report]


@pytest.fixture
def examine(tmp_path: Path) -> Examine:
    """What is said of a target with this model. The file is the test's own folder's."""

    def examine(model: str) -> Report:
        file = tmp_path / "freehold.toml"
        file.write_text(f'[[target]]\nname = "m"\nengine = "llamacpp"\nmodel = "{model}"\n')
        env = {"HOME": str(tmp_path), "FREEHOLD_DATA_DIR": str(tmp_path / "data")}
        report = check(file, env)
        if report.faults:
            with pytest.raises(ConfigFaults) as caught:
                load(file, env)
            assert [str(fault) for fault in caught.value.faults] == [str(fault) for fault in report.faults]
        else:
            load(file, env)
        assert all(found.line == 4 and found.mend for found in (*report.faults, *report.warnings))
        return report

    return examine


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "there is no model at "),
        (b"", "it does not begin with 'GGUF'"),
        (b"GG", "it does not begin with 'GGUF'"),
        (b"PK\x03\x04 a zip", "it does not begin with 'GGUF'"),
    ],
)
def test_what_is_no_model_is_a_fault(examine: Examine, tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "m.gguf"
    if content is not None:
        path.write_bytes(content)
    (fault,) = examine(str(path)).faults
    assert said in fault.message
    assert str(path) in fault.message


def test_a_folder_without_a_model_and_a_reference_without_sense_are_faults(examine: Examine, tmp_path: Path) -> None:
    assert "holds no GGUF model" in examine(str(tmp_path)).faults[0].message
    assert "does not name a model" in examine("hf:nonsense").faults[0].message
    assert "home of nobody" in examine("~nobody-of-that-name/m.gguf").faults[0].message


def test_a_whole_model_has_nothing_to_say(examine: Examine, tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    path = tiny_gguf.build(tmp_path / "models" / "tiny-F32.gguf")
    assert examine(str(path)) == examine(str(path.parent)) == ((), ())


def test_a_model_that_is_cut_short_is_a_warning(examine: Examine, tmp_path: Path) -> None:
    whole = tiny_gguf.build(tmp_path / "tiny-F32.gguf").read_bytes()
    path = tmp_path / "short.gguf"
    path.write_bytes(whole[:200])
    (warning,) = examine(str(path)).warnings
    assert warning.message == f"{path} is cut short or damaged"


def test_a_model_that_has_not_been_pulled_is_a_warning_until_it_is(examine: Examine, tmp_path: Path) -> None:
    (warning,) = examine("hf:acme/Tiny-GGUF:F32").warnings
    assert warning.message == "hf:acme/Tiny-GGUF:F32 is not on this machine"
    assert warning.mend == "fetch it with 'freehold models pull hf:acme/Tiny-GGUF:F32'"
    folder = tmp_path / "data" / "models" / "acme" / "Tiny-GGUF"
    folder.mkdir(parents=True)
    path = tiny_gguf.build(folder / "tiny-F32.gguf")
    assert examine("hf:acme/Tiny-GGUF:F32") == ((), ())
    path.write_bytes(b"gone bad")
    assert "does not begin with" in examine("hf:acme/Tiny-GGUF:F32").faults[0].message
