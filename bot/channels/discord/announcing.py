"""What the moderators' channel is told: who, why, what; no word of any user."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import discord

from bot.channels.discord import previewing, text, views
from bot.channels.discord.custom_id import ButtonId, topic_mark
from bot.channels.discord.filling import fitting
from bot.channels.discord.views import Button
from bot.channels.discord.words import say
from bot.curation.curator import Published
from bot.curation.moderation import Draft

_WORDS = 8
_NAME, _REASON, _LINE = 100, 400, 200


def look(topic: str, language: str, commit: str) -> Button:
    """Return the button that shows what a commit changed."""
    meaning = ButtonId("kcommit", topic_mark(topic), commit[:40], language)
    return Button(meaning, say("look-at-it", language))


def publish(
    topic: str,
    language: str,
    key: str,
    done: Published,
    words: Sequence[str],
    counts: Mapping[str, int] | None,
) -> discord.ui.LayoutView:
    """Lay out that something was published; ``counts`` are the replay's, None where none was."""
    commit = done.commit
    lines = [
        f"**{say(key, language, name=fitting(commit.author, _NAME))}**",
        f"> {fitting(' '.join(commit.reason.split()), _REASON)}",
        *(f"• {fitting(each, _LINE)}" for each in words[:_WORDS]),
    ]
    if (left := len(words) - _WORDS) > 0:
        lines.append(f"-# {say('office-more', language, count=left)}")
    if counts is not None:
        lines += [f"-# {line}" for line in previewing.replay_counts(counts, language)]
    return views.page("\n".join(lines), [look(topic, language, commit.id)])


def kept(done: Published, language: str) -> list[str]:
    """Return a line on the files that somebody was editing while it was published."""
    files = text.escape(", ".join(done.commit.kept))
    return [say("published-kept", language, files=files)] if files else []


def waiting(topic: str, language: str, name: str, draft: Draft) -> discord.ui.LayoutView:
    """Lay out that a draft waits for a second person, with the button that previews it."""
    meaning = ButtonId("kpreview", topic_mark(topic), f"d{draft.id}", language)
    said = say("office-waiting", language, name=fitting(name, _NAME), count=len(draft.operations))
    lines = [f"**{said}**", f"> {fitting(draft.reason, _REASON)}"]
    return views.page("\n".join(lines), [Button(meaning, say("look-at-it", language))])
