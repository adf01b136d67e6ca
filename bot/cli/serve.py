"""`rejoinder serve`: run the configured channels, console and health in one process."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from socket import gaierror
from types import FrameType
from typing import TYPE_CHECKING, Any

import structlog

from bot import __version__
from bot.cli.common import Config, Data, Knowledge, Stopped, limit_numpy_threads, settings_from
from bot.cli.console import announce, http_app
from bot.errors import RejoinderError, UsageError

if TYPE_CHECKING:
    from bot.channels.discord.bot import RejoinderBot
    from bot.channels.health import Channel
    from bot.metrics import Metrics
    from bot.retrieval.encoder import Progress
    from bot.service import Service
    from bot.settings import Settings

DRAIN = 10.0  # seconds for answers under way when it is told to end
_CLOSING = 5.0

SETUP_STEPS = """\
1. Open https://discord.com/developers/applications and choose New Application.
2. Choose Bot, then Reset Token, and copy the token. It is shown once; keep it to yourself.
3. export REJOINDER_DISCORD_TOKEN=…   (or name a file that holds it: discord_token_file)
4. rejoinder discord invite           (prints the link that adds the bot to your server)
5. rejoinder serve
docs/discord.md tells it in detail."""

_log = structlog.get_logger(__name__)


def serve(knowledge: Knowledge = None, data: Data = None, config: Config = None) -> None:
    """Run the Discord bot and the web console, with health and metrics, until it is told to end.

    It needs a bot's token in REJOINDER_DISCORD_TOKEN; without one it says how to get it, and
    `rejoinder console` runs all but the bot. A link that signs you in to the console is printed;
    log lines go to standard error as JSON. On SIGTERM or Ctrl-C answers under way are finished; a
    second signal ends it at once.

    Examples:

    `rejoinder serve`

    `rejoinder serve --config /etc/rejoinder.yaml`
    """
    from bot.cli.log_lines import json_lines  # noqa: PLC0415

    limit_numpy_threads()
    settings = settings_from(config, knowledge, data)
    token = required_token(settings)
    level = settings.log_level if "log_level" in settings.model_fields_set else "info"
    json_lines(level, [token, *secrets_of(settings)])
    asyncio.run(until_told(settings, token))


def secrets_of(settings: Settings) -> list[str]:
    """Return what must not get into a log line, apart from the bot's token."""
    from bot.settings import discord_client_secret  # noqa: PLC0415

    known = (settings.database_url, discord_client_secret(settings))
    return [secret.get_secret_value() for secret in known if secret is not None]


def required_token(settings: Settings) -> str:
    """Return the bot's token. Raises UsageError that says how to get one."""
    from bot.settings import discord_token  # noqa: PLC0415

    token = discord_token(settings)
    if token is None:
        raise UsageError("There is no token for Discord. To get one:", hint=SETUP_STEPS)
    return token.get_secret_value()


class _Signals:
    """Take the first SIGTERM or SIGINT as a request to end; the second ends the process at once."""

    def __init__(self) -> None:
        self.told = asyncio.Event()
        self.number: int | None = None

    @contextlib.contextmanager
    def taken(self) -> Iterator[None]:
        """Take the signals for the time of the context."""
        loop = asyncio.get_running_loop()

        def take(number: int, _: FrameType | None) -> None:
            if self.number is not None:
                # Not through the loop: it may be what hangs.
                os._exit(128 + number)
            self.number = number
            loop.call_soon_threadsafe(self.told.set)

        numbers = (signal.SIGTERM, signal.SIGINT)
        before = [signal.signal(number, take) for number in numbers]
        try:
            yield
        finally:
            for number, handler in zip(numbers, before, strict=True):
                signal.signal(number, handler)


async def until_told(settings: Settings, token: str | None) -> None:
    """Serve until a signal ends it; without a token there is no Discord bot.

    Raises RejoinderError in a sentence for what stops the start, and Stopped.
    """
    signals, started = _Signals(), asyncio.Event()
    with signals.taken():
        told = asyncio.create_task(signals.told.wait())
        work = asyncio.create_task(_serve(settings, token, signals.told, started))
        await asyncio.wait({work, told}, return_when=asyncio.FIRST_COMPLETED)
        if not started.is_set():
            # The start takes long the first time, and nothing of it must be finished.
            work.cancel()
        told.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work
    number = signals.number
    if number is not None:
        _log.info("ended", signal=signal.Signals(number).name)
        raise Stopped(0 if number == signal.SIGTERM else 128 + number)


