"""`rejoinder ask`: one question, or one a line from standard input."""

from __future__ import annotations

import sys
import uuid
from dataclasses import asdict
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
    print_json,
    run,
    settings_from,
    stdin_lines,
)
from bot.errors import UsageError
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.service import Reply, Service

_ECHOED = 200  # characters of a question repeated above its answer


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
    async with opened(settings, warm=question is None) as service:
        if question is not None:
            # Arguments that are not UTF-8 arrive as surrogates, which nothing can store.
            text = question.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
            await _one(service, text, as_json=as_json, why=why)
            return
        count = 0
        async for line in stdin_lines():
            if not line.strip():
                continue
            if not as_json:
                if count:
                    out.print()
                out.print(f"› {_shown(line)}", style="bold cyan", markup=False)
            count += 1
            await _one(service, line, as_json=as_json, why=why)
        if not count:
            err.print("There were no questions on standard input.", style="dim")


def _shown(text: str) -> str:
    from bot.knowledge.words import clean  # noqa: PLC0415

    cleaned = clean(text[:_ECHOED])
    return f"{cleaned}…" if len(text) > _ECHOED else cleaned


async def _one(service: Service, text: str, *, as_json: bool, why: bool) -> None:
    from bot.advisor.answer import Question  # noqa: PLC0415
    from bot.channels.terminal import render, render_why  # noqa: PLC0415
    from bot.channels.why import titles_of, why_of  # noqa: PLC0415
    from bot.service import Asker  # noqa: PLC0415

    asker = Asker(f"terminal:{uuid.uuid4()}", local_user(), "terminal", "ask")
    reply = await service.ask(Question(text), asker)
    language = reply.answer.language
    titles = titles_of(service.release, language)
    explained = why_of(reply.answer, language, titles) if why else None
    if as_json:
        found = as_object(text, reply)
        if explained is not None and reply.answer.explanation is not None:
            found["why"] = list(explained.sentences)
            found["explanation"] = asdict(reply.answer.explanation)
        print_json(found)
    else:
        render(out, reply.answer, one_shot=True)
        if explained is not None:
            out.print()
            render_why(out, explained)
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
