"""Keys, who holds them, and an index to what each has asked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of keys, and the index of the ledger by key."""
    op.create_table(
        "keys",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("prefix", sa.Text, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("label", sa.Text),
        sa.Column("admin", sa.Boolean, nullable=False),
        sa.Column("models", sa.Text),
        sa.Column("groups", sa.Text, nullable=False),
        sa.Column("team", sa.Text),
        sa.Column("may_declare", sa.Boolean, nullable=False),
        sa.Column("capture", sa.Boolean, nullable=False),
        sa.Column("created_ns", sa.BigInteger, nullable=False),
        sa.Column("expires_ns", sa.BigInteger),
        sa.Column("revoked_ns", sa.BigInteger),
    )
    op.create_index("exchanges_by_key", "exchanges", ["key_id", "started_ns", "id"])
