from __future__ import annotations

from freehold.observe.span import brief, derived


def test_a_part_has_always_the_same_id_and_no_other_parts() -> None:
    assert derived("a" * 16, "retrieval") == derived("a" * 16, "retrieval")
    assert len({derived(span, part) for span in ("a" * 16, "b" * 16) for part in ("x", "y")}) == 4
    assert len(bytes.fromhex(derived("a" * 16, "x"))) == 8


def test_a_strangers_word_is_cut() -> None:
    assert brief("x" * 1000) == "x" * 256
    assert brief("short") == "short"
