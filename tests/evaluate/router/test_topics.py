"""Groups of prompts of like meaning."""

from __future__ import annotations

import numpy as np
import pytest

from freehold.evaluate.router.topics import COUNTS, membership, topics


def clouds(size: int = 300, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Three clouds far apart, and which each prompt is of."""
    draw = np.random.default_rng(seed)
    which = draw.integers(3, size=size)
    vectors = np.eye(6)[which] + 0.05 * draw.normal(size=(size, 6))
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True), which


def test_prompts_of_one_cloud_are_alike_and_of_two_are_not() -> None:
    vectors, which = clouds()
    belongs = membership(vectors, topics(vectors))
    alike = belongs @ belongs.T
    same = which[:, None] == which
    assert alike[~same].max() < 1e-6
    assert alike[same].mean() > 0.2


def test_every_prompt_has_length_one() -> None:
    vectors, _ = clouds()
    assert np.linalg.norm(membership(vectors, topics(vectors)), axis=1) == pytest.approx(1.0)


def test_the_same_prompts_give_the_same_groups() -> None:
    vectors, _ = clouds()
    assert all((one == other).all() for one, other in zip(topics(vectors), topics(vectors), strict=True))


def test_few_prompts_make_few_groups() -> None:
    vectors, _ = clouds(100)
    assert [len(each) for each in topics(vectors)] == [20, 20, 20, 20]
    assert [len(each) for each in topics(clouds(1000)[0])] == list(COUNTS)
    assert topics(vectors[:5]) == ()


def test_without_meaning_there_are_no_topics() -> None:
    assert topics(np.zeros((50, 0))) == ()
    assert membership(np.zeros((50, 0)), ()).shape == (50, 0)
