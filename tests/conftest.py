"""What all tests share: the encoder, the shipped topic's index, small topics, settings."""

from __future__ import annotations

import os
import shutil
import signal
import textwrap
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
import structlog
from filelock import FileLock
from hypothesis import HealthCheck, settings

from bot.advisor.advisor import Advisor
from bot.knowledge.load import load
from bot.knowledge.release import Release
from bot.retrieval.encoder import DIMENSIONS, OnnxEncoder, Progress, Vectors
from bot.retrieval.index import Index, build
from bot.settings import shipped_knowledge

settings.register_profile(
    "rejoinder",
    deadline=None,  # no test asserts a wall-clock time
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("rejoinder")

# A shell that starts the tests in the background has them ignore Ctrl-C, which all that they start
# would inherit: then nothing that they interrupt would ever notice.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

SMALL_TOPIC = {
    "topic.yaml": """\
        title: A bridge over the river
        languages: [en, ru]
        notice: This bot informs and gives no advice.
        """,
    "sources.yaml": """\
        - id: gazette
          title: The bridge debate
          author: Ada Quill
          publisher: River Gazette
          date: 2025-03-01
          url: https://example.org/bridge
          stance: mixed
        """,
    "proposals/new-bridge.yaml": """\
        id: new-bridge
        title: Build a foot bridge
        statement: The town should build a foot bridge beside the mill.
        proposed_by: [Ada Quill]
        sources: [{source: gazette, where: p. 2}]
        how: {text: Volunteers and the council share the work., sources: [{source: gazette}]}
        rationale:
        - text: Children would no longer walk along the main road.
          sources: [{source: gazette}]
        facts: [bridge-cost]
        since: {text: The council asked for a survey., sources: [{source: gazette}]}
        objections:
        - id: new-bridge.cost
          title: It is too expensive
          text: The money is needed for the school roof.
          by: [Bo Miller]
          sources: [{source: gazette}]
          replies:
          - id: new-bridge.cost.1
            text: A county grant covers most of it.
            by: [Ada Quill]
            sources: [{source: gazette}]
            replies:
            - id: new-bridge.cost.c1
              text: The grant must be repaid if the bridge closes.
              basis: inference
        - id: new-bridge.herons
          title: It disturbs the herons
          text: Herons nest where the bridge would stand.
          basis: common
          replies:
          - id: new-bridge.herons.1
            text: Building could wait until autumn.
            sources: [{source: gazette}]
        """,
    "facts.yaml": """\
        - id: bridge-cost
          title: Estimated cost
          statement: The bridge was estimated at 90,000 crowns.
          as_of: 2025-03
          caution: The estimate leaves out maintenance.
          sources: [{source: gazette}]
        """,
    "glossary.yaml": """\
        - id: mill-race
          name: Mill race
          aliases: [leat]
          definition: The channel that led water to the mill.
          sources: [{source: gazette}]
        """,
    "faq.yaml": """\
        - id: about-this
          question: What is this?
          answer: A collection of arguments about the bridge.
        """,
    "boundaries.yaml": """\
        - id: legal-advice
          title: Legal advice
          covers: Whether somebody may sue the council.
          notice: I cannot advise on your own case; please ask a lawyer.
          alert: yes
        """,
    "questions/en/new-bridge.yaml": """\
        new-bridge:
        - what is the bridge plan
        - why build a crossing by the mill
        - tell me about the footbridge idea
        new-bridge.cost:
        - who is going to pay for that bridge
        - isn't the bridge a waste of money
        - the school roof leaks and you want a bridge
        new-bridge.cost.1:
        - does the county give a grant
        - what about the subsidy
        new-bridge.cost.c1:
        - do we have to pay the grant back
        new-bridge.herons:
        - what about the birds
        - the herons will leave their nests
        new-bridge.herons.1:
        - could they build after the nesting season
        """,
    "questions/en/facts.yaml": "bridge-cost:\n- how much does it cost\n- price of the bridge\n",
    "questions/en/glossary.yaml": "mill-race:\n- what is a mill race\n",
    "questions/en/faq.yaml": "about-this:\n- what is this collection\n- what can you do\n",
    "questions/en/boundaries.yaml": """\
        legal-advice:
        - can I sue the council over the bridge
        - should I take the town to court
        - what are my legal rights as a neighbour
        """,
    "translations/ru/new-bridge.yaml": """\
        new-bridge:
          title: {text: Построить пешеходный мост}
          statement: {text: Город должен построить пешеходный мост у мельницы.}
        """,
}  # fmt: skip


def write_topic(folder: Path, files: dict[str, str] | None = None) -> Path:
    """Write a topic's files; by default the small one. Returns the folder."""
    for name, text in (SMALL_TOPIC if files is None else files).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
    return folder


@pytest.fixture
def small_topic(tmp_path: Path) -> Path:
    """Return a folder with a small valid topic, free to be edited."""
    return write_topic(tmp_path / "bridge")


class Remembering(OnnxEncoder):
    """The shipped encoder, which encodes no text twice: most tests learn the same small topics."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[str, Vectors] = {}

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return unit vectors of shape (len(texts), DIMENSIONS)."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(new, super().encode(new), strict=True))
        if progress is not None and texts:
            progress(len(texts), len(texts))
        found = [self._known[text] for text in texts]
        return np.array(found, np.float32).reshape(len(texts), DIMENSIONS)


@pytest.fixture(scope="session")
def encoder() -> OnnxEncoder:
    """Return the shipped encoder."""
    return Remembering()


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a cache folder that all workers of this run share."""
    base = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        base = base.parent
    folder = base / "cache"
    folder.mkdir(exist_ok=True)
    # `make check` has just learned the topic with the same code.
    if learned := os.environ.get("PYTEST_LEARNED"):
        with FileLock(folder / "copy.lock"):
            if Path(learned).is_dir() and not (folder / "cache").exists():
                shutil.copytree(learned, folder / "cache")
    return folder


@pytest.fixture(scope="session")
def shipped() -> Release:
    """Return the shipped topic's release."""
    return load(shipped_knowledge())


@pytest.fixture(scope="session")
def shipped_index(shipped: Release, encoder: OnnxEncoder, shared_cache: Path) -> Index:
    """Return the shipped topic's index; the first worker builds it, the others wait for it."""
    with FileLock(shared_cache / "build.lock"):
        return build(shipped, encoder, cache=shared_cache / "cache")


@pytest.fixture(scope="session")
def advisor(shipped_index: Index) -> Advisor:
    """Return an advisor on the shipped topic."""
    return Advisor(shipped_index)


@pytest.fixture(scope="session")
def data_with_cache(shipped_index: Index, shared_cache: Path) -> Path:
    """Return a data directory whose cache knows the shipped topic; do not log into it."""
    del shipped_index
    return shared_cache


@pytest.fixture
def small_advisor(small_topic: Path, encoder: OnnxEncoder) -> Callable[[], Advisor]:
    """Return a function that builds an advisor on the small topic as it stands now."""

    def make() -> Advisor:
        return Advisor(build(load(small_topic), encoder))

    return make


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep a developer's own settings out of the tests."""
    for name in list(os.environ):
        if name.startswith("REJOINDER_"):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _fresh_log_lines() -> Iterator[None]:
    """Undo what a command run in-process sets up, which holds a standard error that is closed."""
    yield
    structlog.reset_defaults()
