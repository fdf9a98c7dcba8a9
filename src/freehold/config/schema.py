"""The shape of ``freehold.toml``: what may be written, with its defaults, before anything is looked up.

The strings below the fields are the reference: ``docs/reference/configuration.md`` is made of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar, Literal

import msgspec

from freehold.core.guards import Action, Declassified, Delimited, Mode, Side, Untrusted
from freehold.policy.judge import Accept
from freehold.policy.rules import FlowName, Sticky


class ServerTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where and how to serve. A change here needs a restart."""

    host: str = "127.0.0.1"
    """The address to listen on. ``0.0.0.0`` listens on every network this machine is in."""
    port: int = 8080
    """From 0 to 65535; 0 takes any port that is free."""
    data_dir: str | None = None
    """Where keys, ledger and models are kept. Default: ``~/.local/share/freehold``, in ``$XDG_DATA_HOME`` if that is
    set; ``$FREEHOLD_DATA_DIR`` wins over both."""
    public_url: str | None = None
    """Where people reach Freehold if something stands before it: scheme, host and port, as in
    ``https://ai.example.org``. With ``https``, the page's cookie travels over TLS alone. Where it is set, ``/metrics``
    takes a key."""
    database: str = "sqlite"
    """Where documents and their indexes are kept: ``sqlite``, in the data directory, or a ``postgresql://`` URL. Keys
    and ledger are in the data directory either way."""
    workers: int = 1
    """Processes that serve the one port, from 1 to 64: as many as cores are to be used. They share budgets, rates, the
    limits of targets, the ledger and the local engines, which the first of them keeps."""
    max_body_mb: int = 32
    """The largest body a request may have, in MiB, from 1 to 4096; a larger one is refused with 413."""
    shutdown_seconds: float = 20.0
    """How long requests under way may still take when Freehold is told to stop, from 0 to 3600."""
    forecast_ms: int = 50
    """How long a request waits for the router before generation, from 1 to 10000 milliseconds, where a promise names
    one."""


class PolicyTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which labels exist, and which stand where nobody says one."""

    default_label: str = "internal"
    """The label of a request when neither its key nor it says one: a level, or ``level;tag,tag``."""
    documents_label: str = "confidential"
    """The label of a document that is added without one."""
    tags: tuple[str, ...] = ()
    """The tags that labels and clearances may use: small letters, digits and ``. _ -``, at most 64 characters each."""


class LedgerTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the ledger keeps, and what it compares and prices with."""

    capture: bool = False
    """Keep the text of prompts and answers, for those keys alone that consent to it."""
    retention_days: int = 30
    """Days that captured text is kept, from 0 to 36500; 0 keeps it for good. ``[[retention]]`` says otherwise for some
    labels, and how long records are kept; without it, they are kept for good."""
    baseline: str | None = None
    """The target whose price says what each answer would have cost there. Without it, nothing is compared."""
    price_per_kwh: Decimal = Decimal(0)
    """US dollars for a kilowatt hour, from 0 to 1000: with a target's ``watts``, what its answers cost."""


class TelemetryTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What others may see of what Freehold does. A change here needs a restart."""

    endpoint: str | None = None
    """The address of a collector that speaks OTLP over HTTP, as in ``http://127.0.0.1:4318``; ``v1/traces`` and
    ``v1/metrics`` are added to it. Default: that of ``OTEL_EXPORTER_OTLP_ENDPOINT``, and without it nothing is sent;
    ``off`` sends nothing in any case."""
    headers: dict[str, str] = {}
    """Headers that the collector wants, each as it is, or as ``env:NAME`` or ``file:PATH``. Those of
    ``OTEL_EXPORTER_OTLP_HEADERS`` are sent too."""
    sample: float | None = None
    """The share of traces that is kept, from 0 to 1. Errors, escalations and refusals are always kept, and what the
    caller's own trace keeps. Default: that of ``OTEL_TRACES_SAMPLER``, or all."""
    content: bool | None = None
    """Put prompts and answers into spans, for those keys alone that consent to capture. Default:
    ``OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT``, or no."""
    clearance: str = "internal"
    """What the collector may see of them, as a target's clearance: no prompt above it is ever in a span."""
    conventions: Literal["latest", "1.36"] | None = None
    """Which version of OpenTelemetry's GenAI conventions names things. Default: as ``OTEL_SEMCONV_STABILITY_OPT_IN``
    says, where it is set: ``latest`` if ``gen_ai_latest_experimental`` is in it, and ``1.36`` if it is not; else
    ``latest``."""
    metrics: Literal["open", "key", "off"] | None = None
    """Who may read ``/metrics``: anyone (``open``), who has a key that sees all records (``key``), nobody (``off``).
    Default: anyone where Freehold listens on this machine alone and ``[server] public_url`` is not set, else who has
    a key."""
    metric_keys: int = 0
    """How many of the busiest keys have a series of their own at ``/metrics``, by name, from 0 to 1000."""
    log: Literal["text", "json"] = "text"
    """How the log is written: for people, or one JSON object a line."""
    requests: bool = False
    """Write one line into the log for each request that has ended. It holds no text of it."""

    RANGES: ClassVar[Mapping[str, tuple[float, float]]] = {"sample": (0, 1), "metric_keys": (0, 1000)}


class LimitsTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What holds for all budgets; the budgets themselves are in the database, with the keys."""

    time_zone: str = "UTC"
    """Whose calendar says when a day, a week (on Monday) and a month begin: a name of the IANA database, as in
    ``Europe/Berlin``. A change needs a restart."""
    assume_output_tokens: int = 4096
    """How long an answer may become where neither its request (``max_tokens``) nor its target (``max_output``,
    ``context``) says so, from 1 to 10000000. A budget holds back what that would cost."""
    webhook: str | None = None
    """An ``https://`` address, or ``http://`` on this machine, that is told when a budget comes to its soft limit."""

    RANGES: ClassVar[Mapping[str, tuple[float, float]]] = {"assume_output_tokens": (1, 10_000_000)}


class DiscoverTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to look for beyond what the file names.

    What is not set is true where the file names no target, and false where it names one.
    """

    enabled: bool | None = None
    """Look for local engines that listen on loopback."""
    keys: bool | None = None
    """Take a provider's usual key in the environment as leave to use it."""


class KnowledgeTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How documents are read, found and put before a model. A change here needs a restart."""

    embedding: str = "minilm"
    """What finds passages by their meaning: ``minilm``, which runs on this machine, the name of a target that embeds,
    or ``off``. Documents are embedded anew in the background when it changes. One that is owned serves every key; one
    that is not sees the questions of those keys alone that may ask for it, at their cost, and the others find documents
    by words alone."""
    rerank: str | None = None
    """A target that speaks ``/v1/rerank`` and puts the best passages in a better order, for the same keys as an
    embedding target would serve, at their cost."""
    rewrite: str | None = None
    """The target or route that turns a follow-up question into one that stands alone. Without it, the search takes the
    last question as it is."""
    passages: int = 8
    """How many passages a request is answered from at most, from 1 to 50."""
    ocr: bool = False
    """Read pages that are only images. Needs the extra ``ocr``."""
    max_file_mb: int = 256
    """The largest file that is taken, in MiB, from 1 to 4096."""
    documentation: bool = True
    """Keep Freehold's own documentation as the collection ``freehold``."""


class AuditTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The log that cannot be rewritten unseen. A change here needs a restart."""

    enabled: bool = True
    """Make every request, at its end, a leaf of the log in the data directory's folder ``audit``."""
    witness: str | None = None
    """Who is shown the log's checkpoints, best somebody whom whoever runs this machine cannot change: a file that they
    are added to, a git directory in which they are committed, or the ``https://`` address of a witness that speaks
    C2SP's ``tlog-witness``. A witness that fails stops nothing; the log says so."""
    witness_key: str | None = None
    """The verifier key of a witness at an address, as its operator hands it out: ``name+id+key``."""
    every: float = 60.0
    """Seconds from one checkpoint that the witness is shown to the next, from 1 to 86400."""


class RouteTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A name that clients ask for, and how one of its targets comes to answer."""

    name: str
    """What clients send as ``model``. ``auto`` is made by Freehold where no route has that name."""
    targets: tuple[str, ...]
    """Names of targets, in the order in which they are asked."""
    flow: FlowName = "fallback"
    """``fixed``: the one target. ``fallback``: the next one where one fails. ``cascade``: the next one where an answer
    fails or is not accepted. ``race``: all at once, and the first to begin wins. ``split``: shares of the requests."""
    accept: Accept | None = None
    """For ``cascade``: when an answer is kept."""
    weights: tuple[float, ...] = ()
    """For ``split``: one number for each target, zero or more, relative to one another. Default: equal shares."""
    sticky: Sticky | None = None
    """For ``split``: whose requests stay with one target: those of the ``user`` that a request names (of the key, where
    it names none), those of the ``key``, or nobody's. Default: ``user``."""
    collections: tuple[str, ...] = ()
    """Collections of documents that ground its answers, where the request itself names none."""


class GuardsTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What guards look for in requests, passages and answers, and what becomes of it."""

    mode: Mode = "enforce"
    """``enforce``; ``record``: a dry run, which looks and records what would be done, and changes nothing; ``off``."""
    personal_data: str = "confidential"
    """The label that personal data raises a request to: a level, or ``level;tag,tag``."""
    secrets: str = "restricted"
    """The label that a secret raises a request to."""
    injection: Untrusted = "mark"
    """What becomes of a passage or a tool's result that reads like instructions: ``mark`` it as data, ``drop`` it,
    ``refuse`` the request, ask ``owned`` targets alone, or only ``record``."""
    tool_results: Delimited = "suspect"
    """Which results of tools are put before a model between marks that say they are data: those that are ``suspect``,
    where ``injection`` says to mark them, or ``all``."""
    confidence: float = 0.5
    """From 0 to 1. What is found less surely is recorded and changes nothing."""
    names: str = "off"
    """Who finds the names of people, places and organisations, which no pattern can: ``presidio``, ``gliner``, the name
    of an owned target that chats, or ``off``. Each request then waits for it; where it fails, the request is labelled
    as if it held names, and is declassified for nobody."""
    replies_days: int = 90
    """Days that what was answered under a label above the default is known again when it comes back in a request, from
    0 to 3650; 0: not at all."""
    pseudonyms_hours: int = 0
    """Hours that the stand-ins of a conversation are kept, encrypted, from 0 to 8760; 0 keeps them for one exchange."""

    RANGES: ClassVar[Mapping[str, tuple[float, float]]] = {
        "confidence": (0, 1),
        "replies_days": (0, 3650),
        "pseudonyms_hours": (0, 8760),
    }


class GuardTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be different for something that is found. The first table that fits holds."""

    find: str
    """A family (``personal-data``, ``secrets``, ``schema``: an answer that breaks the schema it was asked for), a kind
    such as ``email``, or ``untrusted``: a context with passages, documents or results of tools in it."""
    on: Side = "input"
    """``input``: what is asked; ``output``: what an answer holds and nobody asked with."""
    action: Action | None = None
    """``raise`` the label, of an answer: that under which it is known when it comes back; ``redact`` it; ``refuse`` the
    request, or end the answer; or only ``record`` it."""
    label: str | None = None
    """For ``raise``: the label. Default: that of the family in ``[guards]``."""
    forbid_tools: tuple[str, ...] = ()
    """For ``untrusted``: tools that may then not be called; ``*`` stands for anything, as in ``send_*``."""


class DeclassifyTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The only way down: for some targets what was found is taken out, and the label is what it would be without it.

    Those targets never see it, whatever they are cleared for.
    """

    when: Declassified
    """What has to be found, and is taken out."""
    targets: tuple[str, ...] = msgspec.field(name="for")
    """The targets that may then be asked."""
    by: Literal["pseudonymise", "redact"] = "pseudonymise"
    """``pseudonymise``: stand-ins take its place, and the answer gets the original back; ``redact``: a mark does."""


class RetentionTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long is kept what has a label, or one above it: ``public`` speaks of everything.

    A setting is that of the most specific table that sets it: ``confidential`` before ``public``, and
    ``confidential;health`` before either. Of tables of which neither is more specific, the fewest days hold.
    """

    label: str
    """What it speaks of: a level, or ``level;tag,tag``, and all above."""
    text_days: int | None = None
    """Days that captured prompts and answers are kept, from 0 to 36500; 0 keeps them for good. Default:
    ``retention_days`` of ``[ledger]``."""
    capture: bool = True
    """``false``: prompts and answers are never captured, whatever a key consents to."""
    record_days: int | None = None
    """Days that the record of a request is kept, from 0 to 36500; it holds no text. 0, the default, keeps it for
    good. What goes with it is gone from the usage reports too."""
    floor_days: int = 0
    """Days that records are kept at least, from 0 to 36500. A table that would end them sooner is a fault."""

    RANGES: ClassVar[Mapping[str, tuple[float, float]]] = {
        "text_days": (0, 36_500),
        "record_days": (0, 36_500),
        "floor_days": (0, 36_500),
    }


class WatchTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What may be spent on seeing whether promises hold and closed targets are still the same."""

    share: float = 0.05
    """Of the owned answers that a route with a promise keeps, the share, from 0 to 1, that is audited on average: the
    stronger target answers too, after the user has the answer. Those near the threshold are more often. 0: none is."""
    budget: Decimal = Decimal(1)
    """US dollars a day (of UTC) for audits and canaries together."""
    false_alarms: float = 0.05
    """The chance, above 0 and below 1, of ever raising a false alarm: for each promise, target and route's inputs."""
    judge: str | None = None
    """The name of a certified judge of single answers. It looks at answers whose label keeps them from the stronger
    target, and at those of a candidate on trial."""
    pairs: str | None = None
    """The name of a certified judge of pairs. Where the stronger target's answer differs, it says whether that is the
    better one, so that a harmless difference does not count as harm."""
    drift_suspends: bool = False
    """Whether a promise is suspended, as by an alarm, once more kept answers differ from the stronger target's than
    those of its calibration did. Otherwise that is told as a warning."""
    canaries: tuple[str, ...] = ()
    """Targets that are asked the same public prompts every day, to see whether they have changed."""
    canaries_at: str = "03:00"
    """When: a time of day of UTC."""

    RANGES: ClassVar[Mapping[str, tuple[float, float]]] = {"share": (0, 1)}


PLAIN: dict[str, type[msgspec.Struct]] = {
    "server": ServerTable,
    "policy": PolicyTable,
    "ledger": LedgerTable,
    "audit": AuditTable,
    "discover": DiscoverTable,
    "knowledge": KnowledgeTable,
    "guards": GuardsTable,
    "limits": LimitsTable,
    "telemetry": TelemetryTable,
    "watch": WatchTable,
}
"""The sections whose settings ``FREEHOLD_SECTION_KEY`` overrides."""

ARRAYS = ("target", "route", "guard", "declassify", "retention")
