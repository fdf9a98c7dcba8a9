from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from freehold.knowledge.chunk.atom import Break, cut, pieces, spans, trim

TEXT = st.text(alphabet="ab ,;\n戦\u0301\u200d。", max_size=120)


@given(TEXT, st.integers(2, 40))
def test_a_cut_loses_and_repeats_nothing(text, most):
    found = list(cut(text, 0, len(text), most))
    assert "".join(text[start:end] for start, end, _ in found) == text
    assert all(0 < end - start <= most for start, end, _ in found)


@given(TEXT, st.lists(st.integers(0, 120)), st.integers(2, 40))
def test_spans_hold_all_but_white_space(text, cuts, most):
    stops = [(at, Break.ITEM) for at in sorted(set(cuts)) if at <= len(text)]
    found = list(spans(text, 0, len(text), stops, most))
    assert "".join("".join(text[a:b].split()) for a, b, _ in found) == "".join(text.split())
    assert all(text[a:b] == text[a:b].strip() and a < b for a, b, _ in found)


def _cut(text, most):
    return [text[start:end] for start, end, _ in pieces(text, 0, len(text), most)]


def test_a_line_ends_a_piece_before_a_comma_and_a_comma_before_a_word():
    assert _cut("aaa aaa, aaa\naaa aaa", 16) == ["aaa aaa, aaa", "aaa aaa"]
    assert _cut("aaa aaa aaa, aaa aaa", 16) == ["aaa aaa aaa,", "aaa aaa"]
    assert _cut("aaa aaa aaa aaa aaa", 16) == ["aaa aaa aaa aaa", "aaa"]


def test_an_accent_stays_with_its_letter():
    assert _cut("aaae\u0301e\u0301e\u0301", 6) == ["aaae\u0301", "e\u0301e\u0301"]


def test_trimming_leaves_an_empty_span_where_nothing_stands():
    assert trim("  \n ", 0, 4) == (4, 4)
    assert trim(" a b ", 0, 5) == (1, 4)
