"""What is measured of the time that looking takes."""

from __future__ import annotations

import json

import pytest

from benchmarks.guards import speed


def test_a_body_is_a_conversation_of_about_the_length_that_is_said() -> None:
    body = json.loads(speed.chat(speed.PROSE, "and?", "so."))

    assert [message["role"] for message in body["messages"]] == ["system", "user", "assistant"]
    assert 450 <= len(speed.PROSE) <= 550


def test_what_is_called_plain_holds_nothing_and_what_is_called_personal_does() -> None:
    assert speed.fresh().scan(speed.PROSE) == ()
    assert {"email", "phone", "iban", "ip"} <= {span.kind for span in speed.fresh().scan(speed.PERSONAL)}


@pytest.mark.parametrize("unit", speed.UNITS.values(), ids=speed.UNITS)
def test_the_time_of_hostile_texts_grows_with_their_length(unit: str) -> None:
    """Generously: what grows with the square takes sixteen times as long for four times the length."""
    text = (unit * 16_000)[:16_000]

    short = min(speed.processor(lambda: speed.fresh().scan(text[:4_000])) for _ in range(3))
    long = min(speed.processor(lambda: speed.fresh().scan(text)) for _ in range(3))

    assert long < 9 * short + 0.02
