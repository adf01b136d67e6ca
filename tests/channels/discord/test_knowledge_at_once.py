"""What is published or withdrawn is told to the others, and no reason has to be typed twice."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest

from bot.channels.discord import publishing, withdrawing
from bot.channels.discord.words import LANGUAGES, say
from bot.curation.news import Done, Handed
from bot.curation.repository import PublishError
from bot.querylog import LogUnavailable

from .editing import (
    add_boats,
    attached,
    call,
    fill,
    kept_topic,
    office,
    prefilled,
    press,
    repository,
)
from .keeping import draft as drafted
from .keeping import service
from .world import TOPIC, World

__all__ = ["kept_topic", "service"]

REASON = "The survey was *retracted*, and its author says so on the town's page"
HERONS = "new-bridge.herons"


async def test_an_entry_may_be_named_by_its_title_or_a_word_of_it(world: World) -> None:
    title = world.bot.service.release.entries[HERONS].title
    for typed in (f" {title.upper()} ", "disturbs"):
        seen = await call(world, "withdraw", entry=typed, reason=REASON)
        assert say("withdrawn", "en", entry=HERONS) in world.words(seen)
        assert HERONS not in world.bot.service.release.entries
        back = await call(world, "withdraw", entry=typed, reason=REASON, back=True)
        assert say("restored", "en", entry=HERONS) in world.words(back)
        assert HERONS in world.bot.service.release.entries


async def test_what_may_be_one_of_several_is_not_withdrawn(world: World) -> None:
    seen = await call(world, "withdraw", entry="new bridge", reason=REASON)

    assert say("knowledge-which", "en") in world.words(seen)
    assert f"`{HERONS}`" in world.words(seen)
    assert REASON in world.words(seen)
    assert len(repository(world).history()) == 1


@pytest.mark.parametrize("typed", ["zeppelins", "No such *thing*!", "x" * 200, "???"])
@pytest.mark.parametrize("back", [True, False])
async def test_what_is_not_there_is_refused_and_the_reason_comes_back(
    world: World, typed: str, back: bool
) -> None:
    seen = await call(world, "withdraw", entry=typed, reason=REASON, back=back)

    assert say("no-such-entry", "en") in world.words(seen)
    assert REASON in world.words(seen)
    assert office(world) == []


async def test_a_reason_comes_back_whole_when_withdrawing_fails(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = "_*word*_ " * 54 + "LAST"

    async def fail(*_: Any, **__: Any) -> None:
        raise PublishError("The disk is full.", hint="Make room.")

    curator = world.bot.service.moderation().curator
    monkeypatch.setattr(curator, "withdraw", fail)
    seen = await call(world, "withdraw", entry=HERONS, reason=long)

    assert "The disk is full." in world.words(seen)
    assert long in world.words(seen)


async def unheard(*_: Any, **__: Any) -> None:
    """Fail as an answer does whose token has expired on the way."""
    raise aiohttp.ClientConnectionError


async def test_the_others_hear_of_a_publish_that_its_maker_cannot_be_told_of(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add_boats(world)
    with monkeypatch.context() as patch:
        patch.setattr(publishing, "show", unheard)
        await call(world, "publish", reason="Rowers raised it")
    [told] = office(world)

    assert "Rowers raised it" in told
    assert len(repository(world).history()) == 2
    world.failures = {"platform"}


async def test_the_others_hear_of_a_withdrawal_that_its_maker_cannot_be_told_of(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(withdrawing, "show", unheard)
        await call(world, "withdraw", entry=HERONS, reason="It was retracted")
    [told] = office(world)

    assert "It was retracted" in told
    assert say("words-withdrawn", "en", entry=HERONS) in told.replace("\\", "")
    world.failures = {"platform"}


async def test_the_others_hear_of_what_was_done_on_the_web(world: World) -> None:
    """Publish, withdraw and hand over past Discord: the moderators' channel is told alike."""
    await add_boats(world)
    service = world.bot.service
    moderation = service.moderation(TOPIC)
    draft, user = await drafted(world), f"discord:{world.moderator.id}"
    service.tell(Handed(TOPIC, "Bea", draft))
    plan = await moderation.plan(draft)
    done = await moderation.publish(
        draft, plan, user=user, reason="Rowers raised it", confirmed=True
    )
    service.tell(Done.published(TOPIC, plan, done))
    taken = await moderation.curator.withdraw(HERONS, by="Bea", reason="It was retracted")
    service.tell(Done(TOPIC, "withdrawn", taken, entry=HERONS))
    for _ in range(1_000):
        if len(office(world)) == 3:
            break
        await asyncio.sleep(0.01)
    handed, published, gone = office(world)

    assert say("office-waiting", "en", name="Bea", count=len(draft.operations)) in handed
    assert "Rowers raised it" in published
    assert say("words-withdrawn", "en", entry=HERONS) in gone.replace("\\", "")

    await world.bot.close()
    assert service.listeners == []


