"""Reads a file into an `Extracted` text with its structure. Begin at `extract`.

What a file is, is told by its content (`sniff`). Plain text, Markdown, CSV and source code keep their own words and are
read where they are; every other format is read in a worker process with a bound on its time and memory, because a file
comes from anywhere and its reader may crash, hang or swell. Nothing in a file is ever run or obeyed.
"""

from __future__ import annotations

from freehold.knowledge.extract.bounds import Bounds
from freehold.knowledge.extract.found import Found, Unreadable
from freehold.knowledge.extract.read import extract

__all__ = ["Bounds", "Found", "Unreadable", "extract"]
