"""The tables of the query log, for SQLite and PostgreSQL alike."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.querylog.column_types import Candidates, UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite gives out row ids by itself only for a column of exactly the type INTEGER.
_Id = BigInteger().with_variant(Integer(), "sqlite")

meta = Table(
    "meta",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

_HAS_AUTHOR = text("author IS NOT NULL")

queries = Table(
    "queries",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("event_hash", Text, nullable=False, unique=True),
    Column("at", UtcDateTime, nullable=False),
    Column("channel", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("pseudonym", Text, nullable=False),
    Column("text", Text, nullable=True),
    Column("private", Boolean, nullable=False),
    Column("language", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("context_entry", Text, nullable=True),
    Column("outcome", Text, nullable=False),
    Column("entry", Text, nullable=True),
    Column("facet", Text, nullable=True),
    Column("confidence", Float, nullable=False),
    Column("candidates", Candidates, nullable=False),
    Column("release", Text, nullable=False),
    Column("latency_ms", Integer, nullable=False),
    Column("delivered_at", UtcDateTime, nullable=True),
    # Of the message that was asked about, where the asker did not write it.
    Column("author", Text, nullable=True),
    Index(None, "pseudonym"),
    # Of few rows: the others would make a large index of nothing.
    Index(None, "author", sqlite_where=_HAS_AUTHOR, postgresql_where=_HAS_AUTHOR),
    Index(None, "at"),
    # The id last: filtered lists come in the order of logging, page by page.
    Index(None, "outcome", "id"),
    Index(None, "entry", "id"),
    Index(None, "topic", "id"),
    # Ids are never given out twice, so that a button under an old answer cannot hit a new query.
    sqlite_autoincrement=True,
)

feedback = Table(
    "feedback",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("query_id", _Id, ForeignKey("queries.id", ondelete="CASCADE"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("pseudonym", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("entry", Text, nullable=True),
    UniqueConstraint("query_id", "pseudonym", "reason"),
    Index(None, "pseudonym"),
    sqlite_autoincrement=True,
)

daily = Table(
    "daily",
    metadata,
    Column("day", Date, primary_key=True),
    Column("topic", Text, primary_key=True),
    Column("language", Text, primary_key=True),
    Column("outcome", Text, primary_key=True),
    # '' where a query had no entry: NULL cannot stand in a primary key.
    Column("entry", Text, primary_key=True),
    Column("queries", BigInteger, nullable=False),
    Column("confidence_sum", Float, nullable=False),
    Column("latency_ms_sum", BigInteger, nullable=False),
    # The key is most of a row.
    sqlite_with_rowid=False,
)

homes = Table(
    "homes",
    metadata,
    Column("topic", Text, primary_key=True),
    Column("platform", Text, nullable=False),
    Column("guild", Text, nullable=False),
    Column("moderator_role", Text, nullable=True),
    Column("moderator_channel", Text, nullable=True),
    Column("set_at", UtcDateTime, nullable=False),
)

places = Table(
    "places",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("guild", Text, nullable=False),
    Column("topic", Text, nullable=True),
    Column("paused", Boolean, nullable=False),
    Column("paused_until", UtcDateTime, nullable=True),
)

publishes = Table(
    "publishes",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("topic", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    # Both null once the person had themselves forgotten.
    Column("by", Text, nullable=True),
    Column("pseudonym", Text, nullable=True),
    Column("reason", Text, nullable=False),
    Column("release_before", Text, nullable=False),
    Column("release_after", Text, nullable=False),
    Column("commit", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("replay", JSON, nullable=False),
    # Whose name ``by`` is, where that is known.
    Column("author", Text, nullable=True),
    # What is finished with it: kept until the commit is known to be there.
    Column("draft", _Id, nullable=True),
    Column("suggestions", JSON, nullable=True),
    Index(None, "topic", "id"),
    Index(None, "pseudonym"),
    Index(None, "author"),
    sqlite_autoincrement=True,
)

suggestions = Table(
    "suggestions",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("topic", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("pseudonym", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("entry", Text, nullable=True),
    Column("text", Text, nullable=False),
    Column("near", JSON, nullable=False),
    Column("status", Text, nullable=False),
    Column("decided_at", UtcDateTime, nullable=True),
    Column("decided_by", Text, nullable=True),
    Column("decision_reason", Text, nullable=True),
    Index(None, "topic", "status", "id"),
    Index(None, "pseudonym"),
    Index(None, "decided_by"),
    sqlite_autoincrement=True,
)

drafts = Table(
    "drafts",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("topic", Text, nullable=False),
    Column("pseudonym", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("base", Text, nullable=False),
    Column("operations", JSON, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("waiting", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    UniqueConstraint("topic", "pseudonym"),
    Index(None, "pseudonym"),
    sqlite_autoincrement=True,
)

moderators = Table(
    "moderators",
    metadata,
    Column("pseudonym", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

tellings = Table(
    "tellings",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("suggestion_id", _Id, ForeignKey("suggestions.id", ondelete="CASCADE"), nullable=False),
    Column("pseudonym", Text, nullable=False),
    # The person's id, encrypted under a key that stands outside the database.
    Column("sealed", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("suggestion_id"),
    Index(None, "pseudonym"),
    Index(None, "at"),
    sqlite_autoincrement=True,
)

clusters = Table(
    "clusters",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("topic", Text, nullable=False),
    Column("status", Text, nullable=False),
    # Members that stand for it: the one it grew around, and the one most like all others.
    Column("leader", _Id, ForeignKey("queries.id", ondelete="SET NULL"), nullable=True),
    Column("typical", _Id, ForeignKey("queries.id", ondelete="SET NULL"), nullable=True),
    Column("people", Integer, nullable=False),
    Column("queries", Integer, nullable=False),
    Column("badness", Float, nullable=False),
    Column("reasons", Text, nullable=False),
    Column("first_at", UtcDateTime, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    Column("rank", Float, nullable=False),
    Column("verdict", Text, nullable=True),
    Column("entry", Text, nullable=True),
    Column("decided_at", UtcDateTime, nullable=True),
    Column("decided_by", Text, nullable=True),
    Column("revision", Integer, nullable=False),
    # The release that was last asked whether it answers this by now.
    Column("checked", Text, nullable=True),
    Index(None, "topic", "status", "rank"),
    Index(None, "leader"),
    Index(None, "typical"),
    Index(None, "decided_by"),
    sqlite_autoincrement=True,
)

review_items = Table(
    "review_items",
    metadata,
    Column(
        "query_id", _Id, ForeignKey("queries.id", ondelete="CASCADE"), primary_key=True,
        autoincrement=False,
    ),
    Column("topic", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("reasons", Text, nullable=False),
    Column("badness", Float, nullable=False),
    Column("cluster_id", _Id, ForeignKey("clusters.id", ondelete="SET NULL"), nullable=True),
    Column("similarity", Float, nullable=True),
    # What the encoder made of the text, rounded to whole numbers; it goes with the row.
    Column("vector", LargeBinary, nullable=True),
    Column("status", Text, nullable=False),
    Index(None, "topic", "status", "query_id"),
    Index(None, "cluster_id", "query_id"),
)  # fmt: skip

verdicts = Table(
    "verdicts",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("query_id", _Id, ForeignKey("queries.id", ondelete="CASCADE"), nullable=False),
    Column("topic", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    # Of the reviewer; null once they had themselves forgotten.
    Column("pseudonym", Text, nullable=True),
    Column("verdict", Text, nullable=False),
    Column("entry", Text, nullable=True),
    # Drawn at random among the answered: only such verdicts give an unbiased precision.
    Column("sampled", Boolean, nullable=False),
    Column("cluster_id", _Id, ForeignKey("clusters.id", ondelete="SET NULL"), nullable=True),
    UniqueConstraint("query_id"),
    Index(None, "pseudonym"),
    Index(None, "cluster_id"),
    Index(None, "topic", "verdict", "query_id"),
    sqlite_autoincrement=True,
)

verdict_days = Table(
    "verdict_days",
    metadata,
    # Of the query, not of the verdict.
    Column("day", Date, primary_key=True),
    Column("topic", Text, primary_key=True),
    Column("outcome", Text, primary_key=True),
    Column("verdict", Text, primary_key=True),
    Column("sampled", Boolean, primary_key=True),
    Column("count", BigInteger, nullable=False),
)

awaiting = Table(
    "awaiting",
    metadata,
    Column(
        "query_id", _Id, ForeignKey("queries.id", ondelete="CASCADE"), primary_key=True,
        autoincrement=False,
    ),
    Column("topic", Text, nullable=False),
    Column("pseudonym", Text, nullable=False),
    # The person's id, encrypted under a key that stands outside the database.
    Column("sealed", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    # The release that was last asked, and the entry that answers by now.
    Column("checked", Text, nullable=True),
    Column("entry", Text, nullable=True),
    Index(None, "topic"),
    Index(None, "pseudonym"),
    Index(None, "at"),
)  # fmt: skip

audit = Table(
    "audit",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("topic", Text, nullable=True),
    Column("pseudonym", Text, nullable=True),
    Column("channel", Text, nullable=False),
    Column("action", Text, nullable=False),
    # An id of something, never anybody's words.
    Column("target", Text, nullable=True),
    Index(None, "at"),
    Index(None, "pseudonym"),
    sqlite_autoincrement=True,
)

sign_ins = Table(
    "sign_ins",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)
