"""A server's counts, and when they are not believed."""

from __future__ import annotations

import pytest

from freehold.plan.measure.counts import counted


@pytest.mark.parametrize(
    ("said", "pieces"),
    [
        ((512, 128), 128),
        ((670, 130), 128),  # a template, and marks at both ends
        ((512, 128), 16),  # eight tokens a piece
        ((512, 128), 1),
        ((512, 128), 640),  # pieces are letters
        ((260, 31), 31),  # ended early
    ],
)
def test_what_can_be_is_believed(said: tuple[int, int], pieces: int) -> None:
    assert counted(said, words=512, pieces=pieces, asked=128) == (*said, "")


@pytest.mark.parametrize("said", [(6650, 1280), (512, 1280), (512, 200), (512, 0), (512, -1), (512, 3), (0, 0)])
def test_an_answer_that_cannot_have_so_many_is_counted_in_pieces(said: tuple[int, int]) -> None:
    prompt, answer, doubt = counted(said, words=512, pieces=128, asked=128)
    assert (prompt, answer) == (512, 128)
    assert f"counts {said[1]} tokens in an answer of 128 pieces" in doubt


@pytest.mark.parametrize("prompt", [5120, 1153, 255, 0, -5])
def test_a_prompt_that_cannot_have_so_many_is_counted_in_words(prompt: int) -> None:
    assert counted((prompt, 120), words=512, pieces=128, asked=128) == (
        *(512, 128),
        f"it counts {prompt} tokens in a prompt of 512 words",
    )


def test_short_answers_have_marks_too() -> None:
    assert counted((128, 5), words=128, pieces=3, asked=3) == (128, 5, "")
    assert counted((128, 30), words=128, pieces=3, asked=3)[:2] == (128, 3)


def test_a_server_that_does_not_count() -> None:
    assert counted(None, words=17, pieces=3, asked=4) == (17, 3, "it does not count tokens")
