"""The shape of ``freehold.toml``: what may be written, with its defaults, before anything is looked up."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import msgspec


class ServerTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The ``server`` table."""

    host: str = "127.0.0.1"
    port: int = 8080
    data_dir: str | None = None
    database: str = "sqlite"
    workers: int = 1
    max_body_mb: int = 32
    shutdown_seconds: float = 20.0


class PolicyTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The ``policy`` table."""

    default_label: str = "internal"
    documents_label: str = "confidential"
    tags: tuple[str, ...] = ()


class LedgerTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The ``ledger`` table."""

    capture: bool = False
    retention_days: int = 30
    baseline: str | None = None
    price_per_kwh: Decimal = Decimal(0)


class DiscoverTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The ``discover`` table. What is not set is true where the file names no target, and false where it names one."""

    enabled: bool | None = None
    """Look for local engines that listen on loopback."""
    keys: bool | None = None
    """Take a provider's usual key in the environment as leave to use it."""


FlowName = Literal["fixed", "fallback", "cascade", "race", "split"]


class Accept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a cascade keeps an answer: `score` at or above `at_least`, from 0 to 1. `samples`: for ``agreement``."""

    score: Literal["confidence", "agreement"] = "confidence"
    at_least: float = 0.8
    samples: int = 3


class RouteTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The ``route`` table."""

    name: str
    targets: tuple[str, ...]
    flow: FlowName = "fallback"
    accept: Accept | None = None
    weights: tuple[float, ...] = ()
    sticky: Literal["key", "user"] | None = None


class DeclassifyTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The ``declassify`` table."""

    when: Literal["personal-data", "secrets"]
    targets: tuple[str, ...] = msgspec.field(name="for")


PLAIN: dict[str, type[msgspec.Struct]] = {
    "server": ServerTable,
    "policy": PolicyTable,
    "ledger": LedgerTable,
    "discover": DiscoverTable,
}
"""The sections whose settings ``FREEHOLD_SECTION_KEY`` overrides."""

ARRAYS = ("target", "route", "declassify")
