"""Add the author of a message that was asked about, and where chat platforms have the bot."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("queries", sa.Column("author", sa.Text, nullable=True))
    op.create_index("ix_queries_author", "queries", ["author"])
    op.create_table(
        "homes",
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("platform", sa.Text, nullable=False),
        sa.Column("guild", sa.Text, nullable=False),
        sa.Column("moderator_role", sa.Text, nullable=True),
        sa.Column("moderator_channel", sa.Text, nullable=True),
        sa.Column("set_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("topic", name="pk_homes"),
    )
    op.create_table(
        "places",
        sa.Column("platform", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("guild", sa.Text, nullable=False),
        sa.Column("topic", sa.Text, nullable=True),
        sa.Column("paused", sa.Boolean, nullable=False),
        sa.Column("paused_until", TIME, nullable=True),
        sa.PrimaryKeyConstraint("platform", "channel", name="pk_places"),
    )
