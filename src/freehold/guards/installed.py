"""Finders of names by a library that the user installs: it reads in a thread of its own, one request at a time."""

from __future__ import annotations

import asyncio
import importlib
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

from freehold.core.errors import ConfigError
from freehold.core.exchange import Exchange
from freehold.core.finding import Span
from freehold.guards.names import in_thread


class InstalledNames(ABC):
    """A `NameFinder`. One request at a time, since such engines are not made for several."""

    called: ClassVar[str]
    """What its library is called, to whoever is told that it failed."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def __call__(self, texts: Sequence[str], exchange: Exchange) -> list[list[Span]]:  # noqa: ARG002
        """One list of spans for each text. Raises `NotLookedAt`."""
        async with self._turn:
            return await in_thread(self.called, self.look, texts)

    @abstractmethod
    def look(self, text: str) -> list[Span]:
        """The names in one text; runs in a thread."""


def library(module: str, finder: str, package: str) -> Any:
    """A module of the library for ``guards.names = finder``; raises `ConfigError` naming the package to install.

    It is chosen by configuration alone, and heavy: torch and spaCy take seconds to import.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ConfigError(
            f"guards.names = {finder} needs {module.partition('.')[0]}, which is not installed",
            mend=f"run: pip install {package}",
        ) from error
