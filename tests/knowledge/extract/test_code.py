from __future__ import annotations

import pytest

from freehold.knowledge.extract.code import language_of, read_code
from support.extracted import pieces


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("a/b.py", "python"),
        ("X.RS", "rust"),
        ("win\\Main.java", "java"),
        ("Dockerfile", "dockerfile"),
        ("CMakeLists.txt", "cmake"),
        ("q.sql", "sql"),
        ("conf.yml", "yaml"),
        ("notes.txt", None),
        ("README", None),
        ("py", None),
    ],
)
def test_the_language_by_name(name: str, language: str | None) -> None:
    assert language_of(name) == language


@pytest.mark.parametrize(
    ("head", "language"),
    [
        (b"#!/bin/sh\n", "bash"),
        (b"#!/usr/bin/env python3\n", "python"),
        (b"#!/usr/bin/awk -f\n", None),
        (b"echo", None),
    ],
)
def test_the_language_by_the_first_line_where_the_name_has_no_ending(head: bytes, language: str | None) -> None:
    assert language_of("run", head) == language


def test_code_is_one_block_as_it_stands() -> None:
    extracted = read_code(b"\n  if x:\r\n    y\n\n", "python", "text/plain", 100)
    assert extracted.language == "python"
    assert pieces(extracted) == [("code", "  if x:\n    y")]
