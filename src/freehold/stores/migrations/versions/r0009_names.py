"""Names of datasets: one content may have several, and a name means what it was given to last."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table, with the one name that each dataset has."""
    op.create_table(
        "eval_names",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("dataset_id", sa.Text, sa.ForeignKey("eval_datasets.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("given_ns", sa.BigInteger, nullable=False),
    )
    op.create_index("eval_names_by_dataset", "eval_names", ["dataset_id"])
    op.execute(
        "INSERT INTO eval_names (name, dataset_id, given_ns)"
        " SELECT name, id, created_ns FROM eval_datasets WHERE name != ''"
    )
    op.drop_index("eval_datasets_by_name")
