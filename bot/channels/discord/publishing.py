"""Preview a draft, publish it, have it approved, take an entry down; and tell the moderators."""

from __future__ import annotations

import asyncio
import io
import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import discord

from bot.channels.discord import announcing, previewing, views
from bot.channels.discord.custom_id import Action, ButtonId
from bot.channels.discord.desk import Desk
from bot.channels.discord.editing_forms import Sheet, give_back, in_words, keeping
from bot.channels.discord.errors import Refused
from bot.channels.discord.filling import fitting
from bot.channels.discord.reading import Fields, Form, Handler
from bot.channels.discord.responding import hold, intend, show
from bot.channels.discord.views import Button
from bot.channels.discord.words import say
from bot.curation.curator import Plan, Published
from bot.curation.forms import Field
from bot.curation.moderation import Draft, StaleError
from bot.curation.news import Done, Handed
from bot.curation.operations import REASON_MAX, REASON_MIN
from bot.curation.repository import NewerHeadError
from bot.errors import RejoinderError
from bot.retrieval.encoder import Progress

if TYPE_CHECKING:
    from bot.channels.discord.bot import RejoinderBot
    from bot.channels.discord.editing import Editing

Interaction = discord.Interaction[Any]
_PLANS, _REASONS = 4, 50  # each plan holds an index in memory
_TARGET = re.compile(r"d(\d{1,12})(?:\.(\d{1,9}))?|u([0-9a-f]{40})")
_REASON = Field("reason", "", "", required=True, limit=REASON_MAX, key="publish-reason")


@dataclass(frozen=True)
class Target:
    """What is to be published: a draft in one of its states, or the undoing of a commit."""

    draft: Draft | None = None
    commit: str = ""

    def __str__(self) -> str:
        return f"d{self.draft.id}.{self.draft.revision}" if self.draft else f"u{self.commit}"


