"""The `rejoinder` command: its sub-commands, and the one place where errors become sentences."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from typing import Annotated, NoReturn

import typer
from rich.text import Text

from bot import __version__
from bot.cli import (
    ask,
    chat,
    console,
    curate,
    discord,
    drafting,
    evaluate,
    exchange,
    knowledge,
    log,
    serve,
)
from bot.cli.common import Stopped, err, out
from bot.errors import RejoinderError

app = typer.Typer(
    name="rejoinder",
    help="Ask about proposals, objections and replies; get sourced, two-sided answers or an honest "
    "“I have nothing on that”.",
    epilog='Examples: `rejoinder chat`, `rejoinder ask "what is the open door idea?"`. '
    "Add --debug to any command for a full traceback.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
app.command("chat")(chat.chat)
app.command("ask")(ask.ask)
app.command("serve")(serve.serve)
app.command("console")(console.console)
app.command("check")(knowledge.check)
app.command("show")(knowledge.show)
app.command("list")(knowledge.list_entries)
app.command("map")(knowledge.map_proposal)
app.command("fmt")(knowledge.fmt)
app.command("schema")(knowledge.schema)
app.command("eval")(evaluate.evaluate_file)
app.command("health")(log.health)
for command in (
    drafting.add, drafting.edit, drafting.draft, drafting.preview, drafting.publish,
    drafting.discard,
):  # fmt: skip
    curate.app.command()(command)
curate.app.command("export")(exchange.export)
curate.app.command("import")(exchange.import_)
app.add_typer(curate.app, name="knowledge")
app.add_typer(log.app, name="log")
app.add_typer(discord.app, name="discord")


def _version(value: bool) -> None:  # noqa: FBT001 - typer calls it with the flag
    if value:
        out.print(f"rejoinder {__version__}")
        raise typer.Exit


@app.callback()
def options(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Hold the options of the command itself."""
    del version


def main() -> None:
    """Run the command line; whatever goes wrong ends in a sentence and an exit status."""
    arguments = sys.argv[1:]
    end = arguments.index("--") if "--" in arguments else len(arguments)
    debug = "--debug" in arguments[:end] or bool(os.environ.get("REJOINDER_DEBUG"))
    arguments = [a for n, a in enumerate(arguments) if n >= end or a != "--debug"]
    for stream in (sys.stdout, sys.stderr):
        # A terminal or pipe that is not UTF-8 shows `?` for a sign that it lacks.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        app(args=arguments, prog_name="rejoinder")
    except Stopped as stopped:
        _leave(stopped.status)
    except KeyboardInterrupt:
        _leave(130)
    except RejoinderError as error:
        if debug:
            raise
        _say(error.message, error.hint)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader went away (`| head`): nothing to say, and nobody to say it to.
        sys.stdout = None
        sys.exit(141)
    except OSError as error:
        if debug:
            raise
        where = f" ({error.filename})" if error.filename else ""
        _say(f"{error.strerror or error}{where}.", None)
        sys.exit(1)
    except Exception as error:
        if debug:
            raise
        _say(
            f"Something went wrong inside Rejoinder ({type(error).__name__}). "
            "What was logged is kept.",
            "Run it again with --debug for the traceback, and report it.",
        )
        sys.exit(70)


def _say(message: str, hint: str | None) -> None:
    err.print(Text.assemble(("Error: ", "bold red"), message))
    if hint:
        err.print(Text(hint, style="dim"))


def _leave(status: int) -> NoReturn:
    """End at once: the log is closed, and a thread that learns a topic cannot be interrupted."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(status)
