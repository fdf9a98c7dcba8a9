"""Against a double of Presidio's interface; `presidio-analyzer` 2.2 itself is no dependency."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from freehold.core.errors import ConfigError
from freehold.core.exchange import Exchange
from freehold.core.finding import Span
from freehold.guards.mentions import apart
from freehold.guards.names import NotLookedAt
from freehold.guards.presidio import PresidioNames
from support.decisions import ANYONE, a_request

EXCHANGE = Exchange(a_request(), ANYONE)
KNOWN = {"Ada Byron": "PERSON", "Rome": "LOCATION", "Acme": "ORGANIZATION"}


class Engine:
    def __init__(self, nlp_engine: Any, supported_languages: list[str]) -> None:
        self.made_of = (nlp_engine, supported_languages)

    def analyze(self, text: str, language: str, entities: list[str]) -> list[Any]:
        assert language == "en"
        return [
            SimpleNamespace(start=match.start(), end=match.end(), entity_type=kind, score=0.85)
            for name, kind in KNOWN.items()
            if kind in entities
            for match in re.finditer(name, text)
        ]


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    seen: dict[str, Any] = {}

    class Provider:
        def __init__(self, nlp_configuration: dict[str, Any]) -> None:
            seen.update(nlp_configuration)

        def create_engine(self) -> str:
            return "engine"

    for name, members in {
        "spacy": {},
        "spacy.util": {"is_package": lambda model: model == "en_core_web_lg"},
        "presidio_analyzer": {"AnalyzerEngine": Engine},
        "presidio_analyzer.nlp_engine": {"NlpEngineProvider": Provider},
    }.items():
        double = ModuleType(name)
        vars(double).update(members)
        monkeypatch.setitem(sys.modules, name, double)
    return seen


async def test_kinds_and_places(installed: dict[str, Any]) -> None:
    text = "Ada Byron of Acme in Rome"
    (spans, none) = await PresidioNames()([text, "nothing"], EXCHANGE)
    assert [(span.kind, text[span.start : span.end]) for span in spans] == [
        ("person", "Ada Byron"),
        ("organisation", "Acme"),
        ("place", "Rome"),
    ]
    assert {span.rule for span in spans} == {"names-presidio"}
    assert none == []
    assert installed["ner_model_configuration"]["labels_to_ignore"] == [], "it leaves organisations out by itself"


async def test_a_long_text_is_read_in_pieces(installed: dict[str, Any]) -> None:
    text = "word " * 7000 + "Ada Byron"
    ((span,),) = await PresidioNames()([text], EXCHANGE)
    assert text[span.start : span.end] == "Ada Byron"


def test_the_error_names_what_to_install(monkeypatch: pytest.MonkeyPatch, installed: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="python -m spacy download de_core_news_lg"):
        PresidioNames("de_core_news_lg", "de")
    monkeypatch.setitem(sys.modules, "presidio_analyzer", None)
    with pytest.raises(ConfigError, match="pip install presidio-analyzer"):
        PresidioNames()


def test_a_folder_will_do(installed: dict[str, Any], tmp_path: Path) -> None:
    PresidioNames(str(tmp_path))
    assert installed["models"] == [{"lang_code": "en", "model_name": str(tmp_path)}]


def test_of_two_that_overlap_the_first_and_longer_is_kept() -> None:
    spans = {Span(0, 5, "person", 0.8, "r"), Span(0, 9, "person", 0.8, "r"), Span(8, 12, "place", 0.8, "r")}
    assert [(span.start, span.end) for span in apart(spans)] == [(0, 9)]


async def test_what_it_fails_with_is_that_nobody_looked(
    installed: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise ValueError("cannot read Ada Byron")

    monkeypatch.setattr(Engine, "analyze", fails)
    with pytest.raises(NotLookedAt, match="Presidio failed with ValueError while") as caught:
        await PresidioNames()(["Ada Byron"], EXCHANGE)
    assert "Ada" not in caught.value.message
