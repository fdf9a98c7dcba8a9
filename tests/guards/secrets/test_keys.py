"""Private keys are found by their armour, whole or cut off. The armour here is put together as the test runs."""

from __future__ import annotations

import random

import pytest

from benchmarks.guards.secrets import draw
from freehold.guards.secrets.keys import armoured

CHANCE = random.Random(10)
FENCE = "-" * 5
BODY = "\n".join(draw("{b64:64}", CHANCE) for _ in range(6))


def found(text: str) -> list[str]:
    return [text[span.start : span.end] for span in armoured(text)]


@pytest.mark.parametrize("kind", ["", "RSA ", "EC ", "DSA ", "OPENSSH ", "ENCRYPTED ", "ANY "])
def test_pem(kind: str) -> None:
    key = f"{FENCE}BEGIN {kind}PRIVATE KEY{FENCE}\n{BODY}\n{FENCE}END {kind}PRIVATE KEY{FENCE}"
    assert found(f"here:\n{key}\nand so on") == [key]
    assert found(key.replace("\n", "\\n") + '", "b": 1') == [key.replace("\n", "\\n")]


def test_pgp() -> None:
    key = f"{FENCE}BEGIN PGP PRIVATE KEY BLOCK{FENCE}\n\n{BODY}\n=abcd\n{FENCE}END PGP PRIVATE KEY BLOCK{FENCE}"
    assert found(key) == [key]


def test_putty() -> None:
    key = f"PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n{BODY}\nPrivate-MAC: " + draw("{hex:64}", CHANCE)
    assert found(key + "\n") == [key]


def test_age() -> None:
    key = "AGE-SECRET-" + "KEY-1" + draw("{b32:58}", CHANCE)
    assert found(f"key = {key}\n") == [key]


def test_one_that_is_cut_off_ends_with_its_letters() -> None:
    cut = f"{FENCE}BEGIN RSA PRIVATE KEY{FENCE}\n{BODY}"
    assert found(cut + "\n[cut off] …") == [cut + "\n"]


@pytest.mark.parametrize("text", [f"{FENCE}BEGIN PUBLIC KEY{FENCE}\n{BODY}", "a PRIVATE KEY is a key", FENCE])
def test_what_is_no_private_key(text: str) -> None:
    assert found(text) == []
