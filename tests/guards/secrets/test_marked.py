"""Tokens with their vendor's mark in the middle or at the end are found whole."""

from __future__ import annotations

import random
import re

import pytest

from benchmarks.guards.secrets import FORMATS, draw
from freehold.guards.secrets.marked import marked

CHANCE = random.Random(8)


def found(text: str) -> list[tuple[str, str]]:
    runs = [run.span() for run in re.finditer(r"[A-Za-z0-9+/_-]{16,}", text)]
    return [(text[span.start : span.end], span.kind) for span in marked(text, runs)]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Azure AI key", "azure-key"),
        ("Azure DevOps token", "azure-devops-token"),
        ("Azure client secret", "azure-client-secret"),
        ("Terraform token", "terraform-token"),
        ("Mailchimp key", "mailchimp-key"),
        ("Mailgun new key", "mailgun-key"),
        ("Telegram token", "telegram-token"),
        ("Discord token", "discord-token"),
        ("New Relic licence", "newrelic-key"),
    ],
)
def test_the_whole_token_is_the_finding(name: str, kind: str) -> None:
    token = draw(FORMATS[name], CHANCE)
    assert found(f'give it "{token}" now') == [(token, kind)]


def test_a_uuid_has_no_mark() -> None:
    assert found(draw("{uuid}", CHANCE)) == []


def test_data_is_not_searched_for_marks() -> None:
    assert found("A" * 400 + "JQQJ99" + "A" * 26) == []
