"""People who ask the small topic, so that there is something to review."""

from __future__ import annotations

from itertools import count

from bot.advisor.answer import Question
from bot.service import Asker, Service

DOGS = (
    "are dogs allowed on the bridge",
    "may dogs walk on the bridge",
    "Do you allow dogs on the bridge?",
)
"""What no entry answers, in the words of three people"""
UPKEEP = "who looks after the bridge"
"""Another thing that no entry answers"""
_EVENTS = count(1)


async def ask(service: Service, text: str, person: int = 1, *, private: bool = False) -> Asker:
    """Ask as a person does in Discord; return how the question is known."""
    asker = Asker(f"asked:{next(_EVENTS)}", f"discord:{person}", "discord", "room", private)
    await service.ask(Question(text), asker)
    return asker


async def number_of(service: Service, asker: Asker) -> int:
    """Return the number of a question in the log."""
    row = await service.log.query_by_event(asker.event)
    assert row is not None
    return row.id


async def dogs(service: Service) -> int:
    """Let three people ask the same and return the cluster that it makes."""
    for person, text in enumerate(DOGS, start=1):
        await ask(service, text, person)
    await service.review().refresh()
    return (await service.review().queue())[0].id
