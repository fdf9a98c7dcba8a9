"""Names by Microsoft's Presidio (``presidio-analyzer``), where it and a spaCy model are installed.

Nothing is downloaded: without the model it would fetch one while starting, so that it is looked for first.
"""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from freehold.core.errors import ConfigError
from freehold.core.exchange import Exchange
from freehold.core.finding import Span
from freehold.guards.mentions import apart, cut
from freehold.guards.names import in_thread

KIND_OF = {"PERSON": "person", "LOCATION": "place", "ORGANIZATION": "organisation"}
"""What Presidio calls a kind, and what Freehold does."""
_LABELS = {
    "PER": "PERSON",
    "PERSON": "PERSON",
    "LOC": "LOCATION",
    "GPE": "LOCATION",
    "FAC": "LOCATION",
    "ORG": "ORGANIZATION",
    "ORGANIZATION": "ORGANIZATION",
}
"""spaCy's labels, and Presidio's. Presidio leaves organisations out unless it is told otherwise."""
_CHUNK, _OVERLAP = 20_000, 200
"""Characters. spaCy refuses texts of more than a million; memory grows with the piece."""
_RULE = "names-presidio"


class PresidioNames:
    """A `NameFinder`. It reads in a thread of its own, one request at a time: its engine is not made for several."""

    def __init__(self, model: str = "en_core_web_lg", language: str = "en") -> None:
        """`model`: an installed spaCy pipeline of `language`, or the folder of one.

        Raises `ConfigError` naming what to install.
        """
        spacy, analyzer, provider = (
            _installed(name) for name in ("spacy.util", "presidio_analyzer", "presidio_analyzer.nlp_engine")
        )
        if not (spacy.is_package(model) or Path(model).is_dir()):
            raise ConfigError(
                f"guards.names = presidio needs the spaCy model {model}, which is not installed",
                mend=f"run: python -m spacy download {model}",
            )
        configuration = {
            "nlp_engine_name": "spacy",
            "models": [{"lang_code": language, "model_name": model}],
            "ner_model_configuration": {"model_to_presidio_entity_mapping": _LABELS, "labels_to_ignore": []},
        }
        engine = provider.NlpEngineProvider(nlp_configuration=configuration).create_engine()
        self._engine: Any = analyzer.AnalyzerEngine(nlp_engine=engine, supported_languages=[language])
        self._language = language
        self._turn = asyncio.Lock()

    async def __call__(self, texts: Sequence[str], exchange: Exchange) -> list[list[Span]]:  # noqa: ARG002
        """One list of spans for each text. Raises `NotLookedAt`."""
        async with self._turn:
            return await in_thread("Presidio", self._look, texts)

    def _look(self, text: str) -> list[Span]:
        found = set()
        for start, piece in cut(text, _CHUNK, _OVERLAP):
            for result in self._engine.analyze(text=piece, language=self._language, entities=list(KIND_OF)):
                kind, score = KIND_OF[result.entity_type], min(1.0, float(result.score))
                found.add(Span(start + result.start, start + result.end, kind, score, _RULE))
        return apart(found)


def _installed(module: str) -> Any:
    # Chosen by configuration alone, and heavy: torch and spaCy take seconds to import.
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ConfigError(
            f"guards.names = presidio needs {module.partition('.')[0]}, which is not installed",
            mend="run: pip install presidio-analyzer",
        ) from error
