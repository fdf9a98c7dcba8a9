"""Openings of refusals, and openings that only look like them."""

from __future__ import annotations

import pytest

from freehold.policy.phrases import opens_with_refusal


@pytest.mark.parametrize(
    "text",
    [
        "I can't help with that.",
        "I’m sorry, but I can’t assist with that request.",
        "I apologize, but I cannot provide that.",
        "Sorry, I won't write this.",
        "**Unfortunately, I am unable to comply.**",
        "As an AI language model, I cannot give legal advice.",
        "I'm not able to share this.",
        "Es tut mir leid, aber ich kann dabei nicht helfen.",
        "Désolé, mais je ne peux pas répondre.",
        "Lo siento, pero no puedo ayudar con eso.",
        "Mi dispiace, ma non posso aiutarti.",
        "Desculpe, mas não posso ajudar.",
        "Het spijt me, maar ik kan dat niet doen.",
        "Przykro mi, ale nie mogę pomóc.",
        "К сожалению, я не могу помочь.",
        "很抱歉，我无法回答。",
        "申し訳ありませんが、お答えできません。",
        "죄송하지만 도와드릴 수 없습니다.",
    ],
)
def test_a_refusal_is_known_by_its_opening(text: str):
    assert opens_with_refusal(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Paris.",
        "I'm sorry to hear that. Rest, and drink water.",
        "I can help with that.",
        "I cannot recommend this film enough.",
        "I don't know who wrote it.",
        "The error says: I'm sorry, but I can't help with that.",
        "Unfortunately, the shop closes at six.",
        "Leider regnet es.",
        "I can't help but smile.",
    ],
)
def test_what_is_no_refusal_is_none(text: str):
    assert not opens_with_refusal(text)
