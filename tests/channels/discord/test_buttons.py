"""What stands under a public answer: anybody may click, only the clicker sees, nothing changes."""

from __future__ import annotations

import discord
import pytest

from bot.channels.discord.words import say

from .world import World


async def asked(world: World, words: str = "what is the bridge plan?") -> discord.Message:
    reply = await world.mention(world.ada, words)
    assert reply is not None
    return reply


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("Objections and replies", "The money is needed for the school roof."),
        ("Sources", "The bridge debate"),
        ("Wrong or missing", "What is wrong with this answer"),
        ("More", "What next?"),
    ],
)
async def test_click_by_anybody_is_private_and_leaves_the_answer(
    world: World, label: str, shown: str
) -> None:
    reply = await asked(world)
    before = world.components(reply)
    for who in (world.bo, world.ada):
        result = await world.click(who, reply, label)
        assert result.ephemeral
        assert shown in world.words(result)

    assert world.components(reply) == before
    assert len(world.public()) == 1
    assert not world.sent("PATCH", "/channels/")
    assert len(await world.rows()) == 1


async def test_objections_show_every_reply_and_counter(world: World) -> None:
    result = await world.click(world.bo, await asked(world), "Objections and replies")
    words = world.words(result)

    for text in (
        "It is too expensive", "It disturbs the herons", "A county grant covers most of it.",
        "The grant must be repaid if the bridge closes.", "Building could wait until autumn.",
    ):  # fmt: skip
        assert text in words
    assert words.index("It is too expensive") < words.index("A county grant covers")
    assert words.index("A county grant covers") < words.index("must be repaid")


async def test_sources_link_without_a_preview(world: World) -> None:
    result = await world.click(world.bo, await asked(world), "Sources")

    assert "](<https://example.org/bridge>)" in world.words(result)
    assert "River Gazette" in world.words(result)


async def test_private_pages_go_on_in_the_same_private_message(world: World) -> None:
    pages = await world.click(world.bo, await asked(world), "Objections and replies")
    sources = await world.click(world.bo, pages, "Sources")
    assert sources.ephemeral
    assert "The bridge debate" in world.words(sources)


async def test_more_reads_it_all(world: World) -> None:
    more = await world.click(world.bo, await asked(world, "what about the birds"), "More")
    assert world.labels(more) == [
        "Read it all", "Follow up", "Map", "Why this answer?", "Delete",
    ]  # fmt: skip
    result = await world.click(world.bo, more, "Read it all")

    assert result.ephemeral
    assert "Herons nest where the bridge would stand." in world.words(result)


async def test_why_says_what_matched_and_never_the_question(world: World) -> None:
    reply = await asked(world, "zzz what about the birds, my dear")
    more = await world.click(world.bo, reply, "More")
    why = await world.click(world.bo, more, "Why this answer?")

    words = world.words(why)
    assert why.ephemeral
    assert "was sure enough" in words
    assert "likely right" in words
    assert "what about the birds" in words
    assert "my dear" not in words
    assert world.bot.service.release.id in words


async def test_follow_up_by_form_answers_the_one_who_asks(world: World) -> None:
    reply = await asked(world, "what about the birds")
    more = await world.click(world.bo, reply, "More")
    form = await world.click(world.bo, more, "Follow up")
    assert form.modal is not None
    answered = await world.bo.submit_modal(form, {"question": "and what is replied?"})

    assert answered.ephemeral
    assert "Building could wait until autumn." in world.words(answered)
    row = (await world.rows())[-1]
    assert (row.entry, row.context_entry) == ("new-bridge.herons", "new-bridge.herons")
    assert row.text == "and what is replied?"
    assert len(world.public()) == 1


