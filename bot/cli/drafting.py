"""`rejoinder knowledge add`, `edit`, `draft`, `preview`, `publish`, `discard`: prepare a change.

What somebody adds or edits is collected in their draft, which the database keeps, until they
publish it as one change. In a terminal each field is asked for; scripts give them.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from bot.cli.changes import say_draft
from bot.cli.collecting import collect
from bot.cli.common import (
    Config,
    Data,
    Json,
    Knowledge,
    local_user,
    out,
    print_json,
    run,
    settings_from,
)
from bot.cli.prompting import (
    ask_fields,
    ask_parent,
    confirm_or_leave,
    confirmed,
    corrected,
    given_fields,
    groups_of,
    is_asked,
)
from bot.cli.publishing import (
    Accept,
    Name,
    Reason,
    Way,
    Yes,
    carry_out,
    drafts_of,
    moderated,
    reason_of,
)
from bot.errors import UsageError

if TYPE_CHECKING:
    from bot.curation.curator import Plan, Published
    from bot.curation.moderation import Draft, Moderation
    from bot.curation.operations import Operation
    from bot.knowledge.release import Release
    from bot.settings import Settings

Kind = Literal[
    "proposal", "objection", "response", "counter", "fact", "term", "faq", "boundary", "source"
]
Settings_ = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="FIELD=VALUE", help="Fill in a field; may be repeated. \\n parts lines."
    ),
]
From = Annotated[
    Path | None,
    typer.Option(
        "--from", metavar="FILE", help="YAML or JSON with the fields; - is standard input."
    ),
]
Number = Annotated[
    int | None, typer.Argument(metavar="[DRAFT]", help="Number of a draft (default: yours).")
]


def add(
    kind: Annotated[Kind, typer.Argument(help="What to add.")],
    *,
    parent: Annotated[
        str | None,
        typer.Option(help="The proposal of an objection; what a response or counter answers."),
    ] = None,
    set_: Settings_ = None,
    from_: From = None,
    language: Annotated[str, typer.Option(help="Language of the phrasings.")] = "en",
    json: Json = False,
    knowledge: Knowledge = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Add an entry to your draft, with its sources, phrasings and a test question.

    In a terminal it asks for each field that is not given.

    Examples: `rejoinder knowledge add faq`, `rejoinder knowledge add objection --parent open-door`
    """
    given = given_fields(set_, from_)
    parent = given.pop("parent", parent)

    typed: dict[str, str] = {}

    def fill(release: Release) -> Sequence[Operation]:
        from bot.curation.forms import GROUPS, ITEMS, adding  # noqa: PLC0415
        from bot.curation.operations import ARGUMENTS  # noqa: PLC0415

        over = parent or typed.get("parent")

        def make(texts: Mapping[str, str]) -> Sequence[Operation]:
            typed.update(texts)
            return adding(release, kind, over, {k: v for k, v in texts.items() if v}, language)

        if not is_asked(given):
            return make(given)
        if kind in ARGUMENTS and over is None:
            over = typed["parent"] = ask_parent(release, kind)
        main, *others = (group for name, group in GROUPS[kind].items() if name not in ITEMS)
        fields, more = [*main], [field for group in others for field in group]
        sources = release.topic.sources
        texts = ask_fields(fields, typed, typed, sources)
        if more and confirmed("More fields?"):
            texts |= ask_fields(more, typed, typed, sources)
            fields += more
        return corrected(fields, texts, make)

    collect(fill, lambda: {} if given else typed, knowledge, data, config, json=json)


