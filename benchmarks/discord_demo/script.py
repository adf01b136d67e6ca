"""What is played: who does what, and what must come of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from pathlib import Path

from benchmarks.discord_double import Channel, Double, Exchange, Message, Person
from bot.querylog import QueryRow
from bot.service import Service

from .screen import Screen, picture_size

TOPIC = "million-carrots"
PAYING = "cash-desertion"
OBJECTIONS, WRONG = "Objections and replies", "Wrong or missing"


class UnexpectedError(Exception):
    """Report that the bot did something else than the script says."""


def expect(holds: object, what: str, *, instead: object = None) -> None:
    """Raise UnexpectedError unless something holds."""
    if not holds:
        raise UnexpectedError(what if instead is None else f"{what}, but: {instead}")


class Play:
    """The conversation, scene by scene, in a server that has just added the bot."""

    def __init__(
        self, double: Double, service: Service, screen: Screen, pictures: Path | None
    ) -> None:
        self._double = double
        self._service = service
        self._screen = screen
        self._pictures = pictures
        guild = double.guild()
        self.debate = guild.channel("debate")
        self.moderators = guild.channel("moderators")
        self._role = guild.role("moderators")
        self._owner = guild.member("owner")
        self._alice = guild.member("Alice")
        self._bob = guild.member("Bob")
        self._carol = guild.member("Carol")
        self._mira = guild.member("Mira", locale="ru")

    async def all(self) -> None:
        """Play all scenes. Raises UnexpectedError, or NoAnswerError where no answer comes."""
        await self._set_up()
        first = await self._question()
        await self._follow_up(first)
        await self._behind(first)
        await self._clarified()
        gap = await self._unanswerable()
        await self._missing(gap)
        await self._boundary()
        await self._map()
        await self._russian()
        self._accepted()

    async def _set_up(self) -> None:
        self._screen.heading("The owner sets the bot up in the server")
        panel = await self._do(
            self._owner, self.moderators, "uses /setup",
            self._owner.slash(self.moderators, "setup"),
        )  # fmt: skip
        for menu, value, what in (
            ("Channels with public answers", self.debate.id, "#debate"),
            ("Moderator role", self._role.id, "@moderators"),
            ("Moderators' channel for alerts", self.moderators.id, "#moderators"),
        ):
            did = f"chooses {what} under “{menu}”"
            self._screen.did("owner", self.moderators, did)
            panel = await self._owner.choose(panel.answer, menu, str(value))
        self._screen.showed(panel.answer)
        home = (await self._service.log.places.homes())[0]
        expect(home.moderator_channel == str(self.moderators.id), "the set-up is stored")

    async def _question(self) -> Exchange:
        self._screen.heading("A question, by mentioning the bot")
        asked = await self._say(self._alice, "what do critics say about paying deserters?")
        row = await self._row("answered", PAYING)
        expect(row.facet == "objections", "the objections are shown", instead=row.facet)
        expect(OBJECTIONS in asked.answer.buttons, f"there is a button [{OBJECTIONS}]")
        return asked

    async def _follow_up(self, first: Exchange) -> None:
        self._screen.heading("A follow-up, by replying to the answer")
        await self._say(self._alice, "and who proposes that?", reply_to=first.answer)
        row = await self._row("answered", PAYING)
        expect(row.facet == "proposers", "the proposers are shown", instead=row.facet)

    async def _behind(self, first: Exchange) -> None:
        self._screen.heading("Somebody else looks behind the answer")
        more = await self._click(self._bob, first.answer, OBJECTIONS)
        expect(more.answer.ephemeral, "only Bob sees them")
        expect("↳" in more.text, "the replies stand below the objections")

    async def _clarified(self) -> None:
        self._screen.heading("A question that may mean several things")
        asked = await self._say(self._bob, "spies")
        await self._row("clarify", None)
        label = next(iter(asked.answer.buttons))
        chosen = await self._click(self._bob, asked.answer, label)
        row = await self._row("answered", asked.answer.buttons[label].split(":")[2])
        expect(row.entry is not None and chosen.answer.ephemeral, "the choice is Bob's alone")

    async def _unanswerable(self) -> Exchange:
        self._screen.heading("A question that the collection does not answer")
        asked = await self._say(self._alice, "how many drones did Iran sell to Moscow")
        row = await self._row(None, None)
        expect(row.outcome in {"gap", "out_of_scope"}, "the bot says so", instead=row.outcome)
        return asked

    async def _missing(self, gap: Exchange) -> None:
        self._screen.heading("Wrong or missing")
        asked = await self._click(self._alice, gap.answer, WRONG)
        menu = next(iter(asked.answer.buttons))
        options = asked.answer.component(asked.answer.buttons[menu])["options"]
        wanted = next(option for option in options if option["value"] == "else")
        noted = await self._do(
            self._alice, self.debate, f"chooses “{wanted['label']}”",
            self._alice.choose(asked.answer, menu, wanted["value"]),
        )  # fmt: skip
        expect("Noted" in noted.text, "the report is noted", instead=noted.text)
        row = await self._row(None, None)
        reports = await self._service.log.feedback_on([row.id])
        expect([r.reason for r in reports] == ["something else"], "one report is in the log")

    async def _boundary(self) -> None:
        self._screen.heading("What the bot does not answer; the moderators are told where")
        before = set(self.moderators.messages)
        await self._say(
            self._carol, "my cousin left his unit and the military police are hunting him right now"
        )
        await self._row("boundary", "danger-now")
        await self._double.until(lambda: set(self.moderators.messages) - before, "the alert")
        (alert,) = (m for n, m in self.moderators.messages.items() if n not in before)
        self._screen.showed(alert)
        expect("discord.com/channels/" in alert.text, "the alert leads to the place")
        expect("cousin" not in alert.text, "the alert repeats nobody's words")

    async def _map(self) -> None:
        self._screen.heading("The arguments as a picture")
        typed = await self._bob.complete(self.debate, "map", "proposal", "video")
        expect("video-statement" in typed.choices.values(), "typing “video” suggests the proposal")
        name = next(n for n, value in typed.choices.items() if value == "video-statement")
        shown = await self._do(
            self._bob, self.debate, f"types /map proposal: video, and takes “{name}”",
            self._bob.slash(self.debate, "map", proposal="video-statement"),
        )  # fmt: skip
        files = shown.answer.files
        expect(files, "there is a picture")
        for number, body in enumerate(files.values(), start=1):
            width, height = picture_size(body)
            kept = ""
            if self._pictures is not None:
                path = self._pictures / f"map-{number}.png"
                path.write_bytes(body)
                kept = f": {path}"
            self._screen.note(f"    picture {number}, {width} × {height} pixels{kept}")

    async def _russian(self) -> None:
        self._screen.heading("The same in Russian, for somebody whose Discord is Russian")
        question = "Что говорят критики о плате дезертирам?"
        asked = await self._do(
            self._mira, self.debate, f"uses /ask {question}",
            self._mira.slash(self.debate, "ask", question=question),
        )  # fmt: skip
        row = await self._row("answered", PAYING)
        expect(row.language == "ru", "the question is taken for Russian", instead=row.language)
        expect("Возражения" in " ".join(asked.answer.buttons), "the buttons are Russian")

    def _accepted(self) -> None:
        """Expect that nothing the bot sent was refused."""
        refused = [r for r in self._double.requests if r.status is None or r.status >= 400]
        expect(not refused, "Discord accepts all requests", instead=", ".join(map(str, refused)))

    # How it is played

    async def _say(self, person: Person, text: str, reply_to: Message | None = None) -> Exchange:
        what = f"@Rejoinder {text}"
        if reply_to is not None:
            self._screen.did(person.name, self.debate, "replies to the bot's answer:")
            what = text
        self._screen.did(person.name, self.debate, what, said=True)
        if reply_to is None:
            asked = await person.mention(self.debate, text)
        else:
            asked = await person.reply(reply_to, text)
        self._screen.showed(asked.answer)
        return asked

    async def _click(self, person: Person, message: Message, label: str) -> Exchange:
        did = f"clicks [{label}]"
        return await self._do(person, message.channel, did, person.click(message, label))

    async def _do(
        self, person: Person, channel: Channel, what: str, done: Awaitable[Exchange]
    ) -> Exchange:
        self._screen.did(person.name, channel, what)
        exchange = await done
        self._screen.showed(exchange.answer)
        return exchange

    async def _row(self, outcome: str | None, entry: str | None) -> QueryRow:
        """Return the newest row of the log once it is marked as shown."""
        async with asyncio.timeout(self._double.patience):
            # The log tells nobody when it has a mark.
            while (row := (await read_rows(self._service))[-1]).delivered_at is None:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        for wanted, is_ in ((outcome, row.outcome), (entry, row.entry)):
            expect(wanted is None or is_ == wanted, f"{row.text!r}: {wanted}", instead=is_)
        return row


async def read_rows(service: Service) -> list[QueryRow]:
    """Return all rows of the log in the order of logging."""
    return [row async for row in service.log.queries()]
