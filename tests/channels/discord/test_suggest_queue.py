"""``/suggestions``: the moderators' queue, what each button does, and what others did meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.channels.discord import queue as queue_module
from bot.channels.discord.bot import RejoinderBot
from bot.channels.discord.words import say
from bot.curation.operations import AddEntry

from .keeping import (
    draft,
    form_options,
    form_text,
    kept_topic,
    press,
    publish,
    queue,
    service,
    stored,
    suggest,
)
from .world import World

__all__ = ["kept_topic", "service"]  # the fixtures of these tests

WORDS = "nobody ever asked the ferryman what becomes of his living"
FORM = {
    "title": "The ferry goes out of business",
    "text": "Who rows people across today would lose that income.",
    "sources": "common",
    "phrasings": "what about the rower\nwill the ferry have to close",
}


async def test_queue_shows_one_at_a_time_oldest_first_and_goes_round(world: World) -> None:
    for number in range(3):
        await suggest(world, world.ada, f"suggestion of the number {number}", about="new-bridge")
    opened = seen = await queue(world)
    shown = [world.words(seen)]
    forth, back = f"{say('next', 'en')} ▶", f"◀ {say('back', 'en')}"
    for label in (forth, forth, forth, back):
        seen = await world.click(world.moderator, seen, label)
        shown.append(world.words(seen))

    assert [int(words.split("the number ")[1][0]) for words in shown] == [0, 1, 2, 0, 2]
    assert [words.split(" · ")[1][:5] for words in shown] == [
        "1 / 3", "2 / 3", "3 / 3", "1 / 3", "3 / 3",
    ]  # fmt: skip
    # One message that only the moderator sees, changed as they go.
    assert opened.ephemeral
    assert opened.response is not None
    assert seen.response is not None
    assert seen.response.id == opened.response.id


async def test_suggestion_is_shown_with_all_that_helps_to_decide(world: World) -> None:
    words = "the herons will leave their nests, say\n- the *birders*\n# <@123456789012345678>"
    await suggest(world, world.ada, words, about="new-bridge.cost", kind="reply")
    shown = world.words(await queue(world))

    assert say("suggest-kind-reply", "en") in shown
    assert "It is too expensive · `new-bridge.cost`" in shown
    assert (
        "> the herons will leave their nests, say\n> \\- the \\*birders\\*\n> \\# \\[user\\]"
        in shown
    )
    assert "123456789012345678" not in shown
    assert say("queue-near", "en") in shown
    assert "It disturbs the herons · `new-bridge.herons` · 0." in shown
    assert "<t:" in shown
    assert "ada" not in shown


async def test_suggestion_behind_many_others_is_opened_and_reached(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_module, "_QUEUED", 3)
    for number in range(8):
        await suggest(world, world.member(f"m{number}"), f"suggestion of the number {number}")
    notice = world.office.history()[-1]
    newest = await world.click(world.moderator, notice, say("queue-open", "en"))
    assert "suggestion of the number 7" in world.words(newest)
    assert say("queue-closed", "en") not in world.words(newest)
    seen = await queue(world)
    shown = []
    for _ in range(9):
        shown.append(int(world.words(seen).split("the number ")[1][0]))
        seen = await world.click(world.moderator, seen, f"{say('next', 'en')} ▶")

    assert shown == [*range(8), 0]


async def test_empty_queue_says_so(world: World) -> None:
    shown = await queue(world)

    assert world.words(shown) == say("queue-empty", "en")
    assert world.labels(shown) == []


async def test_approved_objection_goes_into_the_draft_and_counts_once_published(
    world: World,
) -> None:
    await suggest(world, world.ada, WORDS, about="new-bridge.cost")
    shown = await queue(world)
    form = await press(world, shown, "queue-approve")
    assert f"> {WORDS}" in form_text(form)
    assert form.modal is not None
    assert all("value" not in (c.get("component") or {}) for c in form.modal["components"])
    panel = await world.moderator.submit_modal(form, FORM)

    assert panel.ephemeral
    assert panel.response is not None
    assert shown.response is not None
    assert panel.response.id != shown.response.id
    now = await draft(world)
    assert now.suggestions == (1,)
    [added] = [each for each in now.operations if isinstance(each, AddEntry)]
    assert (added.kind, added.parent) == ("objection", "new-bridge")
    assert [row.status for row in await stored(world)] == ["open"]
    assert say("queue-drafted", "en") in world.words(await queue(world))
    await publish(world)
    assert [row.status for row in await stored(world)] == ["approved"]
    answer = await world.bo.slash(world.channel, "ask", question="will the ferry have to close")
    assert "would lose that income" in world.words(answer)


@pytest.mark.parametrize(
    ("kind", "about", "wanted"),
    [
        ("reply", "new-bridge.cost", ("response", "new-bridge.cost")),
        ("reply", "new-bridge.cost.1", ("counter", "new-bridge.cost.1")),
        ("reply", "new-bridge.cost.c1", ("counter", "new-bridge.cost.c1")),
        ("objection", "new-bridge.herons.1", ("objection", "new-bridge")),
    ],
)
async def test_form_is_for_what_the_suggestion_is_about(
    world: World, kind: str, about: str, wanted: tuple[str, str]
) -> None:
    await suggest(world, world.ada, WORDS, kind=kind, about=about)
    form = await press(world, await queue(world), "queue-approve")
    given = FORM if kind == "objection" else {k: v for k, v in FORM.items() if k != "title"}
    await world.moderator.submit_modal(form, given)

    [added, *_] = (await draft(world)).operations
    assert (added.kind, added.parent) == wanted


async def test_better_source_opens_the_form_for_a_source(world: World) -> None:
    await suggest(world, world.ada, WORDS, kind="source", link="https://example.org/paper")
    form = await press(world, await queue(world), "queue-approve")
    assert "https://example.org/paper" in form_text(form)
    given = {"title": "The ferry report", "url": "https://example.org/paper"}
    await world.moderator.submit_modal(form, given)

    [added] = (await draft(world)).operations
    assert (added.kind, added.fields["url"]) == ("source", "https://example.org/paper")


@pytest.mark.parametrize(
    ("kind", "about"), [("objection", None), ("reply", None), ("objection", "bridge-cost"),
                        ("reply", "new-bridge")],
)  # fmt: skip
async def test_where_it_belongs_must_be_said_first(
    world: World, kind: str, about: str | None
) -> None:
    await suggest(world, world.ada, WORDS, kind=kind, about=about)
    shown = await queue(world)
    refused = await press(world, shown, "queue-approve")
    assert refused.modal is None
    assert world.words(refused) == say("queue-needs-entry", "en")
    form = await press(world, shown, "queue-edit")
    edited = await world.moderator.submit_modal(
        form, {"kind": ["reply"], "entry": ["-"], "id": "new-bridge.herons"}
    )
    assert say("queue-edited", "en") in world.words(edited)
    assert "`new-bridge.herons`" in world.words(edited)
    opened = await press(world, edited, "queue-approve")

    assert opened.modal is not None
    [row] = await stored(world)
    assert (row.kind, row.entry) == ("reply", "new-bridge.herons")


async def test_edit_offers_what_it_may_be_about_and_takes_nothing_unknown(world: World) -> None:
    await suggest(world, world.ada, "the herons will leave their nests", about="new-bridge")
    shown = await queue(world)
    form = await press(world, shown, "queue-edit")
    assert form_options(form, "entry")[:2] == ["new-bridge", "new-bridge.herons"]
    refused = await world.moderator.submit_modal(
        form, {"kind": ["objection"], "entry": ["new-bridge"], "id": "no.such"}
    )
    assert refused.ephemeral
    assert "no.such" in world.words(refused)
    form = await press(world, shown, "queue-edit")
    await world.moderator.submit_modal(form, {"kind": ["other"], "entry": ["-"], "id": ""})

    [row] = await stored(world)
    assert (row.kind, row.entry) == ("other", None)


async def test_something_else_is_approved_by_saying_what_was_done(world: World) -> None:
    await suggest(world, world.ada, WORDS, kind="other")
    form = await press(world, await queue(world), "queue-approve")
    assert WORDS in form_text(form)
    done = await world.moderator.submit_modal(form, {"done": "The date was corrected."})

    assert say("queue-approved", "en", number=1) in world.words(done)
    assert say("queue-empty", "en") in world.words(done)
    [row] = await stored(world)
    assert (row.status, row.decision_reason) == ("approved", "The date was corrected.")


async def test_rejection_needs_a_reason_and_shows_the_next(world: World) -> None:
    await suggest(world, world.ada, WORDS)
    await suggest(world, world.bo, "another thing that is missing here")
    shown = await queue(world)
    blank = await world.moderator.submit_modal(
        await press(world, shown, "queue-reject"), {"reason": "    "}
    )
    assert blank.ephemeral
    assert [row.status for row in await stored(world)] == ["open", "open"]
    form = await press(world, shown, "queue-reject")
    done = await world.moderator.submit_modal(form, {"reason": "It is there already."})

    assert say("queue-rejected", "en", number=1) in world.words(done)
    assert "another thing that is missing" in world.words(done)
    assert "1 / 1" in world.words(done)
    rows = await stored(world)
    assert [row.status for row in rows] == ["rejected", "open"]
    assert rows[0].decision_reason == "It is there already."


async def test_somebody_else_was_quicker(world: World) -> None:
    await suggest(world, world.ada, WORDS)
    await suggest(world, world.bo, "another thing that is missing here")
    mine, theirs = await queue(world), await queue(world, world.manager)
    late = await press(world, mine, "queue-reject")
    form = await world.click(world.manager, theirs, say("queue-reject", "en"))
    await world.manager.submit_modal(form, {"reason": "It is there already."})
    closed = await press(world, mine, "queue-approve")
    assert closed.modal is None
    submitted = await world.moderator.submit_modal(late, {"reason": "I think otherwise."})

    for seen in (closed, submitted):
        assert say("queue-closed", "en") in world.words(seen)
        assert "another thing that is missing here" in world.words(seen)
    assert (await stored(world))[0].decision_reason == "It is there already."


async def test_forgotten_while_somebody_looks_at_it(world: World) -> None:
    await suggest(world, world.ada, WORDS, kind="phrasing", about="new-bridge.cost", tell=True)
    shown = await queue(world)
    reject = await press(world, shown, "queue-reject")
    edit = await press(world, shown, "queue-edit")
    merge = await press(world, shown, "queue-merge")
    opened = await world.ada.slash(world.channel, "privacy")
    sure = await world.click(world.ada, opened, say("forget", "en"))
    await world.click(world.ada, sure, say("forget-yes", "en"))
    merged = await world.moderator.submit_modal(
        merge,
        {"entry": ["new-bridge.cost"], "id": "", "language": ["en"], "words": "who pays the rower"},
    )
    rejected = await world.moderator.submit_modal(reject, {"reason": "It is there already."})
    edited = await world.moderator.submit_modal(edit, {"kind": ["other"], "entry": ["-"], "id": ""})

    assert say("knowledge-stale", "en") in world.words(merged)
    assert "who pays the rower" in world.words(merged)
    for seen in (rejected, edited):
        assert say("queue-gone", "en") in world.words(seen)
    assert (await draft(world)).operations == ()


async def test_button_of_a_forgotten_suggestion_says_that_it_is_gone(world: World) -> None:
    await suggest(world, world.ada, WORDS)
    shown = await queue(world)
    await world.bot.service.log.forget_person(f"discord:{world.ada.id}")
    gone = await press(world, shown, "queue-approve")

    assert say("queue-gone", "en") in world.words(gone)
    assert say("queue-empty", "en") in world.words(gone)


async def test_under_the_two_person_rule_nobody_decides_on_their_own(world: World) -> None:
    world.bot.service.moderation("bridge").two_people = True
    await suggest(world, world.moderator, WORDS, kind="other")
    form = await press(world, await queue(world), "queue-approve")
    refused = await world.moderator.submit_modal(form, {"done": "I did it myself."})
    assert say("queue-own", "en") in world.words(refused)
    assert [row.status for row in await stored(world)] == ["open"]
    theirs = await queue(world, world.manager)
    form = await world.click(world.manager, theirs, say("queue-approve", "en"))
    await world.manager.submit_modal(form, {"done": "It was done."})

    assert [row.status for row in await stored(world)] == ["approved"]


async def test_topic_without_a_repository_says_so_before_anybody_writes(
    world: World, new_bot: Callable[[], RejoinderBot]
) -> None:
    home = world.bot.places.home("bridge")
    assert home is not None
    await world.bot.places.save_home(type(home)(**{**_fields(home), "topic": "raft"}))
    opened = await world.ada.slash(world.channel, "suggest", topic="raft")
    await world.ada.submit_modal(opened, {"kind": ["phrasing"], "words": WORDS})
    shown = await world.moderator.slash(world.channel, "suggestions", topic="raft")
    refused = await press(world, shown, "queue-approve")
    form = await press(world, shown, "queue-reject")
    done = await world.moderator.submit_modal(form, {"reason": "It is there already."})

    assert refused.modal is None
    assert "This topic cannot be changed here" in world.words(refused)
    assert say("queue-rejected", "en", number=1) in world.words(done)


def _fields(home: Any) -> dict[str, Any]:
    return {name: getattr(home, name) for name in home.__dataclass_fields__}


async def test_queue_and_its_forms_outlive_a_restart(
    world: World, new_bot: Callable[[], RejoinderBot]
) -> None:
    await suggest(world, world.ada, WORDS, about="new-bridge.cost", kind="phrasing")
    shown = await queue(world)
    form = await press(world, shown, "queue-merge")
    await world.restart(new_bot())
    await world.moderator.submit_modal(
        form,
        {"entry": ["new-bridge.cost"], "id": "", "language": ["en"], "words": "who pays the rower"},
    )
    reject = await press(world, shown, "queue-reject")

    assert (await draft(world)).suggestions == (1,)
    assert reject.modal is not None


@pytest.mark.parametrize("locale", ["ru", "uk"])
async def test_queue_speaks_the_moderators_language(world: World, locale: str) -> None:
    world.locales[world.moderator.id] = locale
    await suggest(world, world.ada, WORDS, about="new-bridge", kind="phrasing")
    shown = await queue(world)
    form = await world.click(world.moderator, shown, say("queue-merge", locale))
    edit = await world.click(world.moderator, shown, say("queue-edit", locale))

    assert say("suggest-kind-phrasing", locale) in world.words(shown)
    for modal in (form.modal, edit.modal):
        assert modal is not None
        assert all(len(c.get("label", "")) <= 45 for c in modal["components"])


async def test_text_full_of_signs_fits_into_message_and_forms(world: World) -> None:
    await suggest(world, world.ada, "*_~`|" * 300, kind="reply", about="new-bridge.cost")
    shown = await queue(world)

    assert "\\*\\_\\~\\`\\|" in world.words(shown)
    for key in ("queue-approve", "queue-merge", "queue-edit", "queue-reject"):
        assert form_text(await press(world, shown, key)).endswith("…")


async def test_entry_that_it_is_about_is_not_called_a_likeness_of_it(world: World) -> None:
    done = await suggest(
        world, world.ada, "the herons will leave their nests", about="new-bridge.herons"
    )
    shown = await queue(world)

    assert not any("It disturbs the herons" in label for label in world.labels(done))
    assert world.words(shown).count("new-bridge.herons`") == 1
