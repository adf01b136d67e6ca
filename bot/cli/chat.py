"""`rejoinder chat`: ask in the terminal, follow up, look behind an answer."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Any

from bot.cli.common import (
    Config,
    Data,
    Knowledge,
    err,
    local_user,
    opened,
    out,
    run,
    settings_from,
)
from bot.errors import RejoinderError, UsageError

if TYPE_CHECKING:
    from bot.service import Reply, Service
    from bot.settings import Settings

REASONS = (
    "answers another question",
    "outdated",
    "source problem",
    "one-sided",
    "something else",
)
COMMANDS = {
    "/proposals": "list the proposals",
    "/objections": "objections and replies of the entry shown last, or of /objections ID",
    "/sources": "sources of the entry shown last",
    "/map": "the argument tree of the proposal shown last, or of /map ID",
    "/show ID": "show an entry by its id",
    "/why": "why the last answer is what it is",
    "/wrong": "say what is wrong with the last answer, or missing",
    "/forget": "delete all that was logged about you here",
    "/help": "this list",
    "/quit": "leave (so do Ctrl-D and an empty Ctrl-C)",
}


def chat(knowledge: Knowledge = None, data: Data = None, config: Config = None) -> None:
    """Chat with the bot in the terminal; reads lines from a pipe too.

    Follow-ups such as “and what do critics say?” or “sources?” refer to the answer before. Edits of
    the knowledge files show at once; a broken edit keeps the last good release in service.

    Examples:

    `rejoinder chat`

    `printf 'what is the video idea\\nand what do critics say?\\n' | rejoinder chat`
    """
    settings = settings_from(config, knowledge, data)
    run(_chat(settings))


async def _chat(settings: Settings) -> None:
    async with opened(settings) as service:
        session = _Session(service)
        session.welcome()
        watcher = asyncio.create_task(_watch(service))
        try:
            async for line in _lines():
                if not await session.take(line):
                    break
        finally:
            watcher.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watcher


async def _lines() -> AsyncIterator[str]:
    if not (sys.stdin.isatty() and out.is_terminal):
        while raw := await asyncio.to_thread(sys.stdin.buffer.readline):
            yield raw.decode("utf-8", errors="replace").rstrip("\r\n")
        return
    from prompt_toolkit import PromptSession  # noqa: PLC0415
    from prompt_toolkit.completion import WordCompleter  # noqa: PLC0415
    from prompt_toolkit.formatted_text import FormattedText  # noqa: PLC0415
    from prompt_toolkit.history import InMemoryHistory  # noqa: PLC0415
    from prompt_toolkit.patch_stdout import patch_stdout  # noqa: PLC0415

    # In memory: what people ask is kept in the query log alone, where `forget` reaches it.
    prompt: PromptSession[str] = PromptSession(
        history=InMemoryHistory(),
        completer=WordCompleter([name.split()[0] for name in COMMANDS], sentence=True),
        complete_while_typing=False,
    )
    while True:
        try:
            with patch_stdout(raw=True):
                yield await prompt.prompt_async(FormattedText([("ansicyan bold", "› ")]))
        except EOFError:
            return
        except KeyboardInterrupt:
            return


async def _watch(service: Service) -> None:
    """Reload when files change; say so, and say when an edit is broken."""
    from watchfiles import awatch  # noqa: PLC0415

    async for _ in awatch(service.release.folder, step=200, recursive=True):
        try:
            fresh = await service.reload()
        except RejoinderError as error:
            err.print(f"\n{error.message}", style="yellow", markup=False, soft_wrap=True)
            err.print("The last good release stays in service.", style="yellow")
            continue
        except Exception as error:  # noqa: BLE001 - a reload must never end the chat
            err.print(f"\nThe reload failed ({type(error).__name__}).", style="yellow")
            continue
        if fresh is not None:
            err.print(f"\nReloaded: release {fresh.id}.", style="dim")


class _Session:
    """One person's conversation at one terminal."""

    def __init__(self, service: Service) -> None:
        from bot.advisor.answer import Conversation  # noqa: PLC0415

        self.service = service
        self.conversation = Conversation()
        self.last: Reply | None = None
        self.last_asker: Any = None
        self.last_text = ""
        self.noticed = False
        self.awaiting_reason = False
        self._commands: dict[str, Callable[[str], Awaitable[bool]]] = {
            "/help": self._help,
            "/?": self._help,
            "/proposals": self._proposals,
            "/objections": self._objections,
            "/sources": self._sources,
            "/map": self._map,
            "/show": self._show_command,
            "/why": self._why,
            "/wrong": self._wrong,
            "/forget": self._forget,
            "/quit": self._quit,
            "/exit": self._quit,
        }

    def welcome(self) -> None:
        topic = self.service.release.topic
        if not out.is_terminal:
            return
        out.print(f"\n[bold cyan]Rejoinder[/] · [bold]{_escape(topic.info.title)}[/]")
        if topic.info.description:
            out.print(topic.info.description, style="dim", markup=False, width=_width())
        out.print(
            f"{len(topic.proposals)} proposals, {len(topic.entries)} entries. Ask in your own "
            "words (English, Russian, Ukrainian); /proposals lists them, /help what else.\n",
            width=_width(),
        )

    async def take(self, line: str) -> bool:
        """Handle one line; False ends the chat."""
        text = line.strip()
        if not text:
            return True
        if self.awaiting_reason:
            self.awaiting_reason = False
            if text.isdigit() and 1 <= int(text) <= len(REASONS):
                await self._keep_wrong(REASONS[int(text) - 1])
                return True
            if not text.startswith("/") and out.is_terminal:
                out.print("Not noted. Type /wrong again to say what is wrong.", style="dim")
        try:
            if text.startswith("/"):
                name, _, rest = text.partition(" ")
                command = self._commands.get(name.lower())
                if command is None:
                    raise UsageError(f"There is no command {name}.", hint="/help lists them.")
                return await command(rest.strip())
            if text.isdigit() and self.conversation.offered:
                return await self._choose(int(text))
            await self._ask(line)
        except RejoinderError as error:
            # Nothing ends the chat but its user: the error is said, the next question is taken.
            err.print(f"{error.message}{' ' + error.hint if error.hint else ''}", style="yellow",
                      markup=False, soft_wrap=True)  # fmt: skip
        return True

    def _asker(self) -> Any:
        from bot.service import Asker  # noqa: PLC0415

        return Asker(f"terminal:{uuid.uuid4()}", local_user(), "terminal", "chat")

    async def _ask(self, text: str) -> None:
        from bot.advisor.answer import Question  # noqa: PLC0415

        asker = self._asker()
        reply = await self.service.ask(Question(text, None, self.conversation), asker)
        await self._print(reply, asker, text)

    async def _print(self, reply: Reply, asker: Any, text: str) -> None:
        from bot.channels.terminal import render  # noqa: PLC0415

        answer = reply.answer
        notice = None
        if not self.noticed and answer.entry and answer.outcome.value == "answered":
            notice, self.noticed = self.service.release.topic.info.notice, True
        if out.is_terminal:
            out.print()
        render(out, answer, notice=notice)
        out.print()
        sys.stdout.flush()
        await self.service.delivered(asker)
        if reply.logged.status == "spooled":
            err.print("The database does not answer; this question waits in the spool.",
                      style="yellow")  # fmt: skip
        self.conversation = answer.conversation(self.conversation)
        self.last, self.last_asker, self.last_text = reply, asker, text

    async def _choose(self, number: int) -> bool:
        from bot.advisor.facets import Facet  # noqa: PLC0415

        offered = self.conversation.offered
        if number == 0:
            await self.service.wrong(self.last_asker, "none of these")
            out.print("Noted: none of these. The people who keep the collection will see it.")
            self.conversation = type(self.conversation)(
                self.conversation.entry, self.conversation.facet, self.conversation.language
            )
            return True
        if number > len(offered):
            raise UsageError(f"Choose 1 to {len(offered)}, or 0 for none of these.")
        asker = self._asker()
        reply = await self.service.show(
            offered[number - 1], Facet.OVERVIEW, asker,
            conversation=self.conversation, asked=self.last_text,
        )  # fmt: skip
        await self._print(reply, asker, self.last_text)
        return True

    def _entry(self, given: str) -> str:
        entry = given or self.conversation.entry
        if not entry:
            raise UsageError("Nothing was shown yet.", hint="Ask first, or name an entry's id.")
        if entry not in self.service.release.entries:
            raise UsageError(
                f"There is no entry {entry}.", hint="`rejoinder list` names all entries."
            )
        return entry

    async def _facet(self, name: str, given: str) -> bool:
        from bot.advisor.facets import Facet  # noqa: PLC0415

        entry = self._entry(given)
        asker = self._asker()
        reply = await self.service.show(entry, Facet(name), asker, conversation=self.conversation)
        await self._print(reply, asker, f"/{name}")
        return True

    async def _objections(self, given: str) -> bool:
        return await self._facet("objections", given)

    async def _sources(self, given: str) -> bool:
        return await self._facet("sources", given)

    async def _show_command(self, given: str) -> bool:
        return await self._facet("overview", given)

    async def _map(self, given: str) -> bool:
        from bot.channels.terminal_map import to_rich_tree  # noqa: PLC0415

        entry = self.service.release.entries[self._entry(given)]
        topic = self.service.release.topic
        proposal = next((p for p in topic.proposals if p.id == entry.proposal), None)
        if proposal is None:
            raise UsageError(f"{entry.id} belongs to no proposal.", hint="Try /map cash-desertion.")
        out.print(to_rich_tree(topic, proposal, width=out.width))
        return True

    async def _proposals(self, _: str) -> bool:
        for proposal in self.service.release.topic.proposals:
            if proposal.status == "published":
                out.print(f"  [cyan]{proposal.id:<20}[/] {_escape(proposal.title)}")
        return True

    async def _why(self, _: str) -> bool:
        from bot.channels.terminal import explain  # noqa: PLC0415

        if self.last is None:
            raise UsageError("Nothing was asked yet.")
        for line in explain(self.last.answer):
            out.print(line, style="dim", markup=False, width=_width())
        return True

    async def _wrong(self, given: str) -> bool:
        if self.last is None:
            raise UsageError("Nothing was asked yet.")
        if given:
            await self._keep_wrong(given)
            return True
        out.print("What is wrong with the last answer?")
        for number, reason in enumerate(REASONS, start=1):
            out.print(f"  [bold cyan]{number}.[/] {reason}")
        self.awaiting_reason = True
        return True

    async def _keep_wrong(self, reason: str) -> None:
        await self.service.wrong(self.last_asker, reason)
        out.print("Noted. Thank you; the people who keep the collection will see it.")

    async def _forget(self, _: str) -> bool:
        gone = await self.service.log.forget_person(local_user())
        out.print(f"Deleted: {gone.queries} queries and {gone.feedback} remarks of yours.")
        return True

    async def _help(self, _: str) -> bool:
        for name, text in COMMANDS.items():
            out.print(f"  [bold cyan]{name:<12}[/] {text}")
        out.print("Anything else is a question.", style="dim")
        return True

    async def _quit(self, _: str) -> bool:
        return False


def _escape(text: str) -> str:
    return text.replace("[", r"\[")


def _width() -> int:
    return min(out.width, 100)
