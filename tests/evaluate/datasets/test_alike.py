"""Texts that are nearly the same, and those that are not."""

from __future__ import annotations

import random

import pytest

from freehold.evaluate.datasets.alike import nearly, nearly_same

LONG = "please summarize this long text about the economy of norway and its fisheries in three short sentences"


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (LONG.replace("summarize", "summarise"), True),
        (LONG.replace("short ", ""), True),
        (LONG, True),
        (LONG.replace("its", "not its"), False),
        (f"{LONG} 7", False),
        (f"{LONG} in plain german words", False),
        (" ".join(reversed(LONG.split())), False),
    ],
)
def test_what_nearly_the_same_means(other: str, same: bool) -> None:
    assert nearly(LONG, other) is same
    assert nearly(other, LONG) is same


def test_the_earlier_is_named_and_others_are_left_alone() -> None:
    texts = ["hi", "what is the capital of france", LONG, "hi", LONG.replace("summarize", "summarise"), "x" * 300]
    assert nearly_same(texts) == [None, None, None, None, 2, None]
    assert nearly_same([]) == []


def test_no_chain_of_small_steps_makes_two_texts_one() -> None:
    words = LONG.split()
    chain = [" ".join([*words[:-step], *(["more"] * step)] if step else words) for step in range(8)]
    found = nearly_same(chain)
    assert all(other is None or nearly(chain[other], chain[at]) for at, other in enumerate(found))
    assert None in found[1:]


def test_hardly_any_pair_is_missed_among_many() -> None:
    draw = random.Random(5)
    words = ["".join(draw.choices("abcdefghijklmnop", k=draw.randint(3, 9))) for _ in range(900)]
    texts = [" ".join(draw.choices(words, k=40)) for _ in range(400)]
    changed = [text.replace(text.split()[7], "qqq", 1) for text in texts]
    found = nearly_same([*texts, *changed])
    pairs = [nearly(text, other) for text, other in zip(texts, changed, strict=True)]
    caught = [found[400 + at] == at for at in range(400)]
    assert not any(found[:400])
    assert sum(pairs) > 300
    assert sum(caught) >= 0.98 * sum(pairs)


def test_texts_of_one_template_are_told_apart_by_their_numbers() -> None:
    texts = [f"which kind of ticket is this one word only order number {each} is late again" for each in range(300)]
    assert nearly_same(texts) == [None] * 300
