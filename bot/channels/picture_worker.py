"""Draw maps and charts in a process of their own, which `pictures` starts and ends.

resvg-py holds the interpreter's lock while it draws, 150 ms a page, and the layout is pure Python;
in a process of its own neither holds up the event loop. It takes 0.2 s to start and about 50 MB.
"""

from __future__ import annotations

import faulthandler
import multiprocessing
import os
import signal
import sys
import threading
from typing import Final

from bot.channels.chart_data import Chart
from bot.channels.chart_svg import insights_svg
from bot.channels.map_content import Content
from bot.channels.map_png import SCALE, to_png
from bot.channels.map_svg import MAX_HEIGHT, height_of, pages_of

MAX_PAGES: Final = 10
"""As many files as a message of Discord holds."""
_TIME_LIMIT: Final = 60.0  # seconds; the largest map takes about one


def begin() -> None:
    """Set the worker up: its parent alone says when it ends, and it never outlives its parent."""
    # Ctrl-C reaches every process of a terminal.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True, name="parent").start()


def draw(shown: Content | Chart) -> tuple[bytes, ...]:
    """Return a map or a chart as PNGs of at most 4,096 pixels a side, 1,080 wide where that fits.

    A map takes one to ten of them, a chart one. A drawing that hangs ends the process after
    a minute.
    """
    if sys.stderr is not None:
        # Its timer needs no interpreter lock, which a hanging renderer would hold.
        faulthandler.dump_traceback_later(_TIME_LIMIT, exit=True)
    try:
        if isinstance(shown, Chart):
            svgs = [insights_svg(shown.figures, language=shown.language)]
        else:
            svgs = pages_of(shown, limit=MAX_PAGES)
        scale = min(SCALE, *(MAX_HEIGHT / height_of(svg) for svg in svgs))
        return tuple(to_png(svg, scale) for svg in svgs)
    finally:
        faulthandler.cancel_dump_traceback_later()


def _end_with_parent() -> None:
    # The worker holds both ends of the pipe that it waits on, so that it would not see its end.
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
