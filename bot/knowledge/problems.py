"""What is wrong with a knowledge folder, as a person can act on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from bot.errors import RejoinderError

Severity = Literal["error", "warning"]


@dataclass(frozen=True, order=True)
class Problem:
    """One finding: where it is (line and column count from 1) and what to write instead."""

    file: str
    line: int
    column: int
    field: str
    message: str
    severity: Severity = "error"
    code: str = "invalid"

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return " ".join([*(f"{part}:" for part in (place, self.field) if part), self.message])

    def as_dict(self) -> dict[str, Any]:
        """Return the finding as plain data for JSON."""
        return asdict(self)


class KnowledgeError(RejoinderError):
    """Report every problem of a folder that cannot be loaded."""

    def __init__(self, folder: str, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        count = len(self.problems)
        shown = "\n".join(f"  {problem}" for problem in self.problems[:20])
        more = f"\n  … and {count - 20} more" if count > 20 else ""
        super().__init__(
            f"The knowledge in {folder} has {count} error{'s' * (count != 1)}:\n{shown}{more}",
            hint="Mend the named fields; `rejoinder check` lists all findings.",
        )
