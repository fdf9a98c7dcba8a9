"""Names by GLiNER (``gliner``), a small model that finds spans of kinds it is told, where it is installed."""

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

KIND_OF = {"person": "person", "location": "place", "organization": "organisation"}
"""The labels that are asked for, and Freehold's kinds."""
_CHUNK, _OVERLAP = 1000, 100
"""Characters. Its models read 384 words and leave out the rest without a word, so that a piece is well below that."""
_THRESHOLD = 0.4
_RULE = "names-gliner"


class GlinerNames:
    """A `NameFinder`. It reads in a thread of its own, one request at a time."""

    def __init__(self, folder: Path) -> None:
        """`folder` holds the model's files, as its hub has them; nothing is downloaded.

        Raises `ConfigError` naming what is missing.
        """
        if not folder.is_dir():
            raise ConfigError(
                f"guards.names = gliner needs a model, and {folder} is not a folder",
                mend="download one, such as urchade/gliner_multi-v2.1, and name its folder",
            )
        # Chosen by configuration alone, and heavy: torch takes seconds to import.
        try:
            library = importlib.import_module("gliner")
        except ImportError as error:
            raise ConfigError(
                "guards.names = gliner needs gliner, which is not installed", mend="run: pip install gliner"
            ) from error
        self._model: Any = library.GLiNER.from_pretrained(str(folder), local_files_only=True)
        self._turn = asyncio.Lock()

    async def __call__(self, texts: Sequence[str], exchange: Exchange) -> list[list[Span]]:  # noqa: ARG002
        """One list of spans for each text. Raises `NotLookedAt`."""
        async with self._turn:
            return await in_thread("GLiNER", self._look, texts)

    def _look(self, text: str) -> list[Span]:
        found = set()
        for start, piece in cut(text, _CHUNK, _OVERLAP):
            for entity in self._model.predict_entities(piece, list(KIND_OF), threshold=_THRESHOLD):
                first, last = start + int(entity["start"]), start + int(entity["end"])
                found.add(Span(first, last, KIND_OF[entity["label"]], min(1.0, float(entity["score"])), _RULE))
        return apart(found)
