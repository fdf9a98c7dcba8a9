"""What is a citation in an answer and what is not, and that it does not matter in which pieces the answer comes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.knowledge.markers import LONGEST, Marker, Scanner


def scanned(*pieces: str) -> list[tuple[int, tuple[Marker, ...]]]:
    """The markers of an answer that comes in these pieces, each group with its place in the answer."""
    scanner, groups, before = Scanner(), [], 0
    for piece in pieces:
        for found in scanner.feed(piece):
            assert found.place == before + found.at
            groups.append((found.place, found.markers))
        before += len(piece)
    last = scanner.end()
    return [*groups, (last.place, last.markers)] if last.markers else groups


def markers(text: str) -> list[Marker]:
    return [marker for _, group in scanned(text) for marker in group]


def numbers(text: str) -> list[tuple[int, ...]]:
    return [marker.numbers for marker in markers(text)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Leave is 28 days [1].", [(1,)]),
        ("Leave is 28 days.[1]", [(1,)]),
        ("Leave is 28 days[1]", [(1,)]),
        ("Leave is 28 days [1][2].", [(1,), (2,)]),
        ("Leave is 28 days [1] [2].", [(1,), (2,)]),
        ("Leave is 28 days [1, 3].", [(1, 3)]),
        ("Leave is 28 days [1; 3].", [(1, 3)]),
        ("Leave is 28 days [1-3].", [(1, 2, 3)]),
        ("Leave is 28 days [1–3, 5].", [(1, 2, 3, 5)]),
        ("Leave is 28 days [^1].", [(1,)]),
        ("Leave is 28 days 【1】.", [(1,)]),
        ("Leave is 28 days 【2†L3-L5】.", [(2,)]),
        ("Leave is 28 days ［１］.", [(1,)]),
        ("有給休暇は28日です【１】。", [(1,)]),
        ("Leave is 28 days [passage 2].", [(2,)]),
        ("Leave is 28 days [Passages 1, 2].", [(1, 2)]),
        ("It is so [ 1 ].", [(1,)]),
    ],
)
def test_what_cites(text: str, wanted: list[tuple[int, ...]]) -> None:
    assert numbers(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "See [1](https://example.org).",
        "[1]: https://example.org",
        "  [1]: https://example.org",
        "As [the guide][1] has it.",
        "Take `row[1]` of it.",
        "Take ``a ` b [1]`` of it.",
        "So x[1] is the second.",
        "So row_of[1] is the second.",
        "```python\nprint(rows[1]) # [2]\n```",
        "~~~\n[1]\n~~~",
        "````\n```\n[1]\n````",
        "```\n[1]",
        "In [2024] it was so.",
        "Count from [0].",
        "A [1-500] range.",
        "A [3-1] range.",
        "A [note] and an [x1].",
        "A [1 \n] break.",
        f"A [{'1,' * LONGEST}1].",
        "A [1 that never closes",
        "A [] and a [,].",
    ],
)
def test_what_does_not(text: str) -> None:
    assert numbers(text) == []


def test_a_fence_is_one_in_whatever_pieces_it_comes() -> None:
    for pieces in (("```", "python\n", "[1]\n```"), ("```py", "thon", "\n", "[1]\n```"), ("~~", "~", "\n", "[1]")):
        assert scanned(*pieces) == []


def test_after_code_text_cites_again() -> None:
    assert numbers("```\n[1]\n```\nSo it is [2].") == [(2,)]
    assert numbers("Set `a` to `b` [1], and `c` [2].") == [(1,), (2,)]
    assert numbers("An open `tick\nends with its line [1].") == [(1,)]


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("Leave is 28 days [1]. Meals are paid [2].", ["Leave is 28 days", "Meals are paid"]),
        ("Leave is 28 days. [1] Meals are paid. [2]", ["Leave is 28 days.", "Meals are paid."]),
        ("Leave is 28 days [1][2].", ["Leave is 28 days", "Leave is 28 days"]),
        ("Ask Dr. Smith about 3.5 days [1].", ["Ask Dr. Smith about 3.5 days"]),
        ("# Leave\n- 28 days a year [1]\n- 5 carried over [2]", ["28 days a year", "5 carried over"]),
        ("1. Open it [1]\n2. Close it [2]", ["Open it", "Close it"]),
        ('He said "no." [1] Then yes [2].', ['He said "no."', "Then yes"]),
        ("休みは二十八日。食事は出る【1】。", ["食事は出る"]),
        ("[1]", [""]),
    ],
)
def test_a_claim_is_the_sentence_before(text: str, claims: list[str]) -> None:
    found = markers(text)
    assert [marker.claim for marker in found] == claims
    assert [text[marker.claim_start : marker.claim_end] for marker in found] == claims


def test_markers_stand_where_they_say() -> None:
    text = "Leave is 28 days [1], or so 【2】."
    assert [text[marker.start : marker.end] for marker in markers(text)] == ["[1]", "【2】"]


def test_a_group_belongs_behind_its_sentence() -> None:
    assert [place for place, _ in scanned("Leave is 28 days [1][2]. Meals are paid [3]!")] == [25, 44]
    assert [place for place, _ in scanned("It is so [1]\nand so.")] == [12]


def test_a_claim_far_back_is_found_in_what_is_remembered() -> None:
    text = "word " * 3000 + "[1]."
    (marker,) = markers(text)
    assert 1900 < len(marker.claim) <= 2000
    assert text[marker.claim_start : marker.claim_end] == marker.claim


PIECES = st.sampled_from(
    [
        "[1]", "[2, 3]", "【4】", "[^5]", "[9", "]", "(", ")", ":", ".", " ", "\n", "`", "``", "```", "~~~", "a", "x_y",
        "Leave is 28 days", "Dr. ", "! ", "。", "[text]", "［６］", "\n\n", "- ",
    ]
)  # fmt: skip


@given(st.lists(PIECES, max_size=40), st.data())
def test_where_the_pieces_end_makes_no_difference(parts: list[str], data: st.DataObject) -> None:
    text = "".join(parts)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=12)))
    pieces = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert scanned(*pieces) == scanned(text) == scanned(*text)


@given(st.lists(PIECES, max_size=30))
def test_no_marker_waits_for_more_than_the_longest(parts: list[str]) -> None:
    """A marker is settled by the character behind it, and told at the latest with the next word."""
    text = "".join(parts)
    for place, group in scanned(*text):
        waited = text[group[-1].end : place]
        assert all(char in " \t.,;:!?…。！？、，\"'”’»)*_" or char in "[]【】［］" for char in waited) or "[" in waited
