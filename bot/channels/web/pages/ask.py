"""A test bench: ask as people do and see the answer as they get it, and why it is that one."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from bot.advisor.advisor import MAX_QUESTION
from bot.advisor.answer import Answer, Conversation, Question
from bot.advisor.wording import say
from bot.channels.web.guard import Refused
from bot.channels.web.pages.review_parts import (
    advisor_of,
    entries_for,
    known_entry,
    number,
    said,
)
from bot.channels.web.rendering import render, say_in
from bot.channels.web.routing import Page, Role
from bot.channels.web.words import LANGUAGES
from bot.channels.why import titles_of, why_of

_CANDIDATES, _AT_ONCE = 8, 5


async def bench(request: Request) -> Response:
    """Show the form; ``query`` fills in a question of the log as it was asked."""
    given = {"question": "", "language": "", "context": ""}
    query = number(request.query_params.get("query"))
    if query is not None:
        row = await request.app.state.console.service.log.query(query)
        if row is None or row.topic != request.state.topic:
            raise Refused(404, "log-gone")
        given |= {"question": row.text or "", "context": row.context_entry or ""}
    return _page(request, given, query=query)


async def ask(request: Request) -> Response:
    """Answer a question; nothing of it is logged."""
    given = {name: said(request, name) for name in ("question", "language", "context")}
    query = number(said(request, "query"))
    if not given["question"]:
        return _page(request, given, {"question": say_in(request, "ask-empty")}, query=query)
    advisor = advisor_of(request)
    context = None
    if given["context"]:
        context = known_entry(advisor, given["context"])
        if context is None:
            return _page(request, given, {"context": say_in(request, "ask-no-entry")}, query=query)
    language = given["language"] if given["language"] in LANGUAGES else None
    asked = Question(given["question"], language, Conversation(entry=context))
    answer = _as_a_test(await asyncio.to_thread(advisor.answer, asked))
    return _page(request, given, answer=answer, query=query)


def _as_a_test(answer: Answer) -> Answer:
    """Return an answer without the sentence that its question is logged, which it is not."""
    said, alone = (say(key, answer.language) for key in ("gap", "gap.unlogged"))
    blocks = [
        replace(block, text=alone) if block.text == said else block for block in answer.blocks
    ]
    return replace(answer, blocks=tuple(blocks))


def _page(
    request: Request,
    given: dict[str, str],
    errors: dict[str, str] | None = None,
    *,
    answer: Answer | None = None,
    query: int | None = None,
) -> Response:
    advisor = advisor_of(request)
    language = request.state.language
    why = why_of(answer, language, titles_of(advisor.release, language)) if answer else None
    return render(
        request, "ask.html", 422 if errors else 200, given=given, errors=errors or {},
        answer=answer, why=why, query=query, longest=MAX_QUESTION, shown=_AT_ONCE,
        most=_CANDIDATES,
        # Channels show it under a first answer.
        notice=advisor.release.topic.own("notice", answer.language)
        if answer and not given["context"]
        else None,
        entries=advisor.release.entries, provisional=advisor.index.provisional,
        **entries_for(request),
    )  # fmt: skip


ROUTES = (
    Page("GET", "/ask", "ask", Role.REVIEWER, bench),
    Page("POST", "/ask", "ask_now", Role.REVIEWER, ask),
)
