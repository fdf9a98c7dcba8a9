"""What is known of a router is JSON, as it came."""

from __future__ import annotations

import msgspec

from freehold.evaluate.router.card import Card
from support.prompts import a_card


def test_a_card_comes_back_from_json_as_it_was() -> None:
    card = a_card(slices=("task=triage",), before="rt_1")
    assert msgspec.json.decode(msgspec.json.encode(card), type=Card) == card
