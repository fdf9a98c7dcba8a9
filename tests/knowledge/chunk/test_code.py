from __future__ import annotations

from freehold.knowledge.chunk import Limits, chunk
from freehold.knowledge.model import Block, Extracted

LIMITS = Limits(most=160, least=40)

PYTHON = '''"""What this module is for."""

import os


@cached
def small():
    """Say so."""
    return 1


class Shop:
    """Sells what is there to be sold."""

    def sell(self, thing):
        """Hand it over."""
        return self.stock.pop(thing)

    def buy(self, thing):
        """Take it in, and pay."""
        self.stock.append(thing)
'''

GO = """package shop

import "errors"

// Sell hands it over, if there is any of it.
func (s *Shop) Sell(thing string) error {
\tif !s.has(thing) {
\t\treturn errNone
\t}
\treturn s.pop(thing)
}

func (s *Shop) Buy(thing string) error {
\treturn s.push(thing)
}
"""


def cut(text, language, limits=LIMITS):
    given = Extracted(text, (Block("code", 0, len(text.rstrip())),), "text/x-code", "shop", language)
    return [(each.heading, text[each.start : each.end]) for each in chunk(given, limits)]


def test_python_is_cut_by_definition_with_decorators_and_docstrings():
    pieces = cut(PYTHON, "python")
    assert [heading for heading, _ in pieces] == [(), ("small",), ("Shop",), ("Shop", "buy")]
    assert any(piece.startswith("@cached\ndef small") for _, piece in pieces)
    assert pieces[-1][1].endswith("self.stock.append(thing)")


def test_a_method_is_named_with_its_class():
    assert cut(PYTHON, "python")[-1][0] == ("Shop", "buy")


def test_a_comment_stays_with_the_function_it_stands_above():
    pieces = cut(GO, "go")
    assert [heading for heading, _ in pieces] == [(), ("Sell",), ("Buy",)]
    assert any(piece.startswith("// Sell hands it over") and piece.endswith("}") for _, piece in pieces)


def test_small_neighbours_are_together():
    text = "def a():\n    return 1\n\n\ndef b():\n    return 2\n"
    assert cut(text, "python", Limits(most=160, least=80)) == [((), text.strip())]


def test_a_long_definition_is_cut_between_its_statements():
    body = "".join(f"    if x == {number}:\n        call({number})\n" for number in range(12))
    pieces = cut(f"def long(x):\n{body}", "python")
    assert len(pieces) > 1
    assert all(heading == ("long",) for heading, _ in pieces)
    assert all(piece.startswith(("def", "if")) for _, piece in pieces)
    assert pieces[0][1].startswith("def long(x):\n    if x == 0")


def test_a_line_longer_than_a_chunk_is_cut():
    pieces = cut("x = '" + "word " * 100 + "'", "javascript")
    assert len(pieces) > 3
    assert all(len(piece) <= LIMITS.most for _, piece in pieces)


def test_windows_line_ends_are_no_part_of_a_chunk():
    assert cut("a = 1\r\n\r\nb = 2\r\n", "python") == [((), "a = 1\r\n\r\nb = 2")]
