"""Tokens of vendors that nobody has listed are found by their shape, and what only looks long is left alone."""

from __future__ import annotations

import base64
import hashlib
import random
import re

import pytest

from benchmarks.guards.secrets import UNLISTED, draw
from freehold.guards.secrets.shape import looks_random, shaped

CHANCE = random.Random(11)
TOKEN = draw("{b62:40}", CHANCE)
RAW = CHANCE.randbytes(64)


def found(text: str) -> list[str]:
    runs = [run.span() for run in re.finditer(r"[A-Za-z0-9+/_-]{16,}", text)]
    return [text[span.start : span.end] for span in shaped(text, runs)]


@pytest.mark.parametrize("form", UNLISTED.values())
def test_most_of_what_is_drawn_is_found(form: str) -> None:
    assert sum(bool(found(f"it is {draw(form, CHANCE)} there")) for _ in range(300)) >= 290


def test_hexadecimal_digits_are_a_token_where_they_are_called_one() -> None:
    assert found("acme_live_" + draw("{hex:32}", CHANCE))
    assert not found("chatcmpl-" + draw("{hex:32}", CHANCE))
    assert not found("build_" + draw("{hex:40}", CHANCE))


def test_the_letter_of_an_escape_is_not_part_of_it() -> None:
    assert found(f"a\\n{TOKEN}\\n") == [TOKEN]


@pytest.mark.parametrize(
    "text",
    [
        hashlib.sha256(RAW).hexdigest(),
        hashlib.sha1(RAW, usedforsecurity=False).hexdigest().upper(),
        "3f2b8a10-" + "4c5d-4e6f-8a7b-0c1d2e3f4a5b",
        f'"integrity": "sha512-{base64.b64encode(RAW).decode()}"',
        f"pkg/a.py,sha256={base64.urlsafe_b64encode(RAW[:32]).decode()[:43]},120",
        f"module v1.0.0 h1:{base64.b64encode(RAW[:32]).decode()}",
        f"data:image/png;base64,{base64.b64encode(RAW).decode()}",
        base64.b64encode(RAW * 8).decode(),
        base64.encodebytes(RAW * 8).decode(),
        base64.b64encode(b"this is only plain text").decode(),
        f"https://docs.example.org/d/{TOKEN}/edit",
        f"/assets/main.{TOKEN}.js",
        f"call_{TOKEN[:24]}",
        f"Request ID: {TOKEN}",
        f"x-amz-id-2: {TOKEN}",
        f"<{TOKEN}@mail.example.com>",
        "01ARZ3NDEK" + "TSV4RRFFQ69G5FAV",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + TOKEN,
        f"PublicKey = {TOKEN}",
        "caffeine is RYYVLZVUVIJVGH-UHFFFAOYSA-N there",
        f"toolu_{TOKEN[:24]}",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
        "/usr/lib/python3.11/site-packages/some_package/module2",
        "window.requestAnimationFrame||window.webkitRequestAnimationFrame",
        "supercalifragilisticexpialidocious",
        "XXXXXXXXXXXXXXXXXXXXXXXXXXXX1a",
    ],
)
def test_what_is_something_else(text: str) -> None:
    assert found(text) == []


def test_a_value_in_the_query_of_an_address_is_looked_at() -> None:
    assert found(f"https://a.example/x?k={TOKEN}") == [TOKEN]


def test_looks_random() -> None:
    assert looks_random(TOKEN)
    assert not looks_random("correct-horse-battery-staple")
    assert not looks_random("")
