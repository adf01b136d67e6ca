"""What Discord's own client makes of registered commands and of forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .state import Json

SUBCOMMAND, GROUP = 1, 2
TEXT_INPUT, LABEL, ACTION_ROW = 4, 18, 1
_SINGLE = (TEXT_INPUT, 21, 23)  # with one value: text input, radio group, checkbox


class NotOfferedError(AssertionError):
    """A person cannot do that: Discord's client does not offer it there."""


@dataclass(frozen=True)
class Command:
    """A registered command, with the path to the one in a group that is meant."""

    registered: Json
    nested: tuple[Json, ...] = ()

    @property
    def options(self) -> list[Json]:
        """Return the options of the command that is meant."""
        return list((self.nested[-1] if self.nested else self.registered).get("options") or [])

    def data(self, given: Sequence[Json]) -> Json:
        """Return the interaction's data with these options."""
        inner = list(given)
        for group in reversed(self.nested):
            inner = [{"name": group["name"], "type": group["type"], "options": inner}]
        registered = self.registered
        return {
            "id": registered["id"],
            "name": registered["name"],
            "type": registered["type"],
            "options": inner,
        }


def find(
    registered: Sequence[Json], kind: int, name: str, *, context: int, types: set[int]
) -> Command:
    """Return the command that a person finds under a name; raises NotOfferedError."""
    first, *path = name.split() if kind == 1 else [name]
    for command in registered:
        if command["type"] != kind or command["name"] != first:
            continue
        contexts = command.get("contexts")
        installs = set(command.get("integration_types") or [0])
        if contexts is not None and context not in contexts:
            raise NotOfferedError(f"{name!r} is for the contexts {contexts}, this is {context}")
        if not installs & types:
            raise NotOfferedError(
                f"{name!r} is for installations {installs}, this is {types or 'none'}"
            )
        nested: list[Json] = []
        for part in path:
            inside = (nested[-1] if nested else command).get("options") or []
            found = [o for o in inside if o["name"] == part and o["type"] in (SUBCOMMAND, GROUP)]
            if not found:
                raise NotOfferedError(f"no command {name!r}")
            nested.append(found[0])
        return Command(command, tuple(nested))
    there = sorted(command["name"] for command in registered)
    raise NotOfferedError(f"no command {name!r} of type {kind} is registered, but {there}")


def options(command: Command, values: Mapping[str, Any], *, focused: str = "") -> list[Json]:
    """Return options as they are sent; raises NotOfferedError for those that could not be given."""
    declared = {option["name"]: option for option in command.options}
    if missing := set(values) - set(declared):
        raise NotOfferedError(f"no option {sorted(missing)}, but {sorted(declared)}")
    sent = []
    for name, option in declared.items():
        if name not in values:
            if option.get("required") and not focused:
                raise NotOfferedError(f"the option {name!r} is required")
            continue
        value = values[name]
        choices = [choice["value"] for choice in option.get("choices") or []]
        if choices and value not in choices:
            raise NotOfferedError(f"{value!r} is not among {choices}")
        if isinstance(value, str) and len(value) > option.get("max_length", 6000):
            raise NotOfferedError(f"the option {name!r} takes no {len(value)} characters")
        given = {"name": name, "type": option["type"], "value": getattr(value, "id", value)}
        if name == focused:
            given["focused"] = True
        sent.append(given)
    return sent


def modal_components(modal: Json, values: Mapping[str, Any]) -> list[Json]:
    """Return a form's components as they are submitted; raises NotOfferedError."""
    left = dict(values)
    sent: list[Json] = []
    for component in modal["components"]:
        if component["type"] == LABEL:
            inner = _filled(component["component"], left)
            sent.append({"type": LABEL, "component": inner})
        elif component["type"] == ACTION_ROW:
            fields = [_filled(field, left) for field in component["components"]]
            sent.append({"type": ACTION_ROW, "components": fields})
    if left:
        raise NotOfferedError(f"the form has no fields {sorted(left)}")
    return sent


def _filled(field: Json, values: dict[str, Any]) -> Json:
    name = field["custom_id"]
    required = field.get("required", True)
    given: Json = {"type": field["type"], "custom_id": name, "id": field.get("id", 1)}
    if field["type"] not in _SINGLE:
        chosen = values.pop(name, [])
        return given | {"values": [chosen] if isinstance(chosen, str) else list(chosen)}
    value = values.pop(name, field.get("value", ""))
    if required and value in ("", None):
        raise NotOfferedError(f"the field {name!r} must be filled in")
    if isinstance(value, str) and not (
        (field.get("min_length") or 0) <= len(value) <= (field.get("max_length") or 4000)
    ):
        raise NotOfferedError(f"the field {name!r} takes no {len(value)} characters")
    return given | {"value": value}
