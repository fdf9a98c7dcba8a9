"""Against a double of GLiNER's interface; the library is no dependency."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from freehold.core.errors import ConfigError
from freehold.core.exchange import Exchange
from freehold.guards.gliner import GlinerNames
from freehold.guards.names import NotLookedAt
from support.decisions import ANYONE, a_request

EXCHANGE = Exchange(a_request(), ANYONE)


class Model:
    longest = 0

    @classmethod
    def from_pretrained(cls, folder: str, *, local_files_only: bool) -> Model:
        assert local_files_only, "nothing is downloaded"
        return cls()

    def predict_entities(self, text: str, labels: list[str], threshold: float) -> list[dict[str, Any]]:
        assert labels == ["person", "location", "organization"]
        Model.longest = max(Model.longest, len(text))
        at = text.find("Ada Byron")
        return [] if at < 0 else [{"start": at, "end": at + 9, "text": "Ada Byron", "label": "person", "score": 0.91}]


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    double = ModuleType("gliner")
    vars(double)["GLiNER"] = Model
    monkeypatch.setitem(sys.modules, "gliner", double)


async def test_spans_are_of_the_whole_text_and_pieces_are_short(installed: None, tmp_path: Path) -> None:
    text = "word " * 900 + "Ada Byron " + "word " * 900
    ((span,), none) = await GlinerNames(tmp_path)([text, ""], EXCHANGE)
    assert text[span.start : span.end] == "Ada Byron"
    assert (span.kind, span.confidence, span.rule) == ("person", 0.91, "names-gliner")
    assert none == []
    assert Model.longest <= 1000, "it leaves out what is longer without a word"


def test_the_error_names_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "gliner", None)
    with pytest.raises(ConfigError, match="pip install gliner"):
        GlinerNames(tmp_path)
    with pytest.raises(ConfigError, match="is not a folder; download one"):
        GlinerNames(tmp_path / "none")


async def test_what_it_fails_with_is_that_nobody_looked(
    installed: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(Model, "predict_entities", lambda *_, **__: 1 / 0)
    with pytest.raises(NotLookedAt, match="GLiNER failed with ZeroDivisionError while"):
        await GlinerNames(tmp_path)(["Ada Byron"], EXCHANGE)
