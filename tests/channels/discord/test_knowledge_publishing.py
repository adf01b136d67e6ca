"""From a draft to a release in service, in chat: seen first, confirmed, announced, taken back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from unittest.mock import create_autospec

import discord
import pytest
from simcord import InteractionResult

from bot.channels.discord import progressing
from bot.channels.discord.bot import RejoinderBot
from bot.channels.discord.words import say
from bot.retrieval.encoder import Progress
from bot.settings import Settings

from .editing import (
    BOATS,
    add_boats,
    attached,
    call,
    choose,
    drafted,
    fill,
    inputs,
    kept_topic,
    office,
    prefilled,
    press,
    publish_boats,
    repository,
)
from .keeping import objects, service
from .world import World

__all__ = ["kept_topic", "service"]

NEW = "new-bridge.blocks-the-boats"
OVERVIEW = "what is the bridge plan"  # its answer lists the objections
ROWERS = "can the boats still get through"
REASON = "Rowers raised it at the meeting"


async def test_preview_says_all_that_would_change_and_changes_nothing(world: World) -> None:
    await world.mention(world.ada, ROWERS)
    await world.mention(world.ada, OVERVIEW)
    before = repository(world).head()
    await add_boats(world)
    seen = await call(world, "preview")

    words = world.words(seen)
    assert seen.ephemeral
    assert f"Add the objection {NEW}" in words
    assert say("preview-confirm", "en") in words
    assert "got “Build a foot bridge” and would get it changed" in words
    assert "this objection has no reply" in words
    assert f"{say('total-cases', 'en')}: 5 → 6" in words
    assert say("replay-newly-answered", "en", count=1) in words
    assert f"“{ROWERS}”: {say('no-answer', 'en')} → {BOATS['title']}" in words
    [file] = attached(world, seen)
    assert f"+- id: {NEW}" in file
    assert OVERVIEW in file
    assert say("publish-confirm", "en") in world.labels(seen)
    assert repository(world).head() == before
    assert NEW not in world.bot.service.release.entries


async def test_a_preview_forgets_the_questions_of_whoever_is_forgotten(world: World) -> None:
    await world.mention(world.ada, OVERVIEW)
    await add_boats(world)
    seen = await call(world, "preview")
    asked = await world.click(
        world.ada, await world.ada.slash(world.channel, "privacy"), say("forget", "en")
    )
    await world.click(world.ada, asked, say("forget-yes", "en"))
    anew = await fill(world, await press(world, seen, "publish-confirm"), {"reason": REASON})

    assert say("preview-anew", "en") in world.words(anew)
    assert say("publish-confirm", "en") not in world.labels(anew)
    assert OVERVIEW not in attached(world, anew)[0]


async def test_what_was_previewed_is_published_and_answers(world: World) -> None:
    await world.mention(world.ada, OVERVIEW)
    await add_boats(world)
    seen = await call(world, "preview")
    form = await press(world, seen, "publish-confirm")
    assert [field["required"] for field in inputs(form)] == [True]
    done = await fill(world, form, {"reason": REASON})
    reply = await world.mention(world.bo, ROWERS)

    head = repository(world).head()
    assert say("published", "en") in world.words(done)
    assert head.id[:12] in world.words(done)
    assert head.reason == REASON
    assert head.author.startswith("moderator-")
    assert BOATS["text"] in world.words(reply)
    assert await drafted(world) == []
    again = await press(world, seen, "publish-confirm")
    assert world.words(again) == say("knowledge-stale", "en")


async def test_moderators_are_told_who_why_and_what_and_no_users_words(world: World) -> None:
    question = "pray tell who will pay for that bridge of yours"
    await world.mention(world.ada, question)
    panel = await add_boats(world)
    form = await press(world, panel, "my-name")
    await fill(world, form, {"name": "Cy *the* Oarsman"})
    await call(world, "publish", reason=REASON)

    [told] = office(world)
    assert say("office-published", "en", name="Cy \\*the\\* Oarsman") in told
    assert REASON in told
    assert f"Add the objection {NEW}" in told
    assert say("replay-total", "en", count=1) in told
    assert question not in told
    assert question.encode() not in objects(world.bot.service)
    assert repository(world).head().author == "Cy *the* Oarsman"
    look = await press(world, world.office.history()[-1], "look-at-it")
    assert f"+- id: {NEW}" in world.words(look)


async def test_publish_goes_in_one_unless_past_answers_change(world: World) -> None:
    await add_boats(world)
    done = await call(world, "publish", reason=REASON)
    assert say("published", "en") in world.words(done)
    assert repository(world).head().reason == REASON

    await world.mention(world.ada, OVERVIEW)
    form = await call(world, "edit", entry="new-bridge")
    form = await press(world, form, "group-main")
    await fill(world, form, {"statement": "The town should build a narrow foot bridge."})
    looked = await call(world, "publish", reason="It is narrow")

    assert say("preview-look", "en") in world.words(looked)
    assert repository(world).head().reason == REASON
    form = await press(world, looked, "publish-confirm")
    await fill(world, form, {"reason": "It is narrow"})
    assert repository(world).head().reason == "It is narrow"


async def test_publish_without_a_reason_asks_for_one(world: World) -> None:
    nothing = await call(world, "publish")
    await add_boats(world)
    form = await call(world, "publish")
    short = await fill(world, form, {"reason": " a "})
    again = await press(world, short, "knowledge-retry")
    done = await fill(world, again, {"reason": REASON})

    assert world.words(nothing) == say("draft-empty", "en")
    assert say("publish-why", "en") in world.words(short)
    assert say("published", "en") in world.words(done)


async def test_other_past_answers_than_were_shown_are_shown_first(
    world: World, new_bot: Callable[[], RejoinderBot]
) -> None:
    before = repository(world).head()
    await add_boats(world)
    seen = await call(world, "preview")
    assert say("publish", "en") in world.labels(seen)
    await world.mention(world.ada, OVERVIEW)
    # What was shown is forgotten with the process; the button knows what it was.
    await world.restart(new_bot())
    form = await press(world, seen, "publish")
    anew = await fill(world, form, {"reason": REASON})

    assert say("preview-anew", "en") in world.words(anew)
    assert repository(world).head() == before
    form = await press(world, anew, "publish-confirm")
    await fill(world, form, {"reason": REASON})
    assert repository(world).head().reason == REASON


async def test_a_preview_can_be_published_after_a_restart(
    world: World, new_bot: Callable[[], RejoinderBot]
) -> None:
    await world.mention(world.ada, OVERVIEW)
    await add_boats(world)
    seen = await call(world, "preview")
    await world.restart(new_bot())
    form = await press(world, seen, "publish-confirm")
    done = await fill(world, form, {"reason": REASON})

    assert say("published", "en") in world.words(done)


async def test_somebody_elses_publish_in_between_does_no_harm(world: World) -> None:
    await add_boats(world)
    seen = await call(world, "preview")
    form = await call(world, "phrase", world.manager, entry="mill-race")
    await fill(world, form, {"phrasings": "that ditch by the mill"}, world.manager)
    await call(world, "publish", world.manager, reason="Asked at the market")
    form = await press(world, seen, "publish")
    done = await fill(world, form, {"reason": REASON})

    assert say("published", "en") in world.words(done)
    entries = world.bot.service.release.topic.questions["en"]
    assert "would boats still get through" in entries[NEW]
    assert "that ditch by the mill" in entries["mill-race"]


async def test_a_change_of_the_same_is_refused_with_both_versions(world: World) -> None:
    for who, words in ((world.moderator, "It costs too much"), (world.manager, "It is dear")):
        panel = await call(world, "edit", who, entry="new-bridge.cost")
        form = await press(world, panel, "group-main", who)
        await fill(world, form, {"title": words}, who)
    await call(world, "publish", world.manager, reason="Shorter")
    refused = await call(world, "preview")
    panel = await call(world, "draft")
    added = await fill(
        world, await press(world, panel, "add-phrasings"),
        {"entry": "new-bridge", "phrasings": "the plan, please"},
    )  # fmt: skip

    for seen in (refused, added):
        assert say("knowledge-rebase", "en") in world.words(seen)
        assert "It costs too much" in world.words(seen)
        assert "It is dear" in world.words(seen)
    assert "the plan, please" in world.words(added)


async def test_what_breaks_a_must_is_refused(world: World) -> None:
    panel = await call(world, "edit", entry="new-bridge.cost")
    form = await press(world, panel, "add-test")
    await fill(world, form, {"ask": "what about the birds", "must": ["must"]})
    seen = await call(world, "preview")
    looked = await call(world, "publish", reason="I want it so")

    for each in (seen, looked):
        assert say("preview-refused", "en") in world.words(each)
        assert "“what about the birds” must get new-bridge.cost" in world.words(each)
        assert not {say("publish", "en"), say("publish-confirm", "en")} & {*world.labels(each)}
    assert len(repository(world).history()) == 1


async def test_edits_that_nobody_committed_are_named(world: World) -> None:
    panel = await add_boats(world)
    file = repository(world).folder / "facts.yaml"
    file.write_text(file.read_text() + "# mine\n")
    form = await press(world, panel, "publish")
    refused = await fill(world, form, {"reason": REASON})

    assert say("knowledge-not-published", "en") in world.words(refused)
    assert "facts.yaml" in world.words(refused)
    # What was typed is not lost.
    assert REASON in world.words(refused)
    assert len(await drafted(world)) == 4


async def test_progress_is_told_while_long_work_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    # The simulator's clock stands still while a thread works, so this is without it.
    monkeypatch.setattr(progressing, "_TICK", 0.001)
    interaction = create_autospec(discord.Interaction, instance=True)
    told: list[str] = []
    heard = asyncio.Event()

    async def edit(*, view: discord.ui.LayoutView) -> None:
        told.append(str(view.to_components()))  # type: ignore[no-untyped-call]
        if say("working", "en", done=3, total=9) in told[-1]:
            heard.set()
        # Discord may be unreachable for a moment; the work goes on.
        raise ConnectionResetError

    interaction.edit_original_response.side_effect = edit

    async def work(bar: Progress) -> str:
        await asyncio.sleep(0.02)
        await asyncio.to_thread(bar, 3, 9)
        await heard.wait()
        return "done"

    assert await progressing.ticking(interaction, "en", work) == "done"
    assert say("working-start", "en") in told[0]


async def test_a_long_preview_fits_a_message(world: World) -> None:
    for n in range(6):
        words = [f"very long question number {n} {k} " + "about it " * 25 for k in range(12)]
        form = await call(world, "phrase", entry="new-bridge.cost")
        await fill(world, form, {"phrasings": "\n".join(words)[:3_990]})
    seen = await call(world, "preview")

    assert len(world.words(seen)) < 4_000
    assert say("preview-file", "en") in world.words(seen)
    [file] = attached(world, seen)
    assert file.count("very long question") >= 2 * 72


# The two-person rule


async def press_count(world: World, seen: InteractionResult, count: int) -> InteractionResult:
    """Have the manager press the button of somebody else's draft that waits."""
    return await world.click(world.manager, seen, say("draft-of-other", "en", count=count))


