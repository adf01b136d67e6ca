"""Style sheet, script, fonts and icon: a fixed set of files, read once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.resources import files as resources

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.channels.web.routing import Page

_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "ttf": "font/ttf",
}
_FONTS = ("Inter-Regular.ttf", "Inter-SemiBold.ttf")


@dataclass(frozen=True)
class Files:
    """Hold the files by name, with the hash that their address carries."""

    contents: dict[str, tuple[bytes, str]]

    @classmethod
    def read(cls) -> Files:
        """Read all files of the package."""
        static = resources("bot.channels.web").joinpath("static")
        found = {
            file.name: file.read_bytes()
            for file in static.iterdir()
            if file.name.rpartition(".")[2] in _TYPES
        }
        fonts = resources("bot.channels").joinpath("fonts")
        found |= {name: fonts.joinpath(name).read_bytes() for name in _FONTS}
        hashes = {name: _hash(raw) for name, raw in found.items()}
        for name, raw in found.items():
            if not name.endswith(".css"):
                continue
            # Under one address with what pages preload, or it would be fetched twice.
            for font in _FONTS:
                raw = raw.replace(  # noqa: PLW2901
                    f"/static/{font}".encode(), f"/static/{font}?v={hashes[font]}".encode()
                )
            found[name], hashes[name] = raw, _hash(raw)
        return cls({name: (raw, hashes[name]) for name, raw in found.items()})

    def address(self, name: str) -> str:
        """Return a file's address, which changes with its content. Raises KeyError."""
        return f"/static/{name}?v={self.contents[name][1]}"


def _hash(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()[:12]


async def static(request: Request) -> Response:
    """Send a file; what is asked for under its hash may be kept for ever."""
    known: Files = request.app.state.files
    name = request.path_params["name"]
    if name not in known.contents:
        return PlainTextResponse("There is no such file.\n", 404)
    raw, digest = known.contents[name]
    lasting = request.query_params.get("v") == digest
    kept = "public, max-age=31536000, immutable" if lasting else "no-cache"
    headers = {"Cache-Control": kept, "ETag": f'"{digest}"'}
    if request.headers.get("if-none-match") == f'"{digest}"':
        return Response(status_code=304, headers=headers)
    return Response(raw, media_type=_TYPES[name.rpartition(".")[2]], headers=headers)


ROUTES = (Page("GET", "/static/{name}", "static", None, static, plain=True),)
