"""The endpoints that answer interactions: the callback and its webhook."""

from __future__ import annotations

from .exchange import CALLBACKS, Exchange
from .faults import ApiError, unknown
from .messages import Messages
from .record import Request, message_fields
from .routes import Answer, Table
from .state import EPHEMERAL, LOADING, Json, Message

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5
_WITH_MESSAGE = {6, 7}
table = Table()


def _find(messages: Messages, token: str) -> Exchange:
    exchange = messages.double.interactions.get(token)
    if exchange is None:
        raise unknown(10015)
    if exchange.expired:
        raise ApiError(401, 50027, "Invalid Webhook Token")
    return exchange


def _allowed(exchange: Exchange, kind: int) -> bool:
    asked = int(exchange.payload["type"])
    if asked == AUTOCOMPLETE or kind == 8:
        return asked == AUTOCOMPLETE and kind == 8
    if kind in _WITH_MESSAGE:
        return exchange.message is not None and asked in {COMPONENT, MODAL}
    return kind in CALLBACKS and not (kind == 9 and asked == MODAL)


@table.route("POST /interactions/*/*/callback")
def callback(messages: Messages, request: Request, number: str, token: str) -> Answer:
    """Take the first response to an interaction."""
    exchange = messages.double.interactions.get(token)
    if exchange is None or str(exchange.id) != number or exchange.expired:
        raise unknown(10062)
    deadline = messages.double.deadline
    if deadline is not None and request.at - exchange.began > deadline:
        raise unknown(10062)
    if exchange.responses:
        raise ApiError(400, 40060, "Interaction has already been acknowledged.")
    kind = int(request.json["type"])
    if not _allowed(exchange, kind):
        raise ApiError(400, 50035, f"Invalid Form Body: type {kind} does not answer this")
    data = message_fields(request.json)
    message = _respond(messages, exchange, kind, data, request)
    exchange.note(CALLBACKS[kind], message, data)
    if request.query.get("with_response", "").lower() not in {"1", "true"}:
        return 204, None
    return 200, _callback_wire(exchange, kind, message)


def _respond(
    messages: Messages, exchange: Exchange, kind: int, data: Json, request: Request
) -> Message | None:
    if kind == 4:
        message = messages.create(
            exchange.channel, messages.bot, data, request.files, invoked_by=exchange
        )
    elif kind == 5:
        flags = (int(data.get("flags") or 0) & EPHEMERAL) | LOADING
        message = messages.create(
            exchange.channel, messages.bot, {"flags": flags}, {}, invoked_by=exchange
        )
    elif kind in _WITH_MESSAGE:
        if exchange.message is None or exchange.message.deleted:
            raise unknown(10008)
        message = exchange.message
        if kind == 7:
            messages.edit(message, data, request.files)
    else:
        return None
    exchange.original = message
    return message


def _callback_wire(exchange: Exchange, kind: int, message: Message | None) -> Json:
    interaction: Json = {"id": str(exchange.id), "type": exchange.payload["type"]}
    answer: Json = {"interaction": interaction}
    if message is not None:
        interaction |= {
            "response_message_id": str(message.id),
            "response_message_loading": bool(message.flags & LOADING),
            "response_message_ephemeral": message.ephemeral,
        }
        if kind != 6:
            answer["resource"] = {"type": kind, "message": message.wire()}
    return answer


@table.route("POST /webhooks/*/*")
def follow_up(messages: Messages, request: Request, application: str, token: str) -> Answer:
    """Take a follow-up; the first one after a deferral fills the deferred response."""
    del application
    exchange = _find(messages, token)
    if not exchange.responses:
        raise unknown(10015)
    loading = exchange.original
    if loading is not None and loading.flags & LOADING and not loading.deleted:
        messages.edit(loading, request.json, request.files)
        message = loading
    else:
        message = messages.create(
            exchange.channel, messages.bot, request.json, request.files, invoked_by=exchange
        )
    exchange.note("follow-up", message)
    waits = request.query.get("wait", "").lower() in {"1", "true"}
    return (200, message.wire()) if waits else (204, None)


def _message(exchange: Exchange, which: str) -> Message:
    if which == "@original":
        message = exchange.original
    else:
        message = exchange.channel.messages.get(int(which))
    if message is None or message.deleted:
        raise unknown(10008)
    return message


@table.route("GET /webhooks/*/*/messages/*")
def get(messages: Messages, request: Request, app: str, token: str, which: str) -> Answer:
    """Give the original response or a follow-up."""
    del request, app
    return 200, _message(_find(messages, token), which).wire()


@table.route("PATCH /webhooks/*/*/messages/*")
def edit(messages: Messages, request: Request, app: str, token: str, which: str) -> Answer:
    """Edit the original response or a follow-up."""
    del app
    exchange = _find(messages, token)
    message = _message(exchange, which)
    messages.edit(message, request.json or {}, request.files)
    exchange.note("edit", message)
    return 200, message.wire()


@table.route("DELETE /webhooks/*/*/messages/*")
def delete(messages: Messages, request: Request, app: str, token: str, which: str) -> Answer:
    """Delete the original response or a follow-up."""
    del request, app
    exchange = _find(messages, token)
    message = _message(exchange, which)
    messages.delete(message)
    exchange.note("delete", message)
    return 204, None
