"""Stand-ins for what is personal in a request, and the way back for what is answered to them."""

from __future__ import annotations

from freehold.guards.pseudonyms.view import Pseudonymiser

__all__ = ["Pseudonymiser"]
