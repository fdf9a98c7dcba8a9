"""Where the definitions of a Python file stand, by Python's own parser."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Sequence

from freehold.knowledge.chunk.scopes import Definition, with_preface

_LARGEST = 1_000_000
"""Characters. A syntax tree takes a hundred times the memory of its source; what is longer is read by its indents."""

_Named = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def definitions(text: str, lines: Sequence[str]) -> list[Definition] | None:
    """Classes and functions with their decorators and the comments above them; `None` for what does not parse."""
    if len(text) > _LARGEST:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the file's own faults, such as an escape that Python does not know
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    found: list[Definition] = []
    floor = 0
    for node in _named(tree):
        first = min([node.lineno, *(each.lineno for each in node.decorator_list)]) - 1
        last = min((node.end_lineno or node.lineno) - 1, len(lines) - 1)
        found.append(Definition(node.name, with_preface(lines, first, floor), node.lineno - 1, last))
        floor = node.lineno
    return found


def _named(tree: ast.Module) -> Iterator[_Named]:
    """Definitions in the order of the text, outer ones before those within them, also under `if` and `try`."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, _Named):
            yield node
        for field in ("finalbody", "orelse", "handlers", "cases", "body"):
            children = getattr(node, field, None)
            if isinstance(children, list):
                waiting.extend(reversed(children))
