"""What a provider's errors mean."""

from __future__ import annotations

import json

import pytest

from freehold.core.errors import Fault
from freehold.wire.upstream import MESSAGE_LENGTH, clean, failure_of_status, not_the_dialect


@pytest.mark.parametrize(
    ("status", "fault", "safe"),
    [
        (400, Fault.REJECTED, False),
        (401, Fault.AUTH, False),
        (402, Fault.AUTH, False),
        (403, Fault.AUTH, False),
        (404, Fault.REJECTED, False),
        (408, Fault.SERVER, False),
        (413, Fault.REJECTED, False),
        (422, Fault.REJECTED, False),
        (429, Fault.RATE_LIMITED, True),
        (500, Fault.SERVER, False),
        (502, Fault.SERVER, False),
        (503, Fault.SERVER, True),
        (504, Fault.SERVER, False),
        (529, Fault.SERVER, True),
        (302, Fault.PROTOCOL, False),
    ],
)
def test_the_status_decides(status, fault, safe):
    failure = failure_of_status(status, b'{"error": {"message": "429 rate limit"}}', 2.5)
    assert (failure.fault, failure.safe_to_retry) == (fault, safe)
    assert (failure.status, failure.retry_after) == (status, 2.5)


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"message": "too long"}},
        {"error": "too long"},
        {"message": "too long"},
        {"detail": [{"msg": "too long"}]},
        [{"error": {"message": "too long"}}],
    ],
)
def test_the_text_is_found_where_servers_put_it(body):
    assert failure_of_status(400, json.dumps(body).encode(), None).message == "the target answered 400: too long"


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff", b"{}", b'{"error": null}', b'{"error": {"message": 7}}'])
def test_a_body_without_text_gives_the_status_alone(body):
    assert failure_of_status(500, body, None).message == "the target answered 500"


def test_the_text_is_bounded_and_on_one_line():
    message = clean("a\r\nb " + "x" * 5000)
    assert message.startswith("a b x")
    assert len(message) == MESSAGE_LENGTH


@pytest.mark.parametrize(
    "secret", ["sk-proj-abc123def456", "sk-ant-api03-xyz", "Bearer abcdef123", "AIzaSyA1234567890"]
)
def test_nothing_like_a_key_is_repeated(secret):
    body = json.dumps({"error": {"message": f"bad key {secret} given"}}).encode()
    assert secret.split()[-1] not in failure_of_status(400, body, None).message
    assert secret not in failure_of_status(401, body, None).message


def test_a_web_page_is_called_one():
    failure = not_the_dialect(b"\n<!DOCTYPE html><html>", ValueError("x"))
    assert failure.fault is Fault.PROTOCOL
    assert "web page" in failure.message
