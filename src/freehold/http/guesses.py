"""Wrong keys at sign-in: so many a minute from one address, so many from all, and no more memory than that."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, IPv6Network, ip_address

from freehold.core.errors import RateLimited
from freehold.policy.windows import MINUTE, Window

FROM_ONE, FROM_ALL = 10, 200
_ADDRESSES = 1024


class Guesses:
    """Counts each attempt while it lasts and each wrong one for a minute; a right one is given back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._all = Window(FROM_ALL, MINUTE, clock)
        self._each: OrderedDict[str, Window] = OrderedDict()

    def take(self, address: str) -> None:
        """Count an attempt; raises `RateLimited` where there were too many."""
        own = self._of(address)
        wait = own.wait() or self._all.wait()
        if wait > 0.0:
            raise RateLimited("too many wrong keys were tried; wait, and sign in again", retry_after=wait)
        own.book()
        self._all.book()

    def give_back(self, address: str) -> None:
        """The attempt was right."""
        self._of(address).give_back()
        self._all.give_back()

    def _of(self, address: str) -> Window:
        """The window of an address; beyond so many, the one that was asked for longest ago is forgotten.

        Whoever has more addresses than that is held by the window of all.
        """
        place = _place(address)
        window = self._each.pop(place, None) or Window(FROM_ONE, MINUTE, self._clock)
        self._each[place] = window
        if len(self._each) > _ADDRESSES:
            self._each.popitem(last=False)
        return window


def _place(address: str) -> str:
    """Whom an address stands for: of IPv6 a whole /64, which is what one subscriber has."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or IPv6Network((found, 64), strict=False).network_address)
    return str(found)
