from __future__ import annotations

from freehold.evaluate.watch.prompts import PROMPTS


def test_prompts_are_short_public_and_unlike() -> None:
    assert len({prompt.casefold() for prompt in PROMPTS}) == len(PROMPTS)
    assert all(5 < len(prompt) < 200 for prompt in PROMPTS)
    assert all(prompt.isascii() for prompt in PROMPTS)
