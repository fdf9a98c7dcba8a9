"""The database for one piece of work: what it refuses for a time is told as that, with the mend."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

from freehold.core.errors import Unavailable

Connect = Callable[[], sqlite3.Connection]

_RETRY_SECONDS = 5.0


@contextmanager
def opened(connect: Connect, what: str) -> Iterator[sqlite3.Connection]:
    """A connection that is closed at the end. Raises `Unavailable` as `told` does."""
    with told(what), closing(connect()) as connection:
        yield connection


@contextmanager
def told(what: str) -> Iterator[None]:
    """Raises `Unavailable` where the disk does not take it, or another holds the database for long.

    `what`: what is read or written, in the plural.
    """
    try:
        yield
    except sqlite3.OperationalError as error:
        raise Unavailable(
            f"{what} cannot be read or written ({error}); free the disk, or end what holds the database",
            retry_after=_RETRY_SECONDS,
        ) from error