async def _serve(
    settings: Settings, token: str | None, told: asyncio.Event, started: asyncio.Event
) -> None:
    from bot.retrieval.encoder import LoadingEncoder  # noqa: PLC0415

    # The model is read while everything else is imported.
    encoder = LoadingEncoder(threads=settings.threads)
    from bot.channels.health import serving  # noqa: PLC0415
    from bot.metrics import Metrics  # noqa: PLC0415
    from bot.service import open_service  # noqa: PLC0415

    metrics = Metrics()
    # At once: to learn what was changed takes a while, in which there is nothing to be seen.
    _log.info("starting", data=str(settings.data))
    settings = await asyncio.to_thread(_own, settings)
    async with AsyncExitStack() as stack:
        service = await stack.enter_async_context(open_service(settings, _learning(), encoder))
        await service.open_moderation()
        channels: dict[str, Channel] = {}
        bot = None
        if token is not None:
            from bot.channels.discord.bot import RejoinderBot  # noqa: PLC0415

            channels["discord"] = bot = RejoinderBot(service, metrics, settings)
        address = None
        if settings.http_port is not None:
            app = await stack.enter_async_context(http_app(service, settings, metrics, channels))
            address = await stack.enter_async_context(
                serving(app, settings.http_host, settings.http_port)
            )
        for job in (
            watch(service, metrics),
            retain_daily(service, settings.retention_days),
            review_regularly(service),
        ):
            await stack.enter_async_context(_beside(job))
        _log.info(
            "serving",
            version=__version__,
            channels=list(channels),
            http=address,
            console=address is not None and settings.console,
            topics={topic: advisor.release.id for topic, advisor in service.topics.items()},
            data=str(settings.data),
            database="sqlite" if settings.database_url is None else "postgresql",
            retention_days=settings.retention_days,
        )
        if address is not None and settings.console:
            await announce(service, settings, address)
        started.set()
        if bot is not None and token is not None:
            await _run_bot(bot, token, told)
        else:
            await told.wait()


def _own(settings: Settings) -> Settings:
    """Return the settings with knowledge that moderators can change, where that can be had."""
    from bot.curation.opening import with_own_knowledge  # noqa: PLC0415

    try:
        return with_own_knowledge(settings)
    except RejoinderError as error:
        # Answers, the log and suggestions do not need it.
        _log.warning("knowledge_read_only", problem=str(error))
        return settings


def _learning() -> Progress:
    said = False

    def progress(_: int, total: int) -> None:
        nonlocal said
        if not said:
            _log.info("learning_topic", texts=total)
        said = True

    return progress


