"""Names by Microsoft's Presidio (``presidio-analyzer``), where it and a spaCy model are installed.

Nothing is downloaded: without the model it would fetch one while starting, so that it is looked for first.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from freehold.core.errors import ConfigError
from freehold.core.finding import Span
from freehold.guards.installed import InstalledNames, library
from freehold.guards.mentions import apart, cut

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


class PresidioNames(InstalledNames):
    """A `NameFinder` by Presidio."""

    called = "Presidio"

    def __init__(self, model: str = "en_core_web_lg", language: str = "en") -> None:
        """`model`: an installed spaCy pipeline of `language`, or the folder of one.

        Raises `ConfigError` naming what to install.
        """
        super().__init__()
        needed = ("spacy.util", "presidio_analyzer", "presidio_analyzer.nlp_engine")
        spacy, analyzer, provider = (library(name, "presidio", "presidio-analyzer") for name in needed)
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

    def look(self, text: str) -> list[Span]:
        """The names in one text, in pieces that spaCy takes."""
        found = set()
        for start, piece in cut(text, _CHUNK, _OVERLAP):
            for result in self._engine.analyze(text=piece, language=self._language, entities=list(KIND_OF)):
                kind, score = KIND_OF[result.entity_type], min(1.0, float(result.score))
                found.add(Span(start + result.start, start + result.end, kind, score, _RULE))
        return apart(found)