class TestTwoPeople:
    """Whoever wrote a change does not publish it."""

    @pytest.fixture
    def settings(self, tmp_path: Path) -> Settings:
        """Return settings with the rule."""
        return Settings(
            knowledge=tmp_path / "unused", data=tmp_path / "data", discord_user_limit=0,
            discord_channel_limit=0, two_person_rule=True,
        )  # fmt: skip

    async def test_another_moderator_looks_and_publishes(self, world: World) -> None:
        await add_boats(world)
        seen = await call(world, "preview")
        assert say("publish", "en") not in world.labels(seen)
        form = await press(world, seen, "ask-approval")
        waits = await fill(world, form, {"reason": REASON})
        [told] = office(world)
        looked = await press(world, world.office.history()[-1], "look-at-it", world.manager)
        form = await press(world, looked, "publish", world.manager)
        assert prefilled(form) == {"reason": REASON}
        done = await fill(world, form, {}, world.manager)

        assert world.words(waits) == say("asked-approval", "en")
        assert say("office-waiting", "en", name="x", count=4).split("x", 1)[1] in told
        assert REASON in told
        assert BOATS["title"] in world.words(looked)
        assert say("published", "en") in world.words(done)
        assert NEW in world.bot.service.release.entries

    async def test_own_work_is_not_published(self, world: World) -> None:
        panel = await add_boats(world)
        form = await press(world, panel, "ask-approval")
        await fill(world, form, {"reason": REASON})
        looked = await press(world, world.office.history()[-1], "look-at-it")
        asked = await call(world, "publish", reason=REASON)

        assert say("publish", "en") not in world.labels(looked)
        assert world.words(asked) == say("asked-approval", "en")
        assert len(repository(world).history()) == 1

    async def test_without_an_office_the_draft_is_found_all_the_same(self, world: World) -> None:
        home = world.bot.places.home("bridge")
        assert home is not None
        await world.bot.places.save_home(replace(home, moderator_channel=None))
        panel = await add_boats(world)
        waits = await fill(world, await press(world, panel, "ask-approval"), {"reason": REASON})
        other = await call(world, "draft", world.manager)
        looked = await press_count(world, other, 4)

        assert world.words(waits) == say("asked-approval-unheard", "en")
        assert BOATS["title"] in world.words(looked)
        assert say("publish", "en") in world.labels(looked)

    async def test_a_change_takes_the_request_back(self, world: World) -> None:
        panel = await add_boats(world)
        form = await press(world, panel, "ask-approval")
        await fill(world, form, {"reason": REASON})
        looked = await press(world, world.office.history()[-1], "look-at-it", world.manager)
        other = await call(world, "draft", world.manager)
        await choose(world, await call(world, "draft"), "4. Expect")
        form = await press(world, looked, "publish", world.manager)
        late = await press(world, world.office.history()[-1], "look-at-it", world.manager)

        assert say("draft-of-other", "en", count=4) in world.labels(other)
        assert world.words(form) == say("knowledge-stale", "en")
        assert world.words(late) == say("knowledge-stale", "en")


