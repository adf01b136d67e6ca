"""Worker: answer questions one by one and print how long each took, as JSON."""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from pathlib import Path

from bot.advisor.answer import Conversation, Question
from bot.knowledge.release import Release
from bot.service import Asker, Service, open_service
from bot.settings import load_settings

_WARM_UP = 20


def questions_of(release: Release) -> list[Question]:
    """Return the questions of the topic's expectations; its phrasings where it has none."""
    topic = release.topic
    if topic.expectations:
        return [
            Question(expectation.ask, conversation=Conversation(entry=expectation.context))
            for expectation in topic.expectations
        ]
    return [
        Question(phrasing)
        for entry in release.entries
        for _, phrasing in topic.phrasings(entry)[:1]
    ]


async def _measure(service: Service, repeat: int) -> dict[str, object]:
    questions = questions_of(service.release)
    for question in questions[:_WARM_UP]:
        service.advisor.answer(question)
    answers, logged = [], []
    for _ in range(repeat):
        for question in questions:
            started = time.perf_counter()
            service.advisor.answer(question)
            answers.append(time.perf_counter() - started)
    for turn in range(repeat):
        for number, question in enumerate(questions):
            asker = Asker(f"bench:{turn}:{number}", "bench", "terminal", "bench")
            started = time.perf_counter()
            await service.ask(question, asker)
            logged.append(time.perf_counter() - started)
    return {
        "questions": len(questions),
        "entries": len(service.release.entries),
        "answer": answers,
        "logged": logged,
    }


async def _main(knowledge: Path | None, data: Path, repeat: int) -> None:
    async with open_service(load_settings(knowledge=knowledge, data=data)) as service:
        print(json.dumps(await _measure(service, repeat)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--knowledge", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--repeat", type=int, default=3)
    arguments = parser.parse_args()
    asyncio.run(_main(arguments.knowledge, arguments.data, arguments.repeat))
