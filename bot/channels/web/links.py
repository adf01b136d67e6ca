"""The one-time links by which whoever runs the program signs in to its console."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from urllib.parse import urlencode, urlsplit

from bot.errors import UsageError
from bot.querylog import QueryLog
from bot.settings import Settings

LASTS = timedelta(minutes=15)
"""how long a link is good"""


async def sign_in_link(log: QueryLog, settings: Settings, port: int | None = None) -> str:
    """Make a link that signs in once; ``port`` is the one that is listened to, where known.

    Raises LogUnavailable, and UsageError where nobody could know the console's address.
    """
    base = (settings.console_url or "").rstrip("/")
    if not base:
        port = port or settings.http_port
        if not port:
            raise UsageError(
                "The console's address is not known: http_port names no port.",
                hint="Set http_port, or console_url, as for the program that runs the console.",
            )
        base = f"http://{own_host(settings)}:{port}"
    token = await log.sign_ins.issue(datetime.now(UTC), LASTS)
    return f"{base}/sign-in?{urlencode({'token': token})}"


def own_host(settings: Settings) -> str:
    """Return the host by which this machine's own browser reaches what is served.

    That is the address of ``http_host``, as browsers write it, or loopback where it means all.
    """
    host = settings.http_host.strip("[]").lower()
    try:
        address = ip_address(host)
    except ValueError:
        return host or "127.0.0.1"
    if address.version == 4:
        return "127.0.0.1" if address.is_unspecified else str(address)
    return "[::1]" if address.is_unspecified else f"[{address}]"


def is_loopback(host: str) -> bool:
    """Tell whether a name or an address is this machine's own."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def exposed(settings: Settings) -> bool:
    """Tell whether the console can be reached from elsewhere without https, as far as we know."""
    public = urlsplit(settings.console_url or "")
    if public.scheme == "https":
        return False
    return not is_loopback(settings.http_host) or not is_loopback(public.hostname or "localhost")
