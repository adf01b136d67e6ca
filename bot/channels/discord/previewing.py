"""A preview in words: what fits a message, and the whole of it as a file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence

from bot.channels.discord.filling import fitting
from bot.channels.discord.words import say
from bot.curation.comparison import ExpectationChange, ExpectationsChange
from bot.curation.curator import Plan
from bot.curation.preview import Preview
from bot.curation.replay import Changed, Replay, Side
from bot.knowledge.problems import Problem
from bot.knowledge.release import short

_BODY = 3_600
_WORDS, _SENTENCES, _FINDINGS, _EXAMPLES, _CHANGES = 8, 6, 3, 3, 4
_LINE, _ASKED = 200, 90
RATIOS = ("top1", "top3", "precision", "coverage", "out_of_scope_recall")


def digest(confirmations: Sequence[str]) -> int:
    """Return a number that stands for the confirmations somebody was shown, in a button's id."""
    said = "\n".join(confirmations)
    return int(hashlib.sha256(said.encode()).hexdigest()[:14], 16)


def body(plan: Plan, language: str) -> str:
    """Write a preview as Markdown of at most ``_BODY`` characters; the file has the rest."""
    shown = plan.preview
    parts = [
        f"### {say('preview', language)}",
        _listed(shown.words, _WORDS, language, numbered=True),
        *(f"-# {fitting(note, _LINE)}" for note in plan.notes[:_SENTENCES]),
        *_section("preview-refused", shown.refusals, language),
        *_section("preview-confirm", shown.confirmations, language),
        *_lint(shown, language),
        *_expectations(shown.expectations, language),
        *_replay(shown.replay, language),
        f"\n-# {say('preview-file', language)}",
    ]
    done = "\n".join(part for part in parts if part)
    if len(done) <= _BODY:
        return done
    # Whole lines go: half a mark-up would swallow what follows.
    cut = done[: _BODY - 4].rsplit("\n", 1)[0]
    return f"{cut}\n…\n{parts[-1]}"


def whole(plan: Plan, language: str) -> str:
    """Write all of a preview as plain text; it holds people's questions as they were logged."""
    shown = plan.preview
    parts = [say("preview", language), *(f"- {line}" for line in (*shown.words, *plan.notes))]
    for key, sentences in (
        ("preview-refused", shown.refusals),
        ("preview-confirm", shown.confirmations),
        ("preview-new", [str(problem) for problem in shown.lint.new]),
        ("preview-gone", [str(problem) for problem in shown.lint.gone]),
    ):
        if sentences:
            parts += ["", say(key, language), *(f"- {sentence}" for sentence in sentences)]
    if (found := shown.expectations) is not None:
        parts += ["", say("preview-expectations", language), *totals(found, language)]
        parts += [f"- {_expectation(change, language)}" for change in found.changes]
    if shown.replay is not None:
        parts += ["", *replay_counts(shown.replay.summary(), language)]
        for key, changed in _changes(shown.replay):
            if changed:
                parts += ["", say(key, language)]
                parts += [line for each in changed for line in _full(each, language)]
    return "\n".join([*parts, "", shown.diff])


def replay_counts(counts: Mapping[str, int], language: str) -> list[str]:
    """Return a replay's counts as lines, no word of anybody in them; none where it asked nothing.

    ``counts`` are those of Replay.summary().
    """
    total = counts.get("questions", 0)
    if not total:
        return [say("replay-none", language)]
    found = [say("replay-total", language, count=total)]
    keys = ("newly_answered", "no_longer_answered", "answered_differently", "reworded")
    changed = [
        say(f"replay-{key.replace('_', '-')}", language, count=counts[key])
        for key in keys
        if counts.get(key)
    ]
    return [f"{found[0]} {', '.join(changed) or say('replay-same', language)}."]


def totals(found: ExpectationsChange, language: str) -> list[str]:
    """Return the totals of the expectations before and after, those that differ."""
    lines = []
    for name in RATIOS:
        old, new = percent(found.before.get(name)), percent(found.after.get(name))
        if old != new:
            lines.append(f"{total(name, language)}: {old} → {new}")
    counts = (int(found.before.get("cases") or 0), int(found.after.get("cases") or 0))
    if counts[0] != counts[1]:
        lines.insert(0, f"{say('total-cases', language)}: {counts[0]} → {counts[1]}")
    return lines


def total(name: str, language: str) -> str:
    """Return what a total of the expectations is called."""
    return say(f"total-{name.replace('_', '-')}", language)


