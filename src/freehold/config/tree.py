"""The configuration as the rest of Freehold gets it: looked up, checked, frozen."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from freehold.core.guards import Guards
from freehold.core.label import Label, Level
from freehold.core.money import ZERO, Nanodollars
from freehold.core.retention import Retention
from freehold.core.target import Secret, Target
from freehold.evaluate.watch.settings import Settings as Watch
from freehold.policy.judge import Accept
from freehold.policy.rules import FlowName, Sticky


class Server(msgspec.Struct, frozen=True):
    """Where and how to serve."""

    data_dir: Path
    """Where keys, ledger and models are kept; absolute, ``~`` and the environment looked up."""
    host: str = "127.0.0.1"
    port: int = 8080
    """0: any that is free."""
    public_url: str | None = None
    """The origin at which people reach the page, as browsers write it; `None`: as it is served."""
    database: Secret = Secret("sqlite")
    """``sqlite`` or a ``postgresql://`` URL, which may hold a password."""
    workers: int = 1
    """Processes."""
    max_body_mb: int = 32
    """Of a request's body, in MiB."""
    shutdown_seconds: float = 20.0
    """For what is under way when told to stop."""
    forecast_ms: int = 50
    """That a request waits for the router before generation."""


class Policy(msgspec.Struct, frozen=True):
    """What labels exist and which one stands where nobody says one."""

    default_label: Label = Label(Level.INTERNAL)
    """For a request of which neither its key nor it says one."""
    documents_label: Label = Label(Level.CONFIDENTIAL)
    """For a document that is added without one."""
    tags: frozenset[str] = frozenset()
    """Those that labels and clearances may use."""


class Ledger(msgspec.Struct, frozen=True):
    """What the ledger keeps, and what it compares and prices with."""

    capture: bool = False
    """Keep the text of prompts and answers, for keys that consent."""
    retention_days: int = 30
    """How long captured text is kept; 0: for good."""
    baseline: str | None = None
    """The target whose price the counterfactual cost is reckoned at."""
    price_per_kwh: Nanodollars = ZERO
    """For a kilowatt hour, in nanodollars."""


class Discover(msgspec.Struct, frozen=True):
    """What to look for beyond what the file names."""

    enabled: bool = True
    """Local engines that listen on loopback."""
    keys: bool = True
    """Providers whose usual key is in the environment."""


class Knowledge(msgspec.Struct, frozen=True):
    """How documents are read, found and put before a model."""

    embedding: str = "minilm"
    """``minilm``, ``off`` or a target's name."""
    rerank: str | None = None
    """A target's name."""
    rewrite: str | None = None
    """The name of a target or a route."""
    passages: int = 8
    """For one request, at most."""
    ocr: bool = False
    """Whether pages that are only images are read."""
    max_file_mb: int = 256
    """Of one file, in MiB."""
    documentation: bool = True
    """Whether Freehold's own documentation is a collection."""


class Telemetry(msgspec.Struct, frozen=True):
    """What others may see of what Freehold does."""

    endpoint: str | None = None
    """As it was written."""
    headers: tuple[tuple[str, Secret], ...] = ()
    """For the collector."""
    sample: float = 1.0
    """The share of traces that is kept whatever became of them."""
    content: bool = False
    """Whether messages are in spans, for keys that consent."""
    clearance: Label = Label(Level.INTERNAL)
    """The highest label whose messages are."""
    conventions: Literal["latest", "1.36"] = "latest"
    metrics: Literal["open", "key", "off"] = "open"
    """Who may read them."""
    metric_keys: int = 0
    """How many keys have a series of their own."""
    log: Literal["text", "json"] = "text"
    requests: bool = False
    """Whether each request is a line of the log."""
    traces_to: str | None = None
    """The whole address that spans are sent to."""
    metrics_to: str | None = None
    """The same for metrics."""


class Audit(msgspec.Struct, frozen=True):
    """The log that cannot be rewritten unseen, and who is shown its checkpoints."""

    enabled: bool = True
    witness: str | None = None
    """An absolute path, of a file or a git directory, or a URL."""
    witness_key: str | None = None
    """Of a witness at a URL."""
    every: float = 60.0
    """Seconds from one checkpoint that is shown to the next."""


class Limits(msgspec.Struct, frozen=True):
    """What holds for all budgets."""

    time_zone: str = "UTC"
    """A name that `ledger.limits.periods.zone_named` knows."""
    assume_output_tokens: int = 4096
    """Of an answer whose length nothing limits."""
    webhook: str | None = None
    """A URL without user, query or fragment."""


class Route(msgspec.Struct, frozen=True):
    """A route as it was configured: it names its targets, where the policy's own holds them."""

    name: str
    flow: FlowName
    targets: tuple[str, ...]
    """Their names, in the order in which they are asked."""
    accept: Accept = Accept()
    """For ``cascade``: when an answer is kept."""
    weights: tuple[float, ...] = ()
    """For ``split``: one weight a target, adding up to 1."""
    sticky: Sticky = "user"
    """For ``split``: whose requests stay with one target."""
    collections: tuple[str, ...] = ()
    """What grounds its answers where the request names nothing."""


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
    """Twelve hex digits that change when what may happen changes: policy, guards, targets, routes; never with a key."""
    source: Path | None = None
    """The file it was read from."""
    auto_is_implied: bool = False
    """The route ``auto`` was made by `default_route`, and is to be made anew when further targets are found."""
    knowledge: Knowledge = Knowledge()
    guards: Guards = Guards()
    retention: Retention = Retention()
    audit: Audit = Audit()
    limits: Limits = Limits()
    telemetry: Telemetry = Telemetry()
    watch: Watch = Watch()
