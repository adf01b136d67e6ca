"""Lay out what the quality benchmark measured, beside the figures that others published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.quality_measure import Figure, Figures
from benchmarks.quality_reliability import BINS, Reliability
from benchmarks.quality_sets import Missing, Task

_COLUMNS = ("accuracy", "answered_right", "precision", "coverage", "out_of_scope")
_HEAD = (
    "method", "in scope, right one first", "in scope, answered right", "precision", "coverage",
    "out-of-scope recall", "p50, ms",
)  # fmt: skip
_NONE = "–"


@dataclass(frozen=True)
class Published:
    """A row of somebody's own figures for the tasks whose name begins so."""

    task: str
    who: str
    figures: Figures


def _published(
    *,
    accuracy: float | None = None,
    coverage: float | None = None,
    out_of_scope: float | None = None,
    overall: float | None = None,
    mcc: float | None = None,
) -> Figures:
    def alone(value: float | None) -> Figure:
        return None if value is None else (value, None)

    return Figures(
        0,
        accuracy=alone(accuracy),
        coverage=alone(coverage),
        out_of_scope=alone(out_of_scope),
        overall=alone(overall),
        mcc=alone(mcc),
    )


# Shown under the published draws only: they are what these were measured on.
_PUBLISHED = (
    Published("BANKING77, 5 phrasings, published", "*ICDA* [1]", _published(accuracy=0.840)),
    Published("BANKING77, 10 phrasings, published", "*ICDA* [1]", _published(accuracy=0.898)),
    Published("CLINC150, 5 phrasings, published", "*ICDA* [1]", _published(accuracy=0.926)),
    Published("CLINC150, 10 phrasings, published", "*ICDA* [1]", _published(accuracy=0.948)),
    Published(
        "CLINC150, 10 phrasings, published",
        "*SVC over mpnet, all training data* [2]",
        _published(coverage=0.9604, out_of_scope=0.815),
    ),
    Published(
        "HINT3 SOFMattress", "*the best of four platforms and BERT* [3]",
        _published(overall=0.713, mcc=0.638),
    ),
)  # fmt: skip
_SOURCES = """\
Rows in italics are published figures, not measured here:

1. Lin et al. 2023, "Selective In-Context Data Augmentation for Intent Detection using Pointwise
   V-Information" (EACL). It fine-tunes a large encoder on data that a language model of 66 billion
   parameters made for it.
2. `Amitava25/clinc150-mpnet-oos` on Hugging Face, its model card: a calibrated linear SVC over
   all-mpnet-base-v2, trained on all of CLINC150's training queries, those out of scope included.
3. Arora et al. 2020, "HINT3: Raising the bar for Intent Detection in the Wild" (Insights workshop).
   The best accuracy and the best MCC (Dialogflow) there are, each at its best threshold.

For ArgKP there is none to compare: the shared task of 2021 ranks pairs of argument and key point
(mean average precision .921 strict, .982 relaxed, on other topics) and need not choose one."""


@dataclass(frozen=True)
class Row:
    """A task's figures by one method; None, with the reason, where it could not be run."""

    task: Task
    method: str
    figures: Figures | None
    why: str = ""


def main_table(rows: Sequence[Row], missing: Sequence[Missing]) -> str:
    """Return the table: a group of rows a task, its published figures last."""
    lines = [_line(_HEAD), "| --- " + "| ---: " * (len(_HEAD) - 1) + "|"]
    for task in dict.fromkeys(row.task.name for row in rows):
        group = [row for row in rows if row.task.name == task]
        asked = max((row.figures.questions for row in group if row.figures), default=0)
        note = f"; {group[0].task.note}" if group[0].task.note else ""
        lines.append(_line([f"**{task}** ({asked:,} questions{note})", *[""] * (len(_HEAD) - 1)]))
        for row in group:
            if row.figures is None:
                lines.append(_line([row.method, row.why, *[""] * (len(_HEAD) - 2)]))
                continue
            few = row.figures.questions < asked
            name = f"{row.method} ({row.figures.questions:,} of them)" if few else row.method
            lines.append(_line([name, *_cells(row.figures, _COLUMNS), _ms(row.figures.latency)]))
        lines += [
            _line([one.who, *_cells(one.figures, _COLUMNS), _NONE])
            for one in _PUBLISHED
            if task.startswith(one.task) and any(getattr(one.figures, name) for name in _COLUMNS)
        ]
    lines += [
        _line([f"**{one.name}**", f"not measured: {one.why}", *[""] * (len(_HEAD) - 2)])
        for one in missing
    ]
    return "\n".join(lines)


def overall_table(rows: Sequence[Row]) -> str:
    """Return accuracy and MCC over all questions, where a set is judged by these; else nothing."""
    chosen = [row for row in rows if row.task.confusion and row.figures]
    if not chosen:
        return ""
    lines = [_line(("method", "accuracy", "MCC")), "| --- | ---: | ---: |"]
    lines += [
        _line([row.method, _percent(row.figures.overall), _number(row.figures.mcc)])
        for row in chosen
        if row.figures
    ]
    lines += [
        _line([one.who, _percent(one.figures.overall), _number(one.figures.mcc)])
        for one in _PUBLISHED
        if one.figures.mcc
    ]
    return "\n".join(lines)


