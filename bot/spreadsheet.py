"""Keep spreadsheets from taking a text for a formula (OWASP, "CSV Injection")."""

from __future__ import annotations

# Full-width forms included, which some spreadsheets fold.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")


def protected(text: str) -> str:
    """Return a text for a cell; one that would be a formula gets an apostrophe in front."""
    return "'" + text if _is_formula(text.lstrip("'")) else text


def unprotected(cell: str) -> str:
    """Return the text of a cell that ``protected`` made; any other cell as it is."""
    return cell[1:] if cell.startswith("'") and _is_formula(cell.lstrip("'")) else cell


def _is_formula(text: str) -> bool:
    # Leading blanks do not keep a spreadsheet from seeing the sign behind them.
    return text.startswith(("\t", "\r", "\n")) or text.lstrip().startswith(_FORMULA)
