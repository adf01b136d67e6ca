"""What the moderators' channel is told: who, why, what; no word of any user."""

from __future__ import annotations

import discord

from bot.channels.discord import previewing, text, views
from bot.channels.discord.custom_id import ButtonId, topic_mark
from bot.channels.discord.filling import fitting
from bot.channels.discord.views import Button
from bot.channels.discord.words import say
from bot.curation.curator import Published
from bot.curation.news import Done, Handed, News

_WORDS = 8
_NAME, _REASON, _LINE = 100, 400, 200


def look(topic: str, language: str, commit: str) -> Button:
    """Return the button that shows what a commit changed."""
    meaning = ButtonId("kcommit", topic_mark(topic), commit[:40], language)
    return Button(meaning, say("look-at-it", language))


def view(news: News, language: str) -> discord.ui.LayoutView:
    """Lay out what was done to the knowledge, or what waits for a second person."""
    return _waiting(news, language) if isinstance(news, Handed) else _done(news, language)


def _done(done: Done, language: str) -> discord.ui.LayoutView:
    commit, words = done.result.commit, done.words
    if done.entry:
        words = (say(f"words-{done.kind}", language, entry=done.entry), *done.result.notes)
    key = f"office-{done.kind}"
    lines = [
        f"**{say(key, language, name=fitting(commit.author, _NAME))}**",
        f"> {fitting(' '.join(commit.reason.split()), _REASON)}",
        *(f"• {fitting(each, _LINE)}" for each in words[:_WORDS]),
    ]
    if (left := len(words) - _WORDS) > 0:
        lines.append(f"-# {say('office-more', language, count=left)}")
    if done.counts is not None:
        lines += [f"-# {line}" for line in previewing.replay_counts(done.counts, language)]
    return views.page("\n".join(lines), [look(done.topic, language, commit.id)])


def kept(done: Published, language: str) -> list[str]:
    """Return a line on the files that somebody was editing while it was published."""
    files = text.escape(", ".join(done.commit.kept))
    return [say("published-kept", language, files=files)] if files else []


def _waiting(handed: Handed, language: str) -> discord.ui.LayoutView:
    draft = handed.draft
    meaning = ButtonId("kpreview", topic_mark(handed.topic), f"d{draft.id}", language)
    name, count = fitting(handed.name, _NAME), len(draft.operations)
    said = say("office-waiting", language, name=name, count=count)
    lines = [f"**{said}**", f"> {fitting(draft.reason, _REASON)}"]
    return views.page("\n".join(lines), [Button(meaning, say("look-at-it", language))])
