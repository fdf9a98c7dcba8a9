"""What of the server needs no process of its own; the rest is in ``tests/doors/test_life.py``."""

from __future__ import annotations

import logging
import socket

import pytest

from freehold.assemble import Stack
from freehold.core.errors import Conflict, SetupError
from freehold.http import server


def test_a_free_port_is_bound_and_may_be_chosen_by_the_system() -> None:
    with server.listen("127.0.0.1", 0) as bound:
        host, port = bound.getsockname()
        assert (host, port > 0) == ("127.0.0.1", True)
        assert bound.family == socket.AF_INET


def test_a_port_in_use_is_refused_with_the_mend() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(SetupError, match=r"cannot listen on 127\.0\.0\.1:\d+: .*--port"):
            server.listen(*taken.getsockname())


@pytest.mark.parametrize("host", ["203.0.113.7", "no such host", "::ffff:203.0.113.7"])
def test_an_address_that_is_not_ours_is_refused(host: str) -> None:
    with pytest.raises(SetupError):
        server.listen(host, 0)


@pytest.mark.parametrize("error", [Conflict("that needs a restart"), RuntimeError("unforeseen")])
def test_a_reload_that_fails_is_told_and_ends_nothing(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    def fail() -> str:
        raise error

    monkeypatch.setattr(stack, "reload", fail)
    app = server.App(stack, body_limit=1)
    watched = server._First(server.uvicorn.Config("none"), stack, app, (), lambda: None)
    with caplog.at_level(logging.ERROR, "freehold"):
        watched._reload()
    assert "nothing was changed" in caplog.text
    stack.keys.close()
