"""The collections that ground a key's answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give every key a list of collections, empty at first."""
    op.add_column("keys", sa.Column("collections", sa.Text, nullable=False, server_default="[]"))
