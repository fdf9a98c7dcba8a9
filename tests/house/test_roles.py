"""The page on roles says what the table of paths says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from freehold.http.routes import OPERATIONS, Operation

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "roles.md"
_ROW = re.compile(r"^\|[^|]+\|(?P<paths>[^|]+)\| (?P<role>user|viewer|operator|admin) \|$", re.MULTILINE)
_PATH = re.compile(r"`(GET|POST|DELETE) ([^`]+)`")


def rows() -> list[tuple[str, str, str]]:
    """Method, path (a star at its end stands for whatever follows), and the role that it is said to need."""
    found = _ROW.finditer(PAGE.read_text(encoding="utf-8"))
    return [(method, path, row["role"]) for row in found for method, path in _PATH.findall(row["paths"])]


def fits(operation: Operation, method: str, path: str) -> bool:
    if operation.method != method:
        return False
    return operation.path.startswith(path[:-1]) if path.endswith("*") else operation.path == path


@pytest.mark.parametrize(("method", "path", "role"), rows())
def test_every_path_of_the_page_needs_the_role_that_it_says(method: str, path: str, role: str) -> None:
    found = [each for each in OPERATIONS if fits(each, method, path)]
    assert found
    assert {each.who for each in found} == {"key" if role == "user" else role}


@pytest.mark.parametrize(
    "operation",
    [each for each in OPERATIONS if each.who in {"viewer", "operator", "admin"}],
    ids=lambda each: f"{each.method} {each.path}",
)
def test_every_path_that_needs_a_role_is_on_the_page(operation: Operation) -> None:
    assert any(fits(operation, method, path) for method, path, _ in rows())
