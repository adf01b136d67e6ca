"""The numbers of the insights as files: one number a line for spreadsheets, JSON for programs.

Nobody's words are in them: a gap goes by the id of its cluster.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from bot.querylog.insights import Insights, Share
from bot.spreadsheet import protected

COLUMNS = ("measure", "day", "name", "value", "n", "low", "high")
"""``low`` and ``high`` are the ends of a 95 % interval of a share of ``n``."""


def numbers_csv(found: Insights, first: date | None, last: date) -> str:
    """Return all numbers of a span of days, safe to open in a spreadsheet."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    writer.writerow(("span_first", first.isoformat() if first else "", "", "", "", "", ""))
    writer.writerow(("span_last", last.isoformat(), "", "", "", "", ""))
    for measure, day, name, *values in _rows(found):
        writer.writerow([measure, day, protected(name), *(_cell(value) for value in values)])
    return file.getvalue()


def numbers_json(found: Insights, topic: str, first: date | None, last: date) -> dict[str, Any]:
    """Return all numbers of a span of days, ready for JSON."""
    return {
        "topic": topic,
        "first": first.isoformat() if first else None,
        "last": last.isoformat(),
        "questions": found.total,
        "outcomes": found.outcomes,
        "answer_rate": found.answer_rate,
        "latency_p50_ms": found.latency_p50_ms,
        "latency_p95_ms": found.latency_p95_ms,
        "precision": _share(found.precision),
        "precision_of_picked": _share(found.precision_other),
        "verdicts": found.verdicts,
        "verdicts_sampled": found.verdicts_sampled,
        "languages": found.languages,
        "entries": [{"id": entry, "questions": count} for entry, count in found.top_entries],
        "gaps": [
            {"cluster": row.id, "people": row.people, "questions": row.queries}
            for row in found.gaps
        ],
        "days": [
            {
                "day": day.day.isoformat(),
                "outcomes": day.outcomes,
                "answer_rate": figures.answer_rate,
                "latency_mean_ms": figures.latency_mean_ms,
            }
            for day, figures in zip(found.days, found.figures, strict=True)
        ],
        "publishes": [
            {
                "id": publish.id,
                "at": publish.at.isoformat(),
                "kind": publish.kind,
                "before": _share(publish.before),
                "after": _share(publish.after),
            }
            for publish in found.publishes
        ],
    }


Numbers = tuple[str, str, str, float | None, int | None, float | None, float | None]


def _rows(found: Insights) -> Iterator[Numbers]:
    yield "questions", "", "", found.total, None, None, None
    yield "answer_rate", "", "", found.answer_rate, found.total, None, None
    yield "latency_p50_ms", "", "", found.latency_p50_ms, None, None, None
    yield "latency_p95_ms", "", "", found.latency_p95_ms, None, None, None
    yield _interval("precision", "", "random", found.precision)
    yield _interval("precision", "", "picked", found.precision_other)
    counted: tuple[tuple[str, Mapping[str, int]], ...] = (
        ("outcome", found.outcomes),
        ("language", found.languages),
        ("verdict", found.verdicts),
        ("verdict_sampled", found.verdicts_sampled),
        ("entry", dict(found.top_entries)),
        ("gap_people", {str(row.id): row.people for row in found.gaps}),
        ("gap_questions", {str(row.id): row.queries for row in found.gaps}),
    )
    for measure, counts in counted:
        for name, count in counts.items():
            yield measure, "", name, count, None, None, None
    for day, figures in zip(found.days, found.figures, strict=True):
        at = day.day.isoformat()
        for name, count in day.outcomes.items():
            yield "outcome", at, name, count, None, None, None
        yield "answer_rate", at, "", figures.answer_rate, figures.queries, None, None
        yield "latency_mean_ms", at, "", figures.latency_mean_ms, figures.queries, None, None
    for publish in found.publishes:
        at = publish.at.date().isoformat()
        yield _interval("answer_rate_before_publish", at, str(publish.id), publish.before)
        yield _interval("answer_rate_after_publish", at, str(publish.id), publish.after)


def _interval(measure: str, day: str, name: str, share: Share) -> Numbers:
    return measure, day, name, share.value, share.n, share.low, share.high


def _share(share: Share) -> dict[str, Any]:
    return {"value": share.value, "n": share.n, "low": share.low, "high": share.high}


def _cell(value: float | None) -> str | int:
    if value is None:
        return ""
    return value if isinstance(value, int) else f"{value:.6g}"
