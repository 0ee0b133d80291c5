"""Answers on their way, whole or as a fault has it, and the connections they travel on."""

from __future__ import annotations

import asyncio
import socket
import struct
from email.utils import formatdate
from typing import Any, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from revops_pipeline.sandbox.web import Answer, Delivery

_JSON: Final = (b"content-type", b"application/json;charset=utf-8")
_PIECES: Final = 20
_NO_LINGER: Final = struct.pack("ii", 1, 0)
_connections: dict[Any, asyncio.Transport] = {}

Headers = list[tuple[bytes, bytes]]


class Protocol(HttpToolsProtocol):
    """uvicorn's, with the open connections by the address of their other end."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        _connections[self.client] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        _connections.pop(self.client, None)
        super().connection_lost(exc)


class DateHeader:
    """A portal's time as HubSpot tells it, to the second."""

    def __init__(self) -> None:
        self._second, self._header = -1, (b"date", b"")

    def at(self, ms: int) -> tuple[bytes, bytes]:
        second = ms // 1000
        if second != self._second:
            self._second, self._header = second, (b"date", formatdate(second, usegmt=True).encode())
        return self._header


async def send_answer(
    scope: Scope, receive: Receive, send: Send, answer: Answer, more: Headers
) -> None:
    """Deliver an answer; `more` are headers that the server has for every one."""
    if answer.delivery in (Delivery.HANG, Delivery.RESET):
        if answer.delivery is Delivery.RESET:
            _reset(scope["client"])
        while (await receive())["type"] != "http.disconnect":
            pass
        return
    body = answer.body
    headers: Headers = [*answer.headers, *more]
    if answer.status != 204:
        headers.append((b"content-length", b"%d" % len(body)))
    if body:
        headers.append(_JSON)
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    if answer.delivery is Delivery.CUT:
        # Returning while more was promised makes the server close the connection.
        await send(
            {"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True}
        )
        return
    if answer.delivery is Delivery.DRIP:
        size = -(-len(body) // _PIECES)
        for start in range(0, len(body) - size, size):
            piece = body[start : start + size]
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            await asyncio.sleep(answer.pause_ms / 1000)
        body = body[start + size :]
    await send({"type": "http.response.body", "body": body})


def _reset(client: object) -> None:
    """Close a connection so that the other end learns of it by a reset, not by an end of data."""
    transport = _connections.get(client)
    if transport is None:
        return
    # The option belongs to the open connection, so setting it on a copy of the handle is enough.
    handle = transport.get_extra_info("socket").fileno()
    with socket.socket(fileno=socket.dup(handle)) as copy:
        copy.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    transport.abort()


async def captured(app: ASGIApp, scope: Scope, receive: Receive) -> Answer:
    """Run an application and keep its answer instead of sending it."""
    messages: list[Message] = []

    async def keep(message: Message) -> None:
        messages.append(message)

    await app(scope, receive, keep)
    return Answer(messages[0]["status"], b"".join(m.get("body", b"") for m in messages[1:]))


async def read_body(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def replayed(body: bytes) -> Receive:
    """A body that was read already, to be read once more."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
