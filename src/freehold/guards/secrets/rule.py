"""What a rule about one kind of secret is made of: data, so that a vendor is a row and no vendor is a module."""

from __future__ import annotations

import functools
import re

import msgspec


class Rule(msgspec.Struct, frozen=True):
    """A published format.

    `leads` are the literals one of which the secret begins with, compared by case; `body` is a regular expression of
    bounded repetitions for what follows; what comes after it may not be another letter or digit. `sure`, from 0 to 1,
    is how sure a match is.
    """

    kind: str
    leads: tuple[str, ...]
    body: str
    sure: float = 0.95

    def match(self, text: str, lead: str, at: int) -> re.Match[str] | None:
        """The body of the secret whose lead, `lead`, stands in `text` at `at`; `None` where something else follows."""
        return compiled(self.body).match(text, at + len(lead))


@functools.cache
def compiled(body: str) -> re.Pattern[str]:
    """The pattern of a body. Compiled when a text first needs it: all of them would cost a start some 30 ms."""
    return re.compile(rf"(?:{body})(?![A-Za-z0-9])")
