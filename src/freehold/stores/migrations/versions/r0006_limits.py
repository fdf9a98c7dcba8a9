"""Budgets, what was spent of them and what is held back; rates; feedback; totals of usage; sessions of the page."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables, empty but for the list of requests that totals are still to be made of."""
    op.create_table(
        "budgets",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("amount_nano", sa.BigInteger, nullable=False),
        sa.Column("period", sa.Text, nullable=False),
        sa.Column("warn_at", sa.Float),
        sa.Column("when_spent", sa.Text, nullable=False),
        sa.Column("created_ns", sa.BigInteger, nullable=False),
    )
    op.create_index("budgets_by_subject", "budgets", ["scope", "subject", "period"], unique=True)
    op.create_table(
        "accounts",
        sa.Column("budget_id", sa.Text, sa.ForeignKey("budgets.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("starts_ns", sa.BigInteger, primary_key=True),
        sa.Column("spent_nano", sa.BigInteger, nullable=False),
        sa.Column("warned", sa.Boolean, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reservations",
        sa.Column("exchange_id", sa.Text, primary_key=True),
        sa.Column("budget_id", sa.Text, primary_key=True),
        sa.Column("starts_ns", sa.BigInteger, nullable=False),
        sa.Column("amount_nano", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rates",
        sa.Column("scope", sa.Text, primary_key=True),
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("requests", sa.BigInteger),
        sa.Column("tokens", sa.BigInteger),
        sa.Column("parallel", sa.BigInteger),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "feedback",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("exchange_id", sa.Text, sa.ForeignKey("exchanges.id", ondelete="CASCADE"), nullable=False),
        sa.Column("key_id", sa.Text, nullable=False),
        sa.Column("at_ns", sa.BigInteger, nullable=False),
        sa.Column("thumb", sa.Integer),
        sa.Column("score", sa.Float),
        sa.Column("outcome", sa.Text),
        sa.Column("corrected", sa.Text),
        sa.Column("comment", sa.Text),
    )
    op.create_index("feedback_by_exchange", "feedback", ["exchange_id", "key_id"], unique=True)
    op.create_index("feedback_by_time", "feedback", ["at_ns", "id"])
    op.create_table(
        "usage_series",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("dimension", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("shown", sa.Text),
    )
    op.create_index("usage_series_by_name", "usage_series", ["dimension", "name"], unique=True)
    op.create_table(
        "usage_totals",
        sa.Column("series_id", sa.Integer, sa.ForeignKey("usage_series.id"), primary_key=True),
        sa.Column("span_s", sa.Integer, primary_key=True),
        sa.Column("start_ns", sa.BigInteger, primary_key=True),
        sa.Column("requests", sa.BigInteger, nullable=False),
        sa.Column("completed", sa.BigInteger, nullable=False),
        sa.Column("failed", sa.BigInteger, nullable=False),
        sa.Column("refused", sa.BigInteger, nullable=False),
        sa.Column("cancelled", sa.BigInteger, nullable=False),
        sa.Column("lost", sa.BigInteger, nullable=False),
        sa.Column("input_tokens", sa.BigInteger, nullable=False),
        sa.Column("output_tokens", sa.BigInteger, nullable=False),
        sa.Column("cached_input_tokens", sa.BigInteger, nullable=False),
        sa.Column("cache_write_tokens", sa.BigInteger, nullable=False),
        sa.Column("reasoning_tokens", sa.BigInteger, nullable=False),
        sa.Column("cost_nano", sa.BigInteger, nullable=False),
        sa.Column("baselined", sa.BigInteger, nullable=False),
        sa.Column("baseline_nano", sa.BigInteger, nullable=False),
        sa.Column("compared_nano", sa.BigInteger, nullable=False),
        sa.Column("home", sa.BigInteger, nullable=False),
        sa.Column("escalated", sa.BigInteger, nullable=False),
        sa.Column("total_bins", sa.LargeBinary, nullable=False),
        sa.Column("first_bins", sa.LargeBinary, nullable=False),
        sa.Column("errors", sa.LargeBinary),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "usage_pending",
        sa.Column("exchange_id", sa.Text, primary_key=True),
        sqlite_with_rowid=False,
    )
    op.execute("INSERT INTO usage_pending SELECT id FROM exchanges WHERE ending <> 'open'")
    op.create_table(
        "sessions",
        sa.Column("digest", sa.LargeBinary, primary_key=True),
        sa.Column("key_id", sa.Text, nullable=False),
        sa.Column("key_hash", sa.LargeBinary, nullable=False),
        sa.Column("created_ns", sa.BigInteger, nullable=False),
        sa.Column("seen_ns", sa.BigInteger, nullable=False),
        sa.Column("expires_ns", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.add_column("keys", sa.Column("role", sa.Text, nullable=False, server_default="user"))
    op.execute("UPDATE keys SET role = 'admin' WHERE admin")
    op.drop_column("keys", "admin")
