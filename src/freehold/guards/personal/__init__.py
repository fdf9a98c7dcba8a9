"""Personal data that has a form: numbers with a checksum, addresses of machines and people, dates of birth.

Names, places and organisations have none; they are found by whoever is asked for them (`freehold.guards.names`).
"""

from __future__ import annotations

from freehold.guards.personal.find import KINDS, find

__all__ = ["KINDS", "find"]
