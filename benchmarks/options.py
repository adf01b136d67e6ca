"""What all sections are told: where to work and write, and how much."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks import synthetic


@dataclass(frozen=True)
class Options:
    """Where to work and write; ``quick`` is only to see that all runs; seconds of load."""

    work: Path
    output: Path
    quick: bool
    say: Callable[[str], None]
    fresh: bool = False
    seconds: float | None = None

    def command(self, name: str) -> str:
        """Return the command that measures a section again."""
        return f"`python -m benchmarks {name}{' --quick' * self.quick}`"

    def shipped(self) -> list[str]:
        """Return the arguments that choose the topic: the shipped one, or a tiny one if quick."""
        if not self.quick:
            return []
        topic = self.work / "quick"
        synthetic.write(topic, 50)
        return ["--knowledge", str(topic)]