@asynccontextmanager
async def _beside(job: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run a job for the time of the context."""
    task = asyncio.create_task(job)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


async def _run_bot(bot: RejoinderBot, token: str, told: asyncio.Event) -> None:
    """Run the bot until it is told to end, then let it finish what is under way.

    Raises RejoinderError in a sentence where the bot ends without being told.
    """
    running = asyncio.create_task(bot.start(token))
    waiting = asyncio.create_task(told.wait())
    try:
        await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if told.is_set():
            await _drain(bot, running)
            return
        with explaining():
            await running
    finally:
        waiting.cancel()
        running.cancel()
        # Whatever a bot that was told to end says now, it says because it was closed.
        await asyncio.gather(running, waiting, return_exceptions=True)
        if not bot.is_closed():
            await bot.close()
    raise RejoinderError("The Discord bot ended by itself.", hint="Start it again.")


async def _drain(bot: RejoinderBot, running: asyncio.Task[None]) -> None:
    _log.info("draining", seconds=DRAIN)
    try:
        async with asyncio.timeout(DRAIN + _CLOSING):
            await bot.drain(DRAIN)
            await asyncio.wait({running})
    except TimeoutError:
        _log.warning("drain_cut_short")
    except Exception:  # noqa: BLE001 - the log must be closed all the same
        _log.exception("drain_failed")


@contextlib.contextmanager
def explaining() -> Iterator[None]:
    """Raise RejoinderError in a sentence for what Discord refuses, and other errors as they are."""
    try:
        yield
    except Exception as error:
        if said := _explained(error):
            raise said from error
        raise


def _explained(error: Exception) -> RejoinderError | None:
    import aiohttp  # noqa: PLC0415
    import discord  # noqa: PLC0415

    if isinstance(error, discord.LoginFailure):
        return UsageError(
            "Discord does not accept the token.",
            hint="It may be mistyped, or was reset. In the developer portal choose your "
            "application, Bot, Reset Token, and set the new one.",
        )
    if isinstance(error, discord.ConnectionClosed):
        return RejoinderError(
            f"Discord closed the connection (code {error.code}).",
            hint="Start it again; docs/discord.md says what helps where it happens again.",
        )
    if isinstance(error, discord.HTTPException):
        return RejoinderError(
            f"Discord refused the request (HTTP {error.status}, code {error.code}).",
            hint="Where the status is 500 or more, try again later.",
        )
    if isinstance(error, aiohttp.ClientError | ConnectionError | TimeoutError | gaierror):
        return RejoinderError(
            "Discord cannot be reached.", hint="Check the network, and its status page."
        )
    return None


async def watch(service: Service, metrics: Metrics, pause: float = 60.0) -> None:
    """Reload topics when their files change; a broken edit is logged and changes nothing.

    Where the system stops telling of changes, it is asked again after ``pause`` seconds.
    """
    from watchfiles import awatch  # noqa: PLC0415

    while True:
        try:
            folders = [advisor.release.folder for advisor in service.topics.values()]
            async for _ in awatch(*folders, step=200, recursive=True):
                await _reload(service, metrics)
        except Exception as error:  # noqa: BLE001 - it serves on without it
            _log.error("watch_failed", error=type(error).__name__, again_after=pause)
        await asyncio.sleep(pause)


async def _reload(service: Service, metrics: Metrics) -> None:
    for topic in service.topics:
        try:
            await service.reload_topic(topic)
        except RejoinderError as error:
            metrics.failed("reload")
            _log.warning("reload_refused", topic=topic, problem=str(error))
        except Exception:  # noqa: BLE001 - a reload must not end the watching
            metrics.failed("reload")
            _log.exception("reload_failed", topic=topic)


async def retain_daily(
    service: Service, days: int | None, first: float = 3600.0, every: float = 86_400.0
) -> None:
    """Turn queries older than ``days`` into daily counts, ``first`` after that many seconds.

    Whoever waited for a month to be told of a decision or an answer is forgotten in any case.
    """
    await asyncio.sleep(first)
    while True:
        try:
            now = datetime.now(UTC)
            untold = await service.log.tellings.expire(now) + await service.log.review.expire(now)
            rolled = 0 if days is None else await service.log.retain(days, now)
            _log.info("retained", days=days, rolled_up=rolled, untold=untold)
        except Exception:  # noqa: BLE001 - it is tried again tomorrow
            _log.exception("retention_failed")
        await asyncio.sleep(every)


async def review_regularly(service: Service, every: float = 60.0, glance: float = 2.0) -> None:
    """Bring the review queues up to date every so many seconds, and soon after each publish.

    Whether something was published is looked at every ``glance`` seconds.
    """
    while True:
        releases = _in_service(service)
        for topic in releases:
            try:
                done = await service.review(topic).refresh()
            except Exception as error:  # noqa: BLE001 - it is tried again in a while
                _log.warning("review_refresh_failed", topic=topic, error=type(error).__name__)
            else:
                if done:
                    _log.info("review_refreshed", topic=topic, **asdict(done))
        waited = 0.0
        while waited < every and _in_service(service) == releases:
            await asyncio.sleep(min(glance, every))
            waited += glance


def _in_service(service: Service) -> dict[str, tuple[str, bool]]:
    return {
        topic: (advisor.release.id, advisor.index.provisional)
        for topic, advisor in service.topics.items()
    }
