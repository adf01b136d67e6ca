"""The program itself in a process of its own: ``rejoinder serve`` against a double."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from .double import Double
from .record import NoAnswerError

ROOT = Path(__file__).parents[2]


class Served:
    """A running ``rejoinder serve`` with what it has written to standard error."""

    def __init__(self, process: asyncio.subprocess.Process, double: Double) -> None:
        self.process = process
        self.lines: list[str] = []
        self._double = double
        self._reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            self.lines.append(line.decode("utf-8", "replace").rstrip())
            self._double.pulse.beat()

    @property
    def events(self) -> list[dict[str, Any]]:
        """Return the log lines, each of which is a JSON object."""
        return [json.loads(line) for line in self.lines if line.startswith("{")]

    async def told(self, event: str) -> dict[str, Any]:
        """Return the first log line of an event once it is there. Raises NoAnswerError."""
        await self._until(lambda: any(f'"{event}"' in line for line in self.lines), event)
        return next(line for line in self.events if line["event"] == event)

    async def connected(self) -> None:
        """Return once it has a session; its commands are sent by then. Raises NoAnswerError."""
        await self._until(self._double.gateway.connected, "a session")

    async def _until(self, condition: Callable[[], object], what: str) -> None:
        def holds() -> bool:
            if condition():
                return True
            if self.process.returncode is not None:
                raise NoAnswerError(f"{what}: serve has ended\n" + "\n".join(self.lines[-20:]))
            return False

        await self._double.until(holds, what)

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    async def ended(self) -> int:
        """Return its exit status once it has ended; negative is the signal that killed it."""
        async with asyncio.timeout(self._double.patience):
            status = await self.process.wait()
            await self._reader
        return status


@asynccontextmanager
async def serving(
    double: Double, data: Path, *, knowledge: Path | None = None, **settings: str
) -> AsyncIterator[Served]:
    """Run ``rejoinder serve`` with settings as in the environment, and kill it at the end.

    The double must have been made with ``seams=False``. A developer's own settings stay out.
    """
    command = [sys.executable, "-m", "benchmarks.discord_double", double.address, "bot", "serve"]
    command += ["--data", str(data)]
    if knowledge is not None:
        command += ["--knowledge", str(knowledge)]
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env=_environment(double.token, settings),
        cwd=ROOT,
        limit=1 << 20,
    )
    served = Served(process, double)
    try:
        yield served
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await served.ended()


def _environment(token: str, settings: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REJOINDER_")}
    given = {"discord_token": token, "http_port": "null", **settings}
    return kept | {f"REJOINDER_{name.upper()}": value for name, value in given.items()}
