"""Names by GLiNER (``gliner``), a small model that finds spans of kinds it is told, where it is installed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from freehold.core.errors import ConfigError
from freehold.core.finding import Span
from freehold.guards.installed import InstalledNames, library
from freehold.guards.mentions import apart, cut

KIND_OF = {"person": "person", "location": "place", "organization": "organisation"}
"""The labels that are asked for, and Freehold's kinds."""
_CHUNK, _OVERLAP = 1000, 100
"""Characters. Its models read 384 words and leave out the rest without a word, so that a piece is well below that."""
_THRESHOLD = 0.4
_RULE = "names-gliner"


class GlinerNames(InstalledNames):
    """A `NameFinder` by GLiNER."""

    called = "GLiNER"

    def __init__(self, folder: Path) -> None:
        """`folder` holds the model's files, as its hub has them; nothing is downloaded.

        Raises `ConfigError` naming what is missing.
        """
        if not folder.is_dir():
            raise ConfigError(
                f"guards.names = gliner needs a model, and {folder} is not a folder",
                mend="download one, such as urchade/gliner_multi-v2.1, and name its folder",
            )
        super().__init__()
        model = library("gliner", "gliner", "gliner").GLiNER
        self._model: Any = model.from_pretrained(str(folder), local_files_only=True)

    def look(self, text: str) -> list[Span]:
        """The names in one text, in pieces that the model reads whole."""
        found = set()
        for start, piece in cut(text, _CHUNK, _OVERLAP):
            for entity in self._model.predict_entities(piece, list(KIND_OF), threshold=_THRESHOLD):
                first, last = start + int(entity["start"]), start + int(entity["end"])
                found.add(Span(first, last, KIND_OF[entity["label"]], min(1.0, float(entity["score"])), _RULE))
        return apart(found)
