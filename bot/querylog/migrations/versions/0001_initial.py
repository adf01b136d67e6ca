"""Create the query log's first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "meta",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_meta"),
    )
    op.create_table(
        "queries",
        sa.Column("id", ID, nullable=False, autoincrement=True),
        sa.Column("event_hash", sa.Text, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("pseudonym", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=True),
        sa.Column("private", sa.Boolean, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("context_entry", sa.Text, nullable=True),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("entry", sa.Text, nullable=True),
        sa.Column("facet", sa.Text, nullable=True),
        sa.Column("confidence", sa.Float, nullable=False),
        sa.Column("candidates", sa.JSON, nullable=False),
        sa.Column("release", sa.Text, nullable=False),
        sa.Column("latency_ms", sa.Integer, nullable=False),
        sa.Column("delivered_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_queries"),
        sa.UniqueConstraint("event_hash", name="uq_queries_event_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_queries_pseudonym", "queries", ["pseudonym"])
    op.create_index("ix_queries_at", "queries", ["at"])
    op.create_index("ix_queries_outcome_id", "queries", ["outcome", "id"])
    op.create_index("ix_queries_entry_id", "queries", ["entry", "id"])
    op.create_index("ix_queries_topic_id", "queries", ["topic", "id"])
    op.create_table(
        "feedback",
        sa.Column("id", ID, nullable=False, autoincrement=True),
        sa.Column("query_id", ID, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("pseudonym", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("entry", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_feedback"),
        sa.ForeignKeyConstraint(
            ["query_id"], ["queries.id"], name="fk_feedback_query_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint(
            "query_id", "pseudonym", "reason", name="uq_feedback_query_id_pseudonym_reason"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_feedback_pseudonym", "feedback", ["pseudonym"])
    op.create_table(
        "daily",
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("entry", sa.Text, nullable=False),
        sa.Column("queries", sa.BigInteger, nullable=False),
        sa.Column("confidence_sum", sa.Float, nullable=False),
        sa.Column("latency_ms_sum", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("day", "topic", "language", "outcome", "entry", name="pk_daily"),
    )