# At once, and back


async def test_withdrawn_is_out_of_answers_and_comes_back(world: World) -> None:
    birds = "what about the birds"
    before = world.words(await world.mention(world.ada, birds))
    gone = await call(
        world, "withdraw", entry="new-bridge.herons", reason="The survey was retracted"
    )
    without = world.words(await world.mention(world.ada, birds))
    twice = await call(world, "withdraw", entry="new-bridge.herons", reason="Once more, please")
    choices = await world.moderator.autocomplete(
        world.channel, "knowledge withdraw", "entry", "heron", back=True
    )
    back = await call(
        world, "withdraw", entry=choices[0]["value"], reason="It was mended", back=True
    )
    after = world.words(await world.mention(world.ada, birds))

    assert "Herons nest" in before
    assert "Herons nest" not in without
    assert before.split("\n")[:2] == after.split("\n")[:2]
    assert "new-bridge.herons" in world.words(gone)
    assert "would the birds suffer" in world.words(gone)  # its expectation went with it
    assert say("knowledge-cannot", "en") in world.words(twice)
    assert say("restored", "en", entry="new-bridge.herons") in world.words(back)
    first, second = office(world)
    assert "The survey was retracted" in first
    assert "It was mended" in second


async def test_history_shows_a_publish_and_undo_takes_it_back(world: World) -> None:
    await publish_boats(world)
    listed = await call(world, "history")
    commit = await choose(world, listed, REASON)
    seen = await press(world, commit, "undo")
    form = await press(world, seen, "publish")
    assert prefilled(form) == {"reason": f"{say('undo', 'en')}: {REASON}"}
    done = await fill(world, form, {})
    asked = await world.mention(world.ada, ROWERS)

    assert REASON in world.words(listed)
    assert "```diff" in world.words(commit)
    assert "Undo " in world.words(seen)
    assert say("published", "en") in world.words(done)
    assert BOATS["text"] not in world.words(asked)
    first = repository(world).history()[-1].id
    contents = repository(world).contents
    assert dict(contents(first)) == dict(contents(repository(world).head().id))
    assert len(office(world)) == 2


