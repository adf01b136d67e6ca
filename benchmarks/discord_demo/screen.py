"""Print what people and the bot do in Discord, as somebody at a terminal can read it."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator, Mapping

from rich.console import Console
from rich.text import Text

from benchmarks.discord_double import Channel, Message
from benchmarks.discord_double.state import Json, walk

_TEXT, _BUTTON, _SELECTS, _GALLERY = 10, 2, {3, 5, 6, 7, 8}, 12
_LONGEST = 22  # lines of one message; what is longer is paged in Discord, too
_PEOPLE = ("cyan", "magenta", "green", "bright_blue")
_INLINE = re.compile(
    r"\\(?P<escaped>.)"
    r"|\*\*(?P<bold>.+?)\*\*(?!\*)"
    r"|\*(?P<italic>[^*\s](?:[^*]*[^*\s\\])?)\*"
    r"|`(?P<code>[^`]+)`"
    r"|\[(?P<label>[^\]]+)\]\((?P<address>[^()\s]+)\)"
    r"|<(?P<kind>@[!&]?|#)(?P<id>\d+)>"
)


class Screen:
    """A console that shows messages; ``names`` says what mentions mean, by id."""

    def __init__(self, console: Console, names: Mapping[int, str]) -> None:
        self.console = console
        self._names = names
        self._colours: dict[str, str] = {}
        self._width = min(console.width, 96)

    def heading(self, words: str) -> None:
        """Say what comes next."""
        self.console.print()
        self.console.print(Text(f"— {words}", style="bold yellow"))

    def note(self, words: str) -> None:
        """Say something about the demonstration itself."""
        self.console.print(Text(words, style="dim"))

    def did(self, name: str, channel: Channel, what: str, *, said: bool = False) -> None:
        """Show what a person did or, with ``said``, wrote."""
        colour = self._colours.setdefault(name, _PEOPLE[len(self._colours) % len(_PEOPLE)])
        line = Text.assemble((name, f"bold {colour}"), (f"  #{channel.name}  ", "dim"))
        line.append_text(self._inline(what) if said else Text(what, style="italic"))
        self.console.print(line, soft_wrap=not self.console.is_terminal)

    def showed(self, message: Message) -> None:
        """Show a message of the bot's, and who sees it if not everybody does."""
        head = Text.assemble(("Rejoinder", "bold"), (f"  #{message.channel.name}", "dim"))
        if message.visible_to is not None:
            head.append(f"  (only {message.visible_to.name} sees this)", style="dim italic")
        self.console.print(head)
        lines: list[Text] = []
        for component in walk(message.components):
            for row in self._component(component):
                lines += self._wrapped(row)
        if len(lines) > _LONGEST:
            buttons = [line for line in lines if line.plain.startswith(("[", " ["))]
            cut = len(lines) - _LONGEST
            lines = [*lines[: _LONGEST - len(buttons)], Text(f"… {cut} more lines", style="dim")]
            lines += buttons
        for line in lines:
            line.rstrip()
            line.plain = line.plain.replace("\u00a0", " ")  # which kept buttons in one piece
            self.console.print(Text.assemble(("  │ ", "blue"), line), soft_wrap=True)

    def _wrapped(self, row: Text) -> Iterator[Text]:
        """Yield the lines of a row; those of a reply stand under it."""
        indent = len(row.plain) - len(row.plain.lstrip()) + 2 if row.plain.startswith(" ") else 0
        room = self._width - 4 - indent
        for number, line in enumerate(row.wrap(self.console, room)):
            yield Text(" " * indent) + line if number else line

    def _component(self, component: Json) -> Iterator[Text]:
        kind = component.get("type")
        if kind == _TEXT:
            for line in component["content"].split("\n"):
                yield self._line(line)
        elif kind == _GALLERY:
            for item in component["items"]:
                name = item["media"]["url"].rsplit("/", 1)[-1]
                yield Text(f"[picture {name}: {item.get('description') or 'no description'}]")
        elif kind == 1:
            yield self._row(component["components"])

    def _row(self, components: Iterable[Json]) -> Text:
        row = Text()
        for component in components:
            if row:
                row.append(" ")
            if component["type"] == _BUTTON:
                row.append(f"[{component.get('label')}]".replace(" ", "\u00a0"), style="bold blue")
            elif component["type"] in _SELECTS:
                row.append(f"[{component.get('placeholder')} ▾]", style="bold blue")
                offered = [option["label"] for option in component.get("options") or []]
                row.append(" " + " · ".join(offered) if offered else "", style="dim")
        return row

    def _line(self, line: str) -> Text:
        for sign, style in (("### ", "bold underline"), ("-# ", "dim")):
            if line.startswith(sign):
                shown = self._inline(line.removeprefix(sign))
                shown.stylize(style)
                return shown
        return self._inline(line.replace("> ", "  ", 1) if line.startswith("> ") else line)

    def _inline(self, words: str) -> Text:
        shown, at = Text(), 0
        for match in _INLINE.finditer(words):
            shown.append(words[at : match.start()])
            at = match.end()
            found = match.groupdict()
            if found["bold"] or found["italic"]:
                inner = self._inline(found["bold"] or found["italic"])
                inner.stylize("bold" if found["bold"] else "italic")
                shown.append_text(inner)
            elif found["label"]:
                shown.append_text(self._inline(found["label"])).append(f" ({found['address']})")
            elif found["id"]:
                sign = "#" if found["kind"] == "#" else "@"
                shown.append(f"{sign}{self._names.get(int(found['id']), '?')}", style="bold")
            else:
                shown.append(found["escaped"] or found["code"] or "")
        return shown.append(words[at:])


def picture_size(body: bytes) -> tuple[int, int]:
    """Return width and height of a PNG in pixels. Raises ValueError for anything else."""
    if body[:8] != b"\x89PNG\r\n\x1a\n" or body[12:16] != b"IHDR":
        raise ValueError("no PNG picture")
    width, height = struct.unpack(">II", body[16:24])
    return width, height
