"""`rejoinder chat`: ask in the terminal, follow up, look behind an answer."""

from __future__ import annotations

import asyncio
import re
import sys
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Any

import structlog

from bot import reasons
from bot.cli.common import (
    Config,
    Data,
    Knowledge,
    did_you_mean,
    err,
    local_user,
    opened,
    out,
    print_pairs,
    run,
    settings_from,
    stdin_lines,
)
from bot.errors import RejoinderError, UsageError
from bot.knowledge.words import clean

if TYPE_CHECKING:
    from bot.service import Reply, Service
    from bot.settings import Settings

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
    the knowledge files are taken up while it runs: within a few seconds where few texts changed,
    after which the topic is learned exactly in the background; else when it is learned anew (a
    quarter of a minute for the shipped one).
    A broken edit keeps the last good release in service.

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
            await asyncio.wait({watcher})


async def _lines() -> AsyncIterator[str]:
    if not (sys.stdin.isatty() and out.is_terminal):
        async for line in stdin_lines():
            yield line
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
            # As in a shell: it throws away what was typed, and leaves where that is nothing.
            if not prompt.default_buffer.text:
                return


async def _watch(service: Service) -> None:
    """Reload when files change; say so, and say when an edit is broken."""
    try:
        await _follow_changes(service)
    except Exception as error:  # noqa: BLE001 - a chat without it is still a chat
        err.print(f"\nChanged files are not noticed from now on ({type(error).__name__}).",
                  style="yellow")  # fmt: skip


async def _follow_changes(service: Service) -> None:
    from watchfiles import awatch  # noqa: PLC0415

    async for _ in awatch(service.release.folder, step=200, recursive=True):
        try:
            fresh = await service.reload()
        except RejoinderError as error:
            err.print(f"\n{error.message}", style="yellow", markup=False)
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
        out.print("\n[bold cyan]Rejoinder[/] · ", end="")
        out.print(topic.info.title, style="bold", markup=False)
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
        try:
            return await self._handle(text, line)
        except RejoinderError as error:
            # Nothing ends the chat but its user: the error is said, the next question is taken.
            err.print(f"{error.message}{' ' + error.hint if error.hint else ''}", style="yellow",
                      markup=False)  # fmt: skip
        except OSError:
            raise  # the terminal or pipe has gone
        except Exception as error:  # noqa: BLE001 - nor does a fault of ours
            structlog.get_logger(__name__).exception("chat_failed")
            err.print(
                f"Something went wrong inside Rejoinder ({type(error).__name__}); "
                "the chat goes on.",
                style="yellow",
            )
        return True

    async def _handle(self, text: str, line: str) -> bool:
        number = int(text) if re.fullmatch("[0-9]{1,3}", text) else None
        if self.awaiting_reason:
            if number is not None:
                await self._reason(number)
                return True
            self.awaiting_reason = False
            if not text.startswith("/") and out.is_terminal:
                out.print("Not noted. Type /wrong again to say what is wrong.", style="dim")
        if text.startswith("/"):
            name, _, rest = text.partition(" ")
            command = self._commands.get(name.lower())
            if command is None:
                # Never guess at the one command that deletes.
                safe = [known for known in self._commands if known != "/forget"]
                hint = did_you_mean(name.lower(), safe, "/help lists them.")
                raise UsageError(f"There is no command {clean(name[:40])}.", hint=hint)
            return await command(rest.strip())
        if number is not None and self.conversation.offered:
            return await self._choose(number)
        await self._ask(line)
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
            notice = self.service.release.topic.own("notice", answer.language)
            self.noticed = True
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
        offered = self.conversation.offered
        if number == 0 and self.conversation.beside:
            raise UsageError(f"Choose 1 to {len(offered)}, or ask in other words.")
        if number == 0:
            await self.service.wrong(self.last_asker, reasons.NONE)
            out.print("Noted: none of these. The people who keep the collection will see it.")
            self.conversation = type(self.conversation)(
                self.conversation.entry, self.conversation.facet, self.conversation.language
            )
            return True
        if number > len(offered):
            other = "ask in other words" if self.conversation.beside else "0 for none of these"
            raise UsageError(f"Choose 1 to {len(offered)}, or {other}.")
        self._entry(offered[number - 1])  # an edit may have removed it since
        asker = self._asker()
        reply = await self.service.show(
            offered[number - 1], self.conversation.offered_facet, asker,
            conversation=self.conversation,
            asked=f"[chosen: {offered[number - 1]}]",
        )  # fmt: skip
        await self._print(reply, asker, self.last_text)
        return True

    def _entry(self, given: str) -> str:
        entry = given or self.conversation.entry
        if not entry:
            raise UsageError("Nothing was shown yet.", hint="Ask first, or name an entry's id.")
        known = self.service.release.entries
        if entry not in known:
            hint = did_you_mean(entry, known, "`rejoinder list` names all entries.")
            raise UsageError(f"There is no entry {clean(entry[:80])}.", hint=hint)
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
            raise UsageError(
                f"{entry.id} belongs to no proposal.",
                hint="/map ID draws one; /proposals lists them.",
            )
        out.print(to_rich_tree(topic, proposal, width=out.width))
        return True

    async def _proposals(self, _: str) -> bool:
        proposals = self.service.release.topic.proposals
        print_pairs(((p.id, p.title) for p in proposals if p.status == "published"), "cyan")
        return True

    async def _why(self, _: str) -> bool:
        from bot.channels.terminal import render_why  # noqa: PLC0415
        from bot.channels.why import titles_of, why_of  # noqa: PLC0415

        if self.last is None:
            raise UsageError("Nothing was asked yet.")
        answer = self.last.answer
        found = why_of(answer, answer.language, titles_of(self.service.release, answer.language))
        if found is not None:
            render_why(out, found)
        return True

    async def _wrong(self, given: str) -> bool:
        if self.last is None:
            raise UsageError("Nothing was asked yet.")
        if given.isdigit():
            await self._reason(int(given))
            return True
        if given:
            await self._keep_wrong(given)
            return True
        out.print("What is wrong with the last answer?")
        for number, reason in enumerate(reasons.WRONG, start=1):
            out.print(f"  [bold cyan]{number}.[/] {reason}")
        out.print("Type its number, or /wrong and your own words.", style="dim")
        self.awaiting_reason = True
        return True

    async def _reason(self, number: int) -> None:
        if not 1 <= number <= len(reasons.WRONG):
            raise UsageError(f"Choose 1 to {len(reasons.WRONG)}.")
        self.awaiting_reason = False
        await self._keep_wrong(reasons.WRONG[number - 1])

    async def _keep_wrong(self, reason: str) -> None:
        noted = await self.service.wrong(self.last_asker, reason)
        if noted.status == "unknown":
            raise UsageError("That question is no longer in the log.", hint="Ask it again first.")
        out.print("Noted. Thank you; the people who keep the collection will see it.")

    async def _forget(self, given: str) -> bool:
        if given.lower() != "yes":
            out.print("This deletes all that was logged about you, for good. Type /forget yes.")
            return True
        gone = await self.service.log.forget_person(local_user())
        self.last, self.conversation = None, type(self.conversation)()
        out.print(f"Deleted what was logged of yours: {gone.queries} queries, "
                  f"{gone.feedback} remarks.")  # fmt: skip
        return True

    async def _help(self, _: str) -> bool:
        print_pairs(COMMANDS.items(), "bold cyan")
        out.print("Anything else is a question.", style="dim")
        return True

    async def _quit(self, _: str) -> bool:
        return False


def _width() -> int:
    return min(out.width, 100)
