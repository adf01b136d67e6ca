"""What was published when, by whom and why; a commit's changes; how the knowledge stands now."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import discord

from bot.advisor.advisor import Advisor
from bot.advisor.answer import Outcome
from bot.advisor.evaluation import Case, Report, evaluate
from bot.background import in_background
from bot.channels.discord import previewing, text, views
from bot.channels.discord.custom_id import Action, ButtonId
from bot.channels.discord.desk import Desk
from bot.channels.discord.editing_forms import in_words
from bot.channels.discord.errors import Refused
from bot.channels.discord.filling import fitting
from bot.channels.discord.reading import Handler
from bot.channels.discord.responding import hold, intend, show, turn
from bot.channels.discord.views import Button, Menu
from bot.channels.discord.words import say
from bot.curation.commits import FAR, changed, first_line
from bot.curation.repository import Commit
from bot.knowledge.problems import Problem
from bot.retrieval.audit import near_identical, unreachable
from bot.retrieval.encoder import Progress

if TYPE_CHECKING:
    from bot.channels.discord.bot import RejoinderBot
    from bot.channels.discord.editing import Editing

Interaction = discord.Interaction[Any]
_PAGE = 10
_REASON, _DIFF = 160, 2_000
_SHOWN = 6


class History:
    """`/knowledge history` and `/knowledge check`."""

    def __init__(self, bot: RejoinderBot, editing: Editing) -> None:
        self._bot = bot
        self._editing = editing

    def handlers(self) -> Mapping[Action, Handler]:
        """Return what each component does."""
        return {"khistory": self._page, "kcommit": self._commit}

    async def open(self, interaction: Interaction, entry: str | None, topic: str | None) -> None:
        """Show the commits of the topic, or of one entry, newest first."""
        desk = self._editing.desk(interaction, topic)
        await show(interaction, await self._view(desk, (entry or "").strip(), 0))

    async def _page(self, interaction: Interaction, meaning: ButtonId, _: Sequence[str]) -> None:
        desk = self._editing.desk(interaction, meaning)
        intend(interaction, edits=True)
        await turn(interaction, await self._view(desk, meaning.entry, meaning.page))

    async def _view(self, desk: Desk, entry: str, page: int) -> discord.ui.LayoutView:
        page = min(page, FAR // _PAGE - 1)
        found = await in_words(
            self.commits(desk, entry or None, (page + 1) * _PAGE + 1), desk.language
        )
        if not found:
            key = "history-none" if entry else "history-unknown"
            raise Refused(say(key, desk.language))
        shown = found[page * _PAGE : (page + 1) * _PAGE] or found[:_PAGE]
        words = desk.language
        title = say("history", words) + (f": {text.escape(entry)}" if entry else "")
        lines = [f"### {title}"]
        for commit in shown:
            when = discord.utils.format_dt(commit.when, "d")
            author = fitting(commit.author, 60)
            lines.append(f"{when} **{author}** {fitting(first_line(commit), _REASON)}")
        select: discord.ui.Select[Any] = discord.ui.Select(
            placeholder=say("history-choose", words),
            options=[
                discord.SelectOption(
                    label=views.cut(first_line(commit), 100),
                    value=commit.id,
                    description=views.cut(f"{commit.when:%Y-%m-%d} · {commit.author}", 100),
                )
                for commit in shown
            ],
        )
        # Where there may be more behind the last one looked at, the pages are not known yet.
        pages = -(-len(found) // _PAGE)
        rows: list[list[Button | Menu]] = [[Menu(desk.id("kcommit", event=0), select)]]
        if pages > 1 or page:
            back = desk.id("khistory", entry, page=max(page - 1, 0), mark="b")
            after = desk.id("khistory", entry, page=page + 1, mark="a")
            turning: list[Button | Menu] = []
            if page:
                turning.append(Button(back, f"◀ {say('back', words)}"))
            if len(found) > (page + 1) * _PAGE:
                turning.append(Button(after, f"{say('next', words)} ▶"))
            rows.append(turning)
        return desk.page("\n".join(lines), *rows)

    async def commits(self, desk: Desk, entry: str | None, limit: int) -> list[Commit]:
        """Return a topic's or an entry's newest commits. Raises NoRepositoryError."""
        history = desk.moderation.curator.repository.history
        return await asyncio.to_thread(history, entry, limit)

    async def _commit(
        self, interaction: Interaction, meaning: ButtonId, values: Sequence[str]
    ) -> None:
        desk = self._editing.desk(interaction, meaning)
        wanted = values[0] if values else meaning.entry

        async def read() -> tuple[Commit, str] | None:
            repository = desk.moderation.curator.repository
            return await asyncio.to_thread(changed, repository, wanted)

        found = await in_words(read(), desk.language)
        if found is None:
            raise Refused(say("history-unknown", desk.language))
        commit, diff = found
        when = discord.utils.format_dt(commit.when, "f")
        lines = [
            f"### {fitting(first_line(commit), 200)}",
            f"-# {when} · {fitting(commit.author, 100)} · {commit.id[:12]}",
        ]
        if more := commit.reason.partition("\n")[2].strip():
            lines.append(fitting(more, 300))
        if diff:
            lines.append(previewing.quoted_diff(diff, _DIFF))
        buttons = [desk.button("khistory", "history")]
        if diff:
            undo = desk.button("kundo", "undo", discord.ButtonStyle.danger, entry=commit.id)
            buttons.insert(0, undo)
        view = desk.page("\n".join(lines), buttons)
        files = []
        if len(diff) > _DIFF:
            files = [discord.File(io.BytesIO(diff.encode()), f"{commit.id[:12]}.diff.txt")]
            view.add_item(discord.ui.File(files[0]))
            view.stop()
        await show(interaction, view, files=files)

    async def complete(
        self, interaction: Interaction, typed: str, topic: str | None
    ) -> list[Commit]:
        """Return the newest commits that begin with what is typed, or say it; at most 25."""
        desk = self._editing.desk(interaction, topic)
        found = await self.commits(desk, None, 100)
        wanted = typed.casefold().strip()
        return [c for c in found if c.id.startswith(wanted) or wanted in c.reason.casefold()][:25]

    async def check(self, interaction: Interaction, topic: str | None) -> None:
        """Show the findings and expectations of the release in service."""
        desk = self._editing.desk(interaction, topic)
        await hold(interaction)
        advisor = self._editing.advisor(desk)

        async def work(bar: Progress) -> tuple[list[Problem], Report | None]:
            return await in_background(lambda: examined(advisor, bar))

        problems, report = await self._editing.one_by_one.run(interaction, desk.language, work)
        below = report.below(advisor.release.topic.info.floors) if report else []
        view = desk.page("\n".join(_checked(advisor, problems, report, below, desk.language)))
        whole = "\n".join(_all(problems, report, below, desk.language)) + "\n"
        file = discord.File(io.BytesIO(whole.encode()), "check.txt")
        view.add_item(discord.ui.File(file))
        view.stop()
        await show(interaction, view, files=[file])


def examined(advisor: Advisor, bar: Progress) -> tuple[list[Problem], Report | None]:
    """Return the findings of a release in service, and what its expectations get; takes seconds."""
    index = advisor.index
    problems = [*advisor.release.warnings, *near_identical(index), *unreachable(index)]
    cases = [Case.of(expectation) for expectation in advisor.release.topic.expectations]
    return problems, evaluate(advisor, cases, bar) if cases else None


def _checked(
    advisor: Advisor,
    problems: Sequence[Problem],
    report: Report | None,
    below: Sequence[str],
    language: str,
) -> list[str]:
    release = advisor.release
    lines = [
        f"### {say('check', language)}",
        say("check-release", language, release=release.id, entries=len(release.entries)),
    ]
    if report is not None:
        failed = [result for result in report.results if not result.passed]
        lines.append(
            say("check-expectations", language, passed=report.cases - len(failed),
                count=report.cases)
        )  # fmt: skip
        lines += [
            f"• {previewing.total(name, language)}: {previewing.percent(value)}"
            for name in previewing.RATIOS
            if (value := getattr(report, name)) is not None
        ]
        if report.failed_musts:
            lines.append(f"**{say('check-musts', language)}**")
            lines += [f"• {fitting(r.case.text, 150)}" for r in report.failed_musts[:_SHOWN]]
    if below:
        lines.append(f"**{say('check-below', language)}**")
        lines += [f"• {fitting(sentence, 150)}" for sentence in below]
    lines.append(say("check-findings", language, count=len(problems)))
    lines += [f"• {fitting(f'{p.file}: {p.message}', 180)}" for p in problems[:_SHOWN]]
    return [*lines, f"-# {say('preview-file', language)}"]


def _all(
    problems: Sequence[Problem], report: Report | None, below: Sequence[str], language: str
) -> list[str]:
    lines = [str(problem) for problem in problems]
    lines += [f"{say('check-below', language)}: {sentence}" for sentence in below]
    nothing = say("no-answer", language)
    for result in report.results if report else ():
        if not result.passed:
            got = (result.entry if result.given else None) or nothing
            if result.outcome is Outcome.CLARIFY:
                got = say("asked-back", language)
            lines.append(
                say(
                    "check-unmet-must" if result.case.must else "check-unmet", language,
                    ask=result.case.text, wanted=", ".join(result.case.expect) or nothing, got=got,
                )
            )  # fmt: skip
    return lines
