"""Add what was published and what people suggest."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "publishes",
        sa.Column("id", ID, nullable=False, autoincrement=True),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("by", sa.Text, nullable=True),
        sa.Column("pseudonym", sa.Text, nullable=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("release_before", sa.Text, nullable=False),
        sa.Column("release_after", sa.Text, nullable=False),
        sa.Column("commit", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("replay", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_publishes"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_publishes_topic_id", "publishes", ["topic", "id"])
    op.create_index("ix_publishes_pseudonym", "publishes", ["pseudonym"])
    op.create_table(
        "suggestions",
        sa.Column("id", ID, nullable=False, autoincrement=True),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("pseudonym", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("entry", sa.Text, nullable=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("near", sa.JSON, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("decided_at", TIME, nullable=True),
        sa.Column("decided_by", sa.Text, nullable=True),
        sa.Column("decision_reason", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_suggestions"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_suggestions_topic_status_id", "suggestions", ["topic", "status", "id"])
    op.create_index("ix_suggestions_pseudonym", "suggestions", ["pseudonym"])
    op.create_index("ix_suggestions_decided_by", "suggestions", ["decided_by"])
