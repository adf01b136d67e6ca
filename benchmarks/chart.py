"""Draw small log-log line charts as SVG, without a plotting library."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

_WIDTH, _HEIGHT = 250, 190
_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 14, 34, 34
_COLOURS = ("#0b6e99", "#b3541e")


@dataclass(frozen=True)
class Panel:
    """One chart: a title with its unit, and named lines of (x, y) points, all above zero."""

    title: str
    lines: dict[str, list[tuple[float, float]]]


def draw(panels: Sequence[Panel], x_title: str) -> str:
    """Return an SVG with the panels side by side."""
    width = _WIDTH * len(panels)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {_HEIGHT}" '
        f'width="{width}" height="{_HEIGHT}" font-family="sans-serif" font-size="10" '
        'role="img">',
        f"<title>{'; '.join(panel.title for panel in panels)}, by {x_title}</title>",
        f'<rect width="{width}" height="{_HEIGHT}" fill="white"/>',
    ]
    for place, panel in enumerate(panels):
        parts += _panel(panel, place * _WIDTH, x_title)
    return "\n".join([*parts, "</svg>", ""])


def _panel(panel: Panel, offset: int, x_title: str) -> list[str]:
    points = [point for line in panel.lines.values() for point in line]
    x_low, x_high = _decades([x for x, _ in points])
    y_low, y_high = _decades([y for _, y in points])

    def at(x: float, y: float) -> tuple[float, float]:
        right = (math.log10(x) - x_low) / (x_high - x_low)
        up = (math.log10(y) - y_low) / (y_high - y_low)
        return (
            offset + _LEFT + right * (_WIDTH - _LEFT - _RIGHT),
            _HEIGHT - _BOTTOM - up * (_HEIGHT - _TOP - _BOTTOM),
        )

    left, bottom = at(10**x_low, 10**y_low)
    right, top = at(10**x_high, 10**y_high)
    parts = [f'<text x="{left:.0f}" y="14" font-weight="bold">{panel.title}</text>']
    for power in range(y_low, y_high + 1):
        _, y = at(10**x_low, 10**power)
        parts += [
            f'<line x1="{left:.0f}" x2="{right:.0f}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>',
            f'<text x="{left - 4:.0f}" y="{y + 3:.1f}" text-anchor="end">{_tick(power)}</text>',
        ]
    for power in range(x_low, x_high + 1):
        x, _ = at(10**power, 10**y_low)
        parts += [
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top:.0f}" y2="{bottom:.0f}" stroke="#eee"/>',
            f'<text x="{x:.1f}" y="{bottom + 13:.0f}" text-anchor="middle">{_tick(power)}</text>',
        ]
    middle = (left + right) / 2
    parts.append(f'<text x="{middle:.0f}" y="{_HEIGHT - 6}" text-anchor="middle">{x_title}</text>')
    for number, (name, line) in enumerate(panel.lines.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        places = [at(x, y) for x, y in line]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{colour}"/>' for x, y in places]
        if len(panel.lines) > 1:
            x = left + number * 90
            parts.append(f'<text x="{x:.0f}" y="27" fill="{colour}">{name}</text>')
    return parts


def _decades(values: Sequence[float]) -> tuple[int, int]:
    low = math.floor(math.log10(min(values)))
    return low, max(low + 1, math.ceil(math.log10(max(values))))


def _tick(power: int) -> str:
    return f"{10.0**power:,.0f}" if power >= 0 else f"{10.0**power:g}"
