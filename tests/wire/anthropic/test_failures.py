"""What error events mean."""

from __future__ import annotations

from freehold.core.errors import Fault
from freehold.wire.anthropic import MessagesProvider
from freehold.wire.anthropic.failures import broken, first_error
from freehold.wire.anthropic.schema import WireError


def test_a_first_error_says_what_the_provider_said() -> None:
    failed = first_error(WireError("overloaded_error", "Try later"))
    assert (failed.fault, failed.status, failed.safe_to_retry) == (Fault.SERVER, 529, True)
    assert "Try later" in failed.message


def test_a_later_error_is_never_safe_to_retry() -> None:
    failed = broken(WireError("overloaded_error", "Try later"))
    assert (failed.fault, failed.status, failed.safe_to_retry) == (Fault.BROKEN, 529, False)
    assert broken(WireError("something_new")).status is None


def test_keys_are_never_repeated() -> None:
    told = WireError("api_error", "no such key: sk-ant-abcdefgh")
    assert "abcdefgh" not in broken(told).message + first_error(told).message


def test_an_http_status_comes_before_the_text() -> None:
    failed = MessagesProvider().failure(429, b'{"error":{"type":"api_error","message":"slow down"}}', 7.0)
    assert (failed.fault, failed.retry_after) == (Fault.RATE_LIMITED, 7.0)
