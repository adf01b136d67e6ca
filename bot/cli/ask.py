"""`rejoinder ask`: one question, or one a line from standard input."""

from __future__ import annotations

import json
import sys
import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.common import (
    Config,
    Data,
    Json,
    Knowledge,
    err,
    local_user,
    opened,
    out,
    run,
    settings_from,
)
from bot.errors import UsageError
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.service import Reply, Service


def ask(
    question: Annotated[
        str | None, typer.Argument(help="The question; left out: one a line from standard input.")
    ] = None,
    *,
    as_json: Json = False,
    why: Annotated[bool, typer.Option("--why", help="Explain the answer.")] = False,
    knowledge: Knowledge = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Ask one question and print the answer.

    Examples:

    `rejoinder ask "why should anyone pay deserters?"`

    `rejoinder ask --json < questions.txt > answers.jsonl`
    """
    if question is None and sys.stdin.isatty():
        raise UsageError(
            "There is no question.", hint='Write: rejoinder ask "what is the open door idea?"'
        )
    if question is not None and not question.strip():
        raise UsageError("The question is empty.", hint="Write it in quotes after `ask`.")
    settings = settings_from(config, knowledge, data)
    run(_ask(settings, question, as_json=as_json, why=why))


async def _ask(settings: Settings, question: str | None, *, as_json: bool, why: bool) -> None:
    async with opened(settings) as service:
        if question is not None:
            await _one(service, question, as_json=as_json, why=why)
            return
        for line in _lines():
            await _one(service, line, as_json=as_json, why=why)


def _lines() -> Iterator[str]:
    for raw in sys.stdin.buffer:
        line = raw.decode("utf-8", errors="replace").rstrip("\r\n")
        if line.strip():
            yield line


async def _one(service: Service, text: str, *, as_json: bool, why: bool) -> None:
    from bot.advisor.answer import Question  # noqa: PLC0415
    from bot.channels.terminal import explain, render  # noqa: PLC0415
    from bot.service import Asker  # noqa: PLC0415

    asker = Asker(f"terminal:{uuid.uuid4()}", local_user(), "terminal", "ask")
    reply = await service.ask(Question(text), asker)
    if as_json:
        print(json.dumps(as_object(text, reply), ensure_ascii=False), flush=True)
    else:
        render(out, reply.answer)
        if why:
            out.print()
            for line in explain(reply.answer):
                out.print(line, style="dim", markup=False)
        sys.stdout.flush()
    if reply.logged.status == "spooled":
        err.print(
            "The query log's database does not answer; this question waits in the spool.",
            style="yellow",
        )
    await service.delivered(asker)


def as_object(text: str, reply: Reply) -> dict[str, Any]:
    """Return an answer as the documented JSON object."""
    answer = reply.answer
    return {
        "question": text,
        "outcome": answer.outcome.value,
        "entry": answer.entry,
        "kind": answer.kind.value if answer.kind else None,
        "facet": answer.facet.value if answer.facet else None,
        "title": answer.title,
        "confidence": answer.confidence,
        "candidates": [
            {"id": candidate.id, "kind": candidate.kind.value, "score": candidate.score}
            for candidate in answer.candidates
        ],
        "offered": [entry for entry, _ in answer.offered],
        "text": answer.text,
        "sources": [
            {
                "id": line.id, "title": line.title, "publisher": line.publisher,
                "author": line.author, "date": line.date, "url": line.url, "where": line.where,
            }
            for line in answer.sources
        ],
        "release": answer.release,
        "topic": answer.topic,
        "language": answer.language,
        "latency_ms": round(reply.latency_ms, 2),
        "logged": reply.logged.status,
    }  # fmt: skip
