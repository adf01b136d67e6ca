"""The forms for the items of an entry's long lists, its place among others, and its withdrawal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from bot.advisor.language import detect
from bot.channels.web.guard import Refused
from bot.channels.web.pages.editing import still_open, taken_up
from bot.channels.web.pages.editing_desk import Desk, GoneError, desk, plainly
from bot.channels.web.pages.editing_sheets import Checked, Make, Sheet, look, show, take
from bot.channels.web.rendering import flash, redirect, say_in, url
from bot.channels.web.routing import Page, Role
from bot.curation.fields import Field
from bot.curation.filling import FormError
from bot.curation.forms import phrasing, rephrasing
from bot.curation.items import Item, below, dropping, items
from bot.curation.operations import Move, Operation, Restore, Withdraw, parse_operation
from bot.knowledge.model import ID_MAX, PHRASING_MAX, is_id
from bot.knowledge.release import Release, short
from bot.knowledge.words import normalise
from bot.querylog.curation import SuggestionRow

_LINES = Field("phrasings", "", "", required=True, limit=4_000, shape="lines")
_ONE = Field("phrasing", "", "", required=True, limit=PHRASING_MAX, shape="line")
_ASK = Field("ask", "", "", required=True, limit=PHRASING_MAX, shape="line")
_EXPECT = Field("expect", "", "", limit=1_000, shape="lines")
_MUST = Field("must", "", "", choices=("measured", "must"))
_CONTEXT = Field("context", "", "", limit=ID_MAX, shape="line")
_PARENT = Field("parent", "", "", required=True, limit=ID_MAX, shape="line")
_POSITION = Field("position", "", "", limit=4, shape="line")
_LISTS = {
    "expect": "entries", "context": "entries",
    "parent": "proposal+objection+response+counter",
}  # fmt: skip


def _entry(request: Request) -> str:
    entry = str(request.path_params["entry"])
    if not is_id(entry):
        raise Refused(404, "error-404")
    return entry


def _sheet(
    request: Request, at: Desk, entry: str, save: str, title: str, *wanted: Field, **more: Any
) -> Sheet:
    known = at.advisor.release.entries.get(entry)
    return Sheet(
        save,
        {"entry": entry, "item": request.path_params.get("item")},
        title,
        (("", wanted),),
        url(request, "entry", id=entry),
        known.title if known is not None else entry,
        entry=entry,
        lists=_LISTS,
        **more,
    )


async def _open(request: Request, at: Desk, sheet: Sheet, given: Mapping[str, str]) -> Response:
    """Show a form beside its entry as it is with the draft. Raises GoneError."""
    _ = at.moderation.curator
    release = await at.release()
    if sheet.entry is not None and sheet.entry not in release.entries:
        raise GoneError
    return await show(request, at, sheet, given, Checked(messages=look(at, release, sheet)))


async def _take(request: Request, at: Desk, sheet: Sheet, make: Make) -> Response:
    def done(_: Sequence[Operation]) -> tuple[str, Mapping[str, Any]]:
        return ("entry", {"id": sheet.entry}) if sheet.entry else ("draft", {})

    return await take(request, at, sheet, make, done)


def _item(release: Release, entry: str, key: int, mark: str) -> Item:
    """Return an item of an entry by its key. Raises GoneError where it is gone."""
    found = (one for one in items(release, entry) if one.key == key and one.mark in mark)
    if (one := next(found, None)) is None:
        raise GoneError
    return one


# Ways of asking


@plainly
async def phrase(request: Request) -> Response:
    """Show the form that adds ways of asking for an entry."""
    at, entry = desk(request), _entry(request)
    sheet = _phrase_sheet(request, at, entry, await taken_up(request, at))
    spoken = at.advisor.release.topic.info.languages
    said = sheet.suggestion.text if sheet.suggestion is not None else ""
    guessed = (*([detect(said, at.language)] if said else []), at.language, spoken[0])
    language = next(each for each in guessed if each in spoken)
    return await _open(request, at, sheet, {"language": language})


async def phrased(request: Request) -> Response:
    """Take the form that adds ways of asking."""
    at, entry = desk(request), _entry(request)
    row, closed = await still_open(request, at)

    def make(release: Release, given: Mapping[str, str]) -> list[Operation]:
        if closed is not None:
            raise closed
        if entry not in release.entries:
            raise GoneError
        made = phrasing(release, entry, given.get("phrasings", ""), given.get("language"))
        known = {(spoken, normalise(text)) for spoken, text in release.topic.phrasings(entry)}
        return [one for one in made if not _stands(one, known)]

    return await _take(request, at, _phrase_sheet(request, at, entry, row), make)


def _stands(one: Operation, known: set[tuple[str, str]]) -> bool:
    language, text = getattr(one, "language", ""), getattr(one, "text", "")
    return (language, normalise(text)) in known


def _phrase_sheet(request: Request, at: Desk, entry: str, row: SuggestionRow | None) -> Sheet:
    languages = at.advisor.release.topic.info.languages
    language = Field("language", "", "", choices=tuple(languages))
    title = say_in(request, "edit-phrasings")
    sheet = _sheet(request, at, entry, "save_phrasings", title, language, _LINES, suggestion=row)
    number = row.id if row is not None else None
    return replace(sheet, values={**sheet.values, "suggestion": number})


@plainly
async def reword(request: Request) -> Response:
    """Show the form that puts other words in a phrasing's place."""
    at, entry = desk(request), _entry(request)
    one = _item(await at.release(), entry, request.path_params["item"], "p")
    return await _open(request, at, _reword_sheet(request, at, entry), {"phrasing": one.label})


