"""Play the conversation: ``python -m benchmarks.discord_demo``, or ``make demo``.

The bot is the real one, with the real knowledge and a log of its own; only Discord is a double on
this machine, so that neither an account nor a network is needed.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from benchmarks.discord_double import Double
from bot.channels.discord.bot import RejoinderBot
from bot.channels.discord.sync import sync_commands
from bot.cli.common import progress
from bot.cli.log_lines import plain_lines
from bot.errors import RejoinderError
from bot.metrics import Metrics
from bot.querylog import QueryRow
from bot.service import cache_folder, open_service
from bot.settings import Settings, default_data

from .screen import Screen
from .script import Play, UnexpectedError, read_rows


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the conversation and print it; return 1 where something is not as expected."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.discord_demo", description=__doc__)
    parser.add_argument(
        "--data", type=Path, metavar="DIR",
        help="where to keep the log and the pictures (default: a temporary folder)",
    )  # fmt: skip
    given = parser.parse_args(arguments)
    plain_lines("warning")
    with _folder(given.data) as data:
        try:
            asyncio.run(_play(data, keep=given.data is not None))
        except (UnexpectedError, AssertionError, LookupError, RejoinderError, OSError) as error:
            sys.stdout.flush()
            print(f"\nNot as expected: {error or type(error).__name__}", file=sys.stderr)
            return 1
        if given.data is None:
            print("Nothing of this is kept. To keep it: make demo DATA=folder")
    return 0


@contextlib.contextmanager
def _folder(wanted: Path | None) -> Iterator[Path]:
    """Yield the data directory: the wanted one, or one that is gone afterwards."""
    if wanted is not None:
        wanted.mkdir(parents=True, exist_ok=True)
        yield wanted.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="rejoinder-demo-") as temporary:
        data = Path(temporary)
        # What was learned of the topic holds nobody's data and takes half a minute to make.
        kept = cache_folder(Settings(data=default_data()))
        with contextlib.suppress(OSError):
            kept.mkdir(parents=True, exist_ok=True)
            cache_folder(Settings(data=data)).symlink_to(kept, target_is_directory=True)
        yield data


async def _play(data: Path, *, keep: bool) -> None:
    wide = None if sys.stdout.isatty() else 100
    console = Console(highlight=False, emoji=False, width=wide)
    # Nothing of somebody's own configuration: the script is about the shipped topic.
    settings = Settings(data=data)
    with progress("Learning the topic (once, about half a minute)") as bar:
        async with contextlib.AsyncExitStack() as stack:
            service = await stack.enter_async_context(open_service(settings, bar))
            kept = stack.pop_all()
    async with kept, Double() as double:
        names: dict[int, str] = {}
        screen = Screen(console, names)
        screen.note("The real Rejoinder bot, over a real connection, to a double of Discord here.")
        play = Play(double, service, screen, data if keep else None)
        names |= {user.id: user.name for user in double.users.values()}
        names |= {channel.id: channel.name for channel in double.channels.values()}
        names |= {r.id: r.name for g in double.guilds.values() for r in g.roles.values()}
        bot = RejoinderBot(service, Metrics(), settings, guild_ready_timeout=0.05)
        async with double.running(bot):
            # This Discord is new at each run and knows no commands; a kept folder says it does.
            if not double.commands_in(None):
                await sync_commands(bot)
            await play.all()
        screen.heading("What stands in the log")
        console.print(_table(await read_rows(service)))
        console.print(
            f"{len(double.requests)} requests, all accepted. The log: {data}", soft_wrap=True
        )


def _table(rows: Sequence[QueryRow]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("id", "who", "what was asked", "outcome", "entry", "facet", "shown"):
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(
            str(row.id),
            row.pseudonym[:6],
            Text(row.text or "(not kept)"),
            row.outcome,
            row.entry or "–",
            row.facet or "–",
            "yes" if row.delivered_at else "no",
        )
    return table


if __name__ == "__main__":
    sys.exit(main())
