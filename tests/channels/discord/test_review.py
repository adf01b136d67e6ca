"""From a gap to its answer in chat alone: asked, reviewed, drafted, published, told, answered."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from bot.channels.discord.words import say
from bot.curation.operations import AddEntry, AddExpectation, AddPhrasing
from bot.querylog.review_records import Verdict
from tests.certain import answered_from

from .editing import call, choose, fill, inputs, kept_topic
from .keeping import form_options, form_text, service
from .reviewing import SNOW, ask_all, core, drafted, has, press, review
from .test_suggest_telling import heard
from .world import World

__all__ = ["kept_topic", "service"]

SUE = "can I sue the council over the bridge"
SHOVELS: dict[str, Any] = {
    "question": "Is the bridge kept free in the cold months?",
    "answer": "The volunteers share the shovels; the council salts the ramps.",
    "sources": "gazette, p. 4",
    "phrasings": "who shovels the bridge free when it has snowed\nsnow clearing\nwinter service",
}


async def verdicts(world: World) -> dict[Verdict, int]:
    """Return how many queries have each verdict."""
    items = await core(world).items(status="judged")
    found: dict[Verdict, int] = {}
    for item in items:
        assert item.verdict is not None
        found[item.verdict.verdict] = found.get(item.verdict.verdict, 0) + 1
    return found


async def test_what_three_people_missed_is_answered_and_one_is_told(world: World) -> None:
    asked = await ask_all(world)
    assert all(say("await-tell", "en") in world.labels(each) for each in asked)
    kept = await press(world, asked[0], "await-tell", world.ada)
    assert kept.ephemeral
    assert has(world, kept, "await-kept")

    shown = await review(world)
    assert shown.ephemeral
    assert has(world, shown, "review-people", people=3)
    assert has(world, shown, "review-questions", questions=3)
    assert all(words in world.words(shown) for words in SNOW)

    what = await press(world, shown, "review-gap")
    form = await choose(world, what, say("kind-faq", "en"))
    assert any(words in form_text(form) for words in SNOW)
    after = await fill(world, form, SHOVELS)
    [added, *phrasings] = await drafted(world)
    assert isinstance(added, AddEntry)
    assert has(world, after, "review-drafted", entry=added.fields["id"])
    assert has(world, after, "review-empty")
    assert len(phrasings) == 3
    assert await verdicts(world) == {"gap": 3}

    published = await call(world, "publish", reason="People asked for it")
    assert "shovels" not in world.words(published) or published.ephemeral
    again = await world.mention(world.bo, SNOW[1])
    assert "share the shovels" in world.words(again)

    await core(world).refresh()
    await world.env.advance_time(600)
    [told] = heard(world, world.ada.user)
    assert SNOW[0] in told
    now = say("await-now", "en", title=SHOVELS["question"])
    assert now in told
    assert heard(world, world.bo.user) == heard(world, world.cy.user) == []
    message = world.ada.user.dm_channel.history()[-1]
    read = await world.click(world.ada.user, message, say("told-read", "en"))
    assert "share the shovels" in world.words(read)
    await core(world).refresh()
    await world.env.advance_time(600)
    assert [now in each for each in heard(world, world.ada.user)] == [True, False]
    assert has(world, await review(world), "review-empty")
    assert (await core(world).counts()).open_items == 0


# Verdicts


async def test_wrong_names_the_entry_and_drafts_a_way_of_asking(world: World) -> None:
    await ask_all(world)
    form = await press(world, await review(world), "review-wrong")
    assert any(words in form_text(form) for words in SNOW)
    assert "new-bridge.cost" in form_options(form, "entry")
    given = {
        "entry": ["new-bridge.cost"], "words": "winter upkeep of the crossing",
        "test": "what will upkeep come to when it freezes",
    }  # fmt: skip
    after = await fill(world, form, given)
    phrasing, test = await drafted(world)
    assert isinstance(phrasing, AddPhrasing)
    assert (phrasing.entry, phrasing.text) == ("new-bridge.cost", given["words"])
    assert isinstance(test, AddExpectation)
    assert (test.ask, test.expect) == (given["test"], ("new-bridge.cost",))
    assert has(world, after, "review-drafted", entry="new-bridge.cost")
    assert say("review-draft", "en", count=2) in world.labels(after)
    [item, *_] = await core(world).items(status="judged")
    assert item.verdict is not None
    assert (item.verdict.verdict, item.verdict.entry) == ("wrong", "new-bridge.cost")


async def test_wrong_without_words_is_a_verdict_alone_and_a_test_may_stand_alone(
    world: World,
) -> None:
    await ask_all(world)
    form = await press(world, await review(world), "review-wrong")
    await fill(world, form, {"entry": ["-"], "id": "Estimated cost"})
    assert await drafted(world) == []
    assert await verdicts(world) == {"wrong": 3}
    await press(world, await review(world), "review-draw")
    asked = "what will it come to in crowns"
    answered_from(world.bot.service, asked)
    await world.mention(world.ada, asked)
    shown = await review(world, "sample")
    form = await press(world, shown, "review-wrong")
    await fill(world, form, {"entry": ["bridge-cost"], "test": "its total in crowns"})
    [test] = await drafted(world)
    assert isinstance(test, AddExpectation)


async def test_copied_words_are_refused_and_given_back(world: World) -> None:
    await ask_all(world)
    form = await press(world, await review(world), "review-wrong")
    refused = await fill(world, form, {"entry": ["new-bridge.cost"], "words": SNOW[2]})
    assert has(world, refused, "suggest-verbatim")
    assert SNOW[2] in world.words(refused)
    assert await drafted(world) == []
    assert await verdicts(world) == {}
    again = await press(world, refused, "knowledge-retry")
    assert {field["custom_id"]: field.get("value") for field in inputs(again)}["words"] == SNOW[2]
    after = await fill(world, again, {"words": "winter upkeep of the crossing"})
    assert has(world, after, "review-drafted", entry="new-bridge.cost")


async def test_copies_in_a_new_entry_are_refused_and_given_back(world: World) -> None:
    await ask_all(world)
    what = await press(world, await review(world), "review-gap")
    form = await choose(world, what, say("kind-faq", "en"))
    refused = await fill(world, form, {**SHOVELS, "phrasings": f"winter service\n{SNOW[1]}"})
    assert has(world, refused, "suggest-verbatim")
    assert await drafted(world) == []
    again = await press(world, refused, "knowledge-retry")
    assert any(words in form_text(again) for words in SNOW)
    after = await fill(world, again, {"phrasings": SHOVELS["phrasings"]})
    assert has(world, after, "review-judged", verdict="Gap", questions="3 questions")


async def test_no_entry_or_an_unknown_one_is_asked_for_again(world: World) -> None:
    await ask_all(world)
    form = await press(world, await review(world), "review-wrong")
    refused = await fill(world, form, {"entry": ["-"], "words": "winter upkeep"})
    assert has(world, refused, "merge-which")
    form = await press(world, refused, "knowledge-retry")
    refused = await fill(world, form, {"id": "xyzzy"})
    assert has(world, refused, "no-such-entry")
    assert "winter upkeep" in world.words(refused)
    assert await verdicts(world) == {}


@pytest.mark.parametrize("verdict", ["right", "out-of-scope", "abuse", "ignore"])
async def test_plain_verdicts_go_on_at_once_and_can_be_taken_back(
    world: World, verdict: str
) -> None:
    await ask_all(world)
    shown = await review(world)
    after = await press(world, shown, f"review-{verdict}")
    said = say(f"review-{verdict}", "en")
    assert has(world, after, "review-judged", verdict=said, questions="3 questions")
    assert has(world, after, "review-empty")
    assert await verdicts(world) == {verdict.replace("-", "_"): 3}
    back = await press(world, after, "review-undo")
    assert has(world, back, "review-undone")
    assert has(world, back, "review-people", people=3)
    assert await verdicts(world) == {}


async def test_only_ones_own_verdict_is_taken_back(world: World) -> None:
    await ask_all(world)
    mine = await press(world, await review(world), "review-ignore")
    [item, *_] = await core(world).items(status="judged")
    await core(world).take_back("discord:1", channel="web", cluster=item.cluster_id)
    await press(world, await review(world, who=world.manager), "review-ignore", world.manager)
    back = await press(world, mine, "review-undo")
    assert has(world, back, "review-undo-none")
    assert await verdicts(world) == {"ignore": 3}


async def test_only_noting_a_gap_needs_no_form(world: World) -> None:
    await ask_all(world)
    what = await press(world, await review(world), "review-gap")
    await press(world, what, "review-only-gap")
    assert await verdicts(world) == {"gap": 3}
    assert await drafted(world) == []


async def test_gap_under_an_entry_that_no_menu_offers(world: World) -> None:
    await ask_all(world)
    what = await press(world, await review(world), "review-gap")
    form = await choose(world, what, say("review-elsewhere", "en"))
    refused = await fill(world, form, {"kind": ["response"], "parent": "xyzzy"})
    assert "xyzzy" in world.words(refused)
    form = await choose(world, what, say("review-elsewhere", "en"))
    ready = await fill(world, form, {"kind": ["response"], "parent": "It disturbs the herons"})
    form = await press(world, ready, "review-form")
    await fill(
        world, form,
        {"text": "Herons stay away in the cold months.", "sources": "gazette, p. 9"},
    )  # fmt: skip
    [added] = await drafted(world)
    assert isinstance(added, AddEntry)
    assert (added.kind, added.parent) == ("response", "new-bridge.herons")
    assert await verdicts(world) == {"gap": 3}


async def test_whoever_comes_second_is_told_kindly(world: World) -> None:
    await ask_all(world)
    mine, theirs = await review(world), await review(world, who=world.manager)
    form = await press(world, mine, "review-wrong")
    await press(world, theirs, "review-out-of-scope", world.manager)
    late = await press(world, mine, "review-right")
    assert has(world, late, "review-stale")
    assert has(world, late, "review-empty")
    # What was written is not lost with the verdict.
    late = await fill(world, form, {"entry": ["new-bridge.cost"], "words": "winter upkeep"})
    assert has(world, late, "review-stale")
    assert len(await drafted(world)) == 1
    assert await verdicts(world) == {"out_of_scope": 3}


async def test_what_joined_meanwhile_is_decided_with_the_rest(world: World) -> None:
    await ask_all(world, SNOW[:2])
    shown = await review(world)
    await world.mention(world.cy, SNOW[2])
    await world.rows()
    await core(world).refresh()
    after = await press(world, shown, "review-ignore")
    assert has(world, after, "review-judged", verdict="Ignore", questions="3 questions")


async def test_cluster_that_was_split_meanwhile_is_shown_again_as_it_is_now(world: World) -> None:
    await ask_all(world)
    shown = await review(world)
    [row] = await core(world).queue()
    [newest, *_] = await core(world).members(row.id)
    await core(world).split("discord:1", row.id, [newest.query.id], channel="web")
    late = await press(world, shown, "review-ignore")
    assert has(world, late, "review-stale")
    assert has(world, late, "review-people", people=2)
    assert await verdicts(world) == {}
    await press(world, late, "review-ignore")
    assert await verdicts(world) == {"ignore": 2}


async def test_what_was_deleted_is_gone_kindly(world: World) -> None:
    await ask_all(world, SNOW[:1])
    keys = ("review-ignore", "review-all", "review-gap", "review-wrong")
    shown = {key: await review(world) for key in keys}
    await world.bot.service.log.forget_person(f"discord:{world.ada.id}")
    for key, message in shown.items():
        assert has(world, await press(world, message, key), "review-gone"), key
    assert SNOW[0] not in world.words(await review(world))


# Going about


async def ask_of_two_things(world: World) -> None:
    """Have two different things asked, one of them by Ada alone."""
    await ask_all(world)
    await world.mention(world.ada, SUE)
    await world.rows()
    await core(world).refresh()


async def test_skip_goes_round(world: World) -> None:
    await ask_of_two_things(world)
    assert (await core(world).counts()).open_clusters == 2
    first = await review(world)
    assert has(world, first, "review-people", people=3)
    second = await press(world, first, "review-skip")
    assert SUE in world.words(second)
    third = await press(world, second, "review-skip")
    assert has(world, third, "review-again")
    assert has(world, third, "review-people", people=3)
    after = await press(world, third, "review-ignore")
    assert SUE in world.words(after)


async def test_all_questions_and_one_split_off(world: World) -> None:
    await ask_all(world)
    every = await press(world, await review(world), "review-all")
    assert all(words in world.words(every) for words in SNOW)
    labels = {option["label"][3:]: option["value"] for option in world.options(every)}
    refused = await world.select(world.moderator, every, *labels.values())
    assert has(world, refused, "review-split-none")
    done = await world.select(world.moderator, refused, labels[SNOW[2]])
    assert has(world, done, "review-split-done", questions="1 question")
    assert has(world, done, "review-people", people=2)
    assert (await core(world).counts()).open_clusters == 2


async def test_pages_of_questions(world: World) -> None:
    for number in range(10):
        await world.mention(world.ada if number % 2 else world.bo, SNOW[0])
    await world.rows()
    await core(world).refresh()
    every = await press(world, await review(world), "review-all")
    assert len(world.options(every)) == 8
    older = await press(world, every, "review-older")
    assert len(world.options(older)) == 2
    assert say("review-older", "en") not in world.labels(older)
    back = await world.click(world.moderator, older, f"◀ {say('back', 'en')}")
    assert has(world, back, "review-questions", questions=10)


async def test_list_is_filtered_and_judged_one_by_one(world: World) -> None:
    await ask_of_two_things(world)
    listed = await review(world, "list")
    assert all(words in world.words(listed) for words in (*SNOW, SUE))
    gaps = await choose(world, listed, say("review-reason-gap", "en"))
    assert SUE not in world.words(gaps)
    assert SNOW[0] in world.words(gaps)
    assert world.words(gaps) == world.words(await review(world, "list", reason="gap"))
    none = await review(world, "list", reason="reported")
    assert has(world, none, "review-list-empty")
    one = await choose(world, gaps, SNOW[1])
    assert SNOW[1] in world.words(one)
    after = await press(world, one, "review-ignore")
    assert has(world, after, "review-judged", verdict="Ignore", questions="1 question")
    assert SNOW[0] in world.words(after)
    back = await press(world, after, "review-undo")
    assert SNOW[1] in world.words(back)
    cluster = await press(world, back, "review-cluster")
    assert has(world, cluster, "review-questions", questions=3)


async def test_reports_are_shown_with_what_was_said(world: World) -> None:
    shown = await world.mention(world.ada, "what about the birds")
    why = await world.click(world.bo, shown, say("wrong", "en"))
    await world.select(world.bo, why, "outdated")
    await world.rows()
    await core(world).refresh()
    one = await choose(world, await review(world, "list"), "what about the birds")
    assert has(world, one, "review-said", what=say("wrong-outdated", "en"))
    read = await press(world, one, "review-read")
    assert "herons" in world.words(read)


async def test_only_draws_count_for_the_precision(world: World) -> None:
    await world.mention(world.ada, "what about the birds")
    await world.mention(world.ada, "who is going to pay for that bridge")
    await world.rows()
    shown = await review(world, "sample")
    assert has(world, shown, "review-sample-about")
    drawn = world.words(shown)
    other = await press(world, shown, "review-skip")
    assert world.words(other) != drawn
    after = await press(world, other, "review-right")
    assert has(world, after, "review-sample")
    last = await press(world, after, "review-right")
    assert has(world, last, "review-sample-none")
    precision = (await core(world).insights()).precision
    assert (precision.successes, precision.n) == (2, 2)
    back = await press(world, last, "review-undo")
    assert has(world, back, "review-sample-about")
    assert (await core(world).insights()).precision.n == 1


async def test_what_people_write_is_shown_as_it_stands(world: World) -> None:
    hostile = "who clears the **snow** from the [bridge](https://evil.example) @everyone in winter"
    await world.mention(world.ada, hostile)
    await world.rows()
    await core(world).refresh()
    shown = [world.words(await review(world)), world.words(await review(world, "list"))]
    assert any("snow" in words for words in shown)
    for words in shown:
        assert "**snow**" not in words
        # An address stays whole, but what stands before it is no link's text.
        assert re.search(r"(?<!\\)\]\(https", words) is None
        assert "@everyone" not in words


async def test_a_topic_that_cannot_be_changed_is_reviewed_too(world: World) -> None:
    home = world.bot.places.home("bridge")
    assert home is not None
    await world.bot.places.save_home(replace(home, topic="raft"))
    await world.bot.places.set_channels("raft", world.guild.id, {str(world.other.id)})
    asked = await world.mention(world.ada, "is the raft safe for children", world.other)
    await world.click(world.ada, asked, say("wrong", "en"))
    await world.rows()
    await world.bot.service.review("raft").refresh()
    shown = await review(world, topic="raft")
    assert "A raft" in world.words(shown) or has(world, shown, "review-empty")
