"""What PostgreSQL's errors mean to who runs it: one sentence that says what is wrong, and the mend.

An error has a code where a server answered a statement. Where no connection came about the driver has only a text, and
the server's words in it, as PostgreSQL has them in English, tell the commonest cases apart.
"""

from __future__ import annotations

import re

import psycopg

_URL = "[server] database"
_FULL_OF_CLIENTS = "it takes no more connections; raise max_connections there, or let fewer programs connect"
_LIMITS = "54"
"""The class of errors in which what is to be kept or asked is beyond what PostgreSQL can take, now and at any time."""
_IN_THE_WAY = "several changes stood in one another's way; try again"

_BY_CODE = {
    "53100": "the disk of its server is full; free some space there",
    "53300": _FULL_OF_CLIENTS,
    "25006": f"it is read-only, as a standby is; give the primary server's address in {_URL}",
    "42501": "its user may not do this; grant it the rights on the schema freehold, or connect as the schema's owner",
    "57014": "a statement took too long and was ended; try again, or give its server more memory",
    "55P03": "another program holds what was to be changed; try again",
    "3F000": "its schema freehold is gone; restart Freehold, or restore a backup",
    "42P01": "a table of its schema freehold is gone; restore a backup",
    "40P01": _IN_THE_WAY,
    "40001": _IN_THE_WAY,
}

_BY_WORDS = (
    (
        r"password authentication failed|no password supplied",
        f"it refused the user or the password; correct them in {_URL}",
    ),
    (r"no pg_hba\.conf entry", "it lets no such connection in; add a line for this user and machine to pg_hba.conf"),
    (r'role ".*" does not exist', f"it has no such user; create it with CREATE ROLE, or correct {_URL}"),
    (r'database ".*" does not exist', "there is no such database; make it with createdb"),
    (r"too many (clients|connections)|remaining connection slots", _FULL_OF_CLIENTS),
    (r"starting up|shutting down|recovery mode", "its server is starting or stopping; try again in a moment"),
    (r"resolve host|translate host name", f"its host is not known; correct it in {_URL}"),
    (r"SSL|certificate", f"no secure connection came about; check sslmode in {_URL}, and the certificates"),
)

_NO_ANSWER = f"it cannot be reached; is its server running, and are host and port in {_URL} right?"


def explain(error: psycopg.Error) -> str:
    """What went wrong and what mends it, in words that hold nothing of the data or of the address."""
    if error.sqlstate is not None:
        return _BY_CODE.get(error.sqlstate, f"it answered {type(error).__name__} ({error.sqlstate}); see its log")
    said = str(error)
    return next((meaning for pattern, meaning in _BY_WORDS if re.search(pattern, said)), _NO_ANSWER)


def is_circumstance(error: psycopg.Error) -> bool:
    """Whether the server, its load or its disk is at fault, and not what was asked of it."""
    if is_too_much(error):
        return False
    return isinstance(error, psycopg.OperationalError | psycopg.InterfaceError) or error.sqlstate in _BY_CODE


def is_too_much(error: psycopg.Error) -> bool:
    """Whether one value is larger than PostgreSQL can index, or one question than it can answer.

    The driver has these among its operational errors, and yet trying again is of no use.
    """
    return (error.sqlstate or "").startswith(_LIMITS)
