"""The proof: after all flows, nothing that any user wrote is in the repository."""

from __future__ import annotations

from bot.channels.discord.words import say

from .keeping import draft, kept_topic, objects, press, publish, queue, service, stored, suggest
from .world import World

__all__ = ["kept_topic", "service"]  # the fixtures of these tests

# Words of one user each; some are in no dictionary, so that a part of them would be found, too.
SAID = {
    "objection": "the quibblesome ferryman would lose his living, says my aunt Griselda",
    "reply": "one could hire the snorkeldine rower as the bridge's keeper, couldn't one",
    "source": "the wimplestock gazette had a whole page about it last spring",
    "phrasing": "yo who is gonna fork out the dosh for that plonkety thing",
    "other": "your date for the gribbleton survey is wrong by a year or so",
}
MESSAGE = "seriously now, who in the name of frobnitz pays for this crossing"
ODD = (
    "quibblesome",
    "griselda",
    "snorkeldine",
    "wimplestock",
    "plonkety",
    "gribbleton",
    "frobnitz",
)
FORM = {
    "title": "The ferry goes out of business",
    "text": "Who rows people across today would lose that income.",
    "sources": "common",
    "phrasings": "what about the rower",
}


async def test_no_word_of_any_user_is_in_the_repository(world: World) -> None:
    before = objects(world.bot.service)
    about = {"source": None, "other": None}
    for kind, words in SAID.items():
        await suggest(
            world, world.ada, words, kind=kind, about=about.get(kind, "new-bridge.cost"), tell=True
        )
    shown = await queue(world)
    objection = await press(world, shown, "queue-approve")
    # A copy is tried first, in the objection's form and in those of a phrasing.
    await world.moderator.submit_modal(objection, FORM | {"text": SAID["objection"]})
    objection = await press(world, shown, "queue-approve")
    await world.moderator.submit_modal(objection, FORM)
    shown = await world.click(world.moderator, shown, f"{say('next', 'en')} ▶")
    merge = {"entry": ["new-bridge.cost"], "id": "", "language": ["en"]}
    for words in (SAID["reply"], "could the rower become the keeper"):
        form = await press(world, shown, "queue-merge")
        await world.moderator.submit_modal(form, merge | {"words": words})
    said = await world.bo.send(world.channel, MESSAGE)
    for words in (MESSAGE, "is there money for it"):
        form = await world.moderator.context_menu(
            world.channel, say("menu-add-phrasing", "en"), said
        )
        await world.moderator.submit_modal(form, merge | {"words": words})
    for _ in range(3):
        shown = await world.click(world.moderator, shown, f"{say('next', 'en')} ▶")
    done = await press(world, shown, "queue-approve")
    await world.moderator.submit_modal(done, {"done": "The date was corrected."})
    assert (await draft(world)).suggestions == (1, 2)
    await publish(world)
    found = objects(world.bot.service)

    status = [row.status for row in await stored(world)]
    assert status == ["approved", "approved", "open", "open", "approved"]
    # What the moderator wrote is there, so what is looked through is what was written.
    for mine in ("would lose that income", "could the rower become", "is there money for it"):
        assert mine.encode() in found
    for odd in ODD:
        assert odd.encode() not in found.lower()
        assert odd.encode() not in before.lower()
    for text in (*SAID.values(), MESSAGE):
        assert text.encode() not in found
    for person in (world.ada, world.bo, world.moderator):
        assert str(person.id).encode() not in found
