"""Add the review queue, live daily counts and the full-text index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)

# Until now a day was counted once its queries were deleted; from now on each is as it comes.
BACKFILL = """
INSERT INTO daily
    (day, topic, language, outcome, entry, queries, confidence_sum, latency_ms_sum)
SELECT {day}, topic, language, outcome, coalesce(entry, ''),
    count(*), sum(confidence), sum(latency_ms)
FROM queries WHERE true
GROUP BY {day}, topic, language, outcome, coalesce(entry, '')
ON CONFLICT (day, topic, language, outcome, entry) DO UPDATE SET
    queries = daily.queries + excluded.queries,
    confidence_sum = daily.confidence_sum + excluded.confidence_sum,
    latency_ms_sum = daily.latency_ms_sum + excluded.latency_ms_sum
"""

# Which rows hold a word is all that is asked: neither places within a text nor lengths are kept.
SQLITE_INDEX = (
    """
    CREATE VIRTUAL TABLE queries_fts USING fts5(
        text, content='queries', content_rowid='id', detail=none, columnsize=0,
        prefix='1', tokenize='unicode61 remove_diacritics 2'
    )
    """,
    "INSERT INTO queries_fts(rowid, text) SELECT id, text FROM queries WHERE text IS NOT NULL",
    """
    CREATE TRIGGER queries_fts_insert AFTER INSERT ON queries WHEN new.text IS NOT NULL BEGIN
        INSERT INTO queries_fts(rowid, text) VALUES (new.id, new.text);
    END
    """,
    """
    CREATE TRIGGER queries_fts_delete AFTER DELETE ON queries WHEN old.text IS NOT NULL BEGIN
        INSERT INTO queries_fts(queries_fts, rowid, text) VALUES ('delete', old.id, old.text);
    END
    """,
    """
    CREATE TRIGGER queries_fts_update AFTER UPDATE OF text ON queries BEGIN
        INSERT INTO queries_fts(queries_fts, rowid, text)
            SELECT 'delete', old.id, old.text WHERE old.text IS NOT NULL;
        INSERT INTO queries_fts(rowid, text)
            SELECT new.id, new.text WHERE new.text IS NOT NULL;
    END
    """,
)

# The parser would else take addresses, paths and numbers with signs for single words.
PUNCTUATION = "!\"#$%&''()*+,-./:;<=>?@[\\]^_`{|}~“”„«»—–…’‘"
POSTGRES_INDEX = (
    "CREATE INDEX ix_queries_words ON queries USING gin (to_tsvector('simple', "
    f"translate(coalesce(text, ''), '{PUNCTUATION}', '{' ' * (len(PUNCTUATION) - 1)}')))",
)


def upgrade() -> None:
    _create_tables()
    some = sa.text("author IS NOT NULL")
    op.drop_index("ix_queries_author", "queries")
    op.create_index(
        "ix_queries_author", "queries", ["author"], sqlite_where=some, postgresql_where=some
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    if sqlite:
        _without_row_ids()
    day = "date(at)" if sqlite else "CAST(at AT TIME ZONE 'UTC' AS date)"
    op.execute(BACKFILL.format(day=day))
    for statement in SQLITE_INDEX if sqlite else POSTGRES_INDEX:
        op.execute(statement)


def _without_row_ids() -> None:
    """Make the daily counts anew, whose key is most of a row: SQLite would keep it twice."""
    op.create_table(
        "daily_by_key",
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("entry", sa.Text, nullable=False),
        sa.Column("queries", sa.BigInteger, nullable=False),
        sa.Column("confidence_sum", sa.Float, nullable=False),
        sa.Column("latency_ms_sum", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("day", "topic", "language", "outcome", "entry", name="pk_daily"),
        sqlite_with_rowid=False,
    )
    op.execute("INSERT INTO daily_by_key SELECT * FROM daily")
    op.drop_table("daily")
    op.rename_table("daily_by_key", "daily")


def _create_tables() -> None:
    op.create_table(
        "clusters",
        sa.Column("id", ID, nullable=False, autoincrement=True),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("leader", ID, nullable=True),
        sa.Column("typical", ID, nullable=True),
        sa.Column("people", sa.Integer, nullable=False),
        sa.Column("queries", sa.Integer, nullable=False),
        sa.Column("badness", sa.Float, nullable=False),
        sa.Column("reasons", sa.Text, nullable=False),
        sa.Column("first_at", TIME, nullable=False),
        sa.Column("last_at", TIME, nullable=False),
        sa.Column("rank", sa.Float, nullable=False),
        sa.Column("verdict", sa.Text, nullable=True),
        sa.Column("entry", sa.Text, nullable=True),
        sa.Column("decided_at", TIME, nullable=True),
        sa.Column("decided_by", sa.Text, nullable=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("checked", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_clusters"),
        sa.ForeignKeyConstraint(
            ["leader"], ["queries.id"], name="fk_clusters_leader", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["typical"], ["queries.id"], name="fk_clusters_typical", ondelete="SET NULL"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_clusters_decided_by", "clusters", ["decided_by"])
    op.create_index("ix_clusters_leader", "clusters", ["leader"])
    op.create_index("ix_clusters_topic_status_rank", "clusters", ["topic", "status", "rank"])
    op.create_index("ix_clusters_typical", "clusters", ["typical"])
    op.create_table(
        "review_items",
        sa.Column("query_id", ID, nullable=False, autoincrement=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("reasons", sa.Text, nullable=False),
        sa.Column("badness", sa.Float, nullable=False),
        sa.Column("cluster_id", ID, nullable=True),
        sa.Column("similarity", sa.Float, nullable=True),
        sa.Column("vector", sa.LargeBinary, nullable=True),
        sa.Column("status", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("query_id", name="pk_review_items"),
        sa.ForeignKeyConstraint(
            ["cluster_id"], ["clusters.id"], name="fk_review_items_cluster_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["query_id"], ["queries.id"], name="fk_review_items_query_id", ondelete="CASCADE"
        ),
    )
    op.create_index(
        "ix_review_items_cluster_id_query_id", "review_items", ["cluster_id", "query_id"]
    )
    op.create_index(
        "ix_review_items_topic_status_query_id", "review_items", ["topic", "status", "query_id"]
    )
    op.create_table(
        "verdicts",
        sa.Column("id", ID, nullable=False, autoincrement=True),
        sa.Column("query_id", ID, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("pseudonym", sa.Text, nullable=True),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("entry", sa.Text, nullable=True),
        sa.Column("sampled", sa.Boolean, nullable=False),
        sa.Column("cluster_id", ID, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_verdicts"),
        sa.ForeignKeyConstraint(
            ["cluster_id"], ["clusters.id"], name="fk_verdicts_cluster_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["query_id"], ["queries.id"], name="fk_verdicts_query_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("query_id", name="uq_verdicts_query_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_verdicts_cluster_id", "verdicts", ["cluster_id"])
    op.create_index("ix_verdicts_pseudonym", "verdicts", ["pseudonym"])
    op.create_index(
        "ix_verdicts_topic_verdict_query_id", "verdicts", ["topic", "verdict", "query_id"]
    )
    op.create_table(
        "verdict_days",
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("sampled", sa.Boolean, nullable=False),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint(
            "day", "topic", "outcome", "verdict", "sampled", name="pk_verdict_days"
        ),
    )
    op.create_table(
        "awaiting",
        sa.Column("query_id", ID, nullable=False, autoincrement=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("pseudonym", sa.Text, nullable=False),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("checked", sa.Text, nullable=True),
        sa.Column("entry", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("query_id", name="pk_awaiting"),
        sa.ForeignKeyConstraint(
            ["query_id"], ["queries.id"], name="fk_awaiting_query_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_awaiting_at", "awaiting", ["at"])
    op.create_index("ix_awaiting_pseudonym", "awaiting", ["pseudonym"])
    op.create_index("ix_awaiting_topic", "awaiting", ["topic"])
    op.create_table(
        "audit",
        sa.Column("id", ID, nullable=False, autoincrement=True),
        sa.Column("at", TIME, nullable=False),
        sa.Column("topic", sa.Text, nullable=True),
        sa.Column("pseudonym", sa.Text, nullable=True),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("target", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_index("ix_audit_pseudonym", "audit", ["pseudonym"])
    op.create_table(
        "sign_ins",
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_sign_ins"),
    )
