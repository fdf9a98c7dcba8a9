"""The memory of texts: bounded, and without the texts."""

from __future__ import annotations

import gc
import threading

from freehold.core.finding import Span
from freehold.guards.seen import Seen

SPAN = Span(0, 1, "email", 0.9, "email")


def test_what_was_found_is_known_again_and_what_was_not_seen_is_not():
    seen = Seen(10_000)
    seen.put(seen.key("one"), (SPAN,))
    seen.put(seen.key("none"), ())

    assert seen.get(seen.key("one")) == (SPAN,)
    assert seen.get(seen.key("none")) == ()
    assert seen.get(seen.key("two")) is None


def test_what_was_not_used_for_longest_is_forgotten_first():
    seen = Seen(800)
    for text in ("a", "b", "c"):
        seen.put(seen.key(text), ())
    seen.get(seen.key("a"))
    seen.put(seen.key("d"), (SPAN,))

    assert seen.get(seen.key("b")) is None
    assert seen.get(seen.key("a")) == ()
    assert seen.get(seen.key("d")) == (SPAN,)


def test_its_size_is_bounded_whatever_is_put_in():
    seen = Seen(50_000)
    for number in range(2_000):
        seen.put(seen.key(str(number)), (SPAN,) * (number % 7))
        assert seen.size <= 50_000
    seen.put(seen.key("huge"), (SPAN,) * 10_000)

    assert seen.get(seen.key("huge")) is None
    assert seen.get(seen.key("1999")) is not None


def test_putting_the_same_text_twice_counts_once():
    seen = Seen(1_000)
    for _ in range(10):
        seen.put(seen.key("a"), (SPAN,))

    assert seen.size == 400


def test_it_holds_no_text_and_its_keys_say_nothing_elsewhere():
    text = "a text that nobody shall find in the memory"
    seen = Seen(1_000)
    seen.put(seen.key(text), (SPAN,))

    held = [each for each in gc.get_referents(seen.__dict__) if isinstance(each, dict)]
    assert text not in repr(held)
    assert seen.key(text) != Seen(1_000).key(text)


def test_several_threads_may_use_it():
    seen = Seen(5_000)

    def use(start: int) -> None:
        for number in range(start, start + 2_000):
            seen.put(seen.key(str(number)), ())
            seen.get(seen.key(str(number - 3)))

    threads = [threading.Thread(target=use, args=(1_000 * number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert seen.size == 5_000
