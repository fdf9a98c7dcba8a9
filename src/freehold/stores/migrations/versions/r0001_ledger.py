"""The ledger: exchanges, their attempts, and what was captured of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of the ledger."""
    op.create_table(
        "meta",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_table(
        "exchanges",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("started_ns", sa.BigInteger, nullable=False),
        sa.Column("key_id", sa.Text, nullable=False),
        sa.Column("key_name", sa.Text, nullable=False),
        sa.Column("team", sa.Text),
        sa.Column("alias", sa.Text, nullable=False),
        sa.Column("dialect", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("stream", sa.Boolean, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("ending", sa.Text, nullable=False),
        sa.Column("route", sa.Text),
        sa.Column("label", sa.Text),
        sa.Column("sources", sa.Text),
        sa.Column("targets", sa.Text),
        sa.Column("refusals", sa.Text),
        sa.Column("revision", sa.Text),
        sa.Column("status", sa.Integer),
        sa.Column("error", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("target", sa.Text),
        sa.Column("owned", sa.Boolean),
        sa.Column("escalated", sa.Boolean),
        sa.Column("attempts", sa.Integer),
        sa.Column("input_tokens", sa.BigInteger),
        sa.Column("output_tokens", sa.BigInteger),
        sa.Column("cached_input_tokens", sa.BigInteger),
        sa.Column("cache_write_tokens", sa.BigInteger),
        sa.Column("reasoning_tokens", sa.BigInteger),
        sa.Column("estimated", sa.Boolean),
        sa.Column("cost_nano", sa.BigInteger),
        sa.Column("baseline_nano", sa.BigInteger),
        sa.Column("first_ms", sa.Float),
        sa.Column("total_ms", sa.Float),
    )
    op.create_index("exchanges_by_time", "exchanges", ["started_ns", "id"])
    op.create_index(
        "exchanges_open",
        "exchanges",
        ["id"],
        sqlite_where=sa.text("ending = 'open'"),
        postgresql_where=sa.text("ending = 'open'"),
    )
    op.create_table(
        "attempts",
        sa.Column("exchange_id", sa.Text, sa.ForeignKey("exchanges.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("owned", sa.Boolean, nullable=False),
        sa.Column("model", sa.Text),
        sa.Column("started_ns", sa.BigInteger, nullable=False),
        sa.Column("first_ms", sa.Float),
        sa.Column("total_ms", sa.Float),
        sa.Column("input_tokens", sa.BigInteger),
        sa.Column("output_tokens", sa.BigInteger),
        sa.Column("cached_input_tokens", sa.BigInteger),
        sa.Column("cache_write_tokens", sa.BigInteger),
        sa.Column("reasoning_tokens", sa.BigInteger),
        sa.Column("images", sa.BigInteger),
        sa.Column("input_audio_tokens", sa.BigInteger),
        sa.Column("output_audio_tokens", sa.BigInteger),
        sa.Column("estimated", sa.Boolean, nullable=False),
        sa.Column("cost_nano", sa.BigInteger, nullable=False),
        sa.Column("fault", sa.Text),
        sa.Column("error", sa.Text),
        sa.Column("status", sa.Integer),
        sa.Column("finish", sa.Text),
        sa.Column("score_method", sa.Text),
        sa.Column("score_value", sa.Float),
        sa.Column("score_kept", sa.Boolean),
        sa.Column("score_reasons", sa.Text),
        sa.Column("shown", sa.Boolean, nullable=False),
        sa.Column("dropped", sa.Text),
        sa.Column("note", sa.Text),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "captures",
        sa.Column("exchange_id", sa.Text, sa.ForeignKey("exchanges.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("prompt", sa.Text, nullable=False),
        sa.Column("answer", sa.Text),
        sa.Column("expires_ns", sa.BigInteger, nullable=False),
    )
    op.create_index("captures_by_expiry", "captures", ["expires_ns"])
