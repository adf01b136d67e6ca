"""The client: what Discord delivers is handed to the features, one error funnel around all."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import discord
import structlog
from discord import app_commands
from discord.ext import commands

from bot.advisor.answer import Answer, Outcome
from bot.channels.discord import views
from bot.channels.discord.asking import Asked, Asking
from bot.channels.discord.awaiting import Awaiting
from bot.channels.discord.commands import add_commands
from bot.channels.discord.cooldown import Cooldown
from bot.channels.discord.custom_id import OURS, Action, ButtonId, read_id, topic_mark
from bot.channels.discord.digest import Digests
from bot.channels.discord.editing import Editing
from bot.channels.discord.editing_forms import unread
from bot.channels.discord.errors import Funnel, Refused
from bot.channels.discord.feedback import WrongOrMissing
from bot.channels.discord.knowledge_commands import add_knowledge_commands
from bot.channels.discord.maps import Maps
from bot.channels.discord.messages import Messages
from bot.channels.discord.own import Own
from bot.channels.discord.places import Places, Where
from bot.channels.discord.privacy import Privacy
from bot.channels.discord.reading import Form, Handler, Reading
from bot.channels.discord.responding import BROKEN, in_time, intend
from bot.channels.discord.review import Reviewing
from bot.channels.discord.review_commands import add_review_commands
from bot.channels.discord.setup import SetUp
from bot.channels.discord.suggesting import Suggesting
from bot.channels.discord.suggestion_commands import add_suggestion_commands
from bot.channels.discord.sync import CatalogueTranslator, sync_commands
from bot.channels.discord.words import language_of, say, spoken
from bot.channels.pictures import Pictures
from bot.errors import UsageError
from bot.metrics import Metrics
from bot.querylog import LogUnavailable
from bot.querylog.places import Home
from bot.service import Service
from bot.settings import Settings

_log = structlog.get_logger(__name__)
# What goes on in a channel that is paused: one's own data, and what moderators do.
_WHILE_PAUSED = frozenset(
    "about help privacy export forget forgetyes more delete setup topic channels role alerts pause "
    "resume knowledge kdraft kadd kedit kentry kitem kphrase kreword ktest kaim kdrop kmove "
    "kremove kdiscard kname kpreview kpublish kask khistory kcommit kundo kretry "
    "suggestions queue sapprove sedit sreject smerge sphrase "
    "review vshow vjudge vwrong vgap vkind vundo vall vsplit vlist vfilter vitem vsample vpost "
    "await".split()
)
# What somebody has typed into a form, other than a question, is not lost to a pause or an end.
_FORM = "form of "
# What changes the message of the component that was used, where only its reader sees that.
_TURNING = frozenset(
    "page about reason meant none proposal argument topic channels role alerts forget "
    "delete vshow vjudge vgap vundo vall vsplit vlist vfilter vitem vsample".split()
)
_TURN_WHEN_MARKED = frozenset({"sources", "browse", "maptext"})


class RejoinderBot(commands.AutoShardedBot):
    """Rejoinder on Discord; the service stays its owner's."""

    def __init__(
        self,
        service: Service,
        metrics: Metrics,
        settings: Settings,
        *,
        syncs: bool = True,
        **options: Any,
    ) -> None:
        """Build the client; with ``syncs`` it sends its commands at login where they changed.

        Raises UsageError for topics that buttons could not tell apart.
        """
        if len({topic_mark(topic) for topic in service.topics}) < len(service.topics):
            raise UsageError(
                "Two topics have ids that look alike in buttons.",
                hint="Write another id into the topic.yaml of one.",
            )
        # What is asked comes with mentions, direct messages and interactions, so that nothing
        # privileged is needed, and nothing of people is cached.
        intents = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
        super().__init__(
            command_prefix=_no_prefix,
            intents=intents,
            help_command=None,
            tree_cls=Tree,
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=True, private_channel=True
            ),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
            **options,
        )
        self.service = service
        self.metrics = metrics
        self.settings = settings
        self.funnel = Funnel(metrics)
        self.places = Places(service, settings.discord_home)
        self.asking = Asking(service, metrics, settings)
        self.reading = Reading(self)
        self.own = Own(self)
        self.wrong = WrongOrMissing(self)
        self.privacy = Privacy(self)
        self.set_up = SetUp(self)
        self.maps = Maps(self)
        self.editing = Editing(self)
        # Plans hold the questions whose answers would change.
        service.log.on_forget.append(self.editing.publishing.forget)
        self.suggesting = Suggesting(self)
        self.reviewing = Reviewing(self)
        self.awaiting = Awaiting(self)
        self.digests = Digests(self)
        self.messages = Messages(self)
        self.pictures = Pictures()
        self._alerts = Cooldown(5, 60)
        self._actions: dict[Action, Handler] = {}
        for feature in (
            self.reading, self.own, self.wrong, self.privacy, self.set_up, self.maps,
            self.editing, self.suggesting, self.reviewing, self.awaiting,
        ):  # fmt: skip
            self._actions |= feature.handlers()
        self._forms: dict[Action, Form] = {}
        for asking in (self.own, self.editing, self.suggesting, self.reviewing):
            self._forms |= asking.forms()
        self._syncs = syncs
        self._loading: asyncio.Task[None] | None = None
        self._flying = 0
        self._landed = asyncio.Event()
        self._landed.set()
        self._draining = False

    async def setup_hook(self) -> None:
        """Load the configuration, offer the commands, know the buttons."""
        await self._load_places()
        await self.tree.set_translator(CatalogueTranslator())
        add_commands(self)
        add_knowledge_commands(self)
        add_suggestion_commands(self)
        add_review_commands(self)
        self.add_dynamic_items(views.Button, views.Menu)
        self.suggesting.telling.start()
        self.digests.start()
        if not self._syncs:
            return
        try:
            await sync_commands(self, force=False)
        except (*BROKEN, discord.DiscordException) as error:
            # The commands sent before go on working.
            self.funnel.log(error, "sync")

    async def _load_places(self) -> None:
        try:
            await self.places.load()
        except LogUnavailable as error:
            # Until then all places count as not set up, where answers are private.
            self.funnel.log(error, "places")
            self._loading = asyncio.create_task(self._load_later())

    async def _load_later(self) -> None:
        while not self.is_closed():
            await asyncio.sleep(10)
            try:
                await self.places.load()
            except LogUnavailable:
                continue
            return

    async def close(self) -> None:
        """Disconnect, and end the worker that draws."""
        if self._loading is not None:
            self._loading.cancel()
        await self.suggesting.telling.close()
        await self.digests.close()
        with contextlib.suppress(ValueError):  # closed twice
            self.service.log.on_forget.remove(self.editing.publishing.forget)
        await super().close()
        await self.pictures.close()

    def owners(self) -> set[int]:
        """Return the ids of who owns the application: the team's members, or one person."""
        about = self.application
        if about is None:
            return set()
        if about.team is not None:
            return {
                member.id
                for member in about.team.members
                if member.membership_state is discord.TeamMembershipState.accepted
                and member.role is not discord.TeamMemberRole.read_only
            }
        return {about.owner.id}

    def state(self) -> dict[str, object]:
        """Return the connection's state for the health check."""
        up = [shard for shard in self.shards.values() if not shard.is_closed()]
        return {
            "ready": self.is_ready() and not self.is_closed() and len(up) == len(self.shards),
            "shards": len(self.shards),
            "shards_up": len(up),
            "guilds": len(self.guilds),
            "draining": self._draining,
        }

    async def drain(self, timeout: float = 10.0) -> None:  # noqa: ASYNC109 - the caller's limit
        """Take nothing new, let answers under way finish within ``timeout`` seconds, disconnect."""
        self._draining = True
        try:
            async with asyncio.timeout(timeout):
                await self._landed.wait()
        except TimeoutError:
            _log.warning("discord_drain_cut", in_flight=self._flying)
        await self.close()

    @contextlib.asynccontextmanager
    async def flight(self) -> AsyncIterator[None]:
        """Count an event under way, for drain()."""
        self._flying += 1
        self._landed.clear()
        try:
            yield
        finally:
            self._flying -= 1
            if not self._flying:
                self._landed.set()

    async def guarded(
        self, interaction: discord.Interaction[Any], where: str, work: Callable[[], Awaitable[None]]
    ) -> None:
        """Run an interaction's handler; whatever goes wrong ends in the funnel."""
        received = time.perf_counter()
        async with self.flight():
            try:
                self._check(interaction, where)
                await in_time(interaction, work(), received)
            except Exception as error:  # noqa: BLE001 - one event must not end the bot
                await self.funnel.interaction(interaction, error, where)

    def _check(self, interaction: discord.Interaction[Any], where: str) -> None:
        if where.startswith(_FORM):
            return
        language = language_of(interaction)
        if self._draining:
            raise Refused(say("restarting", language))
        if where not in _WHILE_PAUSED and self.here(interaction).paused:
            self.metrics.refused("paused")
            raise Refused(say("paused", language))

    async def handle(
        self, interaction: discord.Interaction[Any], meaning: ButtonId, values: Sequence[str]
    ) -> None:
        """Do what a button or menu means."""
        handler = self._actions[meaning.action]
        turns = bool(meaning.mark in {"a", "b", "z"} and meaning.action in _TURN_WHEN_MARKED)
        intend(interaction, edits=turns or meaning.action in _TURNING)
        await self.guarded(
            interaction, meaning.action, lambda: handler(interaction, meaning, values)
        )

    async def answer(
        self, interaction: discord.Interaction[Any], asked: Asked, received: float
    ) -> None:
        """Answer a question that came as an interaction, and alert moderators where due."""
        reply = await self.asking.interaction(interaction, asked, received=received)
        if reply is None:
            return
        self.reading.explain(asked.event, reply.answer)
        if reply.answer.outcome is Outcome.BOUNDARY and interaction.guild_id is not None:
            link = f"https://discord.com/channels/{interaction.guild_id}/{interaction.channel_id}"
            if asked.public:
                with contextlib.suppress(*BROKEN):
                    link = (await interaction.original_response()).jump_url
            await self.alert(asked.where, reply.answer, link)

    async def alert(self, where: Where, answer: Answer, link: str) -> None:
        """Tell the moderators' channel that a notice was shown: where, and no word of anybody's."""
        home = where.home
        if not answer.alert or home is None or home.moderator_channel is None:
            return
        if self._alerts.take(where.label) > 0:
            return
        await self.office(home.topic, lambda words: views.note(say("alert", words, link=link)))

    async def office(
        self,
        topic: str,
        view: Callable[[str], discord.ui.LayoutView],
        where: str = "alert",
        files: Sequence[discord.File] = (),
    ) -> bool:
        """Send to a topic's moderators' channel; False where there is none, or it failed.

        ``view`` lays it out in a language, the home guild's. Never raises.
        """
        home = self.places.home(topic)
        if home is None or home.moderator_channel is None:
            return False
        channel = self.get_partial_messageable(int(home.moderator_channel))
        try:
            await channel.send(view=view(self.home_language(home)), files=files)
        except Exception as error:  # noqa: BLE001 - what it tells of stands, whatever became of this
            self.funnel.log(error, where)
            return False
        return True

    def home_language(self, home: Home | None) -> str:
        """Return the language of a home guild, of ours."""
        guild = self.get_guild(int(home.guild)) if home is not None else None
        return spoken(str(guild.preferred_locale)) if guild else "en"

    def here(self, interaction: discord.Interaction[Any]) -> Where:
        """Return what holds where an interaction happens."""
        # Installed by a user, the bot is no member there: then it is nobody's home either.
        guild = interaction.guild_id if interaction.is_guild_integration() else None
        parent = getattr(interaction.channel, "parent_id", None)
        return self.places.where(guild, interaction.channel_id, parent)

    async def on_message(self, message: discord.Message, /) -> None:
        """Answer what asks the bot; prefix commands do not exist here."""
        if self._draining:
            await self.messages.restarting(message)
            return
        async with self.flight():
            await self.messages.take(message)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Take submitted forms by their id, so that they outlive a restart."""
        if interaction.type is not discord.InteractionType.modal_submit:
            return
        data: dict[str, Any] = dict(interaction.data or {})
        custom_id, fields = str(data.get("custom_id")), form_fields(data)
        meaning = read_id(custom_id)
        form = self._forms.get(meaning.action) if meaning is not None else None
        if meaning is None or form is None:
            if custom_id.startswith(OURS):
                await self.guarded(interaction, _FORM, lambda: unread(interaction, fields))
            return
        where = "form" if meaning.action == "follow" else f"{_FORM}{meaning.action}"
        await self.guarded(interaction, where, lambda: form(interaction, meaning, fields))

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Forget the channels of a guild that threw the bot out."""
        try:
            await self.places.left(guild.id)
        except Exception as error:  # noqa: BLE001 - the bot goes on elsewhere
            self.funnel.log(error, "guild_remove")

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """Log what an event's handler let through."""
        del args, kwargs
        import sys  # noqa: PLC0415

        if (error := sys.exc_info()[1]) is not None:
            self.funnel.log(error, event_method)


class Tree(app_commands.CommandTree[RejoinderBot]):
    """The commands, whose failures end in the bot's funnel."""

    async def on_error(
        self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError, /
    ) -> None:
        """Say what went wrong."""
        await self.client.funnel.interaction(interaction, error, "command")


def form_fields(data: Any) -> dict[str, list[str]]:
    """Return what was filled into a submitted form: the values of each field by its custom id."""
    found: dict[str, list[str]] = {}
    if isinstance(data, dict):
        if isinstance(name := data.get("custom_id"), str):
            if isinstance(data.get("value"), str):
                found[name] = [data["value"]]
            elif isinstance(data.get("values"), list):
                found[name] = [str(value) for value in data["values"]]
        for key in ("components", "component"):
            found |= form_fields(data.get(key))
    elif isinstance(data, list):
        for item in data:
            found |= form_fields(item)
    return found


def _no_prefix(_: commands.Bot, __: discord.Message) -> Sequence[str]:
    return ()
