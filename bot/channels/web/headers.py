"""What stands around every response of the console, and which hosts it listens to."""

from __future__ import annotations

import re
from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CSP = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    # Stricter, and browsers would send forms without their origin.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Frame-Options": "DENY",
}
OPEN_TO_ALL = {"/healthz", "/metrics"}
"""paths that monitors ask under whatever name they know this machine by"""
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


class Surroundings:
    """Refuse hosts that are not ours and put the security headers on every response.

    ``hosts`` are names without ports: whoever makes a browser take this address for their own
    site (DNS rebinding) sends another name.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str], *, https: bool = False) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)
        self._https = https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
                if self._https:
                    headers.setdefault("Strict-Transport-Security", "max-age=31536000")
            await send(message)

        host = Headers(scope=scope).get("host", "")
        if scope["path"] not in OPEN_TO_ALL and not self.knows(host):
            refused = PlainTextResponse(
                "This is not an address of the console. Open the one that its settings name "
                "(console_url, http_host), or http://127.0.0.1 with its port.\n",
                421,
            )
            await refused(scope, receive, with_headers)
            return
        await self._app(scope, receive, with_headers)

    def knows(self, host: str) -> bool:
        """Tell whether a Host header names us."""
        found = re.fullmatch(r"(\[[0-9a-f:.]+\]|[^:\[\]/\s]+)(?::\d{1,5})?", host.lower())
        return found is not None and found[1] in self._hosts
