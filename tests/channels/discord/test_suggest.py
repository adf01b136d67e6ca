"""``/suggest``: what somebody sends in, what becomes of it at once, and who hears what."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
import discord
import pytest

from bot.channels.discord import suggesting
from bot.channels.discord.cooldown import Cooldown
from bot.channels.discord.suggesting import KINDS
from bot.channels.discord.words import say
from bot.curation.operations import AddPhrasing
from bot.querylog.curation import Near
from bot.querylog.errors import LogUnavailable

from .keeping import (
    find_button,
    form_options,
    form_text,
    form_values,
    kept_topic,
    queue,
    service,
    stored,
    suggest,
)
from .world import TOPIC, World

__all__ = ["kept_topic", "service"]  # the fixtures of these tests

WORDS = "nobody ever asked the ferryman what becomes of his living"
GAP = "does the bridge have lamps"


async def test_suggestion_is_kept_and_its_author_thanked(world: World) -> None:
    done = await suggest(world, world.ada, WORDS, about="new-bridge", link="https://example.org/f")

    assert done.ephemeral
    [row] = await stored(world)
    assert (row.kind, row.entry, row.status) == ("objection", "new-bridge", "open")
    assert row.text == f"{WORDS}\nhttps://example.org/f"
    assert say("suggest-thanks", "en", number=row.id) in world.words(done)
    assert say("suggest-will-tell", "en") not in world.words(done)
    assert await world.rows() == []


async def test_moderators_are_told_of_it_and_not_of_its_words_or_author(world: World) -> None:
    await suggest(world, world.ada, WORDS, about="new-bridge.cost", kind="reply")
    [told] = world.public(world.office)

    assert say("suggest-new", "en", number=1) in told
    assert say("suggest-kind-reply", "en") in told
    assert "It is too expensive" in told
    [request] = world.sent("POST", "/channels/", str(world.office.id))
    sent = json.dumps(request.json)
    for part in (
        "ferryman",
        "living",
        "ada",
        str(world.ada.id),
        (await stored(world))[0].pseudonym,
    ):
        assert part not in sent


async def test_moderator_opens_it_from_their_channel_and_others_do_not(world: World) -> None:
    await suggest(world, world.bo, "the first one of them all")
    await suggest(world, world.ada, WORDS)
    notice = world.office.history()[-1]
    opened = await world.click(world.moderator, notice, say("queue-open", "en"))
    refused = await world.click(world.bo, notice, say("queue-open", "en"))

    assert opened.ephemeral
    assert WORDS in world.words(opened)
    assert world.words(refused) == say("moderators-only", "en")
    assert len(world.public(world.office)) == 2


async def test_what_it_looks_like_can_be_read_at_once(world: World) -> None:
    done = await suggest(world, world.ada, "the birds and the herons will leave their nests")
    assert say("suggest-near", "en") in world.words(done)
    label = next(label for label in world.labels(done) if "It disturbs the herons" in label)
    number = label.split(" · ")[0]
    assert f"{number}\\. It disturbs the herons" in world.words(done)
    read = await world.click(world.ada, done, label)

    assert read.ephemeral
    assert "Herons nest where the bridge would stand." in world.words(read)
    [row] = await stored(world)
    assert row.near[0].entry == "new-bridge.herons"


@pytest.mark.parametrize("near", [(), (Near("new-bridge", 0.39), Near("legal-advice", 0.9))])
async def test_what_looks_like_nothing_has_no_buttons(
    world: World, monkeypatch: pytest.MonkeyPatch, near: tuple[Near, ...]
) -> None:
    async def likeness(*_: Any) -> tuple[Near, ...]:
        return near

    # In a topic of nine entries every text is like some of them.
    monkeypatch.setattr(world.bot.service.moderation(TOPIC), "near", likeness)
    done = await suggest(world, world.ada, WORDS, kind="other")

    assert world.labels(done) == []
    assert say("suggest-near", "en") not in world.words(done)


@pytest.mark.parametrize("locale", ["en-GB", "ru", "uk"])
async def test_form_says_what_it_is_about_in_ones_language(world: World, locale: str) -> None:
    world.locales[world.ada.id] = locale
    language = locale[:2]
    opened = await world.ada.slash(world.channel, "suggest", about="new-bridge")

    title = "Build a foot bridge" if language != "ru" else "Построить пешеходный мост"
    assert say("suggest-about", language, title=title) in form_text(opened)
    assert say("suggest-note", language) in form_text(opened)
    assert form_options(opened, "kind") == list(KINDS)


async def test_entry_is_found_by_its_title_and_offered_while_typing(world: World) -> None:
    offered = await world.ada.autocomplete(world.channel, "suggest", "about", "herons")
    opened = await world.ada.slash(world.channel, "suggest", about="expensive")
    nothing = await world.ada.slash(world.channel, "suggest", about="zzzz")

    assert [choice["value"] for choice in offered] == [
        "new-bridge.herons", "new-bridge.herons.1",
    ]  # fmt: skip
    assert "It is too expensive" in form_text(opened)
    assert world.words(nothing) == say("no-such-entry", "en")


async def test_suggesting_works_in_direct_messages(world: World) -> None:
    ada = world.ada.user
    opened = await ada.slash("suggest", about="new-bridge")
    done = await ada.submit_modal(opened, {"kind": ["source"], "words": WORDS})

    assert say("suggest-thanks", "en", number=1) in world.words(done)
    [row] = await stored(world)
    assert row.kind == "source"
    assert len(world.public(world.office)) == 1


async def test_suggestion_goes_to_the_topic_that_was_chosen(world: World) -> None:
    opened = await world.ada.slash(world.channel, "suggest", topic="raft")
    await world.ada.submit_modal(opened, {"kind": ["other"], "words": WORDS})

    assert await stored(world) == []
    [row] = await world.bot.service.log.curation.suggestions("raft")
    assert row.text == WORDS
    # Nobody has set that topic up, so nobody can be told; the bridge's moderators are not.
    assert world.public(world.office) == []


async def test_where_nothing_is_known_the_answer_offers_to_suggest(world: World) -> None:
    reply = await world.mention(world.ada, GAP)
    [asked] = await world.rows()
    assert asked.outcome == "gap"
    keys = ("browse", "suggest", "await-tell", "wrong", "more")
    assert world.labels(reply) == [say(key, "en") for key in keys]
    opened = await world.click(world.bo, reply, say("suggest", "en"))
    done = await world.bo.submit_modal(opened, {"kind": ["objection"], "words": WORDS})

    assert GAP not in json.dumps(opened.modal)
    assert done.ephemeral
    [row] = await stored(world)
    assert (row.entry, row.text) == (None, WORDS)


@pytest.mark.parametrize(
    ("words", "link", "key"),
    [
        ("a         b", "", "suggest-thanks"),
        ("too short   ", "", "suggest-few-words"),
        (WORDS, "javascript:alert(1)", "suggest-bad-link"),
        (WORDS, "https://example.org/ and more", "suggest-bad-link"),
        (WORDS, "see the paper", "suggest-bad-link"),
        (WORDS, "https://user:pass@example.org", "suggest-bad-link"),
        (WORDS, "https://example.org?page=2", "suggest-thanks"),
    ],
)
async def test_what_cannot_be_taken_is_given_back(
    world: World, words: str, link: str, key: str
) -> None:
    done = await suggest(world, world.ada, words, link=link)

    said = say(key, "en", number=1, least=10)
    assert world.words(done).startswith(said)
    taken = key == "suggest-thanks"
    assert len(await stored(world)) == taken
    if not taken:
        assert done.ephemeral
        assert say("typed-back", "en") in world.words(done)
        assert words.strip() in world.words(done)
        assert link.replace("_", "\\_") in world.words(done)


@pytest.mark.parametrize("size", [1_500])
async def test_even_the_longest_text_full_of_signs_is_given_back(world: World, size: int) -> None:
    done = await suggest(world, world.ada, "*_~`|" * (size // 5), link="[" * 300)

    assert world.words(done).startswith(say("suggest-bad-link", "en"))
    assert await stored(world) == []


async def test_refused_form_opens_again_as_it_was_filled_in(world: World) -> None:
    done = await suggest(
        world, world.ada, WORDS, kind="source", about="new-bridge", tell=True, link="see the paper"
    )
    again = await world.click(world.ada, done, say("knowledge-retry", "en"))
    assert form_values(again) == {
        "kind": ["source"], "words": WORDS, "link": "see the paper", "tell": ["yes"],
    }  # fmt: skip
    await world.ada.submit_modal(again, form_values(again) | {"link": "https://example.org"})

    [row] = await stored(world)
    assert (row.kind, row.entry) == ("source", "new-bridge")


async def test_what_was_typed_opens_for_its_writer_only(world: World) -> None:
    done = await suggest(world, world.ada, WORDS, link="see the paper")
    theirs = await suggest(world, world.bo, "something of my own", link="see mine")
    button, other = (find_button(world, each, "knowledge-retry") for each in (done, theirs))
    other["custom_id"] = button["custom_id"]
    again = await world.click(world.bo, theirs, say("knowledge-retry", "en"))

    assert WORDS not in str(again.modal)
    assert form_values(again)["words"] == ""


async def test_moderators_hear_of_it_though_its_author_cannot_be_thanked(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def no_discord(*_: Any) -> None:
        raise aiohttp.ClientConnectionError

    with monkeypatch.context() as patched:
        patched.setattr(suggesting, "show", no_discord)
        await suggest(world, world.ada, WORDS)

    assert len(await stored(world)) == 1
    [told] = world.public(world.office)
    assert say("suggest-new", "en", number=1) in told
    world.failures = {"platform"}


async def test_five_an_hour_and_what_was_refused_does_not_count(world: World) -> None:
    await suggest(world, world.ada, WORDS, link="nowhere")
    open_form = await world.ada.slash(world.channel, "suggest")
    for number in range(5):
        await suggest(world, world.ada, f"{WORDS}, number {number}")
    late = await world.ada.submit_modal(open_form, {"kind": ["other"], "words": WORDS})
    sixth = await world.ada.slash(world.channel, "suggest")
    other = await suggest(world, world.bo, WORDS)

    slow = say("suggest-slow", "en", minutes=60)
    assert world.words(late).startswith(slow)
    assert WORDS in world.words(late)
    assert sixth.modal is None
    assert world.words(sixth) == slow
    assert say("suggest-thanks", "en", number=6) in world.words(other)
    assert len(await stored(world)) == 6


async def test_many_people_of_one_server_cannot_flood_the_queue(world: World) -> None:
    world.bot.suggesting._places = Cooldown(2, 3_600)
    for who in (world.ada, world.bo):
        await suggest(world, who, WORDS)
    refused = await world.cy.slash(world.channel, "suggest")
    direct = await world.cy.user.slash("suggest")

    assert world.words(refused) == say("suggest-slow", "en", minutes=60)
    assert len(await stored(world)) == 2
    assert direct.modal is not None


async def test_what_cannot_be_stored_is_given_back_and_does_not_count(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def no_database(*_: Any, **__: Any) -> None:
        raise LogUnavailable("The database cannot be written.")

    for _ in range(4):
        await suggest(world, world.ada, WORDS)
    with monkeypatch.context() as patched:
        patched.setattr(world.bot.service.log.curation, "suggest", no_database)
        failed = await suggest(world, world.ada, WORDS)
    again = await suggest(world, world.ada, WORDS)

    assert world.words(failed).startswith(say("error-store", "en"))
    assert WORDS in world.words(failed)
    assert say("suggest-thanks", "en", number=5) in world.words(again)
    assert len(world.public(world.office)) == 5
    world.failures = {"refused"}


async def test_paused_channel_takes_no_new_ones_and_loses_none(world: World) -> None:
    opened = await world.ada.slash(world.channel, "suggest")
    await world.moderator.slash(world.channel, "pause")
    refused = await world.bo.slash(world.channel, "suggest")
    done = await world.ada.submit_modal(opened, {"kind": ["other"], "words": WORDS})
    decided = await queue(world)

    assert world.words(refused) == say("paused", "en")
    assert say("suggest-thanks", "en", number=1) in world.words(done)
    assert WORDS in world.words(decided)


async def test_office_that_cannot_be_written_to_loses_no_suggestion(world: World) -> None:
    world.env.inject_error(
        "POST", f"/channels/{world.office.id}/messages", status=403, code=50013, message="No"
    )
    done = await suggest(world, world.ada, WORDS)

    assert say("suggest-thanks", "en", number=1) in world.words(done)
    assert len(await stored(world)) == 1
    world.failures = {"forbidden"}


async def test_forgetting_deletes_what_somebody_suggested(world: World) -> None:
    await suggest(world, world.ada, WORDS, tell=True)
    await suggest(world, world.bo, "the planks will be slippery in winter")
    opened = await world.ada.slash(world.channel, "privacy")
    sure = await world.click(world.ada, opened, say("forget", "en"))
    await world.click(world.ada, sure, say("forget-yes", "en"))

    [row] = await stored(world)
    assert row.text == "the planks will be slippery in winter"


async def test_moderator_hears_what_becomes_of_draft_name_and_history(world: World) -> None:
    moderation, user = world.bot.service.moderation(TOPIC), f"discord:{world.moderator.id}"
    phrasing = AddPhrasing(entry="new-bridge.cost", language="en", text="who pays him")
    await moderation.add(user, [phrasing])
    names = world.bot.service.log.drafts
    await names.choose_name(user, "Marsh warden")
    opened = await world.moderator.slash(world.channel, "privacy")
    sure = await world.click(world.moderator, opened, say("forget", "en"))
    done = await world.click(world.moderator, sure, say("forget-yes", "en"))

    for word in ("draft", "name", "history"):
        assert word in world.words(opened)
        assert word in world.words(sure)
    assert say("drafts-gone", "en", count=1) in world.words(done)
    assert say("name-gone", "en") in world.words(done)
    assert (await moderation.draft(user)).operations == ()
    assert await names.name(names.pseudonym(user)) is None


async def test_people_who_installed_the_bot_themselves_can_suggest(world: World) -> None:
    foreign = world.env.create_guild("Elsewhere")
    channel = foreign.create_text_channel("general")
    eve = foreign.add_member(world.env.create_user("eve"))
    world.installed.add(eve.id)
    opened = await eve.slash(channel, "suggest")
    done = await eve.submit_modal(opened, {"kind": ["other"], "words": WORDS})

    assert done.ephemeral
    assert say("suggest-thanks", "en", number=1) in world.words(done)


async def test_everybody_has_the_command_and_moderators_have_theirs(world: World) -> None:
    commands = {command.name: command for command in await world.bot.tree.fetch_commands()}

    assert commands["suggest"].default_member_permissions is None
    for name in ("suggestions", say("menu-add-phrasing", "en")):
        allowed = commands[name].default_member_permissions
        assert allowed == discord.Permissions(manage_messages=True)
        places = commands[name].allowed_contexts
        assert places is not None
        assert not places.dm_channel