async def reworded(request: Request) -> Response:
    """Take the form that rewords a phrasing."""
    at, entry = desk(request), _entry(request)

    def make(release: Release, given: Mapping[str, str]) -> list[Operation]:
        one = _item(release, entry, request.path_params["item"], "p")
        return rephrasing(release, entry, one.language, one.label, given.get("phrasing", ""))

    return await _take(request, at, _reword_sheet(request, at, entry), make)


def _reword_sheet(request: Request, at: Desk, entry: str) -> Sheet:
    title = say_in(request, "edit-item-phrasing")
    return _sheet(request, at, entry, "save_phrasing", title, _ONE)


# Test questions


@plainly
async def test(request: Request) -> Response:
    """Show the form that adds a test question."""
    at, entry = desk(request), _entry(request)
    given = {"expect": entry, "must": "measured"}
    return await _open(request, at, _test_sheet(request, at, entry), given)


async def tested(request: Request) -> Response:
    """Take the form that adds a test question."""
    at, entry = desk(request), _entry(request)

    def make(release: Release, given: Mapping[str, str]) -> list[Operation]:
        ask, expect = " ".join(given.get("ask", "").split()), _ids(given.get("expect", ""))
        context = given.get("context", "").strip() or None
        if not ask:
            raise FormError([("ask", "is empty; it cannot be left out.")])
        _require_known(release, "expect", expect)
        _require_known(release, "context", [context] if context else [])
        wanted = (ask, tuple(expect), context)
        if any((e.ask, e.expect, e.context) == wanted for e in release.topic.expectations):
            return []
        return [
            parse_operation(
                {
                    "op": "add_expectation", "ask": ask, "expect": expect, "context": context,
                    "kind": given.get("must", "measured"),
                }
            )
        ]  # fmt: skip

    return await _take(request, at, _test_sheet(request, at, entry), make)


def _require_known(release: Release, field: str, ids: Sequence[str]) -> None:
    for each in ids:
        if each not in release.entries:
            raise FormError([(field, f"there is no entry {each}.")])


def _test_sheet(request: Request, at: Desk, entry: str) -> Sheet:
    title = say_in(request, "edit-test")
    return _sheet(request, at, entry, "save_test", title, _ASK, _EXPECT, _MUST, _CONTEXT)


@plainly
async def aim(request: Request) -> Response:
    """Show the form that lets a test question expect other entries."""
    at, entry = desk(request), _entry(request)
    one = _item(await at.release(), entry, request.path_params["item"], "x")
    expected = one.expectation.expect if one.expectation else ()
    sheet = replace(_aim_sheet(request, at, entry), quote=one.label)
    return await _open(request, at, sheet, {"expect": "\n".join(expected)})


async def aimed(request: Request) -> Response:
    """Take the form that retargets a test question."""
    at, entry = desk(request), _entry(request)

    def make(release: Release, given: Mapping[str, str]) -> list[Operation]:
        one = _item(release, entry, request.path_params["item"], "x").expectation
        if one is None:
            raise GoneError
        expect = _ids(given.get("expect", ""))
        _require_known(release, "expect", expect)
        if tuple(expect) == one.expect:
            return []
        wanted = {"ask": one.ask, "context": one.context, "expect": expect}
        return [parse_operation({"op": "retarget_expectation", **wanted})]

    return await _take(request, at, _aim_sheet(request, at, entry), make)


def _aim_sheet(request: Request, at: Desk, entry: str) -> Sheet:
    title = say_in(request, "edit-item-test")
    return _sheet(request, at, entry, "save_expected", title, _EXPECT)


