"""What holds for every test: no way out of this machine, no settings of the user's, data of its own."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import settings

from support.walls import raise_walls
from support.watchdog import watch

# The same examples in every run: a test that fails must fail again. A slow machine is no reason to fail.
settings.register_profile("house", derandomize=True, deadline=None, database=None)
settings.load_profile("house")


def pytest_configure(config: pytest.Config) -> None:
    """Before any test is collected."""
    raise_walls()
    watch(config)


def pytest_unconfigure() -> None:
    """After the last test, also where a run is broken off."""
    # Only a test that needs the server imports what starts it.
    if "support.postgres" in sys.modules:
        sys.modules["support.postgres"].end_server()


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test a home and a data directory of its own; returns the data directory, which does not exist yet."""
    data = tmp_path / "data"
    monkeypatch.setenv("FREEHOLD_DATA_DIR", str(data))
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "user" / name.lower()))
    # Neither a model nor Freehold's own documentation is read where a test has not asked for it.
    monkeypatch.setenv("FREEHOLD_KNOWLEDGE_EMBEDDING", "off")
    monkeypatch.setenv("FREEHOLD_KNOWLEDGE_DOCUMENTATION", "false")
    return data
