"""What a guard finds in a text: of which kind, where, how surely, and by which rule. Never the words themselves."""

from __future__ import annotations

from typing import Literal

import msgspec

Family = Literal["personal-data", "secrets", "injection", "schema"]


class Span(msgspec.Struct, frozen=True):
    """A stretch of one text, ``text[start:end]`` in characters, that a rule takes for something.

    `kind` is a short fixed word such as ``email``; `confidence`, from 0 to 1, is how sure the rule is.
    """

    start: int
    end: int
    kind: str
    confidence: float
    rule: str
    family: Family = "personal-data"


class Finding(msgspec.Struct, frozen=True):
    """A span, and the field it stands in: ``messages[2].parts[0].text``, or ``answer`` for what came back."""

    where: str
    span: Span
    action: str = ""
    """What policy made of it: ``raise``, ``redact``, ``refuse``, ``mark``, ``drop``, ``owned`` or ``record``; in a dry
    run, ``would raise`` and its like."""
