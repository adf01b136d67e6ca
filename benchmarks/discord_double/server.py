"""The HTTP side: records each request, lets it meet its fault, and answers it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from email.parser import Parser
from typing import TYPE_CHECKING

from aiohttp import web

from . import interactions, routes
from .faults import ApiError, ConnectionCutError, Hang
from .limits import problems
from .messages import Messages
from .record import Request
from .state import Json

if TYPE_CHECKING:
    from .double import Double

API = "/api/v10"
_OPEN = ("/interactions/", "/webhooks/")  # their token is in the path


class Server:
    """Discord's REST interface on a port of this machine."""

    def __init__(self, double: Double) -> None:
        self.double = double
        self.messages = Messages(double)
        self.unhandled: list[Request] = []  # what the double has no endpoint for
        self.uploads: dict[str, bytes] = {}
        self._runner: web.AppRunner | None = None

    async def start(self, port: int = 0) -> str:
        """Listen; return the address."""
        app = web.Application(client_max_size=1 << 26)
        app.router.add_get("/gateway", self.double.gateway.handle)
        app.router.add_get("/gateway/", self.double.gateway.handle)
        app.router.add_get("/cdn/{path:.+}", self._download)
        app.router.add_route("*", API + "/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        host, number = self._runner.addresses[0][:2]
        return f"http://{host}:{number}"

    async def stop(self) -> None:
        """End everything that hangs and stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _download(self, request: web.Request) -> web.Response:
        body = self.uploads.get(request.match_info["path"])
        return web.Response(status=404) if body is None else web.Response(body=body)

    async def _serve(self, wire: web.Request) -> web.StreamResponse:
        request = await self._read(wire)
        self.double.requests.append(request)
        self.double.pulse.beat()
        try:
            status, body, headers = await self._answer(request)
        except ConnectionCutError:
            if wire.transport is not None:
                wire.transport.abort()
            return web.Response()
        request.status, request.answer = status, body
        self.double.pulse.beat()
        if body is None:
            return web.Response(status=status, headers=headers)
        # discord.py takes a body for JSON only if the type has no charset beside it.
        headers["Content-Type"] = "application/json"
        return web.Response(status=status, body=json.dumps(body).encode(), headers=headers)

    async def _read(self, wire: web.Request) -> Request:
        token = f"Bot {self.double.token}"
        request = Request(
            method=wire.method,
            path=wire.path.removeprefix(API),
            query=dict(wire.query),
            authorised=wire.headers.get("Authorization") == token,
            reason=wire.headers.get("X-Audit-Log-Reason"),
        )
        if wire.content_type == "application/json":
            request.json = json.loads(await wire.read() or b"null")
        elif wire.content_type == "multipart/form-data":
            for name, body in _parts(wire.headers["Content-Type"], await wire.read()):
                if name == "payload_json":
                    request.json = json.loads(body)
                else:
                    request.files[name] = body
        return request

    async def _answer(self, request: Request) -> tuple[int, object, dict[str, str]]:
        headers = {
            # Generous, so that the client keeps nothing back of its own accord.
            "X-RateLimit-Limit": "1000",
            "X-RateLimit-Remaining": "999",
            "X-RateLimit-Reset-After": "1.000",
            "X-RateLimit-Bucket": f"{request.method}-{request.path.split('/')[1]}",
        }
        fault = self.double.faults.take(request)
        try:
            if isinstance(fault, Hang):
                if not fault.after:
                    await fault.hold(request)
                status, body = self._handle(request)
                if fault.after:
                    await fault.hold(request)
            elif fault is not None:
                raise fault
            else:
                status, body = self._handle(request)
        except ApiError as error:
            return error.status, error.body, headers | error.headers
        else:
            return status, body, headers

    def _handle(self, request: Request) -> routes.Answer:
        if not request.authorised and not request.path.startswith(_OPEN):
            raise ApiError(401, 0, "401: Unauthorized")
        found = routes.table.find(request) or interactions.table.find(request)
        if found is None:
            self.unhandled.append(request)
            raise routes.not_found()
        if wrong := problems(request.method, request.path, request.json, list(request.names)):
            refused = ApiError(400, 50035, "Invalid Form Body")
            refused.body["errors"] = {"_errors": [_error(text) for text in wrong]}
            raise refused
        handler, segments = found
        return handler(self.messages, request, *segments)


def _parts(content_type: str, body: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield names and bodies of a form's parts.

    aiohttp's own reader warns that it will change when a part is larger than its buffer.
    """
    boundary = Parser().parsestr(f"Content-Type: {content_type}\n\n").get_boundary() or ""
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary.encode())[1:-1]:
        head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        fields = Parser().parsestr(head.decode())
        yield str(fields.get_param("name", header="content-disposition")), content


def _error(text: str) -> Json:
    return {"code": "REFUSED_BY_THE_DOUBLE", "message": text}
