"""The options of ``freehold up``; for what it does see `test_serving` and the doors."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from support.commands import Terminal


@pytest.mark.parametrize(
    ("arguments", "config", "given"),
    [
        ((), None, {}),
        (("--config", "a.toml"), Path("a.toml"), {}),
        (("--host", "::1", "--port", "0"), None, {"host": "::1", "port": "0"}),
        (("--data-dir", "d", "--workers", "3"), None, {"data_dir": "d", "workers": "3"}),
    ],
)
def test_only_what_was_said_is_handed_on(
    terminal: Terminal,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    config: Path | None,
    given: dict[str, str],
) -> None:
    called: list[tuple[Path | None, Mapping[str, str], Mapping[str, str]]] = []
    monkeypatch.setattr("freehold.cli.serving.run", lambda *handed: called.append(handed))
    assert terminal("up", *arguments).code == 0
    assert called == [(config, given, os.environ)]


def test_a_port_is_a_number(terminal: Terminal) -> None:
    assert terminal("up", "--port", "http").code == 2
