"""What is run: the code in an answer, and tests that really check something."""

from __future__ import annotations

import ast
import re

LONGEST = 256 * 1024
"""Characters of code or tests."""
_FENCE = re.compile(r"```[ \t]*([\w+-]*)[^\n]*\n(.*?)(?:```|\Z)", re.DOTALL)
_PYTHON = {"python", "py", "python3", ""}


class NothingChecked(Exception):
    """The tests, run as they stand, would pass whatever the code does."""


def code_of(answer: str) -> str:
    """The code in an answer: the first fenced block of Python that defines something, else the first, else all."""
    blocks: list[str] = [
        block for language, block in _FENCE.findall(answer[: 4 * LONGEST]) if language.lower() in _PYTHON
    ]
    if not blocks:
        return answer
    return next((block for block in blocks if _defines(block)), blocks[0])


def runnable(tests: str) -> str:
    """The tests with calls to what they only define: functions ``test...`` and `unittest.TestCase`s.

    Raises:
        NothingChecked: nothing in them is called or asserted; or they define ``check`` and leave it uncalled, and which
            function it is for cannot be told.
        SyntaxError: they are no Python; `ValueError`, `RecursionError` and `MemoryError` for what Python cannot read.
    """
    if len(tests) > LONGEST:
        raise NothingChecked(f"they are longer than {LONGEST} characters")
    tree = ast.parse(tests)
    functions = [each.name for each in tree.body if isinstance(each, ast.FunctionDef) and not _needs(each)]
    called = [name for name in functions if name.startswith("test") and not _calls(tree, name)]
    tail = "".join(f"\n{name}()" for name in called)
    if any(isinstance(each, ast.ClassDef) and _is_case(each) for each in tree.body):
        tail += _UNITTEST
    if not tail and _calls_nothing(tree):
        raise NothingChecked("they check nothing: nothing in them is called or asserted")
    if not tail and _defines_check(tree) and not _calls(tree, "check"):
        raise NothingChecked("they define check(...) and never call it; end them with check(NAME)")
    return tests + tail + "\n"


_UNITTEST = """
import unittest as _unittest
_loader = _unittest.TestLoader()
_cases = [each for each in list(globals().values()) if isinstance(each, type) and issubclass(each, _unittest.TestCase)]
_found = _unittest.TestSuite(_loader.loadTestsFromTestCase(each) for each in _cases).run(_unittest.TestResult())
assert _found.wasSuccessful(), (_found.failures + _found.errors)[0][1].strip().splitlines()[-1]
assert _found.testsRun, "no test ran"
"""


def _defines(block: str) -> bool:
    try:
        body = ast.parse(block).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return any(isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) for each in body)


def _needs(function: ast.FunctionDef) -> bool:
    """Whether it cannot be called with nothing."""
    given = function.args
    return len(given.args) + len(given.posonlyargs) > len(given.defaults) or None in given.kw_defaults


def _is_case(each: ast.ClassDef) -> bool:
    return any("TestCase" in ast.unparse(base) for base in each.bases)


def _calls(tree: ast.Module, name: str) -> bool:
    """Whether a statement at the top calls it."""
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
        for each in tree.body
        if not isinstance(each, ast.FunctionDef | ast.ClassDef)
        for node in ast.walk(each)
    )


def _calls_nothing(tree: ast.Module) -> bool:
    passive = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom
    active = [each for each in tree.body if not isinstance(each, passive)]
    return not any(isinstance(node, ast.Assert | ast.Call | ast.Raise) for each in active for node in ast.walk(each))


def _defines_check(tree: ast.Module) -> bool:
    return any(isinstance(each, ast.FunctionDef) and each.name == "check" for each in tree.body)
