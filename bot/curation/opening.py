"""Open what a topic is changed by: its repository, its curator, its moderation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog

from bot.advisor.advisor import Advisor
from bot.curation.creation import is_finished
from bot.curation.curator import Curator
from bot.curation.draft import NoRepositoryError
from bot.curation.moderation import Moderation
from bot.curation.repository import Repository
from bot.errors import RejoinderError, UsageError
from bot.knowledge.files import resolve_folder
from bot.knowledge.release import Release
from bot.querylog import QueryLog
from bot.retrieval.index import Index
from bot.settings import Settings, own_knowledge, shipped_knowledge

_log = structlog.get_logger(__name__)


def open_moderation(
    topic: str,
    log: QueryLog,
    *,
    advisor: Callable[[], Advisor],
    reload: Callable[[Index | Release | None], Awaitable[object]],
    cache: Path,
    two_people: bool,
) -> Moderation:
    """Open a topic's moderation; where its folder is no repository, only suggestions work.

    A publish that a dead process left behind is completed or dropped. Blocks for some tens of
    milliseconds.
    """
    curator: Curator | NoRepositoryError
    try:
        repository = Repository.open(advisor().release.folder)
        recovered = repository.recover()
    except RejoinderError as error:
        curator = NoRepositoryError(
            f"This topic cannot be changed here. {error.message}", hint=error.hint
        )
    else:
        if recovered is not None:
            _log.warning("publish_recovered", topic=topic, published=recovered.is_published)
        curator = Curator(repository, log, advisor=advisor, reload=reload, cache=cache)
    return Moderation(topic, log, advisor=advisor, curator=curator, two_people=two_people)


def with_own_knowledge(settings: Settings) -> Settings:
    """Return the settings with a copy of the shipped topic that can be changed, made at need.

    A folder that somebody chose stays what it is. Raises UsageError where git is missing or the
    data directory cannot be written.
    """
    own = own_knowledge(settings.data)
    if settings.knowledge not in {shipped_knowledge(), own}:
        return settings
    shipped = resolve_folder(shipped_knowledge())
    folder = own / shipped.name
    if settings.knowledge == own and not folder.exists():
        return settings  # somebody keeps another topic there
    if not is_finished(folder):
        try:
            Repository.create(folder, shipped)
        except UsageError:
            # Another process has begun it a moment before; it was waited for.
            if not is_finished(folder):
                raise
    return settings.model_copy(update={"knowledge": own})
