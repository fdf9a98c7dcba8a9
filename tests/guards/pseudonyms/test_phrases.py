"""Which words of a name or an address say who and where."""

from __future__ import annotations

import pytest

from freehold.guards.pseudonyms.phrases import OF_NAMES, OF_PLACES, renamed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dr Chidi Okafor", "Dr Xx Xx"),
        ("CHIDI OKAFOR", "XX XX"),
        ("chidi okafor", "xx xx"),
        ("Anna van der Berg", "Xx van der Xx"),
        ("J. Okafor Jr", "J. Xx Jr"),
        ("O'Neill-Smith", "O'Xx-Xx"),
        ("Zoe\u0301 Li", "Xx Xx"),
        ("王小明", "Xx"),
    ],
)
def test_titles_particles_and_initials_stay(text: str, expected: str):
    assert renamed(text, OF_NAMES, lambda _: "Xx")[0] == expected


def test_the_words_that_changed_are_told():
    assert renamed("Dr Chidi Okafor", OF_NAMES, lambda word: word[::-1].title())[1] == {
        "Chidi": "Idihc",
        "Okafor": "Rofako",
    }


def test_words_of_a_sort_of_place_stay():
    made, words = renamed("12 Harbour Street, Springfield IL", OF_PLACES, lambda _: "Xx")
    assert made == "12 Xx Street, Xx IL"
    assert list(words) == ["Harbour", "Springfield"]
