"""Say in a sentence what a validation error means and what to write instead."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from bot.knowledge.model import model_in
from bot.knowledge.reader import brief

_BOUNDS = {
    "greater_than": "above",
    "greater_than_equal": "of at least",
    "less_than": "below",
    "less_than_equal": "of at most",
}


def advice(detail: Mapping[str, Any], model: type[BaseModel]) -> str:
    """Turn one of pydantic's error details into advice for the person who edits the file."""
    kind = detail["type"]
    context = detail.get("ctx") or {}
    last = detail["loc"][-1] if detail["loc"] else ""
    last = brief(last) if isinstance(last, str) else last
    if kind == "extra_forbidden":
        allowed = _fields_at(model, detail["loc"][:-1])
        close = meant_key(detail, model)
        guess = f"did you mean {close!r}? Allowed" if close else "allowed"
        return f"unknown key {last!r}; {guess} here: {', '.join(allowed)}"
    if kind == "missing":
        return f"is missing; add a line `{last}: …`"
    if kind == "string_too_long":
        return (
            f"{len(str(detail['input']))} characters long; shorten it to "
            f"{context['max_length']} or split it"
        )
    if kind == "string_too_short":
        return "is empty; write its text or remove the line"
    if kind == "string_type":
        return "must be one text, not a list or a mapping"
    if kind in {"tuple_type", "list_type"}:
        return "must be a list: write `[a, b]`, or each item on a line of its own after `- `"
    if kind in {"model_type", "model_attributes_type", "dict_type"}:
        return "must be a mapping: lines of `key: value`"
    if kind == "literal_error":
        return f"{brief(detail['input'])!r} is not allowed; write one of {context['expected']}"
    if kind == "string_pattern_mismatch":
        return "must be 8 hex digits; leave it out and let `rejoinder fmt` fill it in"
    if kind in _BOUNDS:
        return f"write a number {_BOUNDS[kind]} {next(iter(context.values()))}"
    if kind == "value_error":
        return str(context.get("error", detail["msg"]))
    return str(detail["msg"])


def meant_key(detail: Mapping[str, Any], model: type[BaseModel]) -> str | None:
    """Return the known key that an unknown one was probably meant to be."""
    *path, last = detail["loc"]
    close = difflib.get_close_matches(brief(last), _fields_at(model, tuple(path)), n=1)
    return close[0] if close else None


def _fields_at(model: type[BaseModel], path: tuple[str | int, ...]) -> list[str]:
    current: type[BaseModel] = model
    for part in path:
        if isinstance(part, int) or part not in current.model_fields:
            continue
        found = model_in(current.model_fields[part].annotation)
        if found is not None:
            current = found
    return list(current.model_fields)
