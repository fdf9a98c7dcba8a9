"""Texts that nobody who asks has written: whether they instruct the model, and how they are kept from it.

Whoever judges them is not named here (`freehold.guards.injection.judge`): its tables take a start longer than all else.
"""

from __future__ import annotations

from freehold.guards.injection.calls import forbid, forbidden_call, forbidden_choice, holds_untrusted
from freehold.guards.injection.marks import mark, mark_all

__all__ = ["forbid", "forbidden_call", "forbidden_choice", "holds_untrusted", "mark", "mark_all"]
