"""Show a change to the knowledge in the terminal: its preview, its diff, what was published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from bot.cli.common import err, out, print_json

if TYPE_CHECKING:
    from bot.curation.comparison import ExpectationsChange
    from bot.curation.curator import Published
    from bot.curation.moderation import Draft
    from bot.curation.preview import Preview

_TEXTS = 5
_TESTS = 20


def say_preview(shown: Preview, notes: tuple[str, ...]) -> None:
    """Print what a change would do."""
    for line in shown.words:
        out.print(line, style="bold", markup=False)
    for note in notes:
        out.print(note, style="yellow", markup=False)
    out.print()
    say_diff(shown.diff)
    for title, problems in (("New findings", shown.lint.new), ("Gone", shown.lint.gone)):
        if problems:
            out.print(f"\n{title}", style="bold")
            for problem in problems:
                out.print(f"  {problem}", markup=False)
    if shown.expectations is not None:
        _say_expectations(shown.expectations)
    if shown.replay is not None:
        counts = shown.replay.summary()
        told = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in counts.items())
        out.print(f"\nPast questions: {told}.", markup=False)
        for name in ("newly_answered", "no_longer_answered", "answered_differently"):
            found = getattr(shown.replay, name)
            for changed in found[:_TEXTS]:
                before, after = changed.before, changed.after
                what = "reworded" if changed.reworded else name.replace("_", " ")
                out.print(
                    f"  {what}: “{changed.text}” ({changed.asked}×): "
                    f"{before.title or before.outcome} → {after.title or after.outcome}",
                    markup=False,
                )
            if len(found) > _TEXTS:
                out.print(f"  … and {len(found) - _TEXTS} more; --json lists all.")
    for refusal in shown.refusals:
        out.print(f"Refused: {refusal}", style="red", markup=False)
    for confirmation in shown.confirmations:
        out.print(f"To confirm: {confirmation}", style="yellow", markup=False)


def _say_expectations(found: ExpectationsChange) -> None:
    """Print the test questions that fare differently, the broken ones first."""
    lines: dict[str, list[Text]] = {"broken": [], "added": [], "mended": []}
    for changed in found.changes:
        if changed.what not in lines or changed.after is None:
            continue
        met = changed.after
        wanted = " or ".join(met.expect) or "no answer"
        got = "" if met.passed else f", gets {met.entry or 'no answer'}"
        told = {"broken": "no longer met", "mended": "met from now on"}.get(
            changed.what, "new and met" if met.passed else "new and not met yet"
        )
        must = " (must)" if changed.must else ""
        style = "" if met.passed else "red" if changed.what == "broken" else "yellow"
        said = f"  {told}{must}: “{changed.ask}” should get {wanted}{got}"
        lines[changed.what].append(Text(said, style=style))
    listed = [line for kind in lines.values() for line in kind]
    if listed:
        out.print("\nTest questions", style="bold")
    for line in listed[:_TESTS]:
        out.print(line)
    if len(listed) > _TESTS:
        out.print(f"  … and {len(listed) - _TESTS} more; --json lists all.")


def say_draft(draft: Draft, *, json: bool, added: int = 0, waited: bool = False) -> None:
    """Print what is in a draft; ``added`` of its operations, the last ones, are new.

    ``waited`` tells that a second person was asked to publish it before this change.
    """
    from bot.curation.operations import describe  # noqa: PLC0415

    told = [describe(operation) for operation in draft.operations]
    if json:
        print_json({"draft": draft.id, "topic": draft.topic, "base": draft.base or None,
                    "waiting": draft.waiting, "words": told,
                    "operations": [o.model_dump(mode="json") for o in draft.operations]},
                   indent=2)  # fmt: skip
        return
    if not told:
        out.print("Your draft is empty.")
        err.print("Fill it with `rejoinder knowledge add`, `edit`, or `phrase --draft`.",
                  style="dim", markup=False)  # fmt: skip
        return
    count = len(told)
    whose = "Your draft" if draft.own else f"Draft {draft.id}"
    waits = ", and waits for a second person" if draft.waiting else ""
    out.print(f"{whose} has {count} change{'s' * (count != 1)}{waits}:", markup=False)
    for number, line in enumerate(told, start=1):
        style = "green" if number > count - added else ""
        out.print(Text(f"  {number}. {line}", style=style))
    if waited and not draft.waiting:
        err.print("It waited for a second person; as it is another now, ask again: "
                  'rejoinder knowledge publish --ask -m "why".',
                  style="yellow", markup=False)  # fmt: skip
    if draft.own and not draft.waiting:
        err.print("See what it would do: rejoinder knowledge preview. "
                  'Publish it: rejoinder knowledge publish -m "why".',
                  style="dim", markup=False)  # fmt: skip


def say_diff(text: str) -> None:
    """Print a unified diff, in colours where there are any."""
    styles = {"+": "green", "-": "red", "@": "cyan"}
    for line in text.splitlines():
        out.print(Text(line, style=styles.get(line[:1], "")))


def say_published(done: Published, *, json: bool) -> None:
    """Print what was published."""
    if json:
        print_json({"commit": done.commit.id, "release_before": done.release_before,
                    "release_after": done.release_after, "author": done.commit.author,
                    "notes": list(done.notes)})  # fmt: skip
        return
    out.print(
        f"Published as {done.commit.id[:12]}: release {done.release_before} → "
        f"{done.release_after}.",
        markup=False,
    )
    for name in done.commit.kept:
        err.print(f"{name} was edited meanwhile and left as it is.", style="yellow", markup=False)
    for note in done.notes:
        err.print(note, style="yellow", markup=False)
