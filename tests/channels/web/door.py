"""Discord's way in as far as the console uses it, on a local port: OAuth 2 and two questions."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT = 4_000
SECRET = "hunter2-client-secret"


@dataclass
class Person:
    """Somebody at Discord, with the roles they have by guild."""

    id: str
    name: str
    roles: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class _Grant:
    person: Person
    challenge: str
    redirect: str


class Door:
    """The authorisation server. ``person`` is who sits at the browser, and agrees unless told."""

    def __init__(self) -> None:
        self.person = Person("301", "Ada")
        self.denies = False
        self.down = False
        self.asked: list[str] = []
        self.tokens: dict[str, Person] = {}
        self._codes: dict[str, _Grant] = {}
        self.app = Starlette(
            routes=[
                Route("/oauth2/authorize", self._authorize),
                Route("/api/oauth2/token", self._token, methods=["POST"]),
                Route("/api/users/@me", self._me),
                Route("/api/users/@me/guilds/{guild}/member", self._member),
            ]
        )

    async def _authorize(self, request: Request) -> Response:
        query = request.query_params
        assert query["client_id"] == str(CLIENT)
        assert query["response_type"] == "code"
        assert set(query["scope"].split()) == {"identify", "guilds.members.read"}
        assert query["code_challenge_method"] == "S256"
        given = {"state": query["state"]}
        if self.denies:
            given |= {"error": "access_denied", "error_description": "They said no"}
        else:
            given["code"] = secrets.token_urlsafe(8)
            self._codes[given["code"]] = _Grant(
                self.person, query["code_challenge"], query["redirect_uri"]
            )
        return RedirectResponse(f"{query['redirect_uri']}?{urlencode(given)}", 302)

    async def _token(self, request: Request) -> Response:
        if self.down:
            return Response("<html>bad gateway", 502)
        given = {
            name: values[0] for name, values in parse_qs((await request.body()).decode()).items()
        }
        grant = self._codes.pop(given.get("code", ""), None)
        verifier = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        good = (
            grant is not None
            and given["grant_type"] == "authorization_code"
            and (given["client_id"], given["client_secret"]) == (str(CLIENT), SECRET)
            and given["redirect_uri"] == grant.redirect
            and base64.urlsafe_b64encode(verifier).decode().rstrip("=") == grant.challenge
        )
        if not good or grant is None:
            return JSONResponse({"error": "invalid_grant"}, 400)
        token = secrets.token_urlsafe(8)
        self.tokens[token] = grant.person
        return JSONResponse(
            {"access_token": token, "token_type": "Bearer", "expires_in": 604800,
             "refresh_token": "r", "scope": "identify guilds.members.read"}
        )  # fmt: skip

    def _who(self, request: Request) -> Person | Response:
        self.asked.append(request.url.path)
        if self.down:
            return Response("<html>bad gateway", 502)
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        return self.tokens.get(token) or JSONResponse({"message": "401: Unauthorized"}, 401)

    async def _me(self, request: Request) -> Response:
        who = self._who(request)
        if isinstance(who, Response):
            return who
        return JSONResponse({"id": who.id, "username": who.name.lower(), "global_name": who.name})

    async def _member(self, request: Request) -> Response:
        who = self._who(request)
        if isinstance(who, Response):
            return who
        roles = who.roles.get(request.path_params["guild"])
        if roles is None:
            return JSONResponse({"message": "Unknown Guild", "code": 10004}, 404)
        return JSONResponse({"roles": roles, "nick": None})
