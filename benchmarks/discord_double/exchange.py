"""Handles: what a person did, and what the bot did about it."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .state import Channel, Json, Message, User

if TYPE_CHECKING:
    from .double import Double

# The interaction callback types by what they do.
CALLBACKS = {
    4: "message",
    5: "deferred",
    6: "deferred update",
    7: "update",
    8: "choices",
    9: "modal",
}


@dataclass(eq=False)
class Response:
    """One thing that the bot did: a callback, an edit, a follow-up, a reply, a deletion."""

    kind: str  # one of CALLBACKS, "reply", "edit", "follow-up", "delete"
    at: float
    message: Message | None = None
    data: Any = None


@dataclass(eq=False)
class Exchange:
    """Something that a person did, with the bot's responses to it; await it for the answer.

    ``await exchange`` returns the exchange itself once the bot has answered: a reply, a visible
    response, suggestions or a modal. A deferral alone is no answer, but a deferred update is.
    """

    double: Double
    user: User
    channel: Channel
    event: str
    payload: Json
    message: Message | None = None  # what a person wrote; the message of a click
    token: str = ""
    expired: bool = False
    original: Message | None = None
    responses: list[Response] = field(default_factory=list)
    began: float = field(default_factory=time.perf_counter)

    @property
    def id(self) -> int:
        """Return the id of the message or interaction."""
        return int(self.payload["id"])

    def note(self, kind: str, message: Message | None = None, data: Any = None) -> None:
        """Keep a response."""
        self.responses.append(Response(kind, time.perf_counter(), message, data))
        self.double.pulse.beat()

    def __await__(self) -> Generator[Any, None, Exchange]:
        return self._answered().__await__()

    async def _answered(self) -> Exchange:
        return await self.until(lambda exchange: exchange.answered)

    async def until(
        self, condition: Callable[[Exchange], object], *, patience: float | None = None
    ) -> Exchange:
        """Wait for a condition on this exchange; return the exchange."""
        await self.double.pulse.until(
            lambda: condition(self),
            f"an answer to {self}",
            patience=patience or self.double.patience,
        )
        return self

    async def acknowledged(self) -> Exchange:
        """Wait for the first response, be it only a deferral; return the exchange."""
        return await self.until(lambda exchange: exchange.responses)

    # What came back

    @property
    def answered(self) -> bool:
        """Tell whether the bot has answered."""
        return any(response.kind != "deferred" for response in self.responses)

    @property
    def kinds(self) -> list[str]:
        """Return what the bot did, in order."""
        return [response.kind for response in self.responses]

    @property
    def messages(self) -> list[Message]:
        """Return the messages that came back and still stand, in order."""
        found = dict.fromkeys(r.message for r in self.responses if r.message is not None)
        return [m for m in found if not m.deleted]

    @property
    def answer(self) -> Message:
        """Return the first message that came back; raises LookupError."""
        if not self.messages:
            raise LookupError(f"no message came back to {self}, but {self.kinds}")
        return self.messages[0]

    @property
    def text(self) -> str:
        """Return all the text that came back."""
        return "\n".join(message.text for message in self.messages)

    @property
    def modal(self) -> Json:
        """Return the form that was opened; raises LookupError."""
        return self._data("modal")

    @property
    def choices(self) -> dict[str, Any]:
        """Return the suggestions that came back: name → value; raises LookupError."""
        return {choice["name"]: choice["value"] for choice in self._data("choices")["choices"]}

    def _data(self, kind: str) -> Json:
        for response in self.responses:
            if response.kind == kind and isinstance(response.data, dict):
                return response.data
        raise LookupError(f"no {kind} came back to {self}, but {self.kinds}")

    @property
    def first_response_after(self) -> float:
        """Return the seconds from the event to the first response."""
        return self.responses[0].at - self.began

    @property
    def answered_after(self) -> float:
        """Return the seconds from the event to the answer."""
        return next(r.at for r in self.responses if r.kind != "deferred") - self.began

    # What happens to it

    def expire(self) -> None:
        """Let the token run out: 10062 for a first response, 50027 for later ones."""
        self.expired = True

    def again(self) -> None:
        """Deliver the same event a second time."""
        self.double.deliver(self)

    def __str__(self) -> str:
        data = self.payload.get("data") or {}
        what = self.payload.get("content") or data.get("name") or data.get("custom_id")
        return f"{self.user.name}'s {self.event} {what!r} ({self.id})"
