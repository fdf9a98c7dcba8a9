"""Names, sizes and words are in order. Each list of exceptions below gives its reasons, and only ever shrinks."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "freehold"
TESTS = ROOT / "tests"

LONGEST = 600
"""Lines. Most files are a quarter of it; one that needs more is usually two thoughts."""

LONG: dict[str, str] = {}
"""Files that may be longer, each with the reason."""

UNTESTED: dict[str, str] = {
    "core/passage.py": "declares structs and does nothing",
    "knowledge/model.py": "declares structs and does nothing",
    "knowledge/ports.py": "declares what others do; the contract suites test it",
}
"""Modules without a test file of their own or their folder's name, each with the reason."""

EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "base", "manager", "tools"}
"""They say nothing of what is inside, so everything ends up inside."""

LOUD_WORDS = ("blazing", "cutting-edge", "seamless", "effortless", "world-class", "revolutionary")


def modules() -> list[Path]:
    return sorted(path for path in SOURCE.rglob("*.py") if path.name not in {"__init__.py", "__main__.py"})


def relative(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def tracked_text() -> list[Path]:
    """Every text file that is in the repository; those of others, and what is generated, left out."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout: nothing says which files are the project's own")
    kinds = {".py", ".md", ".toml", ".html", ".js", ".css", ".sql", ".sh", ""}
    own = (ROOT / name for name in listed.stdout.decode().split("\0") if name)
    return [path for path in own if path.is_file() and path.suffix in kinds and not _is_let_be(path)]


def _is_let_be(path: Path) -> bool:
    # This file has to write down what it looks for.
    return "vendor" in path.parts or path == Path(__file__)


def test_every_name_says_something() -> None:
    assert [relative(path) for path in SOURCE.rglob("*") if path.stem.strip("_") in EMPTY_NAMES] == []


def test_no_file_is_too_long() -> None:
    lengths = {relative(path): len(path.read_text().splitlines()) for path in SOURCE.rglob("*.py")}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST and name not in LONG} == {}
    assert [name for name in LONG if lengths.get(name, 0) <= LONGEST] == [], "take it off the list"


def has_tests(module: Path) -> bool:
    """Whether a test file carries the module's name, or its folder's: ``a/b/c.py`` has ``tests/a/b/test_c.py``, or
    ``tests/a/test_b.py``, or a file in one of these folders that adds what it looks at (``test_c_errors.py``)."""
    parts = module.relative_to(SOURCE).with_suffix("").parts
    places = [(parts[:-1], parts[-1])] + [(parts[:depth], parts[depth]) for depth in range(len(parts) - 1)]
    places += [(parts[: depth + 1], parts[depth]) for depth in range(len(parts) - 1)]
    return any(
        (TESTS.joinpath(*folder) / f"test_{name}.py").exists() or [*TESTS.joinpath(*folder).glob(f"test_{name}_*.py")]
        for folder, name in places
    )


def test_every_module_has_its_tests() -> None:
    without = [relative(path) for path in modules() if "migrations" not in path.parts and not has_tests(path)]
    new = [name for name in without if name not in UNTESTED]
    assert not new, "no test file carries the name of " + ", ".join(new)
    assert [name for name in UNTESTED if name not in without] == [], "take it off the list"


def found(pattern: str, paths: list[Path], *, flags: re.RegexFlag = re.NOFLAG) -> list[str]:
    """Where `pattern` occurs, as ``file:line: text``."""
    expression = re.compile(pattern, flags)
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in paths
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        if expression.search(line)
    ]


def test_nothing_is_left_for_later() -> None:
    assert found(r"\b(?:TODO|FIXME|XXX|HACK)\b", tracked_text()) == []


def test_no_machine_is_named() -> None:
    assert found(r"(?<![\w.~$}])/(?:root|Users|work|home/(?!ada/)[a-z]+)/", tracked_text()) == []


def test_the_words_are_plain() -> None:
    assert found("|".join(LOUD_WORDS), tracked_text(), flags=re.IGNORECASE) == []