async def test_form_opens_without_a_look_at_log_or_network(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Untouched:
        def __getattr__(self, name: str) -> object:
            raise AssertionError(f"{name} of the log was touched")

    more = await world.click(world.bo, await asked(world), "More")
    before = len(world.env.http_requests)
    with monkeypatch.context() as patch:
        patch.setattr(world.bot.service, "log", Untouched())
        form = await world.click(world.bo, more, "Follow up")

    assert form.modal is not None
    assert [each.path.rsplit("/", 1)[1] for each in world.env.http_requests[before:]] == [
        "callback"
    ]


async def test_map_is_a_picture_with_a_text_beside_it(world: World) -> None:
    result = await world.bo.slash(world.channel, "map", proposal="new-bridge", private=True)
    assert result.response is not None
    assert result.ephemeral
    assert result.response.attachments[0].filename == "map-1.png"
    [gallery] = [c for c in world.components(result) if c.get("type") == 12]
    assert "Build a foot bridge" in gallery["items"][0]["description"]
    text = await world.click(world.bo, result, "As text")
    assert text.ephemeral
    for words in ("It is too expensive", "It disturbs the herons", "Building could wait"):
        assert words in world.words(text)

    public = await world.bo.slash(world.channel, "map", proposal="new-bridge")
    assert not public.ephemeral
    more = await world.click(world.bo, await asked(world), "More")
    clicked = await world.click(world.bo, more, "Map")
    assert clicked.ephemeral
    assert clicked.response is not None
    assert clicked.response.attachments


async def test_browse_from_proposals_to_replies_and_back(world: World) -> None:
    result = await world.bo.slash(world.channel, "proposals")
    assert result.ephemeral
    assert [o["value"] for o in world.options(result)] == ["new-bridge"]
    shown = await world.select(world.bo, result, "new-bridge")
    assert "beside the mill" in world.words(shown)
    assert [o["value"] for o in world.options(shown)] == [
        "new-bridge.cost", "new-bridge.herons",
    ]  # fmt: skip
    objection = await world.select(world.bo, shown, "new-bridge.herons")
    assert "Building could wait until autumn." in world.words(objection)
    back = await world.click(world.bo, objection, "◀ Proposal")
    assert "beside the mill" in world.words(back)
    again = await world.click(world.bo, back, "◀ Proposals")

    assert [o["value"] for o in world.options(again)] == ["new-bridge"]
    # All of it is one private message that is turned like pages.
    assert len({r.response.id for r in (result, shown, objection, back, again) if r.response}) == 1
    assert world.public() == []


async def test_objections_command_is_private_and_logged(world: World) -> None:
    [choice] = await world.bo.autocomplete(world.channel, "objections", "proposal", "")
    result = await world.bo.slash(world.channel, "objections", proposal=choice["value"])

    assert result.ephemeral
    assert "The money is needed for the school roof." in world.words(result)
    [row] = await world.rows()
    assert (row.entry, row.facet) == ("new-bridge", "objections")
    assert row.delivered_at is not None


async def test_sources_command_takes_titles_too(world: World) -> None:
    result = await world.bo.slash(world.channel, "sources", entry="foot bridge")
    missing = await world.bo.slash(world.channel, "sources", entry="zeppelins")
    notice = await world.bo.slash(world.channel, "sources", entry="legal-advice")

    assert "The bridge debate" in world.words(result)
    assert world.words(missing) == say("no-such-entry", "en")
    assert "lawyer" not in world.words(notice)


async def test_about_and_help_say_where_one_is(world: World) -> None:
    about = await world.bo.slash(world.channel, "about")
    here = await world.bo.slash(world.channel, "help")
    there = await world.bo.slash(world.other, "help")

    assert "A bridge over the river" in world.words(about)
    assert "This bot informs and gives no advice." in world.words(about)
    assert say("help-here-public", "en") in world.words(here)
    assert say("help-here-private", "en") in world.words(there)
    assert world.me in world.words(here)
    assert all(each.ephemeral for each in (about, here, there))
    browse = await world.click(world.bo, here, "What is in here")
    assert world.options(browse)


async def test_boundary_has_only_more_and_more_only_why_and_delete(world: World) -> None:
    reply = await asked(world, "can I sue the council over the bridge")
    more = await world.click(world.ada, reply, "More")

    assert world.labels(reply) == ["More"]
    assert world.labels(more) == ["Why this answer?", "Delete"]


async def test_button_of_an_entry_that_is_gone_says_so(world: World) -> None:
    reply = await asked(world)
    stored = world.env.backend.get_message(reply.channel.id, reply.id)
    for button in stored.components[0]["components"][1]["components"]:
        button["custom_id"] = button["custom_id"].replace("new-bridge", "old-bridge")
    for label in ("Objections and replies", "Sources"):
        result = await world.click(world.bo, reply, label)
        assert result.ephemeral
        assert world.words(result) == say("no-such-entry", "en")
