"""Words that are never looked at: none of them may be worth a look."""

from __future__ import annotations

from freehold.guards.personal import find as find_personal
from freehold.guards.secrets import find as find_secrets
from freehold.guards.words import WORDS
from freehold.wire.anthropic.schema import MessagesRequest
from freehold.wire.openai.schema import KNOWN


def test_nothing_is_to_be_found_in_them():
    text = "\n".join(sorted(WORDS))

    assert find_personal(text) == []
    assert find_secrets(text) == []
    assert [word for word in WORDS if len(word) > 30 or not word.isascii()] == []


def test_the_members_of_both_dialects_are_among_them():
    assert KNOWN - {"model"} <= WORDS
    assert set(MessagesRequest.__struct_fields__) - {"model"} <= WORDS
