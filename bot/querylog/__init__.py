"""The query log: what was asked and what was answered, kept durably and without names."""

from bot.querylog.audit import Audit, SignIns
from bot.querylog.engine import create_engine
from bot.querylog.errors import LogKeyError, LogTooNew, LogUnavailable
from bot.querylog.export import COLUMNS, Column, Exported, write_csv, write_jsonl
from bot.querylog.insights import Insights, PublishEffect, Share
from bot.querylog.log import QueryLog
from bot.querylog.opening import open_log
from bot.querylog.places import Home, Place, Places
from bot.querylog.privacy import Pseudonymiser
from bot.querylog.records import (
    Candidate,
    Feedback,
    FeedbackRow,
    Forgotten,
    Health,
    Logged,
    QueryFilter,
    QueryRecord,
    QueryRow,
)
from bot.querylog.redaction import redact
from bot.querylog.review import ReviewStore
from bot.querylog.review_records import (
    REASONS,
    VERDICTS,
    AuditRow,
    ClusterRow,
    ClusterStatus,
    Collected,
    Due,
    ItemRow,
    ItemStatus,
    JudgeResult,
    Leader,
    Placement,
    Reason,
    ReviewCounts,
    ToCluster,
    Verdict,
    VerdictRow,
    Waiting,
)
from bot.querylog.stats import Day, Statistics

__all__ = [
    "COLUMNS",
    "REASONS",
    "VERDICTS",
    "Audit",
    "AuditRow",
    "Candidate",
    "ClusterRow",
    "ClusterStatus",
    "Collected",
    "Column",
    "Day",
    "Due",
    "Exported",
    "Feedback",
    "FeedbackRow",
    "Forgotten",
    "Health",
    "Home",
    "Insights",
    "ItemRow",
    "ItemStatus",
    "JudgeResult",
    "Leader",
    "LogKeyError",
    "LogTooNew",
    "LogUnavailable",
    "Logged",
    "Place",
    "Placement",
    "Places",
    "Pseudonymiser",
    "PublishEffect",
    "QueryFilter",
    "QueryLog",
    "QueryRecord",
    "QueryRow",
    "Reason",
    "ReviewCounts",
    "ReviewStore",
    "Share",
    "SignIns",
    "Statistics",
    "ToCluster",
    "Verdict",
    "VerdictRow",
    "Waiting",
    "create_engine",
    "open_log",
    "redact",
    "write_csv",
    "write_jsonl",
]