def scope_table(rows: Sequence[Row]) -> str:
    """Return what is counted besides where questions are marked near or far; else nothing."""
    chosen = [row for row in rows if row.task.scopes and row.figures]
    if not chosen:
        return ""
    head = ("questions", "method", "first", "among the first three", "near misses not answered",
            "far ones not answered")  # fmt: skip
    lines = [_line(head), "| --- | --- | ---: | ---: | ---: | ---: |"]
    lines += [
        _line(
            [row.task.name, row.method,
             *_cells(row.figures, ("accuracy", "top3", "near", "far"))]
        )
        for row in chosen
        if row.figures
    ]  # fmt: skip
    return "\n".join(lines)


def reliability_table(found: Sequence[Reliability]) -> str:
    """Return the share right in each tenth of the confidence, and the calibration error."""
    head = ["confidence", *(one.name for one in found)]
    lines = [_line(head), "| --- " + "| ---: " * len(found) + "|"]
    for place in range(BINS):
        cells = []
        for one in found:
            inside = one.bins[place]
            cells.append(
                f"{inside.right * 100:.0f} % of {inside.count:,} (said {inside.confidence:.2f})"
                if inside
                else _NONE
            )
        lines.append(_line([f"{place / BINS:.1f} to {(place + 1) / BINS:.1f}", *cells]))
    errors = [f"**{one.error:.3f}**" for one in found]
    lines.append(_line(["**expected calibration error**", *errors]))
    return "\n".join(lines)


def section(
    rows: Sequence[Row],
    missing: Sequence[Missing],
    found: Sequence[Reliability],
    machine: str,
    command: str,
) -> str:
    """Return the whole section, ready to stand between its markers."""
    parts = [
        f"""\
## Beside other matchers

{machine}

{command}

Every method knows the same texts, and those alone: a label's phrasings and its name (an entry's
title), a debate's points, all by which the shipped topic's entries are found. *Right one first*
counts what is ranked first, whether it would be shown or not; *answered right* what would be shown.
Precision is of all answers given, questions out of scope included; coverage is the share of
questions in scope that got an answer. Figures of several draws are their mean ± standard deviation.
Rejoinder is the product itself: a release is made in which each label is a FAQ entry, its index is
built, and the advisor decides; asking back counts as no answer. The others answer with their
nearest text from a fixed score up: the one that nine of ten known phrasings reach when they are
left out (where a label has one text only: that nine of ten questions of the debates not held out
reach). No threshold has seen a question asked here. Time is of one question on one thread, its
encoding included. ChatterBot's matcher is difflib's `SequenceMatcher` as ChatterBot calls it, not
the package, which brings spaCy along; being slow, it is asked a random sample. Draws of our own are
asked 1,000 questions each, dealt by seed. BANKING77 has no phrasings left for draws of ten of our
own.

{main_table(rows, missing)}

{_SOURCES}"""
    ]
    if table := overall_table(rows):
        parts.append(
            "Over all questions of HINT3's set, not answering being right for those out of scope "
            f"and a\nclass of its own:\n\n{table}"
        )
    if table := scope_table(rows):
        parts.append(
            "Of the topic's own questions, besides; follow-ups are asked after the entry they "
            f"follow,\nwhich only Rejoinder can use:\n\n{table}"
        )
    if found:
        parts.append(
            f"""\
### How far the confidence is to be believed

How often the first candidate (or its family) was right, in each tenth of the confidence that was
said. Phrasings of the shipped topic are asked of indexes built without them, in five folds. In the
second column a fifth of the families is missing too, and their phrasings are asked, to which
nothing is right: 0.15 of them to each of the others, as the fit assumes; in the third each counts
as one. Held-out debates are asked in all languages, unanswerable questions included.

{reliability_table(found)}"""
        )
    return "\n\n".join(parts) + "\n"


def summary(row: Row) -> str:
    """Return a row as a line for the terminal."""
    if row.figures is None:
        return f"{row.task.name}: {row.method}: {row.why}"
    cells = ", ".join(
        f"{name.replace('_', ' ')} {cell}"
        for name, cell in zip(_COLUMNS, _cells(row.figures, _COLUMNS), strict=True)
    )
    return f"{row.task.name}: {row.method}: {cells}, {_ms(row.figures.latency)} ms"


def _cells(figures: Figures, names: Sequence[str]) -> list[str]:
    return [_percent(getattr(figures, name)) for name in names]


def _percent(figure: Figure) -> str:
    if figure is None:
        return _NONE
    mean, deviation = figure
    return f"{mean * 100:.1f}" + ("" if deviation is None else f" ± {deviation * 100:.1f}")


def _number(figure: Figure) -> str:
    return _NONE if figure is None else f"{figure[0]:.3f}"


def _ms(figure: Figure) -> str:
    if figure is None:
        return _NONE
    return f"{figure[0]:.2f}" if figure[0] < 10 else f"{figure[0]:.0f}"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
