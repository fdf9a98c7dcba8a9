"""The address of a PostgreSQL database: read once, checked, and from then on named without its password."""

from __future__ import annotations

from typing import NamedTuple

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from freehold.core.errors import SetupError
from freehold.core.target import Secret

_DEFAULTS = {
    "application_name": "freehold",
    "connect_timeout": "5",
    # A server that vanished without a word is noticed within about half a minute.
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}

_UNREADABLE = (
    "[server] database cannot be read as postgresql://user:password@host:port/name; write letters that have a meaning "
    "in URLs as percent codes (@ is %40, / is %2F, : is %3A, # is %23)"
)


class Address(NamedTuple):
    """Where to connect. `parameters` are libpq's and may hold the password; `place` is what messages say."""

    parameters: dict[str, str]
    place: str

    def __repr__(self) -> str:
        return f"Address({self.place!r})"


def read_address(url: Secret) -> Address:
    """Read a ``postgresql://`` URL; raises `SetupError`, which never repeats any of it."""
    text = url.reveal()
    if not text.startswith(("postgresql://", "postgres://")):
        raise SetupError(_UNREADABLE)
    try:
        given = {name: str(value) for name, value in conninfo_to_dict(text).items() if value is not None}
    except ProgrammingError:
        # The driver's own message repeats the part that it could not read, which may be of the password.
        raise SetupError(_UNREADABLE) from None
    host, port, name = given.get("host", ""), given.get("port", "5432"), given.get("dbname", "")
    if "@" in host + name or not port.replace(",", "0").isdecimal():
        # A password with such a letter in it spills into the parts after it.
        raise SetupError(_UNREADABLE)
    where = f" at {host}" + ("" if host.startswith("/") else f":{port}") if host else ""
    return Address(_DEFAULTS | given, f"the PostgreSQL database {name or given.get('user', '')!r}{where}")
