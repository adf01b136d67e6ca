"""What all commands share that change the knowledge: their options, and the way to a publish."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.changes import say_draft, say_preview, say_published
from bot.cli.common import err, local_user, opened, print_json, progress, run
from bot.cli.prompting import confirm_or_leave
from bot.errors import UsageError

if TYPE_CHECKING:
    from bot.advisor.advisor import Advisor
    from bot.curation.curator import Plan, Published
    from bot.curation.moderation import Draft, Moderation
    from bot.curation.operations import Operation
    from bot.querylog.curation import PublishKind
    from bot.settings import Settings


def _name(by: str | None) -> str | None:
    """Return a name for the history as it is kept. Raises UsageError that says what is wrong."""
    from bot.curation.operations import name_of  # noqa: PLC0415

    try:
        return None if by is None else name_of(by)
    except ValueError as error:
        raise UsageError(f"That name cannot be used: {error}.") from None


Reason = Annotated[
    str | None,
    typer.Option("--reason", "-m", help="Why; it becomes the commit's message."),
]
By = Annotated[
    str | None,
    typer.Option(
        "--by",
        callback=_name,
        help="Your name as the history shall show it (default: a pseudonym).",
    ),
]
Name = Annotated[
    str | None,
    typer.Option("--by", callback=_name, help="Your name in the history, now and later."),
]
Only = Annotated[
    bool, typer.Option("--preview", help="Only show what it would do; publish nothing.")
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Publish without asking.")]
Accept = Annotated[
    bool,
    typer.Option("--accept-changed-answers", help="Agree to the past answers that change."),
]
ToDraft = Annotated[
    bool, typer.Option("--draft", help="Add it to your draft; publish nothing now.")
]


@dataclass(frozen=True)
class Way:
    """How a change is to be carried out, as the options say."""

    reason: str | None = None
    by: str | None = None
    only: bool = False
    yes: bool = False
    accept: bool = False
    json: bool = False
    draft: bool = False

    def __post_init__(self) -> None:
        if self.draft and (self.only or self.yes or self.accept or self.reason or self.by):
            raise UsageError(
                "--draft publishes nothing, so no option for publishing goes with it.",
                hint="`rejoinder knowledge preview` and `rejoinder knowledge publish` come later.",
            )
        # What --json prints has no preview in it, and nobody agrees to what they have not seen.
        if self.json and not (self.yes or self.only or self.draft):
            raise UsageError(
                "With --json nobody is asked, so publishing needs --yes.",
                hint="Add --yes; to look first, make a preview.",
            )


def operations_from(data: list[Any]) -> tuple[Operation, ...]:
    """Return the operations that plain data describes. Raises ChangeError."""
    from bot.curation.operations import parse_operation  # noqa: PLC0415

    return tuple(parse_operation(item, number) for number, item in enumerate(data, start=1))


def change(settings: Settings, operations: tuple[Operation, ...], way: Way) -> None:
    """Preview and publish operations as one change, or add them to the local user's draft."""
    if way.draft:
        run(_collect(settings, operations, json=way.json))
        return
    from bot.curation.operations import Change  # noqa: PLC0415

    said = _said(way)

    async def plan(desk: Moderation, bar: Any) -> Plan:
        curator = desk.curator
        by = await name_of(desk, way.by)
        made = Change(operations=operations, reason=said, by=by, base=curator.release)
        return await curator.plan(made, bar)

    directly(settings, plan, said, way)


def save_edits(settings: Settings, way: Way) -> None:
    """Preview and publish what somebody has edited by hand in the topic's files."""
    directly(settings, lambda desk, bar: desk.curator.plan_edits(bar), _said(way), way)


def _said(way: Way) -> str:
    return reason_of(way.reason or ("Only a preview." if way.only else None))


def directly(
    settings: Settings,
    planned: Callable[[Moderation, Any], Coroutine[Any, Any, Plan]],
    said: str,
    way: Way,
    kind: PublishKind = "publish",
) -> None:
    """Preview and publish a plan without a draft; to undo takes no second person."""

    async def plan(desk: Moderation, bar: Any) -> Plan:
        if desk.two_people and not way.only and kind != "undo":
            raise UsageError(
                "Two people are the rule here, so nothing is published directly.",
                hint="Put it into your draft, then ask somebody: rejoinder knowledge publish --ask",
            )
        return await planned(desk, bar)

    async def publish(desk: Moderation, plan: Plan, *, confirmed: bool) -> Published:
        return await desk.curator.publish(
            plan, by=await name_of(desk, way.by), reason=said, user=local_user(), kind=kind,
            confirmed=confirmed,
        )  # fmt: skip

    run(carry_out(settings, plan, publish, way))


