"""Worker: encode, build or load a synthetic topic of one size and print the times as JSON."""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks import synthetic
from benchmarks.process import since_start
from bot.advisor.answer import Question
from bot.knowledge.load import load
from bot.retrieval.encoder import CachedEncoder, OnnxEncoder, Progress, Vectors
from bot.retrieval.index import build
from bot.retrieval.texts import texts_of
from bot.service import open_service
from bot.settings import load_settings


class CountingEncoder:
    """Count the texts that an encoder is given, to notice where a cache is not used."""

    def __init__(self) -> None:
        self._encoder = OnnxEncoder()
        self.name = self._encoder.name
        self.texts = 0

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return unit vectors of the texts."""
        self.texts += len(texts)
        return self._encoder.encode(texts, progress)


def encode(topic: Path, cache: Path) -> dict[str, float]:
    """Encode all texts into the cache."""
    release = load(topic)
    texts = [
        text.text for entry in release.entries.values() for text in texts_of(release.topic, entry)
    ]
    encoder = OnnxEncoder()
    wall, cpu = time.perf_counter(), time.process_time()
    CachedEncoder(encoder, cache / release.topic.id).encode(texts)
    return {
        "texts": len(texts),
        "wall": time.perf_counter() - wall,
        "cpu": time.process_time() - cpu,
    }


def index(topic: Path, cache: Path) -> dict[str, float]:
    """Build the index from encoded texts: head or centroids, characters, cross-fitting."""
    for old in cache.rglob("index-*.npz"):
        old.unlink()
    release = load(topic)
    encoder = CountingEncoder()
    wall, cpu = time.perf_counter(), time.process_time()
    build(release, encoder, cache=cache)
    if encoder.texts:
        raise RuntimeError(f"{encoder.texts:,} texts were encoded that the cache should have held")
    return {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}


async def answer(topic: Path, data: Path, questions: Iterable[str]) -> dict[str, object]:
    """Open the service from its caches, tell when it was ready, and answer questions."""
    async with open_service(load_settings(knowledge=topic, data=data)) as service:
        ready, cpu = since_start(), time.process_time()
        latencies = []
        for text in questions:
            started = time.perf_counter()
            service.advisor.answer(Question(text))
            latencies.append(time.perf_counter() - started)
    return {"ready": ready, "ready_cpu": cpu, "answer": latencies[len(latencies) // 10 :]}


def _main(step: str, topic: Path, data: Path, phrasings: int, count: int) -> dict[str, object]:
    cache = data / "cache"
    if step == "encode":
        return dict(encode(topic, cache))
    if step == "build":
        return dict(index(topic, cache))
    return asyncio.run(answer(topic, data, synthetic.questions(phrasings, count)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("step", choices=("encode", "build", "answer"))
    parser.add_argument("--topic", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--phrasings", type=int, required=True)
    parser.add_argument("--questions", type=int, default=300)
    arguments = parser.parse_args()
    print(
        json.dumps(
            _main(
                arguments.step,
                arguments.topic,
                arguments.data,
                arguments.phrasings,
                arguments.questions,
            )
        )
    )
