"""A server on the loopback whose application can be exchanged, and what it was asked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from email.utils import formatdate
from typing import NamedTuple, Self

import uvicorn
from starlette.types import Message, Receive, Scope, Send

from revops_pipeline.sandbox.sending import Protocol, read_body, replayed
from revops_pipeline.sandbox.server import listen
from revops_pipeline_tests.sources.conformance.vendor import Front


class Asked(NamedTuple):
    method: str
    path: str
    query: str
    body: bytes


class Server:
    """Use as a context manager. `front` is what answers; `asked` what was asked since `clear`;
    `meanwhile` is called before each answer."""

    def __init__(self) -> None:
        self.front: Front | None = None
        self.meanwhile: Callable[[], object] | None = None
        self.asked: list[Asked] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self.front is not None
        body = await read_body(receive)
        query = scope["query_string"].decode("latin-1")
        self.asked.append(Asked(scope["method"], scope["path"], query, body))
        if self.meanwhile:
            self.meanwhile()
        await self.front(scope, _then(receive, body), _dated(send))

    def __enter__(self) -> Self:
        self._listener = listen(0)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        config = uvicorn.Config(
            self,
            loop="uvloop",
            http=Protocol,
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            date_header=False,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, args=([self._listener],), daemon=True
        )
        self._thread.start()
        while not self._server.started:
            time.sleep(0.002)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = self._server.force_exit = True
        self._thread.join(10)
        self._listener.close()


def _dated(send: Send) -> Send:
    """The machine's time goes with an answer that does not tell the vendor's."""

    async def dated(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = list(message.get("headers", ()))
            if not any(name.lower() == b"date" for name, _ in headers):
                headers.append((b"date", formatdate(usegmt=True).encode()))
            message = {**message, "headers": headers}
        await send(message)

    return dated


def _then(receive: Receive, body: bytes) -> Receive:
    """The body that was read already, and after it what else comes (that the client has gone)."""
    first = [replayed(body)]

    async def again() -> Message:
        return await (first.pop()() if first else receive())

    return again
