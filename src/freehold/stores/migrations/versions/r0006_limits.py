"""Budgets, what was spent of them and what is held back; rates; feedback; sessions of the page."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables, all of them empty."""
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
    op.create_index("feedback_by_exchange", "feedback", ["exchange_id", "at_ns"])
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
