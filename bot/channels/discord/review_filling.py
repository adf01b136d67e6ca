"""Forms of the review: the entry that should have answered, and an entry that is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import discord

from bot.channels.discord import text, views
from bot.channels.discord.custom_id import Action, ButtonId
from bot.channels.discord.desk import Desk
from bot.channels.discord.editing_adding import adding_sheet
from bot.channels.discord.editing_forms import in_words, told
from bot.channels.discord.errors import Refused
from bot.channels.discord.filling import chosen, filled, form, give_back, quoted, written
from bot.channels.discord.kinds import BY_LETTER, LETTERS, PARENTS
from bot.channels.discord.merging import entry_field, likely
from bot.channels.discord.places import PLATFORM
from bot.channels.discord.reading import Fields, Form, Handler
from bot.channels.discord.remembering import Remembered
from bot.channels.discord.responding import intend, send_form, turn
from bot.channels.discord.review_about import About
from bot.channels.discord.views import Button, Menu
from bot.channels.discord.words import say
from bot.curation.forms import adding
from bot.curation.operations import AddEntry, EntryKind
from bot.curation.review import Meant
from bot.errors import RejoinderError
from bot.knowledge.model import ID_MAX, PHRASING_MAX, Kind

if TYPE_CHECKING:
    from bot.channels.discord.bot import RejoinderBot
    from bot.channels.discord.review import Reviewing

Interaction = discord.Interaction[Any]
_ABOVE, _QUOTED = 1_000, 800
_ANOTHER = "-"
_AGAIN = "r"
_ALONE: tuple[EntryKind, ...] = ("faq", "fact", "term")
_RARE: tuple[EntryKind, ...] = ("proposal", "boundary")
_BELOW: Mapping[Kind, EntryKind] = {
    Kind.PROPOSAL: "objection", Kind.OBJECTION: "response", Kind.RESPONSE: "counter",
    Kind.COUNTER: "counter",
}  # fmt: skip
_TITLE = 80


class Filling:
    """Verdicts that bring something into the reviewer's draft; nobody's words are copied."""

    def __init__(self, bot: RejoinderBot, reviewing: Reviewing) -> None:
        self._bot = bot
        self._reviewing = reviewing
        self.typed: Remembered[Fields] = Remembered()

    def handlers(self) -> Mapping[Action, Handler]:
        """Return what opens these forms."""
        return {"vwrong": self._wrong, "vgap": self._gap, "vkind": self._kind}

    def forms(self) -> Mapping[Action, Form]:
        """Return what each submitted form does."""
        return {"vwrong": self._named, "vadd": self._added, "vunder": self._under}

    async def _asked(self, desk: Desk, about: About) -> tuple[str, tuple[Meant, ...]]:
        """Return the words of what is judged, and what they may mean. Raises Refused."""
        review = self._reviewing.review(desk)
        if about.kind == "cluster":
            view = await review.cluster(about.number)
            if view is not None:
                words = view.row.typical.text if view.row.typical is not None else None
                return words or "", view.candidates
        else:
            row = await self._bot.service.log.query(about.number)
            if row is not None and row.topic == desk.topic:
                return row.text or "", await review.candidates(row)
        raise Refused(say("review-gone", desk.language))

    # Wrong: another entry should have answered

    async def _wrong(self, interaction: Interaction, meaning: ButtonId, _: Sequence[str]) -> None:
        desk = self._reviewing.desk(interaction, meaning)
        about, words = About.of(meaning), desk.language
        asked, candidates = await self._asked(desk, about)
        fields = None
        if meaning.mark == _AGAIN:
            fields = self.typed.get(meaning.event or 0, interaction.user.id)
        advisor = self._bot.service.advisor_of(desk.topic)
        entries = likely(advisor, (each.entry for each in candidates))
        await send_form(
            interaction,
            form(
                say("review-which", words),
                about.id(desk, "vwrong"),
                discord.ui.TextDisplay(quoted(asked, _ABOVE)),
                *entry_field(self._bot, advisor, entries, words, now=None),
                written(
                    "words", say("review-words", words), PHRASING_MAX, lines=True,
                    about=say("review-words-help", words),
                ),
                written(
                    "test", say("review-test", words), PHRASING_MAX,
                    about=say("review-test-help", words),
                ),
                fields=fields,
            )
        )  # fmt: skip

    async def _named(self, interaction: Interaction, meaning: ButtonId, fields: Fields) -> None:
        desk = self._reviewing.desk(interaction, meaning)
        intend(interaction, edits=True)
        about = About.of(meaning)
        try:
            entry = await self._entry(desk, fields)
            drafted = await self._draft(desk, about, entry, fields)
        except RejoinderError as error:
            sentence = error.message if isinstance(error, Refused) else told(error, desk.language)
            await self._give_back(interaction, desk, about, fields, sentence)
            return
        published = self._bot.service.advisor_of(desk.topic).release.entries
        named = entry if entry in published else None
        sentence, counts = await self._reviewing.decide(desk, about, "wrong", named)
        if drafted:
            sentence += f"\n{say('review-drafted', desk.language, entry=entry)}"
        await turn(interaction, await self._reviewing.after(desk, about, sentence, counts=counts))

    async def _entry(self, desk: Desk, fields: Fields) -> str:
        """Return the entry that is named, of the draft's too. Raises Refused for none."""
        given = filled(fields, "id") or filled(fields, "entry")
        if given in {"", _ANOTHER}:
            raise Refused(say("merge-which", desk.language))
        release = await in_words(self._bot.editing.release(desk), desk.language)
        return self._bot.editing.entries.resolve(desk, release, given)

    async def _draft(self, desk: Desk, about: About, entry: str, fields: Fields) -> bool:
        """Put the ways of asking that were filled in into the draft; False where none was."""
        review = self._reviewing.review(desk)
        words, test = filled(fields, "words"), filled(fields, "test")
        if words:
            await review.draft_phrasing(
                desk.user, entry, words, channel=PLATFORM, ask=test, **about.subject
            )
        elif test:
            await review.draft_expectation(
                desk.user, test, (entry,), channel=PLATFORM, **about.subject
            )
        return bool(words or test)

    async def _give_back(
        self, interaction: Interaction, desk: Desk, about: About, fields: Fields, sentence: str
    ) -> None:
        meaning = about.id(desk, "vwrong", mark=_AGAIN)
        self.typed.put(meaning.event or 0, interaction.user.id, fields)
        labels = {"id": "merge-id", "words": "review-words", "test": "review-test"}
        typed = [(say(key, desk.language), filled(fields, name)) for name, key in labels.items()]
        await give_back(interaction, sentence, *typed, again=meaning)

    # Gap: an entry is missing

    async def _gap(self, interaction: Interaction, meaning: ButtonId, _: Sequence[str]) -> None:
        desk = self._reviewing.desk(interaction, meaning)
        intend(interaction, edits=True)
        about, words = About.of(meaning), desk.language
        asked, candidates = await self._asked(desk, about)
        select: discord.ui.Select[Any] = discord.ui.Select(
            placeholder=say("review-choose-what", words), options=self._choices(desk, candidates)
        )
        rows: list[list[Button | Menu]] = [
            [Menu(about.id(desk, "vkind"), select)],
            [
                Button(about.id(desk, "vjudge", mark="g"), say("review-only-gap", words)),
                Button(about.id(desk, "vshow"), f"◀ {say('back', words)}"),
            ],
        ]
        body = f"### {say('review-what', words)}\n{quoted(asked, _QUOTED)}"
        await turn(interaction, desk.page(body, *rows))

    def _choices(self, desk: Desk, candidates: Sequence[Meant]) -> list[discord.SelectOption]:
        """Offer the kinds of entries, and those that stand under what may be meant."""
        words = desk.language
        advisor = self._bot.service.advisor_of(desk.topic)
        found = [(LETTERS[kind], say(f"kind-{kind}", words)) for kind in _ALONE]
        for entry, kind in self._parents(desk, candidates):
            title = self._bot.reading.title(advisor, entry, words)
            label = f"{say(f'kind-{kind}', words)}: {title}"
            found.append((f"{LETTERS[kind]}:{entry}", views.cut(label, 100)))
        found += [(LETTERS[kind], say(f"kind-{kind}", words)) for kind in _RARE]
        found.append((_ANOTHER, say("review-elsewhere", words)))
        return [discord.SelectOption(label=label, value=value) for value, label in found]

    def _parents(self, desk: Desk, candidates: Sequence[Meant]) -> list[tuple[str, EntryKind]]:
        entries = self._bot.service.advisor_of(desk.topic).release.entries
        found: dict[tuple[str, EntryKind], None] = {}
        for each in candidates:
            if (kind := _BELOW.get(each.kind)) is not None and each.entry in entries:
                found[each.entry, kind] = None
        for each in candidates:
            proposal = entries[each.entry].proposal if each.entry in entries else None
            if proposal is not None:
                found[proposal, "objection"] = None
        return list(found)[:18]

    async def _kind(
        self, interaction: Interaction, meaning: ButtonId, values: Sequence[str]
    ) -> None:
        desk = self._reviewing.desk(interaction, meaning)
        about, words = About.of(meaning), desk.language
        chosen_one = values[0] if values else f"{meaning.mark}:{meaning.entry}"
        if chosen_one == _ANOTHER:
            kinds = [
                discord.SelectOption(label=say(f"kind-{kind}", words), value=kind)
                for kind in PARENTS
            ]
            await send_form(
                interaction,
                form(
                    say("review-what", words), about.id(desk, "vunder"),
                    chosen("kind", say("review-kind", words), kinds),
                    written("parent", say("review-parent", words), 2 * ID_MAX, least=1),
                ),
            )  # fmt: skip
            return
        letter, _, parent = chosen_one.partition(":")
        if letter not in BY_LETTER:
            raise Refused(say("knowledge-retry-old", words))
        asked, _ = await self._asked(desk, about)
        sheet = adding_sheet(
            about.id(desk, "vadd", parent, letter), quoted(asked, _ABOVE), is_below=True
        )
        await self._bot.editing.open_form(interaction, sheet)

    async def _under(self, interaction: Interaction, meaning: ButtonId, fields: Fields) -> None:
        desk = self._reviewing.desk(interaction, meaning)
        intend(interaction, edits=True)
        about, words = About.of(meaning), desk.language
        given = filled(fields, "parent")
        kind = next((each for each in PARENTS if each == filled(fields, "kind")), None)
        if kind is None:
            raise Refused(say("knowledge-retry-old", words))
        try:
            parent = await self._bot.editing.adding.parent(desk, kind, given)
        except Refused as error:
            await give_back(interaction, error.message, (say("review-parent", words), given))
            return
        release = await in_words(self._bot.editing.release(desk), words)
        title = text.escape(views.cut(release.entries[parent].title, _TITLE))
        said = say("review-under", words, kind=say(f"kind-{kind}", words), title=title)
        fill_in = about.id(desk, "vkind", parent, LETTERS[kind])
        row = [
            Button(fill_in, say("review-form", words), discord.ButtonStyle.primary),
            Button(about.id(desk, "vgap"), f"◀ {say('back', words)}"),
        ]
        await turn(interaction, desk.page(said, row))

    async def _added(self, interaction: Interaction, meaning: ButtonId, fields: Fields) -> None:
        desk = self._reviewing.desk(interaction, meaning)
        intend(interaction, edits=True)
        about = About.of(meaning)
        if (kind := BY_LETTER.get(meaning.mark)) is None:
            raise Refused(say("knowledge-retry-old", desk.language))
        review = self._reviewing.review(desk)
        taken = await self._bot.editing.take(
            interaction, desk, adding_sheet(meaning, is_below=True), fields,
            lambda release, values: adding(
                release, kind, meaning.entry or None, values, desk.language
            ),
            put=lambda operations: review.draft(
                desk.user, operations, channel=PLATFORM, **about.subject
            ),
        )  # fmt: skip
        if taken is None:
            return
        _, operations = taken
        added = next(o for o in operations if isinstance(o, AddEntry))
        sentence, counts = await self._reviewing.decide(desk, about, "gap")
        sentence += f"\n{say('review-drafted', desk.language, entry=text.escape(added.id))}"
        await turn(interaction, await self._reviewing.after(desk, about, sentence, counts=counts))
