"""The configuration as the rest of Freehold gets it: looked up, checked, frozen."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from freehold.config.schema import Accept, FlowName
from freehold.core.label import Label, Level
from freehold.core.money import ZERO, Nanodollars
from freehold.core.target import Secret, Target


class Server(msgspec.Struct, frozen=True):
    """Where and how to serve. `database` is ``sqlite`` or a ``postgresql://`` URL, which may hold a password."""

    data_dir: Path
    host: str = "127.0.0.1"
    port: int = 8080
    database: Secret = Secret("sqlite")
    workers: int = 1
    max_body_mb: int = 32
    shutdown_seconds: float = 20.0


class Policy(msgspec.Struct, frozen=True):
    """What labels exist and which one stands where nobody says one."""

    default_label: Label = Label(Level.INTERNAL)
    documents_label: Label = Label(Level.CONFIDENTIAL)
    tags: frozenset[str] = frozenset()


class Ledger(msgspec.Struct, frozen=True):
    """What the ledger keeps, and what it compares and prices with."""

    capture: bool = False
    """Keep the text of prompts and answers, for keys that consent."""
    retention_days: int = 30
    """How long captured text is kept; 0: for good."""
    baseline: str | None = None
    """The target whose price the counterfactual cost is reckoned at."""
    price_per_kwh: Nanodollars = ZERO


class Discover(msgspec.Struct, frozen=True):
    """What to look for beyond what the file names."""

    enabled: bool = True
    """Local engines that listen on loopback."""
    keys: bool = True
    """Providers whose usual key is in the environment."""


class Route(msgspec.Struct, frozen=True):
    """A name that clients ask for, and how its targets (by name, in order) are chosen among."""

    name: str
    flow: FlowName
    targets: tuple[str, ...]
    accept: Accept = Accept()
    weights: tuple[float, ...] = ()
    """For ``split``: one weight a target, adding up to 1."""
    sticky: Literal["key", "user"] | None = None


class Config(msgspec.Struct, frozen=True):
    """Everything that was configured."""

    server: Server
    policy: Policy
    ledger: Ledger
    discover: Discover
    targets: tuple[Target, ...]
    """Those of the file, in its order; where it names none, those implied by the environment."""
    routes: tuple[Route, ...]
    revision: str
    """Twelve hex digits that change when what may happen changes: policy, targets or routes; never with a key."""
    source: Path | None = None
    """The file it was read from."""
    auto_is_implied: bool = False
    """The route ``auto`` was made by `default_route`, and is to be made anew when further targets are found."""