def percent(value: float | None) -> str:
    """Write a share of 1 as a percentage, a dash for none."""
    return "–" if value is None else f"{value * 100:.1f} %"


def _listed(lines: Sequence[str], most: int, language: str, *, numbered: bool = False) -> str:
    shown = [
        f"{n}\\. {fitting(line, _LINE)}" if numbered else f"• {fitting(line, _LINE)}"
        for n, line in enumerate(lines[:most], start=1)
    ]
    if (left := len(lines) - most) > 0:
        shown.append(f"-# {say('preview-more', language, count=left)}")
    return "\n".join(shown)


def _section(key: str, sentences: Sequence[str], language: str) -> Iterator[str]:
    if sentences:
        yield f"\n**{say(key, language)}**"
        yield _listed(sentences, _SENTENCES, language)


def _lint(shown: Preview, language: str) -> Iterator[str]:
    new, gone = shown.lint.new, shown.lint.gone
    if new:
        yield f"\n**{say('preview-new', language)}**"
        yield _listed([_finding(problem) for problem in new], _FINDINGS, language)
    if gone:
        yield say("preview-mended", language, count=len(gone))


def _finding(problem: Problem) -> str:
    place = f"{problem.file}: " if problem.file else ""
    return f"{place}{problem.message}"


def _expectations(found: ExpectationsChange | None, language: str) -> Iterator[str]:
    if found is None:
        return
    changed = [change for change in found.changes if change.what in {"broken", "mended", "added"}]
    lines = totals(found, language)
    if not (changed or lines):
        yield say("preview-same-totals", language)
        return
    yield f"\n**{say('preview-expectations', language)}**"
    yield "\n".join(f"• {line}" for line in lines)
    order = ("broken", "added", "mended")
    changed.sort(key=lambda change: order.index(change.what))
    yield _listed([_expectation(change, language) for change in changed], _CHANGES, language)


def _expectation(change: ExpectationChange, language: str) -> str:
    met = change.after or change.before
    wanted = " / ".join(met.expect) if met and met.expect else "–"
    must = f" ({say('choice-must', language)})" if change.must else ""
    state = say(f"expectation-{change.what}", language)
    if change.what == "added" and change.after is not None:
        # A new one counts for what it does, not for being there.
        state = say(f"expectation-{'met' if change.after.passed else 'unmet'}", language)
    return f"{state}{must}: “{short(change.ask, _ASKED)}” → {wanted}"


def _replay(replay: Replay | None, language: str) -> Iterator[str]:
    if replay is None:
        return
    yield f"\n**{say('preview-replay', language)}**"
    yield "\n".join(replay_counts(replay.summary(), language))
    for key, changed in _changes(replay):
        if changed:
            yield f"{say(key, language)}:"
            yield _listed([_example(each, language) for each in changed], _EXAMPLES, language)


def _changes(replay: Replay) -> tuple[tuple[str, tuple[Changed, ...]], ...]:
    return (
        ("replay-list-gone", replay.no_longer_answered),
        ("replay-list-differently", replay.answered_differently),
        ("replay-list-newly", replay.newly_answered),
    )


def _example(changed: Changed, language: str) -> str:
    before, after = (_side(side, language) for side in (changed.before, changed.after))
    if changed.reworded:
        after = say("in-other-words", language)
    return f"“{short(changed.text, _ASKED)}”: {before} → {after}"


def _side(side: Side, language: str) -> str:
    if side.given and side.title:
        return short(side.title, 60)
    return say("asked-back" if side.outcome == "clarify" else "no-answer", language)


def _full(changed: Changed, language: str) -> list[str]:
    times = f" (×{changed.asked})" if changed.asked > 1 else ""
    lines = [f"- “{changed.text}”{times}"]
    for sign, side in (("before", changed.before), ("after", changed.after)):
        what = f"{side.title} [{side.entry}]" if side.given else _side(side, language)
        lines.append(f"    {say(sign, language)}: {what}")
        if changed.reworded:
            lines += [f"        {line}" for line in side.text.split("\n")]
    return lines


def quoted_diff(diff: str, limit: int) -> str:
    """Write a diff as Markdown: its first whole lines, coloured; the file has all of it."""
    lines: list[str] = []
    room = limit
    for line in diff.split("\n"):
        shown = line.replace("```", "`\u200b`\u200b`")
        if room < len(shown) + 1:
            lines.append("…")
            break
        lines.append(shown)
        room -= len(shown) + 1
    return "```diff\n" + "\n".join(lines).rstrip("\n") + "\n```"
