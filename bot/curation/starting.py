"""Make a small topic to start from: an example of everything, with notes, as a git repository."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from bot.curation.creation import create_with
from bot.curation.identifiers import slug
from bot.curation.repository import Repository
from bot.errors import UsageError
from bot.knowledge.canonical import format_text
from bot.knowledge.model import TITLE_MAX, is_blank
from bot.knowledge.scalars import scalar
from bot.knowledge.schema import schemas
from bot.knowledge.words import clean


def start_topic(folder: Path, title: str | None = None) -> Repository:
    """Make a topic in an empty or missing folder and commit it; return its repository.

    Its id is made of the folder's name; without a title, so is that. Raises UsageError where the
    folder holds anything, where it cannot be written, and for a title that is empty or too long.
    """
    name = folder.resolve().name
    title = clean(title if title is not None else re.sub(r"[-_.]+", " ", name)).strip()
    if is_blank(title) or len(title) > TITLE_MAX:
        raise UsageError(f"A title has 1 to {TITLE_MAX} characters.", hint='Add --title "…".')
    title = title[:1].upper() + title[1:]
    contents = dict(_read(files("bot.curation") / "starter"))
    head = contents["topic.yaml"].decode()
    head = head.replace("id: example\n", f"id: {slug(name) or 'topic'}\n")
    head = head.replace("title: Example\n", f"title: {scalar(title)}\n")
    contents["topic.yaml"] = format_text("topic.yaml", head).encode()
    # Editors that know these check the files while somebody types.
    for file, schema in schemas().items():
        text = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        contents[f"schema/{file}"] = text.encode()
    create_with(folder, contents, f"Start the topic {title}")
    return Repository.open(folder)


def _read(folder: Traversable, prefix: str = "") -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for item in sorted(folder.iterdir(), key=lambda one: one.name):
        if item.is_dir():
            found += _read(item, f"{prefix}{item.name}/")
        elif item.name.endswith(".yaml"):
            found.append((prefix + item.name, item.read_bytes()))
    return found