async def test_history_of_an_entry_and_of_nothing(world: World) -> None:
    await publish_boats(world)
    form = await call(world, "phrase", entry="mill-race")
    await fill(world, form, {"phrasings": "that ditch by the mill"})
    await call(world, "publish", reason="Asked at the market")
    of_entry = await call(world, "history", entry=NEW)
    nothing = await call(world, "history", entry="zeppelins")

    assert REASON in world.words(of_entry)
    assert "Asked at the market" not in world.words(of_entry)
    assert world.words(nothing) == say("history-none", "en")


async def test_undo_finds_commits_by_their_reason_and_knows_no_others(world: World) -> None:
    await publish_boats(world)
    choices = await world.moderator.autocomplete(
        world.channel, "knowledge undo", "publish", "rowers"
    )
    seen = await call(world, "undo", publish=choices[0]["value"][:9])
    unknown = await call(world, "undo", publish="0123456789")
    first = await call(world, "undo", publish=repository(world).history()[-1].id)

    assert REASON in choices[0]["name"]
    assert say("publish", "en") in world.labels(seen)
    assert world.words(unknown) == say("history-unknown", "en")
    assert say("knowledge-cannot", "en") in world.words(first)


async def test_what_others_built_upon_cannot_be_undone(world: World) -> None:
    await publish_boats(world)
    panel = await call(world, "edit", entry=NEW)
    form = await press(world, panel, "group-main")
    await fill(world, form, {"title": "Boats cannot pass"})
    await call(world, "publish", reason="Clearer")
    target = repository(world).history()[1].id
    refused = await call(world, "undo", publish=target)

    assert say("knowledge-cannot", "en") in world.words(refused)
    assert "Clearer" in world.words(refused) or "proposals/new-bridge.yaml" in world.words(refused)


async def test_histories_have_pages(world: World) -> None:
    for n in range(11):
        form = await call(world, "phrase", entry="mill-race")
        await fill(world, form, {"phrasings": f"that ditch number {n}"})
        await call(world, "publish", reason=f"Ditch {n}")
    first = await call(world, "history")
    older = await world.click(world.moderator, first, f"{say('next', 'en')} ▶")

    assert "Ditch 10" in world.words(first) or "Ditch 0" in world.words(older)
    assert "Ditch 0" in world.words(older)
    back = await world.click(world.moderator, older, f"◀ {say('back', 'en')}")
    assert "Ditch 10" in world.words(back)


async def test_check_tells_findings_and_expectations(world: World) -> None:
    seen = await call(world, "check")

    words = world.words(seen)
    assert world.bot.service.release.id in words
    assert say("check-expectations", "en", passed=4, count=5) in words
    [file] = attached(world, seen)
    assert "not met: " in file
