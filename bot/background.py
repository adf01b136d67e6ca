"""Run blocking work beside the event loop without holding up the end of the program."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def in_background(work: Callable[[], T]) -> T:
    """Run ``work`` in a daemon thread and return or raise what it does.

    asyncio.to_thread is for work that ends soon: the end of the loop waits for it, so that
    Ctrl-C would go unheard while a line is awaited or a topic is learned.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def deliver(result: Callable[[], None]) -> None:
        if not done.done():
            result()

    def run() -> None:
        try:
            value = work()
        except BaseException as error:  # noqa: BLE001 - it is raised where it was awaited
            failure = error
            outcome = lambda: done.set_exception(failure)  # noqa: E731
        else:
            outcome = lambda: done.set_result(value)  # noqa: E731
        with contextlib.suppress(RuntimeError):  # the loop has ended, nobody waits any more
            loop.call_soon_threadsafe(deliver, outcome)

    threading.Thread(target=run, daemon=True, name="background").start()
    return await done
