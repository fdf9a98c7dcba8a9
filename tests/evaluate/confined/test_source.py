from __future__ import annotations

import pytest

from freehold.evaluate.confined.source import LONGEST, NothingChecked, code_of, runnable


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("def f(): pass", "def f(): pass"),
        ("Here:\n```python\ndef f(): pass\n```\nUse it.", "def f(): pass\n"),
        ("```\nf(1)\n```\nand\n```py\ndef f(x): pass\n```", "def f(x): pass\n"),
        ("```bash\nls\n```\n```python\nx = 1\n```", "x = 1\n"),
        ("```python\ndef f(): pass", "def f(): pass"),
    ],
)
def test_the_code_is_found_in_an_answer(answer: str, code: str) -> None:
    assert code_of(answer) == code


def test_tests_that_are_only_defined_are_called() -> None:
    found = runnable(
        "def test_one():\n    assert f()\n\ndef test_two(x=1):\n    assert f()\n\ndef helper(x):\n    pass\n"
    )
    assert found.endswith("test_one()\ntest_two()\n")
    assert runnable("def test_one():\n    assert f()\ntest_one()").count("test_one()") == 2
    assert "TestLoader" in runnable("import unittest\nclass T(unittest.TestCase):\n    def test(self): pass\n")


@pytest.mark.parametrize(
    "tests",
    [
        "",
        "x = 1",
        "import math",
        "def helper(x):\n    assert x",
        "METADATA = {}\ndef check(candidate):\n    assert candidate()",
    ],
)
def test_tests_that_check_nothing_are_told(tests: str) -> None:
    with pytest.raises(NothingChecked):
        runnable(tests)


def test_a_check_that_is_called_is_run() -> None:
    tests = "METADATA = dict()\ndef check(candidate):\n    assert candidate()\ncheck(f)"
    assert runnable(tests).startswith(tests)
    with pytest.raises(NothingChecked, match=r"check\(NAME\)"):
        runnable(tests.removesuffix("check(f)"))


def test_what_is_no_python_is_told() -> None:
    with pytest.raises(SyntaxError):
        runnable("assert (")
    with pytest.raises(NothingChecked, match="longer"):
        runnable("assert f()\n" * LONGEST)
