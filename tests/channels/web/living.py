"""A console that has been lived in: asked, judged, suggested, drafted, published, undone."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

from bot.advisor.answer import Question
from bot.curation.moderation import Moderation
from bot.curation.review import Review
from bot.reasons import NONE
from bot.service import Asker, Service
from tests.curation.topics import parsed

MODERATOR, SECOND = "discord:302", "discord:303"
DOGS = (
    "are dogs allowed on the bridge",
    "may dogs walk on the bridge",
    "Do you allow dogs on the bridge?",
)
"""What nobody has written an entry on, in the words of three people"""
ASKED = (
    *DOGS,
    "who looks after the bridge",
    "how much does it cost",
    "what about the birds",
    "can I sue the council over the bridge",
    "best pizza recipe",
    "how wide is it",
)


class Life:
    """What people do to a topic before somebody looks at it.

    ``hostile`` are texts that go along with whatever is written: a field takes one of them, and
    what may be said often is said with each.
    """

    def __init__(self, service: Service, hostile: Sequence[str] = ()) -> None:
        self.service = service
        self.hostile = tuple(hostile)
        self._events = count(1)

    @property
    def review(self) -> Review:
        """Return the review of the topic."""
        return self.service.review()

    @property
    def moderation(self) -> Moderation:
        """Return what changes the topic."""
        return self.service.moderation()

    def _each(self, text: str) -> list[str]:
        return [f"{text} {payload}" for payload in self.hostile] or [text]

    async def ask(self, person: int, text: str) -> Asker:
        """Ask as a person; return how the question is known."""
        asker = Asker(f"life:{next(self._events)}", f"discord:{person}", "discord", "room")
        await self.service.ask(Question(text), asker)
        await self.service.delivered(asker)
        return asker

    async def lead(self) -> None:
        """Do all of it."""
        await self.people_ask()
        await self.people_suggest()
        await self.reviewers_judge()
        await self.moderators_publish()
        await self.moderators_prepare()
        await self.review.refresh()

    async def people_ask(self) -> None:
        """Ask what has an answer and what has none, and find answers wrong."""
        askers = [await self.ask(person, text) for person, text in enumerate(ASKED, start=1)]
        for person, text in enumerate(self._each("is it true"), start=20):
            askers.append(await self.ask(person, text if self.hostile else ASKED[3]))
        for number, asker in enumerate(askers):
            if number % 3 == 0:
                for reason in self._each("outdated") if number == 0 else [NONE]:
                    await self.service.wrong(asker, reason, entry="bridge-cost")
        await self.review.await_answer(askers[0].event, "discord:1")
        await self.review.refresh()

    async def people_suggest(self) -> None:
        """Suggest objections and phrasings; one is rejected, the others wait."""
        for number, text in enumerate(self._each("The bridge would be slippery in winter.")):
            await self.moderation.suggest(f"discord:{40 + number}", "objection", text, "new-bridge")
        made = await self.moderation.suggest(
            "discord:39", "phrasing", " ".join(["what of ice", *self.hostile]), "new-bridge.cost"
        )
        await self.moderation.reject(made.id, MODERATOR, " ".join(["Said before.", *self.hostile]))

    async def reviewers_judge(self) -> None:
        """Judge a cluster, one query, and one that was drawn at random."""
        rows = await self.review.queue()
        await self.review.judge(SECOND, channel="web", cluster=rows[-1].id, verdict="ignore")
        drawn = await self.review.sample()
        assert drawn is not None
        await self.review.judge(
            SECOND, channel="web", query=drawn.id, verdict="right", sampled=True
        )
        other = await self.review.sample()
        assert other is not None
        await self.review.judge(
            MODERATOR, channel="web", query=other.id, verdict="wrong", entry="bridge-cost"
        )

    async def moderators_publish(self) -> None:
        """Choose names, publish entries with all of their fields, withdraw one and undo."""
        await self.moderation.set_name(MODERATOR, " ".join(["Ada Quill", *self._names()]))
        operations: list[dict[str, object]] = []
        for number, text in enumerate(
            [f"Is there a toll? {text}".strip() for text in self._kept or [""]]
        ):
            entry = f"toll-{number}"
            operations += [
                {"op": "add", "kind": "faq", "fields": {
                    "id": entry, "question": text[:100], "answer": f"No toll. {text}",
                }},
                {"op": "add_phrasing", "entry": entry, "language": "en", "text": f"toll {text}"},
                {"op": "add_expectation", "ask": f"fee {text}", "expect": [entry]},
            ]  # fmt: skip
        bad = " ".join(self._kept)
        operations += [
            {"op": "add", "kind": "source", "fields": {
                "id": "diary", "title": f"A diary {bad}"[:100], "author": f"Bo {bad}"[:100],
                "publisher": f"Bo {bad}"[:100], "date": "2025-04-01",
                "url": "https://example.org/?q=%22%3E%3Csvg%20onload=zqx()%3E",
                "stance": "mixed",
            }},
            {"op": "add", "kind": "term", "fields": {
                "id": "plank", "name": f"Plank {bad}"[:100], "aliases": [f"board {bad}"[:100]],
                "definition": f"A board. {bad}",
                "sources": [{"source": "diary", "where": f"p. 1 {bad}"[:100]}],
            }},
        ]  # fmt: skip
        await self._publish(MODERATOR, operations, " ".join(["Asked often.", *self._kept]))
        await self._publish(SECOND, [{"op": "withdraw", "id": "plank"}], "Nobody asked for it.")

    async def moderators_prepare(self) -> None:
        """Leave a draft open, and one that waits for a second person."""
        bad = " ".join(self._kept)
        adding = {"op": "add", "kind": "objection", "parent": "new-bridge", "fields": {
            "id": "new-bridge.noise", "title": f"It brings noise {bad}"[:100],
            "text": f"People talk on bridges. {bad}", "basis": "common",
        }}  # fmt: skip
        editing = {
            "op": "edit",
            "id": "bridge-cost",
            "set": {"caution": f"The estimate is old. {bad}"},
        }
        await self.moderation.add(MODERATOR, parsed(adding, editing))
        draft = await self.moderation.add(
            SECOND,
            parsed({"op": "add_phrasing", "entry": "mill-race", "language": "en",
                    "text": f"which water {bad}"[:150]}),
        )  # fmt: skip
        await self.moderation.submit(SECOND, draft, f"Please look. {bad}")

    @property
    def _kept(self) -> tuple[str, ...]:
        # The knowledge refuses what nobody can see.
        return tuple(text for text in self.hostile if text.isprintable())

    def _names(self) -> list[str]:
        # git keeps no name with these.
        return [text.translate(dict.fromkeys(map(ord, "<>\n"))) for text in self._kept[:1]]

    async def _publish(self, user: str, operations: Sequence[dict[str, object]], why: str) -> None:
        draft = await self.moderation.add(user, parsed(*operations))
        plan = await self.moderation.plan(draft)
        await self.moderation.publish(draft, plan, user=user, reason=why, confirmed=True)
