"""``[limits]``: what is taken, and what is told of what is not."""

from __future__ import annotations

import pytest

from freehold.config.limits import make_limits
from freehold.config.tree import Limits
from freehold.tables.faults import Findings


def made(**table: object) -> tuple[Limits, list[str]]:
    findings = Findings()
    limits = make_limits({"limits": table}, findings)
    return limits, [str(fault) for fault in findings.found]


def test_nothing_said():
    assert made() == (Limits(), [])


@pytest.mark.parametrize(
    "url", ["https://hooks.example.com/a/b?c=d", "http://127.0.0.1:9000/x", "http://localhost/", "http://[::1]:80/"]
)
def test_all_said(url: str):
    limits, faults = made(time_zone="Europe/Berlin", assume_output_tokens=100, webhook=url)
    assert (limits, faults) == (Limits("Europe/Berlin", 100, url), [])


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "ftp://example.com",
        "https://a:hunter2@example.com/",
        "https://",
        "https://x:y/",
        "x",
        "https://e.com/#f",
    ],
)
def test_an_address_that_cannot_be_used_is_told_and_not_repeated(url: str):
    limits, faults = made(webhook=url)
    assert limits.webhook is None
    assert len(faults) == 1
    assert "webhook's address" in faults[0]
    assert "hunter2" not in faults[0]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"time_zone": "Europe/Atlantis"}, "is not a time zone that this machine knows"),
        ({"assume_output_tokens": 0}, "assume_output_tokens is 0"),
        ({"assume_output_tokens": "many"}, "whole number"),
        ({"timezone": "UTC"}, "time_zone"),
    ],
)
def test_what_is_at_fault_is_told(table: dict[str, object], said: str):
    limits, faults = made(**table)
    assert limits.time_zone == "UTC"
    assert len(faults) == 1
    assert said in faults[0]