async def test_a_reason_is_there_again_after_the_preview_that_has_to_be_seen(
    world: World,
) -> None:
    await world.mention(world.ada, "what is the bridge plan")
    panel = await add_boats(world)
    form = await press(world, panel, "publish")
    seen = await fill(world, form, {"reason": REASON})
    assert say("preview-look", "en") in world.words(seen)
    form = await press(world, seen, "publish-confirm")
    assert prefilled(form) == {"reason": REASON}
    # A reason given with the command counts for the next form, too.
    other = await call(world, "publish", reason="Another reason")
    form = await press(world, other, "publish-confirm")
    assert prefilled(form) == {"reason": "Another reason"}
    await fill(world, form, {})

    assert repository(world).head().reason == "Another reason"


async def test_a_reason_comes_back_whole_when_a_publish_is_refused(world: World) -> None:
    long = "_word_ " * 70 + "LAST"
    panel = await add_boats(world)
    file = repository(world).folder / "facts.yaml"
    file.write_text(file.read_text() + "# mine\n")
    form = await press(world, panel, "publish")
    by_form = await fill(world, form, {"reason": long})
    by_command = await call(world, "publish", reason=long)

    for seen in (by_form, by_command):
        assert "facts.yaml" in world.words(seen)
        assert long in world.words(seen)


async def test_a_reason_comes_back_when_there_is_no_draft_or_database(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = await call(world, "publish", reason=REASON)

    async def fail(*_: Any) -> None:
        raise LogUnavailable("no disk")

    with monkeypatch.context() as patch:
        patch.setattr(world.bot.service.log.drafts, "of", fail)
        down = await call(world, "publish", reason=REASON)

    assert say("draft-empty", "en") in world.words(empty)
    assert say("error-store", "en") in world.words(down)
    assert REASON in world.words(empty)
    assert REASON in world.words(down)


async def test_the_office_is_not_sent_to_a_file_that_is_not_there(world: World) -> None:
    asked = "\n".join(f"would the boats number {n} get through" for n in range(12))
    await add_boats(world, phrasings=asked)
    await call(world, "publish", reason="Rowers raised it")
    [told] = office(world)

    assert say("office-more", "en", count=6) in told
    assert "file" not in told
    assert say("look-at-it", "en") in say("office-more", "en", count=6)
    seen = await press(world, world.office.history()[-1], "look-at-it")
    shown = world.words(seen) + "".join(attached(world, seen))
    assert all(f"number {n} get" in shown for n in range(12))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_checks_are_in_ones_language(world: World, language: str) -> None:
    world.locales[world.moderator.id] = language
    [file] = attached(world, await call(world, "check"))
    start = say("check-unmet", language, ask="\0", wanted="", got="").split("\0")[0]

    assert start in file
    assert language == "en" or not {"not met", "expected", "below the floor"} & {
        words for words in ("not met", "expected", "below the floor") if words in file
    }


@pytest.mark.parametrize("language", ["ru", "uk"])
async def test_withdrawals_and_moves_are_in_ones_language(world: World, language: str) -> None:
    world.locales[world.moderator.id] = language
    panel = await call(world, "edit", entry=HERONS)
    form = await world.click(world.moderator, panel, say("move", language))
    seen = await fill(world, form, {"position": "700"})
    form = await world.click(world.moderator, seen, say("knowledge-retry", language))
    other = await fill(world, form, {"parent": "nowhere"})

    assert say("move-position", language, count=2) in world.words(seen)
    assert say("move-no-entry", language, entry="nowhere") in world.words(other)


async def test_a_check_waits_for_a_preview(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = world.bot.editing.one_by_one._lock
    taken: list[bool] = []
    examined = publishing_history().examined

    def seen(*given: Any) -> Any:
        taken.append(lock.locked())
        return examined(*given)

    monkeypatch.setattr(publishing_history(), "examined", seen)
    await call(world, "check")

    assert taken == [True]
    assert not lock.locked()


def publishing_history() -> Any:
    """Return the module that checks."""
    from bot.channels.discord import history  # noqa: PLC0415

    return history
