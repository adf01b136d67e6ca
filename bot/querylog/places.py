"""Where chat platforms have the bot: the home guild of a topic, the channels and their pauses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.querylog.engine import Database
from bot.querylog.records import require_zone
from bot.querylog.tables import homes, places

Rows = list[Row[Any]]
Read = Callable[[Callable[[], Awaitable[Rows]]], Awaitable[Rows]]
Write = Callable[[Callable[[], Awaitable[None]]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Home:
    """Name the guild whose moderators have a say over a topic; ids are the platform's, as text.

    Raises ValueError for an empty topic, platform or guild.
    """

    topic: str
    platform: str
    guild: str
    moderator_role: str | None = None
    moderator_channel: str | None = None

    def __post_init__(self) -> None:
        _require(self.topic, self.platform, self.guild)


@dataclass(frozen=True, slots=True)
class Place:
    """Say what the bot does in a channel; ids are the platform's, as text.

    A pause without ``paused_until`` lasts until somebody ends it. Raises ValueError for an empty
    platform, guild or channel and for a ``paused_until`` without time zone.
    """

    platform: str
    guild: str
    channel: str
    topic: str | None = None
    paused: bool = False
    paused_until: datetime | None = None

    def __post_init__(self) -> None:
        _require(self.platform, self.guild, self.channel)
        if self.paused_until is not None:
            require_zone(self.paused_until)


class Places:
    """Keep homes and places, which hold no person's id; reached as ``QueryLog.places``.

    All methods raise LogUnavailable where the database cannot do it now.
    """

    def __init__(self, database: Database, *, read: Read, write: Write) -> None:
        self._database = database
        self._read = read
        self._write = write

    async def homes(self) -> list[Home]:
        """Read all homes in the order of their topics."""
        columns = [column for column in homes.c if column.name != "set_at"]
        rows = await self._read(lambda: self._rows(select(*columns).order_by(homes.c.topic)))
        return [Home(**row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name

    async def places(self) -> list[Place]:
        """Read all places in the order of platform and channel."""
        chosen = select(places).order_by(places.c.platform, places.c.channel)
        rows = await self._read(lambda: self._rows(chosen))
        return [Place(**row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name

    async def save_home(self, home: Home) -> None:
        """Make a guild the home of a topic, in place of the one it had."""
        await self._save(homes, asdict(home) | {"set_at": datetime.now(UTC)})

    async def remove_home(self, topic: str) -> None:
        """Take a topic's home away, if it has one."""
        await self._execute(delete(homes).where(homes.c.topic == topic))

    async def save_place(self, place: Place) -> None:
        """Keep what is said of a channel, in place of what was said before."""
        await self._save(places, asdict(place))

    async def remove_place(self, platform: str, channel: str) -> None:
        """Forget a channel, if it is known."""
        await self._execute(
            delete(places).where(places.c.platform == platform, places.c.channel == channel)
        )

    async def remove_guild(self, platform: str, guild: str) -> None:
        """Forget a guild's channels, after the bot was thrown out; its homes stay."""
        await self._execute(
            delete(places).where(places.c.platform == platform, places.c.guild == guild)
        )

    async def _rows(self, statement: Any) -> Rows:
        async with self._database.reader.connect() as connection:
            return list((await connection.execute(statement)).all())

    async def _save(self, table: Table, values: dict[str, Any]) -> None:
        insert = (sqlite if self._database.is_sqlite else postgresql).insert(table)
        keys = [column.name for column in table.primary_key.columns]
        upsert = insert.values(values).on_conflict_do_update(
            index_elements=keys,
            set_={name: insert.excluded[name] for name in values if name not in keys},
        )
        await self._execute(upsert)

    async def _execute(self, statement: Any) -> None:
        async def job() -> None:
            async with self._database.writer.begin() as connection:
                await connection.execute(statement)

        await self._write(job)


def _require(*ids: str) -> None:
    if not all(ids):
        raise ValueError("an id of a home or a place must not be empty")
