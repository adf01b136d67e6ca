"""The query log: what was asked and what was answered, kept durably and without names."""

from bot.querylog.engine import create_engine
from bot.querylog.errors import LogKeyError, LogTooNew, LogUnavailable
from bot.querylog.export import write_csv, write_jsonl
from bot.querylog.log import QueryLog, open_log
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
from bot.querylog.stats import Day, Statistics

__all__ = [
    "Candidate",
    "Day",
    "Feedback",
    "FeedbackRow",
    "Forgotten",
    "Health",
    "Home",
    "LogKeyError",
    "LogTooNew",
    "LogUnavailable",
    "Logged",
    "Place",
    "Places",
    "Pseudonymiser",
    "QueryFilter",
    "QueryLog",
    "QueryRecord",
    "QueryRow",
    "Statistics",
    "create_engine",
    "open_log",
    "redact",
    "write_csv",
    "write_jsonl",
]
