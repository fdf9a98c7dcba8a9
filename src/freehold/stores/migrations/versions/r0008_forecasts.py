"""What routers before generation leave: the forecast of a request, trainings, and outcomes they have yet to learn."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, empty for what is there, and the two tables."""
    op.add_column("exchanges", sa.Column("forecast", sa.Text))
    op.create_table(
        "eval_trainings",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("created_ns", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "eval_outcomes",
        sa.Column("router", sa.Text, primary_key=True),
        sa.Column("exchange_id", sa.Text, primary_key=True),
        sa.Column("at_ns", sa.BigInteger, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("eval_outcomes_by_exchange", "eval_outcomes", ["exchange_id"])
