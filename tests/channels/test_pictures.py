"""Pictures ready to send: drawn once, in a worker that may die, idle or be outlived."""

from __future__ import annotations

import asyncio
import os
import signal
import struct
import subprocess
import sys
import textwrap
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import date
from multiprocessing import active_children
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from bot.channels.chart_data import Chart, DayCount, Figures, Row
from bot.channels.map_content import content
from bot.channels.map_svg import MAX_HEIGHT, pages_of
from bot.channels.picture_worker import draw
from bot.channels.pictures import ChartError, MapError, NoSuchMapError, Pictures
from bot.errors import RejoinderError
from bot.knowledge.load import load
from bot.knowledge.model import Proposal
from bot.knowledge.release import Release, walk_arguments

from .pictures import (
    LANGUAGES,
    argument,
    height_of,
    ids_in,
    parse,
    proposal_of,
    topic_of,
    words_of,
)

PATIENCE = 60  # seconds until what does not happen counts as never happening


def release_of(proposal: Proposal) -> Release:
    return Release("test", topic_of(proposal), Path())


def workers() -> list[BaseProcess]:
    """Return the living worker processes of this one."""
    return list(active_children())


async def until(happens: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not happens():  # noqa: ASYNC110 - processes set no event
            await asyncio.sleep(0.005)


def size_of(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack_from(">II", png, 16)
    return width, height


def check_limits(drawn: tuple[bytes, ...]) -> None:
    """Hold that a message of Discord takes the pages."""
    assert 1 <= len(drawn) <= 10
    for page in drawn:
        width, height = size_of(page)
        assert 720 <= width <= 1080
        assert height <= 4096
        assert len(page) <= 8_000_000
    assert sum(map(len, drawn)) <= 10_000_000


@pytest.fixture
def bridge(small_topic: Path) -> Release:
    """Return the release of the small topic."""
    return load(small_topic)


@pytest.fixture
async def pictures() -> AsyncIterator[Pictures]:
    """Return pictures whose worker is ended after the test."""
    async with Pictures() as made:
        yield made
    assert not workers()


# Drawn once


async def test_two_askers_at_once_share_a_drawing(bridge: Release, pictures: Pictures) -> None:
    one, two = await asyncio.gather(
        pictures.draw(bridge, "new-bridge", "en"), pictures.draw(bridge, "new-bridge", "en")
    )
    assert one is two
    assert await pictures.draw(bridge, "new-bridge", "en") is one
    check_limits(one)
    assert size_of(one[0])[0] == 1080
    assert len(workers()) == 1


async def test_languages_and_releases_have_drawings_of_their_own(
    bridge: Release, pictures: Pictures
) -> None:
    changed = replace(bridge, id="another", topic=topic_of(proposal_of(id="new-bridge")))
    english, russian, later = await asyncio.gather(
        pictures.draw(bridge, "new-bridge", "en"),
        pictures.draw(bridge, "new-bridge", "ru"),
        pictures.draw(changed, "new-bridge", "en"),
    )
    assert len({english, russian, later}) == 3
    assert size_of(later[0])[1] < size_of(english[0])[1]


async def test_who_stops_waiting_does_not_stop_the_others(
    bridge: Release, pictures: Pictures
) -> None:
    first = asyncio.create_task(pictures.draw(bridge, "new-bridge", "en"))
    second = asyncio.create_task(pictures.draw(bridge, "new-bridge", "en"))
    await until(workers)
    first.cancel()
    check_limits(await second)
    assert first.cancelled()


async def test_a_drawing_for_nobody_is_kept_for_the_next(
    bridge: Release, pictures: Pictures
) -> None:
    only = asyncio.create_task(pictures.draw(bridge, "new-bridge", "en"))
    await until(workers)
    only.cancel()
    await asyncio.gather(only, return_exceptions=True)
    check_limits(await pictures.draw(bridge, "new-bridge", "en"))


async def test_what_is_kept_has_an_end(bridge: Release) -> None:
    async with Pictures() as unbounded:
        drawn = {name: await unbounded.draw(bridge, "new-bridge", name) for name in LANGUAGES}
        assert all(
            [await unbounded.draw(bridge, "new-bridge", name) is drawn[name] for name in LANGUAGES]
        )
    sizes = {name: sum(map(len, pages)) for name, pages in drawn.items()}
    room = max(sizes["en"] + sizes["ru"], sizes["en"] + sizes["uk"])
    async with Pictures(room=room) as bounded:
        english = await bounded.draw(bridge, "new-bridge", "en")
        russian = await bounded.draw(bridge, "new-bridge", "ru")
        assert await bounded.draw(bridge, "new-bridge", "en") is english
        await bounded.draw(bridge, "new-bridge", "uk")  # takes the room of the Russian one
        assert await bounded.draw(bridge, "new-bridge", "en") is english
        again = await bounded.draw(bridge, "new-bridge", "ru")
        assert again is not russian
        assert again == russian
    async with Pictures(room=0) as forgetful:
        check_limits(await forgetful.draw(bridge, "new-bridge", "en"))
        check_limits(await forgetful.draw(bridge, "new-bridge", "en"))


# The worker


async def test_a_worker_that_died_idle_is_replaced(bridge: Release, pictures: Pictures) -> None:
    await pictures.draw(bridge, "new-bridge", "en")
    [worker] = workers()
    worker.kill()
    check_limits(await pictures.draw(bridge, "new-bridge", "ru"))
    [other] = workers()
    assert other.pid != worker.pid


async def test_a_worker_that_is_killed_while_it_draws_is_replaced(
    bridge: Release, pictures: Pictures
) -> None:
    tasks = [asyncio.create_task(pictures.draw(bridge, "new-bridge", name)) for name in LANGUAGES]
    await until(workers)
    workers()[0].kill()
    for drawn in await asyncio.gather(*tasks):
        check_limits(drawn)


async def test_drawing_that_fails_twice_is_said_and_the_next_one_works(
    bridge: Release, pictures: Pictures
) -> None:
    killed = set()
    task = asyncio.create_task(pictures.draw(bridge, "new-bridge", "en"))
    while not task.done():  # a worker needs much longer to start than this loop to see it
        for worker in workers():
            killed.add(worker.pid)
            worker.kill()
        await asyncio.sleep(0.005)
    with pytest.raises(MapError, match=r"could not be drawn as a picture\. It can still be read"):
        await task
    assert len(killed) == 2
    check_limits(await pictures.draw(bridge, "new-bridge", "en"))


async def test_a_worker_without_work_ends_and_comes_back(bridge: Release) -> None:
    async with Pictures(idle=0.05) as pictures:
        assert not workers()
        await pictures.draw(bridge, "new-bridge", "en")
        await until(lambda: not workers())
        check_limits(await pictures.draw(bridge, "new-bridge", "ru"))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals")
async def test_ctrl_c_is_not_the_workers_business(bridge: Release, pictures: Pictures) -> None:
    await pictures.draw(bridge, "new-bridge", "en")
    [worker] = workers()
    assert worker.pid
    os.kill(worker.pid, signal.SIGINT)
    await pictures.draw(bridge, "new-bridge", "ru")
    assert [other.pid for other in workers()] == [worker.pid]


async def test_closing_ends_the_worker_and_tells_who_waits(bridge: Release) -> None:
    pictures = Pictures()
    tasks = [asyncio.create_task(pictures.draw(bridge, "new-bridge", name)) for name in LANGUAGES]
    await until(workers)
    await pictures.close()
    assert not workers()
    assert all(task.done() for task in tasks)
    first, *others = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(first, tuple)
    assert all(isinstance(other, MapError) for other in others)
    with pytest.raises(MapError, match="stopping"):
        await pictures.draw(bridge, "new-bridge", "uk")
    assert await pictures.draw(bridge, "new-bridge", "en") is first  # needs no worker
    await pictures.close()
    assert not workers()


DYING = """
    import asyncio, os, sys
    from pathlib import Path
    from bot.channels.pictures import Pictures
    from bot.knowledge.load import load

    async def main():
        await Pictures().draw(load(Path(sys.argv[1])), "new-bridge", "en")
        print("drawn", flush=True)
        os._exit(1)  # as abruptly as a killed one

    if __name__ == "__main__":
        asyncio.run(main())
"""


def test_a_worker_does_not_outlive_its_parent(small_topic: Path, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(textwrap.dedent(DYING), encoding="utf-8")
    # The worker shares its parent's standard output, which ends only when both have ended.
    found = subprocess.run(
        [sys.executable, program, small_topic],
        capture_output=True, text=True, timeout=PATIENCE, check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert (found.returncode, found.stdout) == (1, "drawn\n")


HANGING = """
    import sys
    from pathlib import Path
    from bot.channels import picture_worker
    from bot.channels.map_content import content
    from bot.knowledge.load import load

    topic = load(Path(sys.argv[1])).topic
    picture_worker._TIME_LIMIT = 0.001
    picture_worker.draw(content(topic, topic.proposals[0], "en"))
    print("drawn")
"""


def test_a_drawing_that_takes_too_long_ends_its_process(small_topic: Path) -> None:
    found = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(HANGING), small_topic],
        capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    # 1, or a crash where the traceback is read while it changes: the process ends either way.
    assert found.returncode != 0
    assert "Timeout" in found.stderr
    assert not found.stdout


# Charts


def chart_of(rows: int = 3) -> Figures:
    last = date(2026, 11, 28)
    listed = [Row(f"What is asked for, number {n}, again and again", n) for n in range(rows)]
    days = [DayCount(last, {"answered": 3, "gap": 1})]
    return Figures(title="Bridges", first=last, last=last, days=days, gaps=listed)


async def test_a_chart_is_drawn_by_the_worker_that_draws_maps(
    bridge: Release, pictures: Pictures
) -> None:
    await pictures.draw(bridge, "new-bridge", "en")
    [worker] = workers()
    english, ukrainian = await asyncio.gather(
        pictures.chart(chart_of(), "en"), pictures.chart(chart_of(), "uk")
    )
    assert english != ukrainian
    for png in (english, ukrainian):
        assert size_of(png)[0] == 1080
        check_limits((png,))
    assert [other.pid for other in workers()] == [worker.pid]


def test_a_chart_without_end_is_made_smaller() -> None:
    [png] = draw(Chart(chart_of(60), "en"))
    width, height = size_of(png)
    assert width < 1080
    assert 4000 < height <= 4096


async def test_a_chart_that_fails_is_said_and_the_next_one_works(pictures: Pictures) -> None:
    broken = replace(chart_of(), title=None)  # type: ignore[arg-type]
    with pytest.raises(ChartError, match=r"could not be drawn\. Ask for it again"):
        await pictures.chart(broken, "en")
    assert (await pictures.chart(chart_of(), "en")).startswith(b"\x89PNG")


async def test_no_chart_is_drawn_once_closed(pictures: Pictures) -> None:
    await pictures.close()
    with pytest.raises(ChartError, match="stopping"):
        await pictures.chart(chart_of(), "en")


# Limits


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_every_shipped_map_fit_a_message(shipped: Release, language: str) -> None:
    for proposal in shipped.topic.proposals:
        svgs = pages_of(content(shipped.topic, proposal, language))
        assert 1 <= len(svgs) <= 10
        assert max(map(height_of, svgs)) * 1.5 <= 4096


async def test_the_largest_shipped_map_is_drawn_within_limits(
    shipped: Release, pictures: Pictures
) -> None:
    largest = max(shipped.topic.proposals, key=lambda item: len([*walk_arguments(item)]))
    check_limits(await pictures.draw(shipped, largest.id, "uk"))


def test_a_map_without_end_is_drawn_as_far_as_a_message_goes() -> None:
    objections = tuple(
        argument(f"p.o{n}", "Ще одне довге речення про це. " * 6, title=f"Заперечення {n}",
                 replies=(argument(f"p.o{n}.1", "Words that differ, more of them. " * 6),))
        for n in range(150)
    )  # fmt: skip
    proposal = proposal_of(*objections)
    shown = content(topic_of(proposal), proposal, "en")
    svgs = pages_of(shown)
    assert len(svgs) == 10
    assert 3500 < max(map(height_of, svgs)) <= MAX_HEIGHT
    missing = 301 - sum(len(ids_in(svg)) for svg in svgs)
    assert missing > 0
    note = f"Left out for room: {missing}. The map as text has all."
    assert note in words_of(parse(svgs[-1]))
    assert not any("Left out" in svg for svg in svgs[:-1])
    check_limits(draw(shown))


# The words beside the picture


def test_the_text_has_all_and_the_description_fits(shipped: Release) -> None:
    pictures = Pictures()
    for proposal in shipped.topic.proposals:
        for language in LANGUAGES:
            assert len(pictures.description(shipped, proposal.id, language)) <= 1024
            told = pictures.text(shipped, proposal.id, language)
            for item, _, _ in walk_arguments(proposal):
                translated = shipped.topic.translated(item.id, "text", item.text, language)
                assert (translated or item.text) in told


def test_a_description_of_any_length_is_cut_to_fit() -> None:
    proposal = proposal_of(title="Plan " * 20)
    proposal = proposal.model_copy(update={"title": "Plan " * 400})
    told = Pictures().description(release_of(proposal), "p", "uk")
    assert told.startswith("Карта доводів: Plan")
    assert len(told) <= 1024


@pytest.mark.parametrize("name", ["nothing", "new-bridge.cost", "bridge-cost", ""])
async def test_what_is_no_proposal_has_no_map(
    bridge: Release, pictures: Pictures, name: str
) -> None:
    with pytest.raises(NoSuchMapError) as caught:
        await pictures.draw(bridge, name, "en")
    assert isinstance(caught.value, RejoinderError)
    for told in (pictures.text, pictures.description):
        with pytest.raises(NoSuchMapError):
            told(bridge, name, "en")
    assert not workers()


async def test_a_withdrawn_proposal_has_no_map(pictures: Pictures) -> None:
    with pytest.raises(NoSuchMapError):
        await pictures.draw(release_of(proposal_of(status="withdrawn")), "p", "en")
