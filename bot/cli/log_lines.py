"""The program's own log lines: for people at a terminal, or as JSON for what collects them."""

from __future__ import annotations

import contextlib
import json
import logging
import re
import sys
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from typing import Any

import structlog

# Discord puts the token of an interaction into addresses; whoever has it can answer in its place.
_IN_ADDRESS = re.compile(r"((?:webhooks|interactions)/\d+/)[\w.%-]{20,}")
# A bot's token: its id, a time and a signature, each in base 64.
_BOT_TOKEN = re.compile(r"[\w-]{20,}\.[\w-]{5,8}\.[\w-]{25,}")
_HIDDEN = "[hidden]"
# From these levels on, whatever is asked for: below them they write out messages, SQL and frames.
_AT_LEAST = {
    "discord": logging.INFO,
    "asyncio": logging.INFO,
    "aiohttp": logging.WARNING,
    "aiosqlite": logging.WARNING,
    "alembic": logging.WARNING,
    "sqlalchemy": logging.WARNING,
    "uvicorn": logging.WARNING,
    "watchfiles": logging.WARNING,
}
# Too late a suggestion while somebody types; discord.py's line on it holds the person's id.
_NAMES_SOMEBODY = "Ignoring exception in autocomplete"
# What discord.py warns of at every start, and what is meant to be so.
_MEANT = ("PyNaCl is not installed", "davey is not installed", "Privileged message content intent")


def plain_lines(level: str) -> None:
    """Write log lines for people to standard error; tracebacks only at the level debug."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            *(() if level == "debug" else (_without_traceback,)),
            structlog.processors.TimeStamper(fmt="iso"),
            # The default formatter prints local variables, and those hold people's words.
            structlog.dev.ConsoleRenderer(
                colors=bool(sys.stderr and sys.stderr.isatty()),
                exception_formatter=structlog.dev.plain_traceback,
            ),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_number(level)),
        # Looked up at each line: standard error may be another stream by then.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


def json_lines(level: str, secrets: Iterable[str] = ()) -> None:
    """Write all log lines of this process to standard error, one JSON object each.

    Lines of libraries take the same way. Tracebacks hold no local variables; ``secrets``,
    tokens of bots and of interactions are hidden wherever they stand.
    """
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.ExceptionRenderer(
            structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
        ),
    ]
    handler = _ToStandardError()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=True, default=str),
                _hiding(secrets),
            ],
        )
    )
    handler.addFilter(lambda record: not str(record.msg).startswith((*_MEANT, _NAMES_SOMEBODY)))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(_number(level))
    for name, least in _AT_LEAST.items():
        logging.getLogger(name).setLevel(max(_number(level), least))
    logging.captureWarnings(capture=True)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


class _ToStandardError(logging.Handler):
    """Write each line at once to what standard error is by then."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = self.format(record)
        except Exception as error:  # noqa: BLE001 - logging's own report would show what is hidden
            why = {"event": "unwritable_line", "level": "error", "error": type(error).__name__}
            line = json.dumps(why | {"logger": record.name})
        # A reader that went away must not end the program.
        with contextlib.suppress(OSError, ValueError):
            print(line, file=sys.stderr, flush=True)


def _number(level: str) -> int:
    number: int = getattr(logging, level.upper())
    return number


def _hiding(secrets: Iterable[str]) -> Callable[[Any, str, Any], str]:
    known = [re.escape(json.dumps(secret)[1:-1]) for secret in secrets if secret]
    exact = re.compile("|".join(known)) if known else None

    def hide(_: Any, __: str, line: Any) -> str:
        # The whole line: it may be a name, a value, a traceback or an address in any of them.
        if exact is not None:
            line = exact.sub(_HIDDEN, line)
        return _BOT_TOKEN.sub(_HIDDEN, _IN_ADDRESS.sub(rf"\1{_HIDDEN}", str(line)))

    return hide


def _without_traceback(_: Any, __: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Name an exception in one line; whoever wants its traceback sets log_level to debug."""
    if given := event.pop("exc_info", None):
        error = given if isinstance(given, BaseException) else sys.exc_info()[1]
        event.setdefault("error", type(error).__name__)
    return event
