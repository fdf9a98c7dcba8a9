"""Which Freehold is meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from freehold.cli.errors import UsedWrongly
from freehold.cli.reach import Otherwise, Where, reach
from freehold.config import ConfigFaults
from support.commands import Terminal
from support.live import Live


def test_the_environment_comes_first_and_needs_no_configuration(
    running: Live, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "freehold.toml").write_text("[wrong")
    monkeypatch.setenv("FREEHOLD_URL", running.url + "/")
    monkeypatch.setenv("FREEHOLD_KEY", running.key)
    with reach(Where(), "data") as client:
        assert client.get("/v1/models")["data"][0]["id"] == "auto"


def test_an_address_needs_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FREEHOLD_URL", "http://127.0.0.1:9")
    with pytest.raises(UsedWrongly, match="FREEHOLD_KEY is not"), reach(Where(), "data"):
        pass


def test_then_one_that_runs_over_the_data_directory(running: Live) -> None:
    with reach(Where(data_dir=running.data), "configuration") as client:
        # Its own key is there, so this is the one that runs and not one made for the occasion.
        assert "admin" in [key["name"] for key in client.get("/api/keys")["data"]]


def test_a_key_that_is_given_is_used_at_the_one_that_runs_here(
    found: Live, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = terminal("keys", "create", "--name", "plain").out.strip()
    monkeypatch.setenv("FREEHOLD_KEY", made)
    ran = terminal("keys", "list")
    assert (ran.code, ran.err) == (1, "freehold: this needs the role viewer, and this key's is user\n")
    monkeypatch.setenv("FREEHOLD_KEY", found.key)
    assert terminal("keys", "list").code == 0


@pytest.mark.parametrize("otherwise", ["data", "record", "configuration", "answer"])
def test_a_key_that_is_given_is_never_passed_over(
    own_data: Path, monkeypatch: pytest.MonkeyPatch, otherwise: Otherwise
) -> None:
    monkeypatch.setenv("FREEHOLD_KEY", "fh-plain")
    with pytest.raises(UsedWrongly, match="FREEHOLD_KEY is set, and no Freehold"), reach(Where(), otherwise):
        pass
    assert not own_data.exists()


@pytest.mark.parametrize("url", ["", "http://127.0.0.1:9"])
def test_a_key_that_came_out_empty_is_refused(found: Live, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    assert found.key
    monkeypatch.setenv("FREEHOLD_URL", url)
    monkeypatch.setenv("FREEHOLD_KEY", "")
    with pytest.raises(UsedWrongly, match="set and empty"), reach(Where(), "data"):
        pass


def test_then_the_data_directory_itself(own_data: Path, tmp_path: Path) -> None:
    with reach(Where(data_dir=tmp_path / "other"), "data") as client:
        assert client.get("/api/keys") == {"data": []}
    assert (tmp_path / "other" / "freehold.db").exists()
    assert not own_data.exists()


def test_a_configuration_at_fault_is_said(folder: Path) -> None:
    (folder / "freehold.toml").write_text("[wrong")
    with pytest.raises(ConfigFaults, match="not TOML"), reach(Where(), "data"):
        pass


def test_one_that_runs_is_found_though_its_configuration_is_at_fault_by_now(
    found: Live, folder: Path, terminal: Terminal
) -> None:
    (folder / "freehold.toml").write_text("[wrong")
    assert terminal("keys", "list").code == 0
