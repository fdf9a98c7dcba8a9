"""What guards found, what went out of the door, the audit log's leaves, known replies, sealed pseudonyms."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, empty for what is there, and the three tables."""
    op.add_column("exchanges", sa.Column("findings", sa.Text))
    for column in (
        sa.Column("label", sa.Text),
        sa.Column("clearance", sa.Text),
        sa.Column("declassified", sa.Text),
        sa.Column("bytes_out", sa.BigInteger),
        sa.Column("body_sha256", sa.Text),
    ):
        op.add_column("attempts", column)
    op.create_table(
        "audit_leaves",
        sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("leaf", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "replies",
        sa.Column("digest", sa.LargeBinary, primary_key=True),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("expires_ns", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("replies_by_expiry", "replies", ["expires_ns"])
    op.create_table(
        "pseudonyms",
        sa.Column("conversation", sa.LargeBinary, primary_key=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("expires_ns", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("pseudonyms_by_expiry", "pseudonyms", ["expires_ns"])
