"""How the review looks: a cluster of questions, one question, their lists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import discord

from bot.advisor.facets import Facet
from bot.channels.chart_words import outcome_name
from bot.channels.discord import text, views
from bot.channels.discord.custom_id import ButtonId, base36
from bot.channels.discord.desk import Desk
from bot.channels.discord.feedback import REASONS
from bot.channels.discord.filling import quoted
from bot.channels.discord.review_about import About, button_words
from bot.channels.discord.views import Button, Menu
from bot.channels.discord.words import say
from bot.curation.review import ClusterView, Meant
from bot.querylog import QueryRow
from bot.querylog.review_records import REASONS as LISTED
from bot.querylog.review_records import ItemRow, Reason, Verdict
from bot.reasons import NONE

if TYPE_CHECKING:
    from bot.channels.discord.bot import RejoinderBot

PAGE = 8
_TYPICAL, _OTHER, _OTHERS = 800, 120, 4
_NEAR, _TITLE, _BRIEF, _LABEL = 5, 60, 40, 90
_SAID = {reason: key for key, reason in REASONS.items()}
_STYLES: dict[Verdict, discord.ButtonStyle] = {
    "right": discord.ButtonStyle.success,
    "wrong": discord.ButtonStyle.primary,
    "gap": discord.ButtonStyle.primary,
}


@dataclass(frozen=True)
class Around:
    """What stands around what is shown: a sentence, what can be undone, how much is drafted."""

    note: str = ""
    undo: About | None = None
    drafted: int = 0


class Panels:
    """Lay out what reviewers see; people's words are escaped, and cut where they are long."""

    def __init__(self, bot: RejoinderBot) -> None:
        self._bot = bot

    def cluster(self, desk: Desk, shown: ClusterView, around: Around) -> discord.ui.LayoutView:
        """Lay out a cluster of questions with what can be decided on it."""
        row, words = shown.row, desk.language
        about = About("cluster", row.id, row.revision)
        counts = (
            say("review-people", words, people=row.people),
            say("review-questions", words, questions=row.queries),
            say("review-since", words, when=discord.utils.format_dt(row.first_at, "R")),
        )
        lines = [*_noted(around), f"### {' · '.join(counts)}", self._reasons(row.reasons, words)]
        typical = row.typical
        if typical is not None:
            lines += [quoted(typical.text or "", _TYPICAL), *self._followed(desk, typical), ""]
        others = [
            member.query.text
            for member in shown.members
            if member.query.text and (typical is None or member.query.id != typical.id)
        ]
        if others := [each for each in dict.fromkeys(others) if each != (typical and typical.text)]:
            lines.append(f"-# {say('review-others', words)}")
            lines += [f"• {_inline(each)}" for each in others[:_OTHERS]]
        if typical is not None:
            lines += self._came_back(desk, typical)
        lines += self._near(desk, shown.candidates)
        further = [
            Button(about.id(desk, "vshow", mark="n"), say("review-skip", words)),
            Button(about.id(desk, "vall"), say("review-all", words)),
        ]
        rows = self._rows(desk, about, further, typical, around)
        return desk.page("\n".join(lines), *rows)

    def query(
        self,
        desk: Desk,
        about: About,
        row: QueryRow,
        candidates: Sequence[Meant],
        around: Around,
        item: ItemRow | None = None,
    ) -> discord.ui.LayoutView:
        """Lay out one question of the list, or one drawn at random."""
        words = desk.language
        lines = _noted(around)
        if about.sampled:
            lines += [f"### {say('review-sample', words)}", say("review-sample-about", words)]
        elif item is not None:
            lines.append(f"### {self._reasons(item.reasons, words)}")
        lines += [quoted(row.text or "", _TYPICAL), *self._followed(desk, row), ""]
        lines += self._came_back(desk, row)
        if item is not None and item.feedback:
            lines.append(f"-# {say('review-said', words, what=self._complaints(desk, item))}")
        lines.append(f"-# {discord.utils.format_dt(row.at, 'R')}")
        lines += self._near(desk, candidates)
        further = [Button(about.id(desk, "vshow", mark="n"), say("review-skip", words))]
        if item is not None and item.cluster_id is not None:
            cluster = About("cluster", item.cluster_id)
            further.append(
                Button(cluster.id(desk, "vshow", mark="c"), say("review-cluster", words))
            )
        rows = self._rows(desk, about, further, row, around)
        return desk.page("\n".join(lines), *rows)

    def members(
        self, desk: Desk, about: About, found: Sequence[ItemRow], note: str = ""
    ) -> discord.ui.LayoutView:
        """Lay out a page of a cluster's questions, newest first, of which some can be split off.

        One more than a page may be ``found``, which tells that there are more.
        """
        words, items = desk.language, found[:PAGE]
        lines = [note] if note else []
        lines.append(f"### {say('review-all', words)}")
        lines += self._numbered(desk, items)
        rows: list[Sequence[Button | Menu]] = []
        if items:
            select: discord.ui.Select[Any] = discord.ui.Select(
                placeholder=say("review-split", words),
                options=_options(items),
                max_values=len(items),
            )
            rows.append([Menu(about.id(desk, "vsplit"), select)])
        turning = [Button(about.id(desk, "vshow"), f"◀ {say('back', words)}")]
        turning += _older(desk, about.id(desk, "vall"), found)
        return desk.page("\n".join(lines), *rows, turning)

    def listed(
        self,
        desk: Desk,
        found: Sequence[ItemRow],
        reason: Reason | None,
        around: Around,
        *,
        is_first: bool,
    ) -> discord.ui.LayoutView:
        """Lay out a page of the plain list, newest first; of what is found as for ``members``."""
        words, items = desk.language, found[:PAGE]
        lines = [*_noted(around), f"### {say('review-list', words)}"]
        lines += self._numbered(desk, items) or [say("review-list-empty", words)]
        meaning = desk.id("vlist", reason or "")
        rows: list[Sequence[Button | Menu]] = []
        if items:
            choose: discord.ui.Select[Any] = discord.ui.Select(
                placeholder=say("review-choose", words), options=_options(items)
            )
            rows.append([Menu(replace(meaning, action="vitem"), choose)])
        select: discord.ui.Select[Any] = discord.ui.Select(
            placeholder=say("review-filter", words),
            options=[
                discord.SelectOption(
                    label=say(f"review-reason-{each}", words),
                    value=each,
                    default=each == (reason or "all"),
                )
                for each in ("all", *LISTED)
            ],
        )
        rows.append([Menu(replace(meaning, action="vfilter", entry=""), select)])
        turning = _older(desk, meaning, found)
        if not is_first:
            turning.insert(0, Button(replace(meaning, mark="z"), say("review-newest", words)))
        turning += self._last(desk, around)
        return desk.page("\n".join(lines), *rows, turning)

    def empty(self, desk: Desk, key: str, around: Around) -> discord.ui.LayoutView:
        """Say that there is nothing to show."""
        lines = [*_noted(around), say(key, desk.language)]
        row = [Button(desk.id("vsample"), say("review-draw", desk.language))]
        if key == "review-sample-none":
            row = [Button(desk.id("vshow"), say("review-begin", desk.language))]
        return desk.page("\n".join(lines), [*row, *self._last(desk, around)])

    # Parts

    def _rows(
        self,
        desk: Desk,
        about: About,
        further: list[Button],
        query: QueryRow | None,
        around: Around,
    ) -> list[list[Button]]:
        """Return the buttons of the verdicts, and what else can be done."""
        words = desk.language
        if query is not None and query.entry in self._entries(desk):
            facet = next((each for each in Facet if each.value == query.facet), Facet.OVERVIEW)
            read = desk.id("read", query.entry or "", facet=facet)
            further.insert(1, Button(read, say("review-read", words)))
        decide = [
            self._verdict(desk, about, "r", "right"),
            Button(about.id(desk, "vwrong"), say("review-wrong", words), _STYLES["wrong"]),
            Button(about.id(desk, "vgap"), say("review-gap", words), _STYLES["gap"]),
            self._verdict(desk, about, "o", "out_of_scope"),
            self._verdict(desk, about, "a", "abuse"),
        ]
        return [
            decide,
            [self._verdict(desk, about, "i", "ignore"), *further],
            self._last(desk, around),
        ]

    def _verdict(self, desk: Desk, about: About, mark: str, verdict: Verdict) -> Button:
        style = _STYLES.get(verdict, discord.ButtonStyle.secondary)
        label = say(button_words(verdict), desk.language)
        return Button(about.id(desk, "vjudge", mark=mark), label, style)

    def _last(self, desk: Desk, around: Around) -> list[Button]:
        row = []
        if around.undo is not None:
            row.append(Button(around.undo.id(desk, "vundo"), say("review-undo", desk.language)))
        if around.drafted:
            label = say("review-draft", desk.language, count=around.drafted)
            row.append(Button(desk.id("kdraft"), label))
        return row

    def _reasons(self, reasons: Iterable[Reason], words: str) -> str:
        return " · ".join(say(f"review-reason-{reason}", words) for reason in reasons)

    def _came_back(self, desk: Desk, row: QueryRow) -> list[str]:
        words = desk.language
        outcome = say("review-got", words, outcome=outcome_name(row.outcome, words))
        parts = [outcome]
        if row.entry is not None:
            parts.append(f"{text.escape(views.cut(self._title(desk, row.entry), _TITLE))}")
        parts.append(say("review-confidence", words, value=f"{row.confidence:.2f}"))
        return [f"-# {' · '.join(parts)}"]

    def _followed(self, desk: Desk, row: QueryRow, most: int = _TITLE) -> list[str]:
        """Name the entry shown before, without which a follow-up cannot be judged."""
        if not row.context_entry:
            return []
        title = text.escape(views.cut(self._title(desk, row.context_entry), most))
        return [f"-# {say('review-follow-up', desk.language, title=title)}"]

    def _near(self, desk: Desk, candidates: Sequence[Meant]) -> list[str]:
        if not candidates:
            return []
        lines = [f"-# {say('review-near', desk.language)}"]
        for each in candidates[:_NEAR]:
            title = text.escape(views.cut(self._title(desk, each.entry), _TITLE))
            lines.append(f"-# • {title} · `{each.entry}` · {each.score:.2f}")
        return lines

    def _complaints(self, desk: Desk, item: ItemRow) -> str:
        said = []
        for each in item.feedback:
            if each.reason in _SAID:
                said.append(say(f"wrong-{_SAID[each.reason]}", desk.language))
            elif each.reason == NONE:
                said.append(say("none-of-these", desk.language))
            elif each.entry is not None:
                title = text.escape(views.cut(self._title(desk, each.entry), _TITLE))
                said.append(say("review-meant", desk.language, title=title))
        return views.cut("; ".join(dict.fromkeys(said)), 400)

    def _numbered(self, desk: Desk, items: Sequence[ItemRow]) -> list[str]:
        lines = []
        for number, item in enumerate(items, start=1):
            about = [
                outcome_name(item.query.outcome, desk.language),
                self._reasons(item.reasons, desk.language),
                discord.utils.format_dt(item.query.at, "R"),
            ]
            lines += [
                f"{number}\\. {_inline(item.query.text)}",
                *self._followed(desk, item.query, _BRIEF),
            ]
            lines.append(f"-# {' · '.join(about)}")
        return lines

    def _entries(self, desk: Desk) -> Any:
        return self._bot.service.advisor_of(desk.topic).release.entries

    def _title(self, desk: Desk, entry: str) -> str:
        """Return an entry's title; its id where it is not published now."""
        if entry not in self._entries(desk):
            return entry
        advisor = self._bot.service.advisor_of(desk.topic)
        return self._bot.reading.title(advisor, entry, desk.language)


def _noted(around: Around) -> list[str]:
    return [around.note, ""] if around.note else []


def _inline(words: str | None) -> str:
    shown = " ".join((words or "–").split())
    return text.escape(views.cut(shown, _OTHER))


def _options(items: Sequence[ItemRow]) -> list[discord.SelectOption]:
    return [
        discord.SelectOption(
            label=views.cut(f"{number}. {' '.join((item.query.text or '–').split())}", _LABEL),
            value=str(item.query.id),
        )
        for number, item in enumerate(items, start=1)
    ]


def _older(desk: Desk, meaning: ButtonId, found: Sequence[ItemRow]) -> list[Button]:
    """Return the button to what comes after a page, where more than a page was found."""
    if len(found) <= PAGE:
        return []
    # The last one seen goes where an id has room for a word.
    seen = f"{meaning.entry or 'all'}.{base36(found[PAGE - 1].query.id)}"
    return [Button(replace(meaning, entry=seen, mark="a"), say("review-older", desk.language))]
