"""Secrets are read off what carries them."""

from __future__ import annotations

import base64
import random

import pytest

from benchmarks.guards.secrets import FORMATS, draw
from freehold.guards.secrets.carriers import carried

CHANCE = random.Random(9)
TOKEN = draw("{b62:40}", CHANCE)
JWT = draw("{jwt}", CHANCE)
PASSWORD = "q8Zp" + "2Lw9"


def found(text: str) -> list[tuple[str, str]]:
    return [(text[span.start : span.end], span.kind) for span in carried(text)]


def test_a_signed_token_is_told_by_its_header() -> None:
    assert found(f"it was {JWT}, then") == [(JWT, "jwt")]
    assert found("ey" + "Jhbm90aGVyIHRoaW5n.abcdefgh.abcdefgh") == []


@pytest.mark.parametrize("scheme", ["postgresql+asyncpg", "https", "redis", "amqp", "mongodb+srv"])
def test_a_password_in_an_address(scheme: str) -> None:
    assert found(f"{scheme}://app:{PASSWORD}@db.internal:5432/app") == [(PASSWORD, "password-in-address")]


@pytest.mark.parametrize(
    "address", ["https://a.example:8080/x@y", "http://u:${PASSWORD}@h/", "ftp://user:password@h", "a://b"]
)
def test_an_address_without_one(address: str) -> None:
    assert found(address) == []


def test_headers() -> None:
    basic = base64.b64encode(f"build:{PASSWORD}".encode()).decode()
    assert found(f"Authorization: Basic {basic}") == [(basic, "authorization")]
    assert found(f'"authorization": "Bearer {TOKEN}"') == [(TOKEN, "authorization")]
    assert found(f"Authorization: SSWS {TOKEN}") == [(TOKEN, "authorization")]


@pytest.mark.parametrize(
    "text", ["Basic authentication is on", "Bearer of bad news from the north", "Authorization: Bearer <token>"]
)
def test_words_about_headers(text: str) -> None:
    assert found(text) == []


def test_a_command_with_a_name_and_a_password() -> None:
    assert found(f"curl -s -u admin:{PASSWORD} https://a.example") == [(PASSWORD, "password-in-command")]


def test_a_line_of_netrc() -> None:
    assert found(f"machine api.example.org login build password {PASSWORD}") == [(PASSWORD, "password-in-command")]


@pytest.mark.parametrize("name", ["Slack hook", "Discord hook"])
def test_the_address_of_a_hook(name: str) -> None:
    hook = draw(FORMATS[name], CHANCE)
    ((secret, kind),) = found(f"post to {hook} please")
    assert kind == "hook-address"
    assert hook.endswith(secret)


def test_a_signed_address() -> None:
    signature = draw("{hex:64}", CHANCE)
    assert found(f"https://b.example/o?X-Amz-Signature={signature}") == [(signature, "signed-address")]
