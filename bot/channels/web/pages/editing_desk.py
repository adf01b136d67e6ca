"""Who is at work on which topic, and what the engine refuses, in the words of the console."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps

from starlette.requests import Request
from starlette.responses import Response

from bot.advisor.advisor import Advisor
from bot.channels.web.console import Console
from bot.channels.web.rendering import render, say_in
from bot.curation.curator import RebaseError, RefusedError, UnconfirmedError
from bot.curation.filling import FormError
from bot.curation.moderation import (
    Draft,
    Moderation,
    NoRepositoryError,
    OwnWorkError,
    StaleError,
    VerbatimError,
)
from bot.curation.news import Handed
from bot.curation.repository import PublishError
from bot.errors import RejoinderError
from bot.knowledge.release import Release
from bot.querylog import LogUnavailable


@dataclass(frozen=True)
class Desk:
    """Somebody who is signed in, and the topic that they look at."""

    console: Console
    topic: str
    user: str
    language: str
    moderation: Moderation
    advisor: Advisor

    async def draft(self) -> Draft:
        """Return what they prepare. Raises ChangeError for one that cannot be read any more."""
        return await self.moderation.draft(self.user)

    async def release(self, draft: Draft | None = None) -> Release:
        """Return the knowledge with their draft in it. Raises as Moderation.release."""
        draft = draft or await self.draft()
        return await self.moderation.release(draft) if draft.operations else self.advisor.release

    async def hand_over(self, draft: Draft, reason: str) -> None:
        """Ask a second person to publish a draft, and let them hear of it."""
        handed = await self.moderation.submit(self.user, draft, reason)
        name = await self.moderation.name(self.user)
        self.console.service.tell(Handed(self.topic, name, handed))


def desk(request: Request) -> Desk:
    """Return who asks for a page; the guard has checked that they may."""
    console: Console = request.app.state.console
    state = request.state
    return Desk(
        console,
        state.topic,
        state.session.user,
        state.language,
        console.service.moderation(state.topic),
        console.service.advisor_of(state.topic),
    )


@dataclass(frozen=True)
class Trouble:
    """Why something was not taken: a sentence of ours, the engine's own words, the status."""

    sentence: str
    lines: tuple[str, ...] = ()
    status: int = 422


class OvertakenError(RejoinderError):
    """Report that somebody changed what a form was opened on; ``now`` is what stands there."""

    def __init__(self, now: Mapping[str, str]) -> None:
        super().__init__("Somebody has changed this since the form was opened.")
        self.now = dict(now)


class GoneError(RejoinderError):
    """Report that what a form is about is not there any more."""

    def __init__(self) -> None:
        super().__init__("That entry or item is not there any more.")


class ChangedDraftError(RejoinderError):
    """Report that a draft is another than when the form was opened; ``words`` say its end."""

    def __init__(self, words: Sequence[str]) -> None:
        super().__init__("The draft has changed since the form was opened.")
        self.words = tuple(words)


_KINDS: tuple[tuple[type[Exception], str, int], ...] = (
    (NoRepositoryError, "edit-no-repository", 422),
    (RebaseError, "edit-rebase", 409),
    (RefusedError, "edit-refused", 422),
    (UnconfirmedError, "edit-unconfirmed", 409),
    (StaleError, "edit-stale", 409),
    (OwnWorkError, "edit-own-work", 403),
    (VerbatimError, "edit-verbatim", 422),
    (PublishError, "edit-not-published", 409),
    (OvertakenError, "edit-overtaken", 409),
    (GoneError, "edit-gone", 409),
    (ChangedDraftError, "edit-draft-changed", 409),
    (FormError, "edit-form", 422),
    (LogUnavailable, "error-log", 503),
)
# Of these nothing but our own sentence helps.
_WHOLE = frozenset(
    f"edit-{name}" for name in ("stale", "own-work", "verbatim", "overtaken", "form", "gone")
) | {"error-log"}


def told(request: Request, error: RejoinderError) -> Trouble:
    """Say what the engine refused: what to do in one's language, then its own words."""
    key, status = next(
        ((key, status) for kind, key, status in _KINDS if isinstance(error, kind)),
        ("edit-cannot", 422),
    )
    if isinstance(error, StaleError) and error.why:
        return Trouble(say_in(request, f"{key}-{error.why}"), (), status)
    sentence = say_in(request, key)
    if key in _WHOLE:
        return Trouble(sentence, (), status)
    if isinstance(error, RebaseError):
        lines = [str(conflict) for conflict in error.conflicts]
    elif isinstance(error, RefusedError):
        lines = list(error.refusals)
    elif isinstance(error, UnconfirmedError):
        lines = list(error.confirmations)
    elif isinstance(error, ChangedDraftError):
        lines = list(error.words)
    else:
        lines = [error.message, *([error.hint] if error.hint else [])]
    return Trouble(sentence, tuple(lines), status)


def plainly(
    endpoint: Callable[[Request], Awaitable[Response]],
) -> Callable[[Request], Awaitable[Response]]:
    """Let a page say what stands in the way, with the ways on, where nobody typed anything."""

    @wraps(endpoint)
    async def page(request: Request) -> Response:
        try:
            return await endpoint(request)
        except RejoinderError as error:
            trouble = told(request, error)
            return render(request, "edit_stuck.html", trouble.status, trouble=trouble)

    return page
