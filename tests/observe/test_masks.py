from __future__ import annotations

import time

import pytest

from freehold.observe.masks import MASK, masked

SECRET = "hunter2hunter2hunter2"
FH, SK = "fh" + "-" + "12345678" + SECRET, "sk" + "-" + "proj-" + SECRET


@pytest.mark.parametrize(
    "line",
    [
        f"authorization: Bearer {SECRET}",
        f"Authorization: Basic {SECRET}==",
        f'{{"authorization": "Bearer {SECRET}", "a": 1}}',
        f"{{'x-api-key': '{SECRET}'}}",
        f"headers=[(b'x-api-key', ...)] x-api-key={SECRET}",
        f"sent Bearer {SECRET} to it",
        f"the key {FH} is not known",
        f"the key {SK} is not known",
        f"GET https://api.example/v1?api_key={SECRET}&x=1",
        f"postgresql://freehold:{SECRET}@db.example:5432/x",
        f"see ...1https://ann:{SECRET}@db.example",
        f"set-cookie: {SECRET}",
        f"cookie: freehold={SECRET}",
        f"password={SECRET}",
    ],
)
def test_what_looks_like_a_secret_is_taken_out(line: str) -> None:
    said = masked(line)
    assert SECRET not in said
    assert MASK in said


@pytest.mark.parametrize(
    "line",
    [
        "Freehold listens on http://127.0.0.1:8080",
        "request fh_0197f0a1b2c3d4e5f60718293a4b5c6d failed inside Freehold",
        "local/qwen3-4b answered; 1200 tokens, 3 keys, author: ann",
        "configuration applied: revision 0123456789ab",
    ],
)
def test_what_does_not_stays(line: str) -> None:
    assert masked(line) == line


@pytest.mark.parametrize("piece", ["a", "a://", "token ", "a://b", "bearer ", "sk-", "=", " : "])
def test_a_long_line_costs_no_more_than_its_length(piece: str) -> None:
    began = time.perf_counter()
    masked(piece * (200_000 // len(piece)))
    assert time.perf_counter() - began < 2.0  # A search from each place anew would take minutes.
