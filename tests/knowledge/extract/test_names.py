from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.knowledge.extract.names import safe_name, unused


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("a/b.txt", "a/b.txt"),
        ("../../etc/passwd", "etc/passwd"),
        ("/etc/passwd", "etc/passwd"),
        ("C:\\Users\\x.doc", "Users/x.doc"),
        ("a\\..\\..\\b", "a/b"),
        ("a/./b", "a/b"),
        ("nul.txt", "_nul.txt"),
        ("d/COM1", "d/_COM1"),
        ("a\0b\nc", "abc"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("报告/日本語.md", "报告/日本語.md"),
        ("x. . ", "x"),
        ("\ud800", "unnamed"),
        ("..", "unnamed"),
        ("", "unnamed"),
        (".gitignore", ".gitignore"),
    ],
)
def test_a_name_stays_below_its_folder(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@given(st.text())
def test_no_name_climbs_out(name: str) -> None:
    safe = safe_name(name)
    assert safe
    assert not safe.startswith("/")
    assert all(part not in {"", ".", ".."} for part in safe.split("/"))
    assert "\0" not in safe
    safe.encode()


def test_a_very_long_name_keeps_its_end() -> None:
    safe = safe_name("x" * 5000 + ".pdf")
    assert safe.endswith(".pdf")
    assert len(safe) == 200


def test_equal_names_are_numbered() -> None:
    used: set[str] = set()
    assert [unused(name, used) for name in ("a.txt", "A.txt", "a.txt", "b", "b", "x.d/c", "x.d/c")] == [
        "a.txt",
        "A (2).txt",
        "a (3).txt",
        "b",
        "b (2)",
        "x.d/c",
        "x.d/c (2)",
    ]
