"""The walls around the tests: no way out of this machine, and nothing of the user's to be used by mistake."""

from __future__ import annotations

import ipaddress
import os
import sys
from typing import Any

_NOWHERE = "http://127.0.0.1:9"
"""The discard port, where nothing listens: what goes there by mistake is refused at once."""


class LeftTheMachine(BaseException):
    """A test tried to reach another machine. Not an `Exception`, so that no code under test can swallow it."""


def _address(host: object) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(str(host).split("%")[0])
    except ValueError:
        return None


def is_loopback(host: object) -> bool:
    """Whether `host`, as it is given to a socket, is this machine."""
    if isinstance(host, bytes):
        host = host.decode()
    address = _address(host)
    return host in {None, "", "localhost"} if address is None else address.is_loopback


def _refuse_to_leave(event: str, arguments: tuple[Any, ...]) -> None:
    if event in {"socket.connect", "socket.sendto"}:
        address = arguments[-1]
        # A Unix socket's address is a path; it cannot leave.
        if isinstance(address, tuple) and not is_loopback(address[0]):
            raise LeftTheMachine(f"a test may not connect to {address[0]}:{address[1]}")
    elif event == "socket.getaddrinfo":
        host = arguments[0]
        # To "look up" an address asks nobody.
        if not is_loopback(host) and _address(host) is None:
            raise LeftTheMachine(f"a test may not look up {host!r}")


def _is_foreign(name: str) -> bool:
    endings = ("_API_KEY", "_API_TOKEN", "_PROXY", "HF_TOKEN", "HF_ENDPOINT")
    return name.startswith("FREEHOLD_") or name.upper().endswith(endings)


def raise_walls() -> None:
    """Close the ways out, for this process and, as far as settings can, for those that tests start."""
    sys.addaudithook(_refuse_to_leave)
    for name in [name for name in os.environ if _is_foreign(name)]:
        del os.environ[name]
    # Compiled clients and child processes pass the hook by; these settings stop the ones that are reached by mistake.
    os.environ.update(
        HTTP_PROXY=_NOWHERE,
        HTTPS_PROXY=_NOWHERE,
        NO_PROXY="127.0.0.1,localhost,::1",
        HF_ENDPOINT=_NOWHERE,
        NO_COLOR="1",
    )
