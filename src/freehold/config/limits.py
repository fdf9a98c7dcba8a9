"""``[limits]``: the calendar of budgets, what an answer is taken for whose length nothing limits, and who is warned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from freehold.config.schema import LimitsTable
from freehold.config.tree import Limits
from freehold.ledger.limits.periods import zone_named
from freehold.tables.faults import Findings
from freehold.tables.read import read_plain

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def make_limits(document: Mapping[str, Any], findings: Findings) -> Limits:
    """``[limits]``; what is at fault is found, and stands at its default."""
    table = read_plain(LimitsTable, document.get("limits", {}), ("limits",), findings)
    zone, webhook = table.time_zone, table.webhook
    try:
        zone_named(zone)
    except ValueError as error:
        mend = 'give a name of the IANA database, as in "Europe/Berlin", or "UTC"'
        findings.add(("limits", "time_zone"), str(error), mend)
        zone = Limits().time_zone
    if webhook is not None and not _usable(webhook):
        # The text is not repeated: it may hold a password.
        mend = "give an https:// address, or http:// on this machine, without user or fragment"
        findings.add(("limits", "webhook"), "the webhook's address is none that can be used", mend)
        webhook = None
    return Limits(zone, table.assume_output_tokens, webhook)


def _usable(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    plain = parts.scheme == "http" and host in _LOOPBACK
    return bool(host) and (parts.scheme == "https" or plain) and "@" not in parts.netloc and not parts.fragment
