"""What an answer was grounded in, and what it cites."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give every exchange a place for its passages and citations, empty for those that had none."""
    op.add_column("exchanges", sa.Column("grounding", sa.Text))
