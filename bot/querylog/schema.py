"""Bring a database to the schema of this program, one process at a time."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.querylog.engine import create_engine
from bot.querylog.errors import LogTooNew

HEAD = "0005"
"""The newest migration; a test holds it equal to Alembic's own idea."""

MIGRATIONS = Path(__file__).parent / "migrations"
_TIME_LIMIT = 3_600.0  # seconds, for a statement of a migration
_POSTGRES_LOCK = 0x52_4A_4C_4F_47  # any number that nothing else in this database locks


async def migrate(writer: AsyncEngine) -> None:
    """Upgrade the database to ``HEAD``, waiting for another process that is doing so.

    Raises LogTooNew for a database that a newer version has migrated.
    """
    async with writer.connect() as connection:
        if await connection.run_sync(_version) == HEAD:
            return
    if writer.dialect.name == "sqlite":
        # The writer's BEGIN IMMEDIATE is the lock between processes.
        async with writer.begin() as connection:
            await connection.run_sync(_upgrade)
        return
    # A connection of its own: an index over a large table takes longer than any answer may.
    patient = create_engine(
        writer.url.render_as_string(hide_password=False), write=True, timeout=_TIME_LIMIT
    )
    try:
        async with patient.begin() as connection:
            await connection.execute(
                text("SELECT pg_advisory_xact_lock(:key)"), {"key": _POSTGRES_LOCK}
            )
            await connection.run_sync(_upgrade)
    finally:
        await patient.dispose()


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.execute(
        text("SELECT version_num FROM alembic_version")
    ).scalar()
    return version


def _upgrade(connection: Connection) -> None:
    version = _version(connection)
    if version == HEAD:
        return
    # Imported only when there is work: Alembic costs a cold start some tenths of a second.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if version is not None and version not in known:
        raise LogTooNew(
            "The query log's database was written by a newer version of Rejoinder.",
            hint="Start that version again, or restore the backup made before the upgrade.",
        )
    command.upgrade(config, "head")
