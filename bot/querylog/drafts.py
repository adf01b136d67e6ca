"""What moderators are preparing, one draft a person and topic, and the names that they chose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Executable, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from bot.querylog.entries import NAME_LIMIT
from bot.querylog.redaction import clean
from bot.querylog.store import PersonalStore
from bot.querylog.tables import drafts, moderators

_EPOCH = 1_700_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRow:
    """Hold one stored draft: operations as plain data; ``revision`` grows with each change.

    An operation that takes up a suggestion has its id under ``suggestion``.
    """

    id: int
    topic: str
    pseudonym: str
    at: datetime
    base: str
    operations: tuple[dict[str, Any], ...]
    revision: int
    waiting: bool
    reason: str


class Drafts(PersonalStore):
    """Keep drafts and names; reached as ``QueryLog.drafts``.

    All methods raise LogUnavailable where the database cannot do it now; nothing is spooled.
    """

    def pseudonym(self, user: str) -> str:
        """Give the pseudonym of a user id, by which a draft's author can be told."""
        return self._key().pseudonym(user)

    async def of(self, topic: str, user: str) -> DraftRow | None:
        """Read what somebody is preparing for a topic."""
        mine = (drafts.c.topic == topic) & (drafts.c.pseudonym == self.pseudonym(user))
        return next(iter(await self._rows(select(drafts).where(mine))), None)

    async def get(self, draft_id: int) -> DraftRow | None:
        """Read a draft by its id."""
        if not 0 < draft_id < 2**63:
            return None
        return next(iter(await self._rows(select(drafts).where(drafts.c.id == draft_id))), None)

    async def waiting(self, topic: str) -> list[DraftRow]:
        """Read the drafts of a topic that wait for a second person, oldest first."""
        chosen = (drafts.c.topic == topic) & drafts.c.waiting
        return await self._rows(select(drafts).where(chosen).order_by(drafts.c.id))

    async def save(
        self,
        topic: str,
        user: str,
        *,
        draft: int,
        revision: int,
        base: str,
        operations: Sequence[dict[str, Any]],
        waiting: bool = False,
        reason: str = "",
    ) -> DraftRow | None:
        """Store a draft in place of one revision of a stored one, both 0 for a first one.

        Gives None where it is another revision by now, so that nothing of it is written over. The
        first revision is no small number, so that a later draft's cannot be taken for it.
        """
        now = datetime.now(UTC)
        values = {
            "at": now, "base": base, "operations": list(operations), "waiting": waiting,
            "reason": reason, "revision": (revision or int(now.timestamp()) - _EPOCH) + 1,
        }  # fmt: skip
        pseudonym = self.pseudonym(user)
        columns = drafts.c
        statement: Executable
        if draft:
            statement = (
                update(drafts)
                .where(columns.id == draft, columns.pseudonym == pseudonym)
                .where(columns.revision == revision)
                .values(values)
                .returning(*columns)
            )
        else:
            who = {"topic": topic, "pseudonym": pseudonym}
            statement = insert(drafts).values(who | values).returning(*columns)

        async def job() -> DraftRow | None:
            try:
                async with self._database.writer.begin() as connection:
                    row = (await connection.execute(statement)).first()
            except IntegrityError:  # somebody began one at the same moment
                return None
            return None if row is None else _draft(row)

        return await self._write(job)

    async def remove(self, draft_id: int, revision: int | None = None) -> bool:
        """Delete a draft, where ``revision`` is given only as long as it is that one."""
        chosen = delete(drafts).where(drafts.c.id == draft_id)
        if revision is not None:
            chosen = chosen.where(drafts.c.revision == revision)
        return bool(await self._execute(chosen))

    async def name(self, pseudonym: str) -> str | None:
        """Read the name that somebody chose for the history, by their pseudonym."""
        chosen = select(moderators.c.name).where(moderators.c.pseudonym == pseudonym)

        async def job() -> str | None:
            async with self._database.reader.connect() as connection:
                found: str | None = await connection.scalar(chosen)
                return found

        return await self._read(job)

    async def is_taken(self, name: str, user: str) -> bool:
        """Tell whether somebody else has chosen a name, letter case aside."""
        theirs = select(moderators.c.name).where(moderators.c.pseudonym != self.pseudonym(user))

        async def job() -> bool:
            async with self._database.reader.connect() as connection:
                names = (await connection.execute(theirs)).scalars().all()
            return name.casefold() in {each.casefold() for each in names}

        return await self._read(job)

    async def choose_name(self, user: str, name: str | None) -> None:
        """Keep a name for the history, None to forget it."""
        pseudonym = self.pseudonym(user)
        if name is None:
            await self._execute(delete(moderators).where(moderators.c.pseudonym == pseudonym))
            return
        values = {"name": clean(name)[:NAME_LIMIT], "at": datetime.now(UTC)}
        kept = (sqlite if self._database.is_sqlite else postgresql).insert(moderators)
        await self._execute(
            kept.values(values | {"pseudonym": pseudonym}).on_conflict_do_update(
                index_elements=["pseudonym"], set_=values
            )
        )

    async def _rows(self, statement: Any) -> list[DraftRow]:
        async def job() -> list[DraftRow]:
            async with self._database.reader.connect() as connection:
                return [_draft(row) for row in (await connection.execute(statement)).all()]

        return await self._read(job)

    async def _execute(self, statement: Any) -> int:
        async def job() -> int:
            async with self._database.writer.begin() as connection:
                return int((await connection.execute(statement)).rowcount)

        return await self._write(job)


def _draft(row: Any) -> DraftRow:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name
    values["operations"] = tuple(values["operations"])
    return DraftRow(**values)
