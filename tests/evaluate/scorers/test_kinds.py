from __future__ import annotations

from importlib.metadata import EntryPoint
from typing import Any

import pytest

from freehold.core.errors import SetupError
from freehold.evaluate.model import Example, Result, Scored
from freehold.evaluate.scorers import kinds
from freehold.evaluate.scorers.plain import Plain
from support.scored import value


def palindrome(_settings: str, _around: Any) -> Plain:
    """As a plug-in would have it."""

    def judge(_example: Example, result: Result) -> Scored:
        return Scored(float(result.text == result.text[::-1]))

    return Plain("palindrome", judge)


def plugged(monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    def entry_points(*, group: str) -> list[EntryPoint]:
        return [EntryPoint("palindrome", where, group)]

    kinds._plugged.cache_clear()
    monkeypatch.setattr(kinds, "entry_points", entry_points)


@pytest.fixture(autouse=True)
def _forget() -> Any:
    yield
    kinds._plugged.cache_clear()


def test_a_plug_in_is_a_scorer_like_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("freehold.evaluate.scorers.same.palindrome", palindrome, raising=False)
    plugged(monkeypatch, "freehold.evaluate.scorers.same:palindrome")
    assert "palindrome" in kinds.names()
    assert value("palindrome", "abba") == 1
    assert value("palindrome", "abb") == 0


def test_a_plug_in_that_cannot_be_loaded_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    plugged(monkeypatch, "no_such_package:palindrome")
    with pytest.raises(SetupError, match="no_such_package"):
        kinds.maker("palindrome")
