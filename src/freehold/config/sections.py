"""The plain tables: ``[server]``, ``[policy]``, ``[ledger]``, ``[discover]``, ``[knowledge]``."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from freehold.catalog.keys import expand_home
from freehold.catalog.words import mend_for
from freehold.config.labels import make_label
from freehold.config.schema import DiscoverTable, KnowledgeTable, LedgerTable, PolicyTable, ServerTable
from freehold.config.tree import Discover, Knowledge, Ledger, Policy, Server
from freehold.core.label import TAG
from freehold.core.money import from_dollars
from freehold.core.target import Secret
from freehold.tables.faults import Findings
from freehold.tables.read import read_plain

_ORIGIN = re.compile(r"https?://(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(?::[0-9]{1,5})?")
"""Scheme, host and port, as a browser's ``origin`` header has them."""


def make_server(document: Mapping[str, Any], env: Mapping[str, str], findings: Findings) -> Server:
    """``[server]``; what cannot be read is found and stands at its default, what is out of range is found and kept."""
    table = read_plain(ServerTable, document.get("server", {}), ("server",), findings)
    ranges = {
        "port": (0, 65535),
        "workers": (1, 64),
        "max_body_mb": (1, 4096),
        "shutdown_seconds": (0, 3600),
        "forecast_ms": (1, 10_000),
    }
    for name, (low, high) in ranges.items():
        if not low <= getattr(table, name) <= high:
            findings.add(("server", name), f"{name} is {getattr(table, name)}", f"give a number from {low} to {high}")
    if not table.host or not table.host.isprintable() or " " in table.host:
        findings.add(
            ("server", "host"), f"{table.host!r} is not a host", 'give an address to listen on, as in "0.0.0.0"'
        )
    if table.database != "sqlite" and not table.database.startswith(("postgresql://", "postgres://")):
        # The text is not repeated: it may hold a password.
        mend = 'set database = "sqlite", or "postgresql://user:password@host:port/name"'
        findings.add(("server", "database"), "documents are kept in SQLite or in PostgreSQL", mend)
    return Server(
        data_dir=_data_dir(table.data_dir, env),
        host=table.host,
        port=table.port,
        public_url=_origin(table.public_url, findings),
        database=Secret(table.database),
        workers=table.workers,
        max_body_mb=table.max_body_mb,
        shutdown_seconds=table.shutdown_seconds,
        forecast_ms=table.forecast_ms,
    )


def _origin(given: str | None, findings: Findings) -> str | None:
    """Where people reach the page, as browsers write it."""
    if given is None:
        return None
    origin = given.rstrip("/").lower()
    if not _ORIGIN.fullmatch(origin):
        mend = 'give scheme, host and port, as in "https://ai.example.org"'
        findings.add(("server", "public_url"), f"{given!r} is not where a site is reached", mend)
    return origin


def _data_dir(given: str | None, env: Mapping[str, str]) -> Path:
    """Where to keep everything: as given, else by the XDG base directories."""
    if given:
        return expand_home(given, env)
    base = env.get("XDG_DATA_HOME") or "~/.local/share"
    return expand_home(base, env) / "freehold"


def make_policy(document: Mapping[str, Any], findings: Findings) -> Policy:
    """``[policy]``; what is at fault is found, and stands at its default."""
    table = read_plain(PolicyTable, document.get("policy", {}), ("policy",), findings)
    for index, tag in enumerate(table.tags):
        if not TAG.fullmatch(tag):
            mend = "use small letters, digits and . _ -, at most 64"
            findings.add(("policy", "tags", index), f"{tag!r} cannot be a tag", mend)
    tags = frozenset(table.tags)
    declared = policy_tags(document, tags)
    labels = {
        name: make_label(getattr(table, name), declared, ("policy", name), findings)
        for name in ("default_label", "documents_label")
    }
    return Policy(**{name: label for name, label in labels.items() if label}, tags=tags)


def policy_tags(document: Mapping[str, Any], tags: frozenset[str]) -> frozenset[str] | None:
    """The tags that labels may have; `None` where those of the file could not be read, which has been reported."""
    given = document.get("policy", {})
    return None if not tags and isinstance(given, Mapping) and given.get("tags") else tags


def make_discover(document: Mapping[str, Any], findings: Findings, *, explicit: bool) -> Discover:
    """``[discover]``; `explicit`: the file names targets."""
    table = read_plain(DiscoverTable, document.get("discover", {}), ("discover",), findings)
    return Discover(
        enabled=not explicit if table.enabled is None else table.enabled,
        keys=not explicit if table.keys is None else table.keys,
    )


def make_ledger(document: Mapping[str, Any], named: Collection[str], findings: Findings) -> Ledger:
    """``[ledger]``; `named` are the targets that the baseline may be. What is at fault is found."""
    table = read_plain(LedgerTable, document.get("ledger", {}), ("ledger",), findings)
    price = table.price_per_kwh
    if not 0 <= table.retention_days <= 36_500:
        findings.add(
            ("ledger", "retention_days"), f"retention_days is {table.retention_days}", "give 0 to 36500; 0 keeps all"
        )
    if not price.is_finite() or not 0 <= price <= 1000:
        mend = "give US dollars for a kilowatt hour, as in 0.31"
        findings.add(("ledger", "price_per_kwh"), f"price_per_kwh is {price}", mend)
        price = Decimal(0)
    if table.baseline is not None and table.baseline not in named:
        message = f"the baseline {table.baseline!r} is no target"
        findings.add(("ledger", "baseline"), message, mend_for(table.baseline, named))
    return Ledger(table.capture, table.retention_days, table.baseline, from_dollars(price))


def make_knowledge(
    document: Mapping[str, Any], targets: Collection[str], routes: Collection[str], findings: Findings
) -> Knowledge:
    """``[knowledge]``; `targets` and `routes` are the names it may use. What is at fault is found."""
    table = read_plain(KnowledgeTable, document.get("knowledge", {}), ("knowledge",), findings)
    for name, (low, high) in {"passages": (1, 50), "max_file_mb": (1, 4096)}.items():
        if not low <= getattr(table, name) <= high:
            mend = f"give a number from {low} to {high}"
            findings.add(("knowledge", name), f"{name} is {getattr(table, name)}", mend)
    allowed = {
        "embedding": {"minilm", "off", *targets},
        "rerank": {*targets},
        "rewrite": {*targets, *routes},
    }
    for setting, names in allowed.items():
        said = getattr(table, setting)
        if said is not None and said not in names:
            findings.add(("knowledge", setting), f"{setting} names an unknown target {said!r}", mend_for(said, names))
    return Knowledge(**msgspec.structs.asdict(table))
