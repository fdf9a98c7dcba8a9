"""Scorers: what an answer is worth, each by its name and its settings."""

from freehold.evaluate.scorers.around import Around
from freehold.evaluate.scorers.reading import read, scorer

__all__ = ["Around", "read", "scorer"]
