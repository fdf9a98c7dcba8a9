"""What a caller's rates leave it, in the words of both dialects."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from freehold.core.limits import Allowance, Quota
from freehold.http.allowed import allowed, span

BOTH = Allowance(Quota(60, 59, 60.0), Quota(9000, 0, 0.12))


def test_openai_gets_spans_of_time():
    assert allowed(BOTH, "openai") == [
        (b"x-ratelimit-limit-requests", b"60"),
        (b"x-ratelimit-remaining-requests", b"59"),
        (b"x-ratelimit-reset-requests", b"1m0s"),
        (b"x-ratelimit-limit-tokens", b"9000"),
        (b"x-ratelimit-remaining-tokens", b"0"),
        (b"x-ratelimit-reset-tokens", b"120ms"),
    ]


def test_anthropic_gets_moments():
    found = dict(allowed(BOTH, "anthropic"))
    assert found[b"anthropic-ratelimit-requests-limit"] == b"60"
    assert found[b"anthropic-ratelimit-tokens-remaining"] == b"0"
    said = found[b"anthropic-ratelimit-requests-reset"].decode()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", said)
    assert timedelta(seconds=50) < datetime.fromisoformat(said) - datetime.now(UTC) < timedelta(seconds=65)
    assert len(found) == 6


def test_what_has_no_rate_is_not_told():
    assert allowed(Allowance(), "openai") == []
    assert len(allowed(Allowance(tokens=Quota(1, 1, 0.0)), "anthropic")) == 3


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.0, "0s"),
        (0.0004, "1ms"),
        (0.9991, "1s"),
        (1.0, "1s"),
        (1.5, "1.5s"),
        (59.9, "59.9s"),
        (60, "1m0s"),
        (61.25, "1m1.25s"),
    ],
)
def test_spans_are_written_as_openai_does(seconds: float, said: str):
    assert span(seconds) == said