class Publishing:
    """From a draft to a release in service, each step seen before it is taken."""

    def __init__(self, bot: RejoinderBot, editing: Editing) -> None:
        self._bot = bot
        self._editing = editing
        # What was shown is what is published; after a restart it is worked out again.
        self._plans: OrderedDict[tuple[str, str], Plan] = OrderedDict()
        # Why somebody wants to publish what they were asked to look at first.
        self._reasons: OrderedDict[tuple[str, str, str], str] = OrderedDict()

    def handlers(self) -> Mapping[Action, Handler]:
        """Return what each component does."""
        return {
            "kpreview": self._preview,
            "kpublish": self._publish,
            "kask": self._ask,
            "kundo": self._undo,
        }

    def forms(self) -> Mapping[Action, Form]:
        """Return what each submitted form does."""
        return {"kpublish": self._published, "kask": self._asked}

    def last_button(self, desk: Desk, draft: Draft) -> Button:
        """Return the button that ends the work on a draft of one's own."""
        action: Action = "kask" if desk.moderation.two_people else "kpublish"
        key = "ask-approval" if desk.moderation.two_people else "publish"
        return desk.button(action, key, entry=str(Target(draft)))

    # Previews

    async def preview_own(self, interaction: Interaction, topic: str | None) -> None:
        """Show what the moderator's own draft would do."""
        desk = self._editing.desk(interaction, topic)
        await self._show(interaction, desk, Target(await self._own(desk)))

    async def preview_undo(self, interaction: Interaction, commit: str, topic: str | None) -> None:
        """Show what undoing a commit would do."""
        desk = self._editing.desk(interaction, topic)
        await self._show(interaction, desk, Target(commit=await self._full(desk, commit)))

    async def publish_own(
        self, interaction: Interaction, reason: str | None, topic: str | None
    ) -> None:
        """Preview the moderator's own draft and publish it, unless something is to be looked at."""
        desk = self._editing.desk(interaction, topic)
        own = self._own(desk)
        draft = await (own if reason is None else keeping(own, reason, desk.language))
        target = Target(draft)
        if reason is None:
            action: Action = "kask" if desk.moderation.two_people else "kpublish"
            sheet = self._sheet(desk, action, desk.id(action, str(target)))
            given = {"reason": self._reason(desk, target)}
            await self._editing.open_form(interaction, sheet, given)
        elif desk.moderation.two_people:
            await hold(interaction)
            await keeping(self._submit(interaction, desk, draft, reason), reason, desk.language)
        else:
            await hold(interaction)
            await self._go(interaction, desk, target, reason, None)

    async def _own(self, desk: Desk) -> Draft:
        draft = await in_words(desk.moderation.draft(desk.user), desk.language)
        if not draft.operations:
            raise Refused(say("draft-empty", desk.language))
        return draft

    async def _full(self, desk: Desk, commit: str) -> str:
        """Return a commit's whole id, by its first digits."""

        async def find() -> str:
            history = desk.moderation.curator.repository.history
            found = [c.id for c in await asyncio.to_thread(history, None, 500)]
            wanted = commit.strip().lower()
            return next((each for each in found if wanted and each.startswith(wanted)), "")

        if not (found := await in_words(find(), desk.language)):
            raise Refused(say("history-unknown", desk.language))
        return found

    async def _preview(self, interaction: Interaction, meaning: ButtonId, _: Sequence[str]) -> None:
        desk = self._editing.desk(interaction, meaning)
        target = await self._target(desk, meaning.entry)
        await self._show(interaction, desk, target)

    async def _undo(self, interaction: Interaction, meaning: ButtonId, _: Sequence[str]) -> None:
        desk = self._editing.desk(interaction, meaning)
        target = await self._target(desk, f"u{meaning.entry}")
        await self._show(interaction, desk, target)

    async def _target(self, desk: Desk, said: str) -> Target:
        """Return what an id means: one's own draft, one that waits, a commit. Raises Refused."""
        match = _TARGET.fullmatch(said)
        if match is None:
            raise Refused(say("knowledge-stale", desk.language))
        if match[3]:
            return Target(commit=match[3])
        work = desk.moderation.draft_by_id(int(match[1]), desk.user)
        draft = await in_words(work, desk.language)
        if draft is None:
            raise Refused(say("knowledge-stale", desk.language))
        if match[2] and draft.revision != int(match[2]):
            raise Refused(say("knowledge-stale", desk.language))
        return Target(draft)

    async def _show(
        self, interaction: Interaction, desk: Desk, target: Target, note: str = ""
    ) -> None:
        await hold(interaction)
        work = self._plan(interaction, desk, target)
        plan = await in_words(work, desk.language)
        await self._shown(interaction, desk, target, plan, note)

    async def _shown(
        self, interaction: Interaction, desk: Desk, target: Target, plan: Plan, note: str = ""
    ) -> None:
        language = desk.language
        view = desk.page(
            "\n".join(filter(None, [note, previewing.body(plan, language)])),
            self._after_preview(desk, target, plan),
        )
        file = discord.File(io.BytesIO(previewing.whole(plan, language).encode()), "preview.txt")
        view.add_item(discord.ui.File(file))
        view.stop()
        await show(interaction, view, files=[file])

    def _after_preview(self, desk: Desk, target: Target, plan: Plan) -> list[Button]:
        shown = previewing.digest(plan.preview.confirmations)
        buttons = []
        if plan.preview.ok:
            own = target.draft is not None and target.draft.own
            ask = own and desk.moderation.two_people
            action: Action = "kask" if ask else "kpublish"
            sure = "publish-confirm" if plan.preview.confirmations else "publish"
            buttons.append(
                desk.button(
                    action, "ask-approval" if ask else sure, discord.ButtonStyle.primary,
                    entry=str(target), event=shown,
                )
            )  # fmt: skip
        if target.draft is None:
            buttons.append(desk.button("khistory", "history"))
        elif target.draft.own:
            buttons.append(desk.button("kdraft", "draft"))
        return buttons

    async def _plan(self, interaction: Interaction, desk: Desk, target: Target) -> Plan:
        """Work a plan out, telling how far it is; what was worked out is kept for a publish."""

        async def work(bar: Progress) -> Plan:
            if target.draft is not None:
                return await desk.moderation.plan(target.draft, bar)
            return await desk.moderation.curator.plan_undo(target.commit, bar)

        plan = await self._editing.one_by_one.run(interaction, desk.language, work)
        self._plans[desk.topic, str(target)] = plan
        while len(self._plans) > _PLANS:
            self._plans.popitem(last=False)
        return plan

    def forget(self) -> None:
        """Forget the plans: what they were made of, knowledge or questions, is not there now."""
        self._plans.clear()

    # Publishing

    def _sheet(self, desk: Desk, action: Action, meaning: ButtonId) -> Sheet:
        key = "ask-approval" if action == "kask" else "publish"
        return Sheet(say(key, desk.language), meaning, (_REASON,))

    async def _publish(self, interaction: Interaction, meaning: ButtonId, _: Sequence[str]) -> None:
        desk = self._editing.desk(interaction, meaning)
        target = await self._target(desk, meaning.entry)
        reason = self._reason(desk, target)
        if not reason and target.draft is None:
            reason = await self._undoing(desk, target.commit)
        sheet = self._sheet(desk, "kpublish", meaning)
        await self._editing.open_form(interaction, sheet, {"reason": reason})

    def _reason(self, desk: Desk, target: Target) -> str:
        """Return the reason that somebody gave before they had to look at the preview."""
        handed = target.draft.reason if target.draft else ""
        return self._reasons.get((desk.topic, desk.user, str(target)), handed)

    async def _undoing(self, desk: Desk, commit: str) -> str:
        async def read() -> str:
            history = desk.moderation.curator.repository.history
            found = await asyncio.to_thread(history, None, 500)
            return next((each.reason for each in found if each.id == commit), "")

        reason = await in_words(read(), desk.language)
        first = reason.split("\n", 1)[0]
        return views.cut(f"{say('undo', desk.language)}: {first}", REASON_MAX)

    async def _published(self, interaction: Interaction, meaning: ButtonId, filled: Fields) -> None:
        desk = self._editing.desk(interaction, meaning)
        intend(interaction)
        sheet = self._sheet(desk, "kpublish", meaning)
        values = sheet.values(filled)
        reason = " ".join(values.get("reason", "").split())
        if len(reason) < REASON_MIN:
            sentence = Refused(say("publish-why", desk.language))
            await give_back(interaction, self._editing.typed, sheet, values, sentence)
            return
        try:
            target = await self._target(desk, meaning.entry)
        except RejoinderError as error:
            await give_back(interaction, self._editing.typed, sheet, values, error)
            return
        await hold(interaction)
        await self._go(interaction, desk, target, reason, meaning.event)

    async def _go(
        self, interaction: Interaction, desk: Desk, target: Target, reason: str, shown: int | None
    ) -> None:
        """Publish; ``shown`` stands for the confirmations that were on view, None for none."""
        work = self._try(interaction, desk, target, reason, shown)
        await keeping(work, reason, desk.language)

    async def _try(
        self, interaction: Interaction, desk: Desk, target: Target, reason: str, shown: int | None
    ) -> None:
        key = (desk.topic, str(target))
        draft = target.draft
        if draft is not None and draft.own and desk.moderation.two_people:
            raise Refused(say("knowledge-own-work", desk.language))
        none = previewing.digest(())
        for _ in range(2):
            plan = self._plans.get(key) or await self._plan(interaction, desk, target)
            now = previewing.digest(plan.preview.confirmations)
            if not plan.preview.ok or now != (none if shown is None else shown):
                self._reasons[desk.topic, desk.user, str(target)] = reason
                while len(self._reasons) > _REASONS:
                    self._reasons.popitem(last=False)
                note = say("preview-anew" if shown is not None else "preview-look", desk.language)
                await self._shown(interaction, desk, target, plan, f"⚠ {note}\n")
                return
            self._plans.pop(key, None)
            try:
                if draft is not None:
                    done = await desk.moderation.publish(
                        draft, plan, user=desk.user, reason=reason, confirmed=True
                    )
                else:
                    done = await desk.moderation.curator.publish(
                        plan, by=await desk.moderation.name(desk.user), reason=reason,
                        user=desk.user, confirmed=True, kind="undo",
                    )  # fmt: skip
            except NewerHeadError:
                continue
            self._reasons.pop((desk.topic, desk.user, str(target)), None)
            await self._done(interaction, desk, plan, done)
            return
        raise StaleError

    async def _done(
        self, interaction: Interaction, desk: Desk, plan: Plan, done: Published
    ) -> None:
        # It stands; whether or not its maker can still be told, the others hear of it.
        await self._bot.suggesting.telling.announce(Done.published(desk.topic, plan, done))
        lines = [f"### {say('published', desk.language)}", *announcing.kept(done, desk.language)]
        lines += [f"-# {fitting(note, 300)}" for note in done.notes]
        lines.append(say("published-as", desk.language, commit=done.commit.id[:12]))
        look = announcing.look(desk.topic, desk.language, done.commit.id)
        await show(interaction, desk.page("\n".join(lines), [look]))

    # The two-person rule

    async def _ask(self, interaction: Interaction, meaning: ButtonId, _: Sequence[str]) -> None:
        desk = self._editing.desk(interaction, meaning)
        target = await self._target(desk, meaning.entry)
        sheet = self._sheet(desk, "kask", meaning)
        given = {"reason": self._reason(desk, target)}
        await self._editing.open_form(interaction, sheet, given)

    async def _asked(self, interaction: Interaction, meaning: ButtonId, filled: Fields) -> None:
        desk = self._editing.desk(interaction, meaning)
        intend(interaction)
        sheet = self._sheet(desk, "kask", meaning)
        values = sheet.values(filled)
        try:
            target = await self._target(desk, meaning.entry)
            if target.draft is None:
                raise StaleError
            await self._submit(interaction, desk, target.draft, values.get("reason", ""))
        except RejoinderError as error:
            await give_back(interaction, self._editing.typed, sheet, values, error)

    async def _submit(
        self, interaction: Interaction, desk: Desk, draft: Draft, reason: str
    ) -> None:
        handed = await in_words(desk.moderation.submit(desk.user, draft, reason), desk.language)
        name = await desk.moderation.name(desk.user)
        home = self._bot.places.home(desk.topic)
        heard = home is not None and home.moderator_channel is not None
        key = "asked-approval" if heard else "asked-approval-unheard"
        await self._bot.suggesting.telling.announce(Handed(desk.topic, name, handed))
        await show(interaction, desk.page(say(key, desk.language)))
