from __future__ import annotations

import hashlib
import sys
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from freehold.knowledge.chunk import Limits, chunk
from freehold.knowledge.model import Block, Extracted

SMALL = Limits(most=64, least=16)

LETTERS = st.text(
    st.one_of(
        st.sampled_from("ab Z.!?,;\n\t| 。！，戦場のक्ा।ابت؟ไทยé\u0301\u200d👩🏽\r\u2028#=-{}():"),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=200,
)
"""Letters of many scripts, with the marks that texts are cut at."""

KINDS = st.sampled_from(["heading", "paragraph", "list", "table", "code"])
LIMITS = st.builds(lambda most, share: Limits(most, most * share // 100), st.integers(16, 200), st.integers(0, 50))


@st.composite
def extracted(draw):
    """Any text, any blocks in order that do not overlap, with or without text between them."""
    text, blocks, page = "", [], draw(st.sampled_from([None, 1]))
    for _ in range(draw(st.integers(0, 8))):
        text += draw(st.sampled_from(["", "\n", "\n\n", " ", "between them\n"]))
        content = draw(LETTERS)
        if draw(st.integers(0, 9)):
            blocks.append(Block(draw(KINDS), len(text), len(text) + len(content), draw(st.integers(0, 6)), page))
        text += content
        if page is not None and draw(st.booleans()):
            page += 1
    language = draw(st.sampled_from([None, None, "python", "rust"]))
    return Extracted(text, tuple(blocks), "text/plain", draw(st.sampled_from(["", "A title"])), language)


@given(extracted(), LIMITS)
def test_chunks_are_exact_in_order_bounded_and_hold_everything(given, limits):
    text, end = given.text, 0
    for ordinal, each in enumerate(chunk(given, limits)):
        piece = text[each.start : each.end]
        assert each.ordinal == ordinal
        assert end <= each.start < each.end <= len(text)
        assert not text[end : each.start].strip()
        assert piece == piece.strip()
        assert len(piece) <= limits.most
        assert each.digest == hashlib.sha256(piece.encode()).hexdigest()
        assert len(each.context) <= 200
        assert "\n" not in each.context
        end = each.end
    assert not text[end:].strip()


@given(extracted())
def test_the_same_text_gives_the_same_chunks(given):
    assert chunk(given, SMALL) == chunk(given, SMALL)


@given(
    st.lists(st.tuples(KINDS, st.integers(1, 3), st.text("abc .", min_size=1, max_size=90)), min_size=2, max_size=12)
)
def test_no_chunk_is_a_heading_alone(parts):
    given, at = "", []
    for kind, level, content in parts:
        body = f"x{content}x"
        body = body[: SMALL.head - 6] if kind == "heading" else body
        at.append(Block(kind, len(given), len(given) + len(body), level))
        given += body + "\n\n"
    headings = [(each.start, each.end) for each in at if each.kind == "heading"]
    for each in chunk(Extracted(given, tuple(at), "text/plain"), SMALL):
        assert not any(start <= each.start and each.end <= end for start, end in headings), given[each.start : each.end]


def test_a_document_of_one_heading_is_one_chunk():
    (only,) = chunk(Extracted("# Alone", (Block("heading", 0, 7, 1),), "text/markdown"))
    assert (only.start, only.end, only.heading) == (0, 7, ("Alone",))


def test_a_text_without_words_has_no_chunks():
    assert chunk(Extracted(" \n\t ", (Block("paragraph", 0, 4),), "text/plain")) == ()


def test_a_section_opens_a_chunk_and_names_the_headings_above():
    text = "# Guide\n\n## Leave\n\n" + "Ask early. " * 40 + "\n\n## Pay\n\n" + "Paid monthly. " * 40
    blocks = _blocks(text)
    chunks = chunk(Extracted(text, blocks, "text/markdown", "Handbook"))
    assert [each.heading for each in chunks] == [("Guide", "Leave"), ("Guide", "Pay")]
    assert text[chunks[1].start :].startswith("## Pay")
    assert chunks[1].context == "Handbook | Guide > Pay | " + ("Ask early. " * 7) + "Ask"


def test_small_sections_of_one_parent_are_together_under_it():
    text = "# Guide\n\n## Leave\n\nAsk early.\n\n## Pay\n\nPaid monthly."
    (only,) = chunk(Extracted(text, _blocks(text), "text/markdown"))
    assert only.heading == ("Guide",)


def test_a_chunk_does_not_climb_out_of_its_part():
    text = "# One\n\n## Leave\n\nAsk early.\n\n# Two\n\n## Pay\n\nPaid monthly."
    chunks = chunk(Extracted(text, _blocks(text), "text/markdown"))
    assert [each.heading for each in chunks] == [("One", "Leave"), ("Two", "Pay")]


def test_the_work_grows_with_the_length_alone():
    for unit in ["word ", "A. b? ", ".", "\n", "戦", "a\n\n", "(", "# x\n", "a" * 200 + "\n", "def f():\n  x\n"]:
        for language in (None, "python", "go"):
            short, long = (
                _calls(Extracted(unit * (size // len(unit)), (), "text/plain", language=language))
                for size in (1_000, 6_000)
            )
            assert long < 8 * short + 100, (unit, language)


def _calls(given):
    """How many calls, of Python and of C, a cut takes."""
    count = 0

    def hook(frame, event, arg):
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(hook)
    try:
        chunk(given)
    finally:
        sys.setprofile(before)
    return count


def _blocks(text):
    found, at = [], 0
    for part in text.split("\n\n"):
        level = len(part) - len(part.lstrip("#"))
        found.append(Block("heading" if level else "paragraph", at, at + len(part), level))
        at += len(part) + 2
    assert all(a.end <= b.start for a, b in pairwise(found))
    return tuple(found)
