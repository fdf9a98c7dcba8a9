"""What evaluation keeps: datasets, runs and their results, judges, votes, promises, what is watched, and promotions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables, empty."""
    op.create_table(
        "eval_datasets",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("created_ns", sa.BigInteger, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("label", sa.Text),
        sa.Column("report", sa.Text, nullable=False),
    )
    op.create_index("eval_datasets_by_name", "eval_datasets", ["name", "created_ns"])
    op.create_table(
        "eval_examples",
        sa.Column("dataset_id", sa.Text, sa.ForeignKey("eval_datasets.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True),
        sa.Column("exchange_id", sa.Text),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("eval_examples_by_exchange", "eval_examples", ["exchange_id"])
    op.create_table(
        "eval_runs",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("dataset_id", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("key_id", sa.Text, nullable=False),
        sa.Column("created_ns", sa.BigInteger, nullable=False),
        sa.Column("ended_ns", sa.BigInteger),
        sa.Column("budget_nano", sa.BigInteger),
        sa.Column("spent_nano", sa.BigInteger, nullable=False),
        sa.Column("settings", sa.Text, nullable=False),
        sa.Column("note", sa.Text),
    )
    op.create_index("eval_runs_by_time", "eval_runs", ["created_ns"])
    op.create_table(
        "eval_results",
        sa.Column("run_id", sa.Text, sa.ForeignKey("eval_runs.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True),
        sa.Column("exchange_id", sa.Text),
        sa.Column("request_hash", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("scores", sa.Text, nullable=False),
    )
    op.create_index("eval_results_by_request", "eval_results", ["request_hash"])
    op.create_index("eval_results_by_exchange", "eval_results", ["exchange_id"])
    op.create_table(
        "eval_judges",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("created_ns", sa.BigInteger, nullable=False),
        sa.Column("certified", sa.Boolean, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("eval_judges_by_name", "eval_judges", ["name", "created_ns"])
    op.create_table(
        "eval_votes",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("at_ns", sa.BigInteger, nullable=False),
        sa.Column("key_id", sa.Text, nullable=False),
        sa.Column("left_id", sa.Text, nullable=False),
        sa.Column("right_id", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "eval_promises",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("route", sa.Text, nullable=False),
        sa.Column("created_ns", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("eval_promises_by_route", "eval_promises", ["route", "created_ns"])
    op.create_table(
        "eval_watched",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("at_ns", sa.BigInteger, nullable=False),
        sa.Column("exchange_id", sa.Text),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("eval_watched_by_subject", "eval_watched", ["kind", "subject", "at_ns"])
    op.create_table(
        "eval_revisions",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("route", sa.Text, nullable=False),
        sa.Column("at_ns", sa.BigInteger, nullable=False),
        sa.Column("key_id", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("eval_revisions_by_route", "eval_revisions", ["route", "at_ns"])
