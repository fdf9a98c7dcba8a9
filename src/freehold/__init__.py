"""Freehold: the AI stack a team owns. One endpoint, one pipeline, one ledger."""

__version__ = "0.1.0"
