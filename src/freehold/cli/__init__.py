"""The ``freehold`` command: one file a command, each imported when it is asked for by name."""

from freehold.cli.main import main

__all__ = ["main"]
