"""BM25 as an inner product: the weights are the formula's, and candidates come from the rarer words."""

from __future__ import annotations

import math
import re

import pytest

from freehold.knowledge.library import postgres_words
from freehold.knowledge.library.postgres_words import drifted, rarity, tokens, weighed
from freehold.knowledge.rank.bags import bag, word_hash
from freehold.knowledge.rank.bm25 import K1, B
from support.libraries import asks, new_document
from support.postgres import postgres_home


def entries(sparse: str) -> dict[int, float]:
    assert sparse.endswith("}/1000000000")
    return {int(index): float(weight) for index, weight in re.findall(r"(\d+):([^,}]+)", sparse)}


def test_a_passage_s_part_is_the_saturated_count() -> None:
    found = entries(weighed(bag("", "zebra zebra horse"), pivot=6.0))
    saturation = K1 * (1 - B + B * 3 / 6)
    expected = {"zebra": 2 / (2 + saturation), "hors": 1 / (1 + saturation)}
    assert found == pytest.approx({word_hash(word) % 10**9 + 1: weight for word, weight in expected.items()})


def test_tokens_are_hashes_and_not_words() -> None:
    assert tokens(bag("", "zebra")) == f"x{word_hash('zebra'):x}"
    assert tokens(bag("", "")) == ""


def test_rarity_falls_with_what_holds_a_word_and_is_never_negative() -> None:
    assert rarity(100, 1) == pytest.approx(math.log1p(99.5 / 1.5))
    falling = [rarity(100, count) for count in (1, 10, 50, 100, 300)]
    assert falling == sorted(falling, reverse=True)
    assert falling[-1] > 0


@pytest.mark.parametrize(
    ("pivot", "mean", "moved"), [(None, 5, True), (100, 105, False), (100, 120, True), (100, 80, True), (0, 0, False)]
)
def test_a_mean_that_has_moved_far_is_noticed(pivot: float | None, mean: float, moved: bool) -> None:
    assert drifted(pivot, mean) is moved


def test_the_ranking_is_that_of_the_formula(tmp_path: object) -> None:
    texts = ["zebra " + "horse " * n + "field " * (n % 3) for n in range(1, 9)] + ["zebra zebra cow"]
    with postgres_home(tmp_path) as home:  # type: ignore[arg-type]
        library = home.open()
        for n, text in enumerate(texts):
            library.put(new_document(f"d{n}", text.strip(), title=""))
        # The passages' weights are those of the mean length as it is now.
        library.put(new_document("last", "cow", title=""))
        texts.append("cow")
        found = [hit.place.name for hit in library.search(asks("zebra field cow", limit=20), None)]
    bags = [text.split() for text in texts]
    mean = sum(map(len, bags)) / len(bags)

    def score(words: list[str]) -> float:
        total = 0.0
        for word in ("zebra", "field", "cow"):
            count, holding = words.count(word), sum(word in each for each in bags)
            total += rarity(len(bags), holding) * count / (count + K1 * (1 - B + B * len(words) / mean))
        return total

    expected = sorted(range(len(bags)), key=lambda n: -score(bags[n]))
    names = [f"d{n}" for n in range(len(texts) - 1)] + ["last"]
    assert found == [names[n] for n in expected if score(bags[n]) > 0]


def test_common_words_only_add_to_scores_where_rarer_ones_suffice(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setattr(postgres_words, "ENOUGH", 2)
    with postgres_home(tmp_path) as home:  # type: ignore[arg-type]
        library = home.open()
        for n in range(6):
            library.put(new_document(f"common{n}", f"A zebra, number {n}."))
        library.put(new_document("rare1", "An okapi and a zebra."))
        library.put(new_document("rare2", "An okapi alone."))
        # Two passages hold the rare word; that is as many as are asked for, so no others are looked at.
        two = library.search(asks("okapi zebra"), None, depth=2)
        assert {hit.place.name for hit in two} == {"rare1", "rare2"}
        assert two[0].place.name == "rare1"
        # Where they do not suffice, the common word finds the rest.
        assert len(library.search(asks("okapi zebra"), None)) == 8


@pytest.mark.parametrize(
    ("found", "sought"),
    [
        ({1: 300, 2: 300, 3: 90_000}, [1, 2]),
        ({1: 300, 3: 90_000}, [1, 3]),
        ({1: 2_900, 2: 3_200, 3: 3_300}, [1, 2]),
        ({2: 9_000, 1: 500}, [1, 2]),
        ({1: 90_000}, [1]),
    ],
    ids=["enough without the common one", "too few without it", "enough", "not too many", "nothing else"],
)
def test_words_are_looked_for_from_the_rarest_on(found: dict[int, int], sought: list[int]) -> None:
    assert postgres_words._rarest(found) == sought
