"""Freehold within the command's own process."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from freehold.cli.answers import PATH, Question
from freehold.cli.errors import CommandFailed, Refused
from freehold.cli.inside import beside, inside
from freehold.config import load
from freehold.core.errors import AlreadyRunning
from freehold.stores.instance import InstanceLock

QUESTION = Question([{"role": "user", "content": "Hello"}])


def test_the_directory_is_locked_meanwhile_and_free_afterwards(scripted: Path, own_data: Path) -> None:
    config = load(scripted, os.environ)
    with inside(config, os.environ) as client:
        assert client.get("/api/keys") == {"data": []}
        with pytest.raises(AlreadyRunning):
            InstanceLock.acquire(own_data)
    InstanceLock.acquire(own_data).release()


def test_a_reader_that_leaves_early_is_recorded_as_one_who_left(scripted: Path) -> None:
    config = load(scripted, os.environ)
    with inside(config, os.environ, awake=True) as client:
        with client.ask(PATH, QUESTION.body(stream=True)) as reply:
            next(reply.pieces)
        with client.ask(PATH, QUESTION.body(stream=True)) as reply:
            assert reply.body().endswith(b"data: [DONE]\n\n")
        endings = [row["ending"] for row in client.get("/api/requests")["data"]]
    assert len(endings) == 2
    assert endings[0] == "completed"
    assert "open" not in endings


def test_beside_touches_no_data(scripted: Path, own_data: Path) -> None:
    with beside(load(scripted, os.environ), os.environ) as client:
        assert client.post("/api/explain", {"text": "Hello"})["first"] == ["home"]
    assert not own_data.exists()


def test_errors_are_those_of_the_api(scripted: Path) -> None:
    with beside(load(scripted, os.environ), os.environ) as client:
        with pytest.raises(Refused, match="there is nothing at '/api/nothing'") as refused:
            client.get("/api/nothing")
        assert refused.value.status == 404
        with pytest.raises(Refused, match="a key needs a name"):
            client.post("/api/keys", {"name": " "})


def test_an_application_that_ends_without_an_answer_is_not_waited_for(
    scripted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def silent(*_: object) -> None:
        return

    monkeypatch.setattr("freehold.http.app.App.__call__", silent)
    with (
        beside(load(scripted, os.environ), os.environ) as client,
        pytest.raises(CommandFailed, match="broke off inside Freehold"),
    ):
        client.get("/api/keys")
