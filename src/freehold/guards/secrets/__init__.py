"""Secrets: what opens a door for whoever holds it. Pure, linear in the text, and silent about the words it finds."""

from __future__ import annotations

import re

from freehold.core.finding import Span
from freehold.guards.secrets.known import known
from freehold.guards.secrets.vendors import VENDORS

KINDS = tuple(dict.fromkeys(rule.kind for rule in VENDORS))

_RUN = re.compile(r"[A-Za-z0-9_-]{16,}")


def find(text: str) -> list[Span]:
    """The secrets in a text, in order of where they begin."""
    runs = [run.span() for run in _RUN.finditer(text)]
    return sorted(known(text, runs), key=lambda span: span.start) if runs else []
