"""What Discord refuses though its own OpenAPI description would let it pass."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .record import matches, message_fields
from .state import COMPONENTS_V2, EPHEMERAL, LOADING, Json, walk

CONTENT = 2_000
V2_TEXT = 4_000
V2_COMPONENTS = 40
EMBEDS_TEXT = 6_000
COMMAND_TEXT = 8_000
SUPPRESS_EMBEDS, SILENT = 1 << 2, 1 << 12

_CREATES = (
    "POST /channels/*/messages",
    "POST /webhooks/*/*",
    "POST /interactions/*/*/callback",
)
_EDITS = (
    "PATCH /channels/*/messages/*",
    "PATCH /webhooks/*/*/messages/*",
)
_COMMANDS = ("PUT /applications/*/commands", "PUT /applications/*/guilds/*/commands")
_SELECTS = (3, 5, 6, 7, 8)
_V2_ONLY = (9, 10, 11, 12, 13, 14, 17)
_NAME = re.compile(r"[-_'\w]{1,32}")
_CONTENTS = ("content", "embeds", "components", "attachments", "sticker_ids", "poll")


def problems(method: str, path: str, body: Any, files: Sequence[str] = ()) -> list[str]:
    """Return what Discord would refuse in a request; an empty list is a good request."""
    try:
        return _problems(method, path, body, files)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        # Types are the specification's affair; here it is enough that they are wrong.
        return [f"malformed: {error}"]


def _problems(method: str, path: str, body: Any, files: Sequence[str]) -> list[str]:
    if any(matches(route, method, path) for route in _COMMANDS):
        return list(_commands(body if isinstance(body, list) else []))
    creates = any(matches(route, method, path) for route in _CREATES)
    if not creates and not any(matches(route, method, path) for route in _EDITS):
        return []
    if body is None and not files:
        return ["no body"]
    kind = body.get("type") if path.endswith("/callback") and isinstance(body, dict) else None
    data = message_fields(body)
    match kind:
        case 5 | 6:
            return [f"a deferred response can only be flagged ephemeral, not {data}"] * bool(
                set(data) - {"flags"} or (data.get("flags") or 0) & ~EPHEMERAL
            )
        case 8:
            return list(_choices(data.get("choices") or []))
        case 9:
            return list(_modal(data))
        case 7:
            creates = False
    found = list(_message(data, files, creates=creates))
    if matches("POST /channels/*/messages", method, path):
        flags = data.get("flags") or 0
        if flags & ~(COMPONENTS_V2 | SUPPRESS_EMBEDS | SILENT):
            found.append(f"flags {flags} cannot be set on a message in a channel")
    return found


def _message(data: Json, files: Sequence[str], *, creates: bool) -> Iterator[str]:
    content = data.get("content") or ""
    components = data.get("components") or []
    flags = data.get("flags") or 0
    if len(content) > CONTENT:
        yield f"content has {len(content)} characters, at most {CONTENT} are allowed"
    filled = any(data.get(key) for key in _CONTENTS if key != "content") or bool(files)
    if (creates or set(_CONTENTS[:4]) <= set(data)) and not content.strip() and not filled:
        yield "the message is empty"
    text = sum(_embed_length(embed) for embed in data.get("embeds") or [])
    if text > EMBEDS_TEXT:
        yield f"the embeds have {text} characters, at most {EMBEDS_TEXT} are allowed"
    if flags & LOADING:
        yield "the flag LOADING cannot be set"
    yield from _mentions(data.get("allowed_mentions") or {})
    yield from _components(components)
    everything = list(walk(components))
    if flags & COMPONENTS_V2:
        yield from _version_2(data, everything, files)
    else:
        if creates and any(component.get("type") in _V2_ONLY for component in everything):
            yield f"components of version 2 need the flag {COMPONENTS_V2}"
        if sum(component.get("type") == 1 for component in components) > 5:
            yield "more than 5 action rows"
    declared = [a.get("filename") for a in data.get("attachments") or [] if a.get("filename")]
    if files and len(declared) != len(files):
        yield f"{len(files)} files, but attachments names {declared}"


def _version_2(data: Json, everything: list[Json], files: Sequence[str]) -> Iterator[str]:
    for key in ("content", "embeds", "sticker_ids", "poll"):
        if data.get(key):
            yield f"{key} beside components of version 2"
    if len(everything) > V2_COMPONENTS:
        yield f"{len(everything)} components, at most {V2_COMPONENTS} are allowed"
    texts = [c.get("content") or "" for c in everything if c.get("type") == 10]
    if sum(map(len, texts)) > V2_TEXT:
        yield f"{sum(map(len, texts))} characters of text, at most {V2_TEXT} are allowed"
    if any(not text.strip() for text in texts):
        yield "an empty text display"
    named = {a.get("filename") for a in data.get("attachments") or []} | set(files)
    for component in everything:
        media = [component.get("file"), component.get("media")]
        media += [item.get("media") for item in component.get("items") or []]
        for url in [item.get("url") or "" for item in media if item]:
            if url.startswith("attachment://") and url.removeprefix("attachment://") not in named:
                yield f"{url} is not among the attachments"


def _components(components: Sequence[Json]) -> Iterator[str]:
    ids: Counter[str] = Counter()
    for component in walk(components):
        kind, style = component.get("type"), component.get("style")
        custom_id = component.get("custom_id")
        if custom_id:
            ids[custom_id] += 1
        if kind == 2 and style in (1, 2, 3, 4):
            if not custom_id:
                yield f"the button {component.get('label')!r} has no custom_id"
            if component.get("url"):
                yield f"the button {custom_id!r} has an address, but not the style of a link"
        if kind == 2 and style == 5 and (custom_id or not component.get("url")):
            yield f"the link {component.get('label')!r} needs an address and no custom_id"
        if kind == 2 and style != 6 and not (component.get("label") or component.get("emoji")):
            yield f"the button {custom_id!r} has neither label nor emoji"
        if kind in (*_SELECTS, 4) and not custom_id:
            yield f"a component of type {kind} has no custom_id"
        if kind == 3:
            yield from _options(component)
        if kind == 1:
            inside = [child.get("type") for child in component.get("components") or []]
            if len(inside) > 5 or (len(inside) > 1 and set(inside) & {*_SELECTS, 4}):
                yield f"an action row cannot hold components of types {inside}"
    for custom_id, count in ids.items():
        if count > 1:
            yield f"custom_id {custom_id!r} is used {count} times"


def _options(select: Json) -> Iterator[str]:
    options = select.get("options") or []
    if not 1 <= len(options) <= 25:
        yield f"the menu {select.get('custom_id')!r} has {len(options)} options, not 1 to 25"
    values = [option.get("value") for option in options]
    if len(set(values)) != len(values):
        yield f"the menu {select.get('custom_id')!r} has the same value twice"


def _mentions(allowed: Json) -> Iterator[str]:
    for kind in ("users", "roles"):
        if kind in (allowed.get("parse") or []) and allowed.get(kind):
            yield f"allowed_mentions parses {kind} and lists some"


def _embed_length(embed: Json) -> int:
    fields = embed.get("fields") or []
    texts = [embed.get("title"), embed.get("description")]
    texts += [text for field in fields for text in (field.get("name"), field.get("value"))]
    texts += [(embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")]
    return sum(len(text) for text in texts if text)


def _choices(choices: Sequence[Json]) -> Iterator[str]:
    if len(choices) > 25:
        yield f"{len(choices)} suggestions, at most 25 are allowed"
    for choice in choices:
        if not 1 <= len(str(choice.get("name", ""))) <= 100:
            yield f"the suggestion {choice.get('name')!r} has not 1 to 100 characters"
        if isinstance(choice.get("value"), str) and not 1 <= len(choice["value"]) <= 100:
            yield f"the value of the suggestion {choice.get('name')!r} has not 1 to 100 characters"


def _modal(modal: Json) -> Iterator[str]:
    components = modal.get("components") or []
    if not 1 <= len(components) <= 5:
        yield f"the modal has {len(components)} components, 1 to 5 are allowed"
    yield from _components(components)


def _commands(commands: Sequence[Json]) -> Iterator[str]:
    names = Counter((command.get("type") or 1, command.get("name")) for command in commands)
    for (kind, name), count in names.items():
        if count > 1:
            yield f"the command {name!r} of type {kind} is there {count} times"
    kinds = Counter(command.get("type") or 1 for command in commands)
    for kind, limit in ((1, 100), (2, 15), (3, 15)):
        if kinds[kind] > limit:
            yield f"{kinds[kind]} commands of type {kind}, at most {limit} are allowed"
    for command in commands:
        if (command.get("type") or 1) == 1:
            yield from _named(command, str(command.get("name")))
            if (length := max(_lengths(command))) > COMMAND_TEXT:
                yield f"{command.get('name')}: {length} characters, over {COMMAND_TEXT}"
        elif command.get("description"):
            yield f"{command.get('name')}: a context menu has no description"


def _named(thing: Json, path: str) -> Iterator[str]:
    localised: Mapping[str, str] = thing.get("name_localizations") or {}
    for name in [str(thing.get("name", "")), *localised.values()]:
        composed = unicodedata.normalize("NFC", name)
        if not _NAME.fullmatch(composed) or composed != composed.lower():
            yield f"{path}: {name!r} is no name of a command or option: upper case, blank or sign"
    if not 1 <= len(thing.get("description") or "") <= 100:
        yield f"{path}: the description has not 1 to 100 characters"
    options = thing.get("options") or []
    required = [bool(option.get("required")) for option in options]
    if required != sorted(required, reverse=True):
        yield f"{path}: a required option after one that is not"
    for option in options:
        yield from _named(option, f"{path} {option.get('name')}")


def _lengths(command: Json) -> list[int]:
    """Return the lengths that count towards a command's limit, one a language."""

    def total(thing: Json, language: str) -> int:
        length = 0
        for key in ("name", "description"):
            localised = (thing.get(f"{key}_localizations") or {}).get(language)
            length += len(localised or thing.get(key) or "")
        for choice in thing.get("choices") or []:
            length += len(str(choice.get("name"))) + len(str(choice.get("value")))
        return length + sum(total(option, language) for option in thing.get("options") or [])

    languages = {"", *(command.get("name_localizations") or {})}
    languages |= set(command.get("description_localizations") or {})
    return [total(command, language) for language in languages]
