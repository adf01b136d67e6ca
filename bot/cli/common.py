"""What all commands share: options, consoles, progress, running a service."""

from __future__ import annotations

import asyncio
import difflib
import json
import os
import re
import signal
import sys
from collections.abc import (
    AsyncIterator,
    Coroutine,
    Iterable,
    Iterator,
)
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.errors import UsageError
from bot.knowledge.words import clean
from bot.settings import Settings, load_settings

if TYPE_CHECKING:
    from bot.service import Service

T = TypeVar("T")

Knowledge = Annotated[
    Path | None,
    typer.Option(
        "--knowledge", "-k", metavar="DIR", help="Topic folder (default: the shipped topic).",
        envvar="REJOINDER_KNOWLEDGE", show_envvar=False,
    ),
]  # fmt: skip
Data = Annotated[
    Path | None,
    typer.Option(
        "--data", "-d", metavar="DIR", help="Directory of the query log and caches.",
        envvar="REJOINDER_DATA", show_envvar=False,
    ),
]  # fmt: skip
Config = Annotated[
    Path | None,
    typer.Option(
        "--config", "-c", metavar="FILE", help="Settings file (YAML).",
        envvar="REJOINDER_CONFIG", show_envvar=False,
    ),
]  # fmt: skip
_WORTH_SAYING = 500  # texts; fewer are learned before anybody wonders
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]

# In a pipe a line stays a line, however long: programs and `less -S` read it, not a terminal.
out = Console(highlight=False, emoji=False, soft_wrap=not (sys.stdout and sys.stdout.isatty()))
err = Console(
    stderr=True, highlight=False, emoji=False, soft_wrap=not (sys.stderr and sys.stderr.isatty())
)


class Stopped(BaseException):
    """End the program because the user or the system wants it to, with the customary status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def print_json(value: Any, *, indent: int | None = None) -> None:
    """Print JSON that every standard output can carry, also one that is not UTF-8."""
    encoding = (getattr(sys.stdout, "encoding", None) or "utf-8").lower().replace("-", "")
    ascii_only = encoding != "utf8"
    print(json.dumps(value, ensure_ascii=ascii_only, indent=indent, default=str), flush=True)


def did_you_mean(given: str, known: Iterable[str], otherwise: str) -> str:
    """Return a hint that names the nearest of what is known, or says something else."""
    close = difflib.get_close_matches(given, list(known), n=3, cutoff=0.5)
    return f"Did you mean {', '.join(close)}?" if close else otherwise


def settings_from(config: Path | None, knowledge: Path | None, data: Path | None) -> Settings:
    """Merge a command's options over the settings and set up the program's own log lines."""
    settings = load_settings(
        config,
        knowledge=knowledge.expanduser() if knowledge else None,
        data=data.expanduser() if data else None,
    )
    from bot.cli.log_lines import plain_lines  # noqa: PLC0415

    plain_lines(settings.log_level)
    return settings


def print_pairs(pairs: Iterable[tuple[str, str]], style: str) -> None:
    """Print names, aligned and styled, with what they mean beside them."""
    known = list(pairs)
    width = max((len(name) for name, _ in known), default=0) + 4
    for name, meaning in known:
        left = Text(f"  {name}".ljust(width), style=style)
        if not out.is_terminal:
            out.print(left + Text(meaning))
            continue
        row = Table.grid()
        row.add_column(width=width, no_wrap=True)
        row.add_row(left, Text(meaning))
        out.print(row)


@contextmanager
def progress(label: str) -> Iterator[Any]:
    """Yield a callback (done, total) that draws a bar on standard error, in terminals only.

    Nothing is drawn for work that is done at once.
    """
    if not err.is_terminal:
        said = False

        def say_once(done: int, total: int) -> None:
            nonlocal said
            if not said and total > _WORTH_SAYING:
                err.print(f"{label}: {total} texts …")
            said = True
            del done

        yield say_once
        return
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
    )

    with Progress(
        # It goes on turning while what was counted is worked up.
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
        console=err,
        transient=True,
    ) as bar:
        task: Any = None

        def update(done: int, total: int) -> None:
            nonlocal task
            if task is None:
                task = bar.add_task(label, total=total)
            bar.update(task, completed=done, total=total)

        yield update


@asynccontextmanager
async def opened(settings: Settings, *, warm: bool = True) -> AsyncIterator[Service]:
    """Open the service on the default topic, as open_service(); progress while that is learned.

    In a terminal nobody can choose another topic, so that none is learned.
    """
    settings = settings.model_copy(update={"topics": ()})
    from bot.retrieval.encoder import LoadingEncoder  # noqa: PLC0415

    # The model is read while everything else is imported.
    encoder = LoadingEncoder(threads=settings.threads)
    from bot.service import open_service  # noqa: PLC0415 - the heavy part of the start

    async with AsyncExitStack() as stack:
        with progress("Learning the topic (once)") as bar:
            service = await stack.enter_async_context(
                open_service(settings, bar, encoder, warm=warm)
            )
        yield service


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end; termination by the system cancels it, so that all is closed."""

    async def guarded() -> T:
        task = asyncio.current_task()
        if task is not None and os.name == "posix":
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        return await work

    try:
        return asyncio.run(guarded())
    except asyncio.CancelledError:
        raise Stopped(143) from None
    except KeyboardInterrupt:
        raise Stopped(130) from None


async def stdin_lines() -> AsyncIterator[str]:
    """Yield the lines of standard input without their ends; what is not UTF-8 becomes U+FFFD."""
    from bot.background import in_background  # noqa: PLC0415

    while raw := await in_background(sys.stdin.buffer.readline):
        yield raw.decode("utf-8", errors="replace").rstrip("\r\n")


def refuse_options(context: typer.Context, command: str | None) -> None:
    """Refuse options before a sub-command, which would not see them.

    `log --data here forget` must not forget elsewhere. Raises UsageError.
    """
    for name in context.params:
        source = context.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE":
            option = {"as_json": "json", "as_csv": "csv"}.get(name, name)
            raise UsageError(
                f"The option --{option} stands before {command}, which does not read it there.",
                hint=f"Write: {context.command_path} {command} --{option} …",
            )


def limit_numpy_threads() -> None:
    """Have numpy compute in one thread, unless the environment says otherwise; before its import.

    Its threads wait for the next product by spinning, which at a few questions a second takes a
    core from everything else. Measured: docs/performance.md.
    """
    for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(variable, "1")


def person(user: str | None) -> str:
    """Return whose data is meant, by default this terminal's user.

    Raises UsageError where nobody's can be under that name.
    """
    if user is None:
        return local_user()
    if not re.fullmatch(r"(?:discord:\d{1,20}|terminal:.+)", user):
        raise UsageError(
            f"{clean(user[:60])!r} is nobody's id in the log.",
            hint="Write the platform in front: discord:80351110224678912, or terminal:NAME.",
        )
    return user


def local_user() -> str:
    """Return the id of whoever sits at this terminal; only a keyed hash of it is stored."""
    import getpass  # noqa: PLC0415

    try:
        return f"terminal:{getpass.getuser()}"
    except (KeyError, OSError):
        return f"terminal:{os.getuid() if hasattr(os, 'getuid') else 'local'}"
