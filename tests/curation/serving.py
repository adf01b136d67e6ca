"""A topic in a repository, and a service on it whose knowledge can be changed."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.advisor.advisor import Advisor
from bot.curation.curator import Curator
from bot.curation.operations import Change
from bot.curation.repository import Repository
from bot.knowledge.load import load
from bot.querylog import open_log
from bot.retrieval.encoder import Encoder
from bot.retrieval.index import build
from bot.service import Service, cache_folder
from bot.settings import Settings

from .topics import bridge, parsed


def laid_out(folder: Path) -> Path:
    """Make a repository of the small topic with comments, in canonical layout."""
    shipped = folder.with_name(f"{folder.name}-shipped") / "bridge"
    for name, raw in bridge().contents.items():
        (shipped / name).parent.mkdir(parents=True, exist_ok=True)
        (shipped / name).write_bytes(raw)
    return Repository.create(folder, shipped).folder


@asynccontextmanager
async def serving(
    folder: Path, data: Path, encoder: Encoder, cache: Path | None = None
) -> AsyncIterator[Service]:
    """Serve a repository's topic; ``cache`` is a folder whose vectors and indexes are copied."""
    settings = Settings(knowledge=folder, data=data)
    if cache is not None:
        shutil.copytree(cache, cache_folder(settings), dirs_exist_ok=True)
    index = build(load(folder), encoder, cache=cache_folder(settings))
    async with open_log(settings.data) as log:
        service = Service(settings, Advisor(index), log, encoder)
        yield service
        await service.settled()


def change(curator: Curator, *operations: Mapping[str, Any]) -> Change:
    """Return a change to the release in service."""
    return Change(
        operations=tuple(parsed(*operations)), reason="Because", by="Ada", base=curator.release
    )