async def carry_out(
    settings: Settings,
    planned: Callable[[Moderation, Any], Coroutine[Any, Any, Plan]],
    publish: Callable[..., Coroutine[Any, Any, Published]] | None,
    way: Way,
) -> None:
    """Show what a plan would do and, unless that is all that is wanted, publish it.

    Raises UsageError where nobody is there to be asked, and what planning and publishing raise.
    """
    from bot.curation.curator import UnconfirmedError  # noqa: PLC0415

    async with moderated(settings) as desk:
        with progress("Asking past questions again") as bar:
            plan = await planned(desk, bar)
        if way.json and way.only:
            print_json(plan.preview.as_dict(), indent=2)
        elif not way.json:
            say_preview(plan.preview, plan.notes)
        if way.only or publish is None:
            return
        if not plan.preview.refusals:
            if plan.preview.confirmations and way.yes and not way.accept:
                unconfirmed = UnconfirmedError(plan.preview.confirmations)
                unconfirmed.hint = "Add --accept-changed-answers if that is what you want."
                raise unconfirmed
            if not way.yes:
                if not sys.stdin.isatty():
                    raise UsageError(
                        "Publishing needs a confirmation.", hint="Add --yes, or --preview to look."
                    )
                confirm_or_leave("Publish this?")
        done = await publish(desk, plan, confirmed=way.accept or not way.yes)
    say_published(done, json=way.json)


@asynccontextmanager
async def moderated(settings: Settings) -> AsyncIterator[Moderation]:
    """Open what the topic is changed by; from the shipped topic a copy is made at need."""
    from bot.curation.opening import with_own_knowledge  # noqa: PLC0415
    from bot.curation.repository import Repository  # noqa: PLC0415

    own = with_own_knowledge(settings)
    if own.knowledge != settings.knowledge:
        err.print(f"The shipped topic is copied to {own.knowledge}, to be changed there.",
                  style="dim", markup=False)  # fmt: skip
    # Before the topic is learned, which may take long: it may be that nothing can be changed.
    if (found := Repository.open(own.knowledge).recover()) is not None:
        err.print(f"An interrupted publish was {'finished' if found.is_published else 'dropped'}.",
                  style="yellow")  # fmt: skip
    async with opened(own) as service:
        yield service.moderation()


@asynccontextmanager
async def drafts_of(settings: Settings) -> AsyncIterator[Moderation]:
    """Open what drafts are looked at and thrown away by: nothing is copied, nothing is learned."""
    from bot.curation.moderation import Moderation, NoRepositoryError  # noqa: PLC0415
    from bot.knowledge.load import load  # noqa: PLC0415
    from bot.querylog import open_log  # noqa: PLC0415

    def unlearned() -> Advisor:
        raise closed

    closed = NoRepositoryError("Drafts are only looked at here.")
    topic = load(settings.knowledge).topic.id
    async with open_log(
        settings.data, settings.database_url, time_limit=settings.log_time_limit
    ) as log:
        yield Moderation(
            topic, log, advisor=unlearned, curator=closed, two_people=settings.two_person_rule
        )


async def name_of(desk: Moderation, by: str | None) -> str:
    """Return the name for the history: the given one, else the one that was chosen before."""
    return by or await desk.name(local_user())


def reason_of(reason: str | None) -> str:
    """Return the reason of a publish, as one line. Raises UsageError for none, or one too long."""
    from bot.curation.operations import REASON_MAX, REASON_MIN  # noqa: PLC0415
    from bot.curation.values import readable  # noqa: PLC0415

    try:
        said = readable(" ".join((reason or "").split()))
    except ValueError as error:
        raise UsageError(f"That reason cannot be used: {error}.") from None
    if not said:
        raise UsageError("A publish needs a reason.", hint='Add -m "why".')
    if len(said) < REASON_MIN:
        raise UsageError(
            f"“{said}” is too short for a reason.", hint=f"Write at least {REASON_MIN} characters."
        )
    if len(said) > REASON_MAX:
        raise UsageError(
            f"A reason has at most {REASON_MAX} characters, this one has {len(said):,}.",
            hint="Shorten it.",
        )
    return said


async def _collect(settings: Settings, operations: tuple[Operation, ...], *, json: bool) -> None:
    async with moderated(settings) as desk:
        waited = (await desk.draft(local_user())).waiting
        draft: Draft = await desk.add(local_user(), operations)
    say_draft(draft, json=json, added=len(operations), waited=waited)
