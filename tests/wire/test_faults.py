"""Errors as bodies in either dialect."""

from __future__ import annotations

import json

import pytest

from freehold.core.errors import (
    AttemptFailed,
    BadRequest,
    BudgetSpent,
    Fault,
    LabelForbidden,
    RateLimited,
    RequestError,
    TooLarge,
    Unauthorized,
    Unavailable,
    UnknownModel,
    UpstreamFailed,
    UpstreamTimeout,
)
from freehold.core.label import Label
from freehold.wire.faults import error_body


def body(error: RequestError, dialect: str) -> dict:
    return json.loads(error_body(error, dialect, "fh_1"))


def test_openai_names_the_field_and_the_code():
    assert body(BadRequest("n is wrong", param="n"), "openai") == {
        "error": {"message": "n is wrong", "type": "invalid_request_error", "param": "n", "code": "invalid_request"}
    }


def test_anthropic_has_its_own_frame_and_carries_the_code_apart():
    assert body(BadRequest("is wrong", param="n"), "anthropic") == {
        "type": "error",
        "error": {
            "type": "invalid_request_error",
            "message": "n: is wrong",
            "freehold": {"code": "invalid_request"},
        },
        "request_id": "fh_1",
    }


@pytest.mark.parametrize(
    ("error", "openai", "anthropic"),
    [
        (Unauthorized("x"), "authentication_error", "authentication_error"),
        (BudgetSpent("x"), "insufficient_quota", "billing_error"),
        (UnknownModel("x"), "invalid_request_error", "not_found_error"),
        (TooLarge("x"), "invalid_request_error", "request_too_large"),
        (RateLimited("x"), "rate_limit_error", "rate_limit_error"),
        (UpstreamFailed("x"), "server_error", "api_error"),
        (Unavailable("x"), "server_error", "overloaded_error"),
        (UpstreamTimeout("x"), "server_error", "timeout_error"),
    ],
)
def test_each_status_has_the_vendors_own_type(error, openai, anthropic):
    assert body(error, "openai")["error"]["type"] == openai
    assert body(error, "anthropic")["error"]["type"] == anthropic


@pytest.mark.parametrize("dialect", ["openai", "anthropic"])
def test_a_forbidden_label_says_which_and_what_would_do(dialect):
    error = body(LabelForbidden(Label.parse("restricted;eu"), ["cloud"], ["local"]), dialect)["error"]
    assert error["type"] == "permission_error"
    assert error["freehold"]["label"] == "restricted;eu"
    assert error["freehold"]["allowed"] == ["local"]


def test_a_sentence_that_stands_by_itself_is_left_alone():
    error = LabelForbidden(Label.parse("restricted"), ["cloud"], [])
    assert body(error, "anthropic")["error"]["message"] == error.message


@pytest.mark.parametrize("dialect", ["openai", "anthropic"])
def test_every_failed_attempt_is_named(dialect):
    failures = [
        ("a", AttemptFailed(Fault.RATE_LIMITED, "slow down", status=429)),
        ("b", AttemptFailed(Fault.CONNECT, "refused")),
    ]
    error = body(UpstreamFailed("all failed", failures), dialect)["error"]
    assert error["freehold"]["attempts"] == [
        {"target": "a", "fault": "rate_limited", "message": "slow down", "status": 429},
        {"target": "b", "fault": "connect", "message": "refused"},
    ]
