from __future__ import annotations

from freehold.knowledge.chunk import Limits, chunk
from freehold.knowledge.chunk.atom import Break
from freehold.knowledge.chunk.prose import heading_name, prose_atoms
from freehold.knowledge.model import Block, Extracted

LIMITS = Limits(most=80, least=20)


def document(*parts):
    """`parts`: kind, text and page, parted by an empty line."""
    text, blocks = "", []
    for kind, content, page in parts:
        blocks.append(Block(kind, len(text), len(text) + len(content), 1, page))
        text += content + "\n\n"
    return Extracted(text, tuple(blocks), "application/pdf")


def texts(extracted, limits=LIMITS):
    return [extracted.text[each.start : each.end] for each in chunk(extracted, limits)]


def test_paragraphs_stay_whole_where_they_fit():
    first, second = "One two three four five six. Seven eight.", "Nine ten eleven. Twelve thirteen fourteen."
    assert texts(document(("paragraph", first, None), ("paragraph", second, None))) == [first, second]


def test_a_long_paragraph_ends_a_chunk_with_a_sentence():
    sentence = "Ten words that are of no matter to anyone at all. "
    assert texts(document(("paragraph", (sentence * 3).strip(), None))) == [sentence.strip()] * 3


def test_items_stay_whole_and_a_line_below_an_item_with_it():
    items = "- first of the items here\n  goes on over here\n- second of the items here\n  goes on over there"
    assert texts(document(("list", items, None))) == [
        items[: items.index("\n- second")],
        items[items.index("- second") :],
    ]


def test_a_page_ends_a_chunk():
    given = document(("paragraph", "Short.", 1), ("paragraph", "Also short.", 2))
    assert [(each.page, each.context) for each in chunk(given, LIMITS)] == [(1, ""), (2, "Short. Also short.")]


def test_a_paragraph_that_runs_on_is_kept_together_and_marked():
    given = document(("paragraph", "The rule is that", 1), ("paragraph", "nobody leaves.", 2), ("paragraph", "New.", 2))
    first, second = chunk(given, LIMITS)
    assert given.text[first.start : first.end] == "The rule is that\n\nnobody leaves."
    assert (first.page, first.context) == (1, "pages 1-2")
    assert (second.page, given.text[second.start : second.end]) == (2, "New.")


def test_a_table_is_parted_between_rows_with_its_header_in_the_context_alone():
    rows = ["Year | Sales in thousands"] + [f"20{number} | {number} thousand pieces" for number in range(10, 18)]
    given = document(("table", "\n".join(rows), None))
    chunks = chunk(given, LIMITS)
    assert [line for piece in texts(given) for line in piece.split("\n")] == rows
    assert rows[0] not in chunks[0].context
    assert all(rows[0] in each.context and rows[0] not in given.text[each.start : each.end] for each in chunks[1:])


def test_a_block_of_code_is_kept_whole_where_it_fits():
    code = "def f():\n    return 1\n\nprint(f(), f(), f())"
    assert (
        texts(
            document(("paragraph", "This is how it is done, here and everywhere.", None), ("code", code, None)), LIMITS
        )[-1]
        == code
    )


def test_text_that_no_block_claims_is_read_as_a_paragraph():
    given = Extracted("before\n\nAnd # Head\n\nafter", (Block("heading", 12, 18, 1),), "text/plain")
    assert [(each.heads, given.text[each.start : each.end]) for each in prose_atoms(given, LIMITS)] == [
        (False, "before"),
        (False, "And"),
        (True, "# Head"),
        (False, "after"),
    ]


def test_a_line_that_nobody_wrapped_is_a_paragraph_and_a_short_one_heads_it():
    long = "This is a sentence of an unwrapped text. " * 6
    given = Extracted(f"{long}\n = Plot = \n{long}", (), "text/plain")
    cuts = {given.text[each.start : each.end][:8]: each.before for each in prose_atoms(given, Limits())}
    assert cuts["= Plot ="] is Break.ITEM


def test_a_heading_that_is_too_long_is_a_paragraph_that_names_its_section():
    given = document(("heading", "word " * 30, None), ("paragraph", "Text.", None))
    atoms = prose_atoms(given, LIMITS)
    assert not any(each.heads for each in atoms)
    assert atoms[-1].path[0].startswith("word word")


def test_a_heading_is_named_without_its_marks():
    assert heading_name("## Pay  and\tleave ##") == "Pay and leave"
    assert heading_name("Pay\n===") == "Pay"
    assert heading_name("== Pay ==") == "Pay"
    assert len(heading_name("x" * 500)) == 120
