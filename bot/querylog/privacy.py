"""Pseudonyms under a key that stands outside the database, so that neither alone names anybody."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.querylog.errors import LogKeyError
from bot.querylog.redaction import TEXT_LIMIT, redact
from bot.querylog.tables import meta

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

__all__ = ["KEY_FILE", "TEXT_LIMIT", "Pseudonymiser", "obtain_key", "read_key", "redact"]

KEY_FILE = "pseudonym.key"
_KEY_BYTES = 32
_FINGERPRINT = "pseudonym_key_fingerprint"
_RESTORE = (
    f"Restore {KEY_FILE} from the backup of the data directory, or start with a new data "
    "directory and a new database."
)


class Pseudonymiser:
    """Turn ids into keyed hashes (HMAC-SHA256, 32 hexadecimal digits)."""

    def __init__(self, key: bytes) -> None:
        if len(key) != _KEY_BYTES:
            raise ValueError(f"the key has {_KEY_BYTES} bytes")
        self._key = key

    def pseudonym(self, user: str) -> str:
        """Give the pseudonym of a user id."""
        return self._hash("user", user)

    def event(self, event: str) -> str:
        """Give the hash of a platform event's id."""
        return self._hash("event", event)

    def seal(self, text: str) -> str:
        """Encrypt a text (Fernet: AES-128-CBC with HMAC-SHA256) so that only this key opens it."""
        return self._fernet().encrypt(text.encode("utf-8", "surrogatepass")).decode()

    def unseal(self, sealed: str) -> str | None:
        """Decrypt what seal() gave; None for anything else."""
        from cryptography.fernet import InvalidToken  # noqa: PLC0415 - rarely needed

        try:
            return self._fernet().decrypt(sealed.encode()).decode("utf-8", "surrogatepass")
        except InvalidToken:
            return None

    def _fernet(self) -> Fernet:
        from cryptography.fernet import Fernet  # noqa: PLC0415 - rarely needed

        derived = hmac.new(self._key, b"seal\0", hashlib.sha256).digest()
        return Fernet(base64.urlsafe_b64encode(derived))

    def derive(self, purpose: str) -> bytes:
        """Give a key for another purpose (32 bytes) that tells nothing about this one."""
        return hmac.new(self._key, f"derive\0{purpose}".encode(), hashlib.sha256).digest()

    @property
    def fingerprint(self) -> str:
        """Tell keys apart without telling anything about a key."""
        return self._hash("fingerprint", "")

    def _hash(self, kind: str, value: str) -> str:
        # The kind is part of what is hashed: a user id must not match an event id.
        message = f"{kind}\0{value}".encode("utf-8", "surrogatepass")
        return hmac.new(self._key, message, hashlib.sha256).hexdigest()[:32]


def read_key(data: Path) -> Pseudonymiser | None:
    """Read the key file of a data directory, or give None where there is none.

    Raises LogKeyError for a file that is not a key.
    """
    try:
        key = (data / KEY_FILE).read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise LogKeyError(f"{KEY_FILE} cannot be read ({error.strerror}).") from error
    if len(key) != _KEY_BYTES:
        raise LogKeyError(f"{KEY_FILE} is damaged: it has {len(key)} bytes.", hint=_RESTORE)
    return Pseudonymiser(key)


async def obtain_key(data: Path, writer: AsyncEngine, *, spooled: int = 0) -> Pseudonymiser:
    """Give the key that belongs to the database; make one if the database knows none yet.

    Raises LogKeyError where the database's key is missing, another key stands in its place, or
    none is there while ``spooled`` lines wait that were written under one.
    """
    fingerprint = await _stored_fingerprint(writer)
    key = read_key(data)
    if fingerprint is None and key is None and spooled:
        raise LogKeyError(
            f"{KEY_FILE} is missing, and {spooled} spooled lines were written under it.",
            hint=_RESTORE,
        )
    if fingerprint is None:
        # The file first: a key without fingerprint is used next time, a fingerprint without
        # key would lock everybody out.
        key = key or _create_key(data)
        await _store_fingerprint(writer, key.fingerprint)
        fingerprint = await _stored_fingerprint(writer)
    if key is None:
        raise LogKeyError(
            f"{KEY_FILE} is missing, without which the query log's pseudonyms mean nothing.",
            hint=_RESTORE,
        )
    if fingerprint is None or not hmac.compare_digest(fingerprint, key.fingerprint):
        raise LogKeyError(
            f"{KEY_FILE} is not the key with which this query log's database was written.",
            hint=_RESTORE,
        )
    return key


def _create_key(data: Path) -> Pseudonymiser:
    key = secrets.token_bytes(_KEY_BYTES)
    path = data / KEY_FILE
    temporary = data / f".{KEY_FILE}.{secrets.token_hex(8)}"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        # A link fails where a rename would silently replace another process's key.
        os.link(temporary, path)
    except FileExistsError:
        existing = read_key(data)
        if existing is None:
            raise
        return existing
    finally:
        temporary.unlink()
    sync_directory(data)
    return Pseudonymiser(key)


def sync_directory(path: Path) -> None:
    """Make the names in a directory durable, where the system can. Raises OSError."""
    if os.name != "posix":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


async def _stored_fingerprint(writer: AsyncEngine) -> str | None:
    async with writer.connect() as connection:
        value: str | None = await connection.scalar(
            select(meta.c.value).where(meta.c.key == _FINGERPRINT)
        )
        return value


async def _store_fingerprint(writer: AsyncEngine, fingerprint: str) -> None:
    insert = sqlite.insert if writer.dialect.name == "sqlite" else postgresql.insert
    async with writer.begin() as connection:
        await connection.execute(
            insert(meta).values(key=_FINGERPRINT, value=fingerprint).on_conflict_do_nothing()
        )
