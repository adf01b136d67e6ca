"""Add to a draft what somebody filled in, without losing what they typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.changes import say_draft
from bot.cli.common import err, local_user, run, settings_from
from bot.cli.prompting import confirmed, say_typed
from bot.cli.publishing import moderated
from bot.errors import RejoinderError

if TYPE_CHECKING:
    from bot.curation.operations import Operation
    from bot.knowledge.release import Release


def collect(
    fill: Callable[[Release], Sequence[Operation]],
    typed: Callable[[], Mapping[str, str]],
    knowledge: Path | None,
    data: Path | None,
    config: Path | None,
    *,
    json: bool,
) -> None:
    """Add to the local user's draft what ``fill`` makes of the newest knowledge.

    ``typed`` says what somebody has typed for that: then an error asks whether to try again, and
    whatever ends the command leaves it on the screen.
    """
    from bot.curation.plan import RebaseError  # noqa: PLC0415
    from bot.curation.values import ChangeError  # noqa: PLC0415

    settings = settings_from(config, knowledge, data)

    async def work() -> None:
        async with moderated(settings) as desk:
            operations: Sequence[Operation] = ()
            seen = ""
            while True:
                try:
                    before = mine = await desk.draft(local_user())
                    if not operations:
                        release, seen = await desk.release(mine), desk.curator.release
                        operations = fill(release)
                    if operations:
                        mine = await desk.add(local_user(), operations, base=seen)
                    break
                except RejoinderError as error:
                    # What was typed is not lost: it stands there when the fields are asked again.
                    if not typed():
                        raise
                    err.print(str(error), style="red", markup=False)
                    wrong = not operations or isinstance(error, ChangeError | RebaseError)
                    question = "Correct the fields?" if wrong else "Try again?"
                    if not confirmed(question, default=True):
                        raise
                    if wrong:
                        operations = ()
            if not operations:
                err.print("Nothing is different, so nothing is added to the draft.", style="dim")
        say_draft(mine, json=json, added=len(operations), waited=before.waiting)

    try:
        run(work())
    except BaseException:
        say_typed(typed())
        raise
