"""The tables, once, for every database that can hold them.

The migrations bring an older database to this schema; ``schema.sql`` is this schema written out for SQLite, so that a
start imports neither SQLAlchemy nor Alembic (half a second together). Tests hold the three to one another;
``python -m freehold.stores.schema`` prints what ``schema.sql`` must hold.

Money is in nanodollars, time in nanoseconds since the epoch by the wall clock, durations in milliseconds by the
monotonic one. Columns named below as JSON hold JSON text.
"""

from __future__ import annotations

import sys

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

metadata = MetaData()

meta = Table(
    "meta",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

exchanges = Table(
    "exchanges",
    metadata,
    Column("id", Text, primary_key=True),
    Column("started_ns", BigInteger, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("key_name", Text, nullable=False),
    Column("team", Text),
    Column("alias", Text, nullable=False),
    Column("dialect", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("stream", Boolean, nullable=False),
    Column("origin", Text, nullable=False),
    Column("ending", Text, nullable=False),
    Column("route", Text),
    Column("label", Text),
    Column("sources", Text),
    Column("targets", Text),
    Column("refusals", Text),
    Column("revision", Text),
    Column("status", Integer),
    Column("error", Text),
    Column("reason", Text),
    Column("target", Text),
    Column("owned", Boolean),
    Column("escalated", Boolean),
    Column("attempts", Integer),
    Column("input_tokens", BigInteger),
    Column("output_tokens", BigInteger),
    Column("cached_input_tokens", BigInteger),
    Column("cache_write_tokens", BigInteger),
    Column("reasoning_tokens", BigInteger),
    Column("estimated", Boolean),
    Column("cost_nano", BigInteger),
    Column("baseline_nano", BigInteger),
    Column("first_ms", Float),
    Column("total_ms", Float),
    Column("grounding", Text),
    Column("findings", Text),
    Column("forecast", Text),
)
"""One row a request. `sources`, `targets`, `refusals`, `grounding`, `findings`, `forecast` are JSON.

`target`: whose answer was shown.
"""

Index("exchanges_by_time", exchanges.c.started_ns, exchanges.c.id)
Index("exchanges_by_key", exchanges.c.key_id, exchanges.c.started_ns, exchanges.c.id)
Index(
    "exchanges_open",
    exchanges.c.id,
    sqlite_where=text("ending = 'open'"),
    postgresql_where=text("ending = 'open'"),
)

attempts = Table(
    "attempts",
    metadata,
    Column("exchange_id", Text, ForeignKey("exchanges.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("target", Text, nullable=False),
    Column("owned", Boolean, nullable=False),
    Column("model", Text),
    Column("started_ns", BigInteger, nullable=False),
    Column("first_ms", Float),
    Column("total_ms", Float),
    Column("input_tokens", BigInteger),
    Column("output_tokens", BigInteger),
    Column("cached_input_tokens", BigInteger),
    Column("cache_write_tokens", BigInteger),
    Column("reasoning_tokens", BigInteger),
    Column("images", BigInteger),
    Column("input_audio_tokens", BigInteger),
    Column("output_audio_tokens", BigInteger),
    Column("estimated", Boolean, nullable=False),
    Column("cost_nano", BigInteger, nullable=False),
    Column("fault", Text),
    Column("error", Text),
    Column("status", Integer),
    Column("finish", Text),
    Column("score_method", Text),
    Column("score_value", Float),
    Column("score_kept", Boolean),
    Column("score_reasons", Text),
    Column("shown", Boolean, nullable=False),
    Column("dropped", Text),
    Column("note", Text),
    Column("label", Text),
    Column("clearance", Text),
    Column("declassified", Text),
    Column("bytes_out", BigInteger),
    Column("body_sha256", Text),
    sqlite_with_rowid=False,
)
"""One row a try at one target. `score_reasons` and `dropped` are JSON."""

captures = Table(
    "captures",
    metadata,
    Column("exchange_id", Text, ForeignKey("exchanges.id", ondelete="CASCADE"), primary_key=True),
    Column("prompt", Text, nullable=False),
    Column("answer", Text),
    Column("expires_ns", BigInteger, nullable=False),
)
"""What was said, as JSON, for exchanges whose caller consented where capture is configured."""

Index("captures_by_expiry", captures.c.expires_ns)

audit_leaves = Table(
    "audit_leaves",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("leaf", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
"""Leaves of the audit log on their way: written with the rows they speak of, gone once they are in the log's files.

What was written together is one row: `position` is the place of the first, `leaf` all of them, packed.
"""

replies = Table(
    "replies",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("label", Text, nullable=False),
    Column("expires_ns", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""Keyed hashes of what Freehold answered under a label above the default, so that it is known when it comes back."""

Index("replies_by_expiry", replies.c.expires_ns)

pseudonyms = Table(
    "pseudonyms",
    metadata,
    Column("conversation", LargeBinary, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("expires_ns", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""Encrypted, what each name of a conversation stood for; `conversation` is a keyed hash."""

Index("pseudonyms_by_expiry", pseudonyms.c.expires_ns)

budgets = Table(
    "budgets",
    metadata,
    Column("id", Text, primary_key=True),
    Column("scope", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("amount_nano", BigInteger, nullable=False),
    Column("period", Text, nullable=False),
    Column("warn_at", Float),
    Column("when_spent", Text, nullable=False),
    Column("created_ns", BigInteger, nullable=False),
)
"""Money that may be spent in each period; at most one a scope, subject and period."""

Index("budgets_by_subject", budgets.c.scope, budgets.c.subject, budgets.c.period, unique=True)

accounts = Table(
    "accounts",
    metadata,
    Column("budget_id", Text, ForeignKey("budgets.id", ondelete="CASCADE"), primary_key=True),
    Column("starts_ns", BigInteger, primary_key=True),
    Column("spent_nano", BigInteger, nullable=False),
    Column("warned", Boolean, nullable=False),
    sqlite_with_rowid=False,
)
"""What was spent of a budget in the period that began then; renewed in the transaction that settles a request.

`warned`: its soft limit was told of.
"""

reservations = Table(
    "reservations",
    metadata,
    Column("exchange_id", Text, primary_key=True),
    Column("budget_id", Text, primary_key=True),
    Column("starts_ns", BigInteger, nullable=False),
    Column("amount_nano", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""What requests under way hold back; none outlives its request, or the start after a crash."""

rates = Table(
    "rates",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("requests", BigInteger),
    Column("tokens", BigInteger),
    Column("parallel", BigInteger),
    sqlite_with_rowid=False,
)
"""So many requests and tokens in any sixty seconds, and requests at once; null for as many as it likes."""

feedback = Table(
    "feedback",
    metadata,
    Column("id", Text, primary_key=True),
    Column("exchange_id", Text, ForeignKey("exchanges.id", ondelete="CASCADE"), nullable=False),
    Column("key_id", Text, nullable=False),
    Column("at_ns", BigInteger, nullable=False),
    Column("thumb", Integer),
    Column("score", Float),
    Column("outcome", Text),
    Column("corrected", Text),
    Column("comment", Text),
)
"""What people and programs say of an answer, each key one thing.

`corrected` and `comment` are text: kept where the request's own is captured, and erased with it.
"""

Index("feedback_by_exchange", feedback.c.exchange_id, feedback.c.key_id, unique=True)
Index("feedback_by_time", feedback.c.at_ns, feedback.c.id)

usage_series = Table(
    "usage_series",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("dimension", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("shown", Text),
)
"""What totals are kept of: one value of one dimension, empty for what has none. `shown`: a key's name."""

Index("usage_series_by_name", usage_series.c.dimension, usage_series.c.name, unique=True)

usage_totals = Table(
    "usage_totals",
    metadata,
    Column("series_id", Integer, ForeignKey("usage_series.id"), primary_key=True),
    Column("span_s", Integer, primary_key=True),
    Column("start_ns", BigInteger, primary_key=True),
    Column("requests", BigInteger, nullable=False),
    Column("completed", BigInteger, nullable=False),
    Column("failed", BigInteger, nullable=False),
    Column("refused", BigInteger, nullable=False),
    Column("cancelled", BigInteger, nullable=False),
    Column("lost", BigInteger, nullable=False),
    Column("input_tokens", BigInteger, nullable=False),
    Column("output_tokens", BigInteger, nullable=False),
    Column("cached_input_tokens", BigInteger, nullable=False),
    Column("cache_write_tokens", BigInteger, nullable=False),
    Column("reasoning_tokens", BigInteger, nullable=False),
    Column("cost_nano", BigInteger, nullable=False),
    Column("baselined", BigInteger, nullable=False),
    Column("baseline_nano", BigInteger, nullable=False),
    Column("compared_nano", BigInteger, nullable=False),
    Column("home", BigInteger, nullable=False),
    Column("escalated", BigInteger, nullable=False),
    Column("total_bins", LargeBinary, nullable=False),
    Column("first_bins", LargeBinary, nullable=False),
    Column("errors", LargeBinary),
    sqlite_with_rowid=False,
)
"""What the requests that began in so many seconds came to; they outlive the records. The last three are MessagePack."""

usage_pending = Table(
    "usage_pending",
    metadata,
    Column("exchange_id", Text, primary_key=True),
    sqlite_with_rowid=False,
)
"""Requests that have ended and are in no total yet: written with the row that ends one, gone with the total."""

sessions = Table(
    "sessions",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("key_id", Text, nullable=False),
    Column("key_hash", LargeBinary, nullable=False),
    Column("created_ns", BigInteger, nullable=False),
    Column("seen_ns", BigInteger, nullable=False),
    Column("expires_ns", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""Who is signed in on the page: the hash of a session's secret, and the key it acts for, as it was at that moment."""

keys = Table(
    "keys",
    metadata,
    Column("id", Text, primary_key=True),
    Column("prefix", Text, nullable=False),
    Column("hash", LargeBinary, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("label", Text),
    Column("models", Text),
    Column("groups", Text, nullable=False),
    Column("team", Text),
    Column("may_declare", Boolean, nullable=False),
    Column("capture", Boolean, nullable=False),
    Column("created_ns", BigInteger, nullable=False),
    Column("expires_ns", BigInteger),
    Column("revoked_ns", BigInteger),
    Column("collections", Text, nullable=False, server_default="[]"),
    Column("role", Text, nullable=False, server_default="user"),
)
"""One row a key. `models`, `groups` and `collections` are JSON arrays, `models` null for all; the key is nowhere."""


eval_datasets = Table(
    "eval_datasets",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("created_ns", BigInteger, nullable=False),
    Column("size", Integer, nullable=False),
    Column("label", Text),
    Column("report", Text, nullable=False),
)

eval_names = Table(
    "eval_names",
    metadata,
    Column("name", Text, primary_key=True),
    Column("dataset_id", Text, ForeignKey("eval_datasets.id", ondelete="CASCADE"), primary_key=True),
    Column("given_ns", BigInteger, nullable=False),
)
Index("eval_names_by_dataset", eval_names.c.dataset_id)

eval_examples = Table(
    "eval_examples",
    metadata,
    Column("dataset_id", Text, ForeignKey("eval_datasets.id", ondelete="CASCADE"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("exchange_id", Text),
    Column("body", Text, nullable=False),
)
Index("eval_examples_by_exchange", eval_examples.c.exchange_id)

eval_runs = Table(
    "eval_runs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("dataset_id", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("created_ns", BigInteger, nullable=False),
    Column("ended_ns", BigInteger),
    Column("budget_nano", BigInteger),
    Column("spent_nano", BigInteger, nullable=False),
    Column("settings", Text, nullable=False),
    Column("note", Text),
)
Index("eval_runs_by_time", eval_runs.c.created_ns)

eval_results = Table(
    "eval_results",
    metadata,
    Column("run_id", Text, ForeignKey("eval_runs.id", ondelete="CASCADE"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("exchange_id", Text),
    Column("request_hash", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("scores", Text, nullable=False),
)
Index("eval_results_by_request", eval_results.c.request_hash)
Index("eval_results_by_exchange", eval_results.c.exchange_id)

eval_judges = Table(
    "eval_judges",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("created_ns", BigInteger, nullable=False),
    Column("certified", Boolean, nullable=False),
    Column("body", Text, nullable=False),
)
Index("eval_judges_by_name", eval_judges.c.name, eval_judges.c.created_ns)

eval_votes = Table(
    "eval_votes",
    metadata,
    Column("id", Text, primary_key=True),
    Column("at_ns", BigInteger, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("left_id", Text, nullable=False),
    Column("right_id", Text, nullable=False),
    Column("body", Text, nullable=False),
)

eval_promises = Table(
    "eval_promises",
    metadata,
    Column("id", Text, primary_key=True),
    Column("route", Text, nullable=False),
    Column("created_ns", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("body", Text, nullable=False),
)
Index("eval_promises_by_route", eval_promises.c.route, eval_promises.c.created_ns)

eval_watched = Table(
    "eval_watched",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("at_ns", BigInteger, nullable=False),
    Column("exchange_id", Text),
    Column("body", Text, nullable=False),
)
Index("eval_watched_by_subject", eval_watched.c.kind, eval_watched.c.subject, eval_watched.c.at_ns)

eval_revisions = Table(
    "eval_revisions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("route", Text, nullable=False),
    Column("at_ns", BigInteger, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("body", Text, nullable=False),
)
Index("eval_revisions_by_route", eval_revisions.c.route, eval_revisions.c.at_ns)

eval_trainings = Table(
    "eval_trainings",
    metadata,
    Column("id", Text, primary_key=True),
    Column("created_ns", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("body", Text, nullable=False),
)

eval_outcomes = Table(
    "eval_outcomes",
    metadata,
    Column("router", Text, primary_key=True),
    Column("exchange_id", Text, primary_key=True),
    Column("at_ns", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
)
Index("eval_outcomes_by_exchange", eval_outcomes.c.exchange_id)


def sqlite_ddl(head: str) -> str:
    """The whole schema as SQLite statements, with the mark that it stands at revision `head`."""
    dialect = sqlite.dialect()
    statements = []
    for table in metadata.sorted_tables:
        statements.append(str(CreateTable(table).compile(dialect=dialect)).strip())
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        statements += [str(CreateIndex(index).compile(dialect=dialect)).strip() for index in indexes]
    statements.append(
        "CREATE TABLE alembic_version (\n\tversion_num VARCHAR(32) NOT NULL, \n"
        "\tCONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)\n)"
    )
    statements.append(f"INSERT INTO alembic_version VALUES ('{head}')")  # noqa: S608  A revision's number, ours.
    lines = [line.rstrip() for statement in statements for line in f"{statement};".splitlines()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(sqlite_ddl(sys.argv[1]))
