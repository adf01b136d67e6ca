"""What people write to do harm: nothing of it is repeated in public, nobody is pinged."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.discord.messages import question_text
from bot.channels.discord.words import say

from .world import World

MARK = "qzxq"
HOSTILE = {
    "mass mention": f"@everyone @here {MARK} what about the birds",
    "roles": f"<@&123456789012345678> {MARK} what about the birds",
    "masked link": f"[{MARK} what about the birds](https://evil.example/{MARK})",
    "spoiler": f"||{MARK}|| what about the birds ||{MARK}||",
    "fence": f"```py\n{MARK} what about the birds\n```",
    "open fence": f"what about the birds ``` {MARK} ```` **_~~||",
    "heading": f"# {MARK}\n-# what about the birds\n> {MARK}",
    "right to left": f"\u202e\u2066 {MARK} what about the birds \u2069\u200f",
    "zalgo": "w" + "\u0301\u0310\u035b" * 40 + f"hat about the birds {MARK}",
    "timestamps": f"<t:1700000000:R> {MARK} </ask:123456789012345678> what about the birds",
    "nul": f"\x00\x07{MARK} what about the birds\x1b[31m",
    "long": f"{MARK} what about the birds " * 60,
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_words_of_people_are_never_repeated_in_public(world: World, name: str) -> None:
    words = HOSTILE[name]
    await world.mention(world.ada, words)
    await world.ada.slash(world.channel, "ask", question=words[:2000])

    assert len(world.public()) == 2
    for said in world.public():
        assert MARK not in said
        assert "evil.example" not in said
        assert "@everyone" not in said
    for label in ("More", "Wrong or missing"):
        if label in world.labels(world.channel.history()[1]):
            result = await world.click(world.bo, world.channel.history()[1], label)
            assert MARK not in world.words(result)


async def test_message_of_four_thousand_characters_is_refused_in_a_sentence(world: World) -> None:
    world.longer = f"{MARK} birds " * 350
    reply = await world.mention(world.ada, "what about")

    assert reply is not None
    assert MARK not in world.words(reply)
    [row] = await world.rows()
    assert row.outcome == "out_of_scope"


async def test_only_emoji_are_no_question(world: World) -> None:
    reply = await world.mention(world.ada, "🔥🔥🔥 <a:burn:123456789012345678>")

    assert reply is not None
    [row] = await world.rows()
    assert row.outcome in {"out_of_scope", "gap"}


async def test_names_of_people_and_channels_do_not_get_into_answers(world: World) -> None:
    world.ada.user._user.name = "@everyone [free](https://evil.example)"
    world.ada.user._user.global_name = "||everyone||"
    reply = await world.mention(world.ada, "what about the birds")

    assert reply is not None
    assert "evil.example" not in world.words(reply)
    assert "||" not in world.words(reply)


async def test_forged_ids_do_nothing(world: World) -> None:
    reply = await world.mention(world.ada, "what about the birds")
    assert reply is not None
    stored = world.env.backend.get_message(reply.channel.id, reply.id)
    button = stored.components[0]["components"][1]["components"][0]
    good = button["custom_id"]
    for forged in (
        good.replace("rj1:o", "rj1:9"), good.replace(":17f2:", ":0000:"),
        good.replace("new-bridge.herons", "a" * 60), good.replace(":en:", ":xx:"),
    ):  # fmt: skip
        button["custom_id"] = forged
        await world.bo.click(reply, custom_id=forged)

    assert len(world.public()) == 1
    assert len(await world.rows()) == 1


async def test_question_that_looks_like_an_entry_of_another_kind_shows_no_more(
    world: World,
) -> None:
    result = await world.ada.slash(world.channel, "ask", question="legal-advice")

    assert "please ask a lawyer" in world.words(result)


async def test_refusal_of_a_wrong_topic_does_not_repeat_it(world: World) -> None:
    result = await world.ada.slash(world.channel, "ask", question="x", topic=f"@everyone {MARK}")

    assert world.words(result) == say("no-such-topic", "en")


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    before=st.text(alphabet=st.characters(exclude_characters="<>"), max_size=40),
    number=st.integers(10**17, 10**19),
    form=st.sampled_from(["<@{}>", "<@!{}>", "<@&{}>", "<#{}>", "</ask:{}>"]),
)
def test_no_mention_is_left_in_a_question(before: str, number: int, form: str) -> None:
    kept = question_text(before + form.format(number) + "why")

    assert str(number) not in kept
    assert kept.endswith("why")
