"""Add moderators' drafts and chosen names, and who wants to be told of a decision."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("publishes", sa.Column("author", sa.Text, nullable=True))
    op.add_column("publishes", sa.Column("draft", ID, nullable=True))
    op.add_column("publishes", sa.Column("suggestions", sa.JSON, nullable=True))
    op.create_index("ix_publishes_author", "publishes", ["author"])
    op.create_table(
        "drafts",
        sa.Column("id", ID, nullable=False, autoincrement=True),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("pseudonym", sa.Text, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("base", sa.Text, nullable=False),
        sa.Column("operations", sa.JSON, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("waiting", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_drafts"),
        sa.UniqueConstraint("topic", "pseudonym", name="uq_drafts_topic_pseudonym"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_drafts_pseudonym", "drafts", ["pseudonym"])
    op.create_table(
        "moderators",
        sa.Column("pseudonym", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("pseudonym", name="pk_moderators"),
    )
    op.create_table(
        "tellings",
        sa.Column("id", ID, nullable=False, autoincrement=True),
        sa.Column("suggestion_id", ID, nullable=False),
        sa.Column("pseudonym", sa.Text, nullable=False),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tellings"),
        sa.ForeignKeyConstraint(
            ["suggestion_id"],
            ["suggestions.id"],
            name="fk_tellings_suggestion_id",
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("suggestion_id", name="uq_tellings_suggestion_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_tellings_pseudonym", "tellings", ["pseudonym"])
    op.create_index("ix_tellings_at", "tellings", ["at"])
