"""Everybody is spoken to in their own language: English, Russian or Ukrainian."""

from __future__ import annotations

import pytest

from bot.channels.discord.words import say

from .world import World

LOCALES = {"en-GB": "en", "ru": "ru", "uk": "uk", "de": "en"}


@pytest.mark.parametrize(("locale", "language"), LOCALES.items())
async def test_bots_own_words_follow_the_persons_locale(
    world: World, locale: str, language: str
) -> None:
    world.locales[world.bo.id] = locale
    reply = await world.mention(world.ada, "what is the bridge plan")
    shown = {
        "help-here-public": await world.bo.slash(world.channel, "help"),
        "about-bot": await world.bo.slash(world.channel, "about"),
        "choose-proposal": await world.bo.slash(world.channel, "proposals"),
        "wrong-why": await world.click(world.bo, reply, "Wrong or missing"),
        "more-intro": await world.click(world.bo, reply, "More"),
    }
    placeholders = [
        c["placeholder"] for c in world.components(shown["choose-proposal"]) if "placeholder" in c
    ]

    assert placeholders == [say("choose-proposal", language)]
    for key in ("help-here-public", "about-bot", "wrong-why", "more-intro"):
        assert say(key, language) in world.words(shown[key])
    more = world.labels(shown["more-intro"])
    assert more[-1] == say("delete", language)
    form = await world.click(world.bo, shown["more-intro"], say("follow-up", language))
    assert form.modal is not None
    assert form.modal["title"] == say("ask", language)
    # What all can see stays as it was.
    assert "Sources" in world.labels(reply)


async def test_answer_is_in_the_questions_language_with_its_translation(world: World) -> None:
    reply = await world.mention(world.ada, "пешеходный мост")

    assert reply is not None
    assert "### Построить пешеходный мост" in world.words(reply)
    assert "Город должен построить пешеходный мост у мельницы." in world.words(reply)
    # What has no translation stands in the original.
    assert "Children would no longer walk along the main road." in world.words(reply)
    assert world.labels(reply)[1] == say("sources", "ru")
    [row] = await world.rows()
    assert row.language == "ru"


async def test_reader_gets_the_pages_in_their_own_language(world: World) -> None:
    world.locales[world.bo.id] = "ru"
    reply = await world.mention(world.ada, "what is the bridge plan")
    more = await world.click(world.bo, reply, "More")
    page = await world.click(world.bo, more, say("read-all", "ru"))

    assert "Город должен построить пешеходный мост у мельницы." in world.words(page)


async def test_suggestions_are_in_the_persons_language(world: World) -> None:
    world.locales[world.bo.id] = "ru"
    russian = await world.bo.autocomplete(world.channel, "objections", "proposal", "мост")
    english = await world.ada.autocomplete(world.channel, "objections", "proposal", "brid")

    assert russian == [{"name": "Построить пешеходный мост", "value": "new-bridge"}]
    assert english == [{"name": "Build a foot bridge", "value": "new-bridge"}]


@pytest.mark.parametrize("language", ["ru", "uk"])
async def test_refusals_are_in_the_persons_language(world: World, language: str) -> None:
    world.locales[world.bo.id] = language
    result = await world.bo.slash(world.channel, "sources", entry="zeppelins")

    assert world.words(result) == say("no-such-entry", language) != say("no-such-entry", "en")


async def test_commands_have_names_and_words_in_three_languages(world: World) -> None:
    for command in await world.bot.tree.fetch_commands():
        assert {str(locale) for locale in command.name_localizations} == {"ru", "uk"}
        for option in getattr(command, "options", ()):
            assert {str(locale) for locale in option.name_localizations} == {"ru", "uk"}
    for language in ("ru", "uk"):
        for name in ("ask", "objections", "privacy"):
            assert say(f"cmd-{name}", language) != name


async def test_russian_browsing_from_proposal_to_replies(world: World) -> None:
    world.locales[world.bo.id] = "ru"
    result = await world.bo.slash(world.channel, "proposals")
    assert world.options(result)[0]["label"] == "Построить пешеходный мост"
    shown = await world.select(world.bo, result, "new-bridge")
    assert "Город должен построить" in world.words(shown)
    objection = await world.select(world.bo, shown, "new-bridge.cost")
    back = await world.click(world.bo, objection, f"◀ {say('proposal', 'ru')}")

    assert "Город должен построить" in world.words(back)
