"""Turn the argument map's SVG into a PNG."""

from __future__ import annotations

from typing import Final

from bot.channels.map_font import FAMILY, FILES

SCALE: Final = 1.5
"""1,080 pixels across: as many as most phones have."""


def to_png(svg: str, scale: float = 1) -> bytes:
    """Return an SVG of the map as a PNG, drawn with the shipped font and no other.

    A page takes about 150 ms at ``SCALE``, and resvg-py holds the interpreter's lock all that time:
    a thread does not help an event loop, a process does (``pictures``).
    """
    import resvg_py  # noqa: PLC0415 - only who renders pays for it

    return resvg_py.svg_to_bytes(
        svg_string=svg,
        zoom=scale,
        skip_system_fonts=True,
        font_files=[str(path) for path in FILES],
        font_family=FAMILY,
        sans_serif_family=FAMILY,
    )