def edit(
    entry: Annotated[str, typer.Argument(help="Id of the entry or source.")],
    *,
    group: Annotated[
        str | None, typer.Option(help="Only these fields: main, who, how, facts, rationale, more.")
    ] = None,
    at: Annotated[
        int | None,
        typer.Option(min=1, help="Which reason of a proposal (with --group rationale)."),
    ] = None,
    remove: Annotated[
        bool, typer.Option("--remove", help="Remove that reason (with --group rationale --at).")
    ] = False,
    set_: Settings_ = None,
    from_: From = None,
    json: Json = False,
    knowledge: Knowledge = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Change an entry or source in your draft; an empty value removes a field.

    In a terminal it shows each field and asks for its new text.

    Example: `rejoinder knowledge edit cash-desertion.cost --set title="Who pays?"`
    """
    given = given_fields(set_, from_)
    place = None if at is None else at - 1
    # By group: two groups may have a field of the same name.
    typed: dict[str, dict[str, str]] = {}

    def fill(release: Release) -> Sequence[Operation]:
        from bot.curation.forms import editing, fields, kind_of, removing, values  # noqa: PLC0415

        kind = kind_of(release, entry)
        if remove:
            if group != "rationale" or place is None:
                raise UsageError(
                    "--remove needs to know which reason.",
                    hint="Add --group rationale --at NUMBER.",
                )
            return removing(release, entry, group, place)
        found: list[Operation] = []
        for name in groups_of(kind, given, group):
            wanted = fields(kind, name)

            def make(texts: Mapping[str, str], name: str = name) -> Sequence[Operation]:
                typed[name] = dict(texts)
                return editing(release, entry, name, texts, at=place)

            if is_asked(given):
                mine = typed.setdefault(name, {})
                now = {**values(release, entry, name, at=place), **mine}
                texts = ask_fields(wanted, now, mine, release.topic.sources)
                found += corrected(wanted, texts, make)
            else:
                found += make({f.name: given[f.name] for f in wanted if f.name in given})
        return found

    def kept() -> Mapping[str, str]:
        return {} if given else {k: v for texts in typed.values() for k, v in texts.items()}

    collect(fill, kept, knowledge, data, config, json=json)


def draft(
    *,
    waiting: Annotated[
        bool, typer.Option("--waiting", help="List what waits for a second person instead.")
    ] = False,
    remove: Annotated[
        int | None, typer.Option(min=1, metavar="NUMBER", help="Take this change out of it.")
    ] = None,
    json: Json = False,
    knowledge: Knowledge = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Show your draft: what you have added and edited and not published yet.

    Example: `rejoinder knowledge draft --remove 2`
    """
    settings = settings_from(config, knowledge, data)
    if waiting and remove is not None:
        raise UsageError(
            "--waiting lists other people's drafts; --remove is for your own.",
            hint="Give one of the two.",
        )

    async def work() -> None:
        async with drafts_of(settings) as desk:
            if waiting:
                found = await desk.waiting(local_user())
                _say_waiting(found, [await desk.author(one) for one in found], json=json)
                return
            before = mine = await desk.draft(local_user())
        if remove is not None:
            if remove > len(mine.operations):
                raise UsageError(
                    f"Your draft has no change number {remove}.",
                    hint="`rejoinder knowledge draft` numbers them.",
                )
            async with moderated(settings) as desk:
                mine = await desk.remove(local_user(), remove - 1, mine.revision)
        say_draft(mine, json=json, waited=before.waiting)

    run(work())


def preview(
    number: Number = None,
    *,
    json: Json = False,
    knowledge: Knowledge = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Show what your draft would do: the diff, the findings, past questions asked again.

    Example: `rejoinder knowledge preview`
    """

    async def plan(desk: Moderation, bar: Any) -> Plan:
        return await desk.plan(await _find(desk, number), bar)

    async def work() -> None:
        await _check(settings, number)
        await carry_out(settings, plan, None, way)

    settings, way = settings_from(config, knowledge, data), Way(only=True, json=json)
    run(work())


def publish(
    number: Number = None,
    *,
    reason: Reason = None,
    by: Name = None,
    ask: Annotated[
        bool, typer.Option("--ask", help="Ask a second person to publish it instead.")
    ] = False,
    yes: Yes = False,
    accept: Accept = False,
    json: Json = False,
    knowledge: Knowledge = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Publish your draft as one change, after a last look at what it does.

    With a number it is somebody else's draft that waits for a second person.

    Example: `rejoinder knowledge publish -m "raised in the assembly"`
    """
    settings = settings_from(config, knowledge, data)
    if ask and number is not None:
        raise UsageError(
            "--ask is for your own draft, so no number goes with it.",
            hint=f"To publish somebody else's: rejoinder knowledge publish {number}",
        )
    given = None if number is not None and reason is None else reason_of(reason)
    planned: list[Draft] = []

    async def plan(desk: Moderation, bar: Any) -> Plan:
        planned[:] = [await _find(desk, number)]
        return await desk.plan(planned[0], bar)

    async def publish(desk: Moderation, plan: Plan, *, confirmed: bool) -> Published:
        if by is not None:
            await desk.set_name(local_user(), by)
        said = given or reason_of(planned[0].reason)
        return await desk.publish(
            planned[0], plan, user=local_user(), reason=said, confirmed=confirmed
        )

    async def submit() -> None:
        async with moderated(settings) as desk:
            mine = await _find(desk, None)
            if by is not None:
                await desk.set_name(local_user(), by)
            mine = await desk.submit(local_user(), mine, reason_of(given))
        say_draft(mine, json=json)

    if ask:
        run(submit())
        return
    way = Way(yes=yes, accept=accept, json=json)

    async def work() -> None:
        await _check(settings, number, to_publish=True)
        await carry_out(settings, plan, publish, way)

    run(work())


def discard(
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Discard without asking.")] = False,
    json: Json = False,
    knowledge: Knowledge = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Throw your draft away; what is published stays.

    Example: `rejoinder knowledge discard`
    """
    settings = settings_from(config, knowledge, data)
    if not yes:
        if not sys.stdin.isatty():
            raise UsageError("Discarding needs a confirmation.", hint="Add --yes.")
        confirm_or_leave("Throw your draft away?")

    async def work() -> bool:
        async with drafts_of(settings) as desk:
            return await desk.discard(local_user())

    gone = run(work())
    if json:
        print_json({"discarded": gone})
    else:
        out.print("The draft is gone." if gone else "There was no draft.")


async def _check(settings: Settings, number: int | None, *, to_publish: bool = False) -> None:
    """Refuse what needs no look at the knowledge, before that is learned and asked anything."""
    from bot.curation.moderation import OwnWorkError  # noqa: PLC0415

    async with drafts_of(settings) as desk:
        draft = await _find(desk, number)
    if not draft.operations:
        raise UsageError("The draft is empty.", hint="Add or edit an entry first.")
    if to_publish and desk.two_people and draft.own:
        raise OwnWorkError(
            "This draft is your own, and two people are the rule here.",
            hint='Ask another moderator: rejoinder knowledge publish --ask -m "why"',
        )


async def _find(desk: Moderation, number: int | None) -> Draft:
    if number is None:
        return await desk.draft(local_user())
    if (found := await desk.draft_by_id(number, local_user())) is None:
        raise UsageError(
            f"There is no draft {number}.",
            hint="`rejoinder knowledge draft --waiting` lists those that wait.",
        )
    return found


def _say_waiting(found: Sequence[Draft], authors: Sequence[str], *, json: bool) -> None:
    pairs = list(zip(found, authors, strict=True))
    if json:
        print_json([{"draft": one.id, "by": by, "reason": one.reason, "own": one.own,
                     "changes": len(one.operations)} for one, by in pairs])  # fmt: skip
        return
    for one, by in pairs:
        count = len(one.operations)
        out.print(f"{one.id}  {by}  {count} change{'s' * (count != 1)}  {one.reason}", markup=False)
    if not pairs:
        out.print("No draft waits for a second person.")