def _ids(lines: str) -> list[str]:
    return [line.strip() for line in lines.replace(",", "\n").split("\n") if line.strip()]


# The place of an argument


@plainly
async def move(request: Request) -> Response:
    """Show the form that hangs an argument elsewhere, with those beside it."""
    at, entry = desk(request), _entry(request)
    release = await at.release()
    known = release.entries.get(entry)
    if known is None or known.parent is None:
        raise GoneError
    beside = below(release, known.parent)
    number = next(n for n, one in enumerate(beside, start=1) if one.id == entry)
    order = "\n".join(f"{n}. {short(one.title or one.text, 70)}" for n, one in enumerate(beside, 1))
    sheet = replace(_move_sheet(request, at, entry), quote=order)
    return await _open(request, at, sheet, {"parent": known.parent, "position": str(number)})


async def moved(request: Request) -> Response:
    """Take the form that moves an argument."""
    at, entry = desk(request), _entry(request)

    def make(release: Release, given: Mapping[str, str]) -> list[Operation]:
        known = release.entries.get(entry)
        if known is None or known.parent is None:
            raise GoneError
        parent, place = given.get("parent", "").strip(), given.get("position", "").strip()
        _require_known(release, "parent", [parent])
        beside = [one.id for one in below(release, parent)]
        count = len([one for one in beside if one != entry]) + 1
        if place and not (place.isdecimal() and 1 <= int(place) <= count):
            said = f"write a number from 1 to {count}, or nothing."
            raise FormError([("position", said)])
        number = int(place) if place else count
        if known.parent == parent and beside.index(entry) + 1 == number:
            return []
        return [Move(id=entry, parent=parent, at="last" if number == count else number - 1)]

    return await _take(request, at, _move_sheet(request, at, entry), make)


def _move_sheet(request: Request, at: Desk, entry: str) -> Sheet:
    title = say_in(request, "edit-move")
    return _sheet(request, at, entry, "save_move", title, _PARENT, _POSITION)


# What needs no form


@plainly
async def drop(request: Request) -> Response:
    """Put into the draft that an item goes."""
    at, entry = desk(request), _entry(request)
    release = await at.release()
    try:
        one = _item(release, entry, request.path_params["item"], "rpx")
    except GoneError:
        flash(request, say_in(request, "edit-already"), "info")
        return redirect(request, "entry", id=entry)
    await at.moderation.add(at.user, dropping(release, entry, one))
    return await _put(request, at, entry)


@plainly
async def withdrawing(request: Request) -> Response:
    """Put into the draft that an entry goes out of all answers, or comes back."""
    at, entry = desk(request), _entry(request)
    back = request.state.form.get("back") == "yes"
    wanted: Operation = Restore(id=entry) if back else Withdraw(id=entry)
    if wanted in (await at.draft()).operations:
        flash(request, say_in(request, "edit-already"), "info")
        return redirect(request, "draft")
    await at.moderation.add(at.user, [wanted])
    await at.console.audit(request, "draft.add", entry)
    flash(request, say_in(request, "edit-taken"), "good")
    return redirect(request, "draft")


async def _put(request: Request, at: Desk, entry: str) -> Response:
    await at.console.audit(request, "draft.add", entry)
    flash(request, say_in(request, "edit-taken"), "good")
    return redirect(request, "entry", id=entry)


_PHRASE, _TEST = "/knowledge/phrase/{entry}", "/knowledge/test/{entry}"
ROUTES = (
    Page("GET", _PHRASE, "add_phrasings", Role.MODERATOR, phrase),
    Page("POST", _PHRASE, "save_phrasings", Role.MODERATOR, phrased),
    Page("GET", _PHRASE + "/{item:int}", "reword", Role.MODERATOR, reword),
    Page("POST", _PHRASE + "/{item:int}", "save_phrasing", Role.MODERATOR, reworded),
    Page("GET", _TEST, "add_test", Role.MODERATOR, test),
    Page("POST", _TEST, "save_test", Role.MODERATOR, tested),
    Page("GET", _TEST + "/{item:int}", "aim_test", Role.MODERATOR, aim),
    Page("POST", _TEST + "/{item:int}", "save_expected", Role.MODERATOR, aimed),
    Page("GET", "/knowledge/move/{entry}", "move_entry", Role.MODERATOR, move),
    Page("POST", "/knowledge/move/{entry}", "save_move", Role.MODERATOR, moved),
    Page("POST", "/knowledge/drop/{entry}/{item:int}", "drop_item", Role.MODERATOR, drop),
    Page("POST", "/knowledge/withdraw/{entry}", "draft_withdraw", Role.MODERATOR, withdrawing),
)
