"""Sign in through Discord (OAuth 2 with PKCE), and the roles that people have in home servers."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
import structlog
from authlib.oauth2.rfc6749.parameters import (  # type: ignore[import-untyped]
    prepare_grant_uri,
    prepare_token_request,
)
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]

from bot.channels.web.routing import Role
from bot.channels.web.sessions import Rights
from bot.querylog.places import Home

_log = structlog.get_logger(__name__)

AUTHORIZE = "https://discord.com/oauth2/authorize"
API = "https://discord.com/api/v10"
CALLBACK = "/sign-in/discord/callback"
PLATFORM = "discord"

_SCOPES = "identify guilds.members.read"
_STARTED_SECONDS = 600.0
_MOST_STARTED = 500
_PATIENCE = 10.0


class SignInError(Exception):
    """Say by a key of the catalogue why somebody cannot come in."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class UnreachableError(Exception):
    """Say that Discord does not answer as it should."""


class TokenGoneError(Exception):
    """Say that Discord does not take a person's token any more."""


@dataclass(frozen=True)
class Arrived:
    """Somebody whom Discord has told us of. ``token`` asks for their roles again."""

    user: str
    name: str
    rights: Rights
    back: str
    token: str = field(repr=False)


@dataclass(frozen=True)
class _Started:
    visitor: str
    verifier: str = field(repr=False)
    back: str
    at: float


class DiscordPeople:
    """Ask Discord who somebody is and which roles they have.

    ``homes`` gives the servers of the topics. ``authorize`` and ``api`` are Discord's addresses,
    which only a test names otherwise. Tokens live in memory, beside their session.
    """

    def __init__(
        self,
        client_id: int,
        client_secret: str,
        redirect: str,
        *,
        homes: Callable[[], Awaitable[Sequence[Home]]],
        reviewer_role: int | None = None,
        authorize: str = AUTHORIZE,
        api: str = API,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client_id = str(client_id)
        self._secret = client_secret
        self._redirect = redirect
        self._homes = homes
        self._reviewer_role = None if reviewer_role is None else str(reviewer_role)
        self._authorize = authorize
        self._api = api
        self._clock = clock
        self._started: dict[str, _Started] = {}
        self._http: httpx.AsyncClient | None = None

    def start(self, visitor: str, back: str) -> str:
        """Return the address at Discord where somebody signs in; ``visitor`` is their cookie's id.

        What comes back is taken from the same browser only, once, within ten minutes.
        """
        verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
        address = prepare_grant_uri(
            self._authorize, self._client_id, "code", self._redirect, _SCOPES, state,
            code_challenge=create_s256_code_challenge(verifier), code_challenge_method="S256",
            # Whoever has agreed before need not do so again.
            prompt="none",
        )  # fmt: skip
        now = self._clock()
        self._started[state] = _Started(visitor, verifier, back, now)
        for known, started in list(self._started.items()):
            if now - started.at > _STARTED_SECONDS or len(self._started) > _MOST_STARTED:
                del self._started[known]
        return str(address)

    async def finish(self, visitor: str, query: Mapping[str, str]) -> Arrived:
        """Take what Discord sent somebody back with.

        Raises SignInError for what is not ours, was denied, refused or is used up, and for somebody
        without any role; UnreachableError.
        """
        started = self._started.pop(query.get("state", ""), None)
        late = started is not None and self._clock() - started.at > _STARTED_SECONDS
        if started is None or late or not secrets.compare_digest(started.visitor, visitor):
            raise SignInError("error-state")
        if (refused := query.get("error")) is not None:
            if refused == "access_denied":
                raise SignInError("error-denied")
            known = re.fullmatch(r"[a-z_]{1,40}", refused)
            _log.warning("discord_sign_in_refused", error=known and known[0])
            raise SignInError("error-refused")
        if not query.get("code"):
            raise SignInError("error-code")
        access = await self._token(query["code"][:500], started.verifier)
        try:
            person = await self._get("/users/@me", access)
            rights = await self.rights(access)
        except TokenGoneError:
            raise SignInError("error-code") from None
        if person is None or not str(person.get("id", "")).isdecimal():
            raise UnreachableError
        if not rights.any:
            raise SignInError("error-no-role")
        name = str(person.get("global_name") or person.get("username") or person["id"])[:80]
        return Arrived(f"{PLATFORM}:{person['id']}", name, rights, started.back, access)

    async def rights(self, token: str) -> Rights:
        """Return what a person may do now, by topic.

        Raises UnreachableError, and TokenGoneError where they must sign in again.
        """
        homes = [home for home in await self._homes() if home.platform == PLATFORM]
        held: dict[str, set[str]] = {}
        for guild in dict.fromkeys(home.guild for home in homes):
            member = await self._get(f"/users/@me/guilds/{guild}/member", token)
            roles = member.get("roles") if member is not None else None
            held[guild] = {str(role) for role in roles} if isinstance(roles, list) else set()
        found: dict[str, Role] = {}
        for home in homes:
            if home.moderator_role is not None and home.moderator_role in held[home.guild]:
                found[home.topic] = Role.MODERATOR
            elif self._reviewer_role is not None and self._reviewer_role in held[home.guild]:
                found[home.topic] = Role.REVIEWER
        return Rights(topics=found)

    async def close(self) -> None:
        """Close the connections to Discord."""
        if self._http is not None:
            await self._http.aclose()

    def _client(self) -> httpx.AsyncClient:
        # Made once: reading the certificates takes longer than asking.
        self._http = self._http or httpx.AsyncClient(timeout=_PATIENCE)
        return self._http

    async def _get(self, path: str, token: str) -> dict[str, Any] | None:
        """Ask Discord on somebody's behalf; None for what it does not know (404)."""
        try:
            answer = await self._client().get(
                f"{self._api}{path}", headers={"Authorization": f"Bearer {token}"}
            )
            if answer.status_code == 401:
                raise TokenGoneError
            if answer.status_code in (403, 404):
                return None
            answer.raise_for_status()
            found = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise _unreachable(error) from error
        if not isinstance(found, dict):
            raise UnreachableError
        return found

    async def _token(self, code: str, verifier: str) -> str:
        """Turn a code into a token. Raises SignInError, UnreachableError."""
        body = prepare_token_request(
            "authorization_code", "", self._redirect, code=code, code_verifier=verifier,
            client_id=self._client_id, client_secret=self._secret,
        )  # fmt: skip
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        try:
            answer = await self._client().post(
                f"{self._api}/oauth2/token", content=body, headers=headers
            )
            if answer.status_code in (400, 401):
                _log.warning("discord_code_refused", status=answer.status_code)
                raise SignInError("error-code")
            answer.raise_for_status()
            found = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise _unreachable(error) from error
        token = found.get("access_token") if isinstance(found, dict) else None
        if not isinstance(token, str) or not token:
            raise UnreachableError
        return token


def _unreachable(error: Exception) -> UnreachableError:
    status = error.response.status_code if isinstance(error, httpx.HTTPStatusError) else None
    _log.warning("discord_sign_in_failed", error=type(error).__name__, status=status)
    return UnreachableError()
