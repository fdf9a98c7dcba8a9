"""What can go wrong in a command, beyond what Freehold itself raises, with the exit code of each.

    FreeholdError
    └── CommandFailed       1  it was understood, and could not be done
        ├── Refused         1  the Freehold that was asked said no; has its HTTP status
        └── UsedWrongly     2  what was given cannot have been meant

Everything else of Freehold's own is 1, and the faults of a configuration are 2.
"""

from __future__ import annotations

from freehold.core.errors import FreeholdError


class CommandFailed(FreeholdError):
    """A command could not do what it was asked to."""

    exit_code = 1


class Refused(CommandFailed):
    """Freehold answered with an error. `status` is the HTTP status, `message` what it said."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        # These two say that the request itself was wrong, and it was made of what the user gave.
        self.exit_code = 2 if status in {400, 422} else 1


class UsedWrongly(CommandFailed):
    """What was given to a command cannot be meant so."""

    exit_code = 2
