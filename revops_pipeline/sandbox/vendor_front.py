"""The front of every vendor but HubSpot, whose front is older: faults, and counts of requests.

`VendorFront` is plain ASGI around a vendor's own application, which routes, authenticates and
answers. It can be mounted under a prefix. What spoils any answer (a 500, half a body) comes from
the common effects; what spoils a page is the vendor's own matter, because only the vendor knows
what its pages and tokens look like: `page_effects`, by the same names.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from revops_pipeline.sandbox.effects import Request
from revops_pipeline.sandbox.faults import Fault, Faults
from revops_pipeline.sandbox.limits import Limits
from revops_pipeline.sandbox.portal import Portal
from revops_pipeline.sandbox.sending import read_body, replayed, send_answer
from revops_pipeline.sandbox.web import Answer, Delivery

PageEffect = Callable[[Request, Answer, Fault], Answer | None]
_COMPUTED: Final = frozenset({b"content-length", b"content-type"})


class VendorFront:
    """`faults` may be changed from any thread while the server runs; `seed` decides when those with
    a probability strike. What happens to a portal once (a scenario) is HubSpot's matter."""

    def __init__(
        self,
        app: ASGIApp,
        portal: Portal,
        *,
        faults: Iterable[Fault | str] = (),
        seed: int = 0,
        page_effects: Mapping[str, PageEffect] | None = None,
        latency_ms: float = 0,
    ) -> None:
        self._app, self._portal, self.latency_ms = app, portal, latency_ms
        self.faults = Faults(faults, seed)
        self._page_effects = page_effects or {}
        self._limits = Limits(0, 0, 0, retry_after=True)
        self.requests = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        self.requests += 1
        if self.latency_ms:
            await asyncio.sleep(self.latency_ms / 1000)
        if not self.faults:
            await self._app(scope, receive, send)
            return
        body = await read_body(receive)
        query = scope["query_string"].decode("latin-1")
        request = Request(scope["method"], scope["path"], query, body, self._limits, self._portal)
        strike = self.faults.strike(request)
        answer = strike.before()
        if answer is not None:
            await send_answer(scope, receive, send, answer, [])
            return
        messages = await _messages(self._app, scope, replayed(body))
        own = _answer(messages)
        answer = own
        for fault in strike.chosen:
            effect = self._page_effects.get(fault.name)
            spoilt = effect(request, answer, fault) if effect else None
            if spoilt is not None:
                answer = spoilt
                self.faults.struck(fault, request)
        answer = strike.after(answer)
        if answer is own:
            for message in messages:
                await send(message)
        elif answer.delivery is Delivery.WHOLE:
            await _send_whole(send, messages[0], answer)
        else:
            await send_answer(scope, receive, send, answer, [])


async def _messages(app: ASGIApp, scope: Scope, receive: Receive) -> list[Message]:
    messages: list[Message] = []

    async def keep(message: Message) -> None:
        messages.append(message)

    await app(scope, receive, keep)
    return messages


def _answer(messages: list[Message]) -> Answer:
    headers = tuple((k, v) for k, v in messages[0]["headers"] if k.lower() not in _COMPUTED)
    body = b"".join(message.get("body", b"") for message in messages[1:])
    return Answer(messages[0]["status"], body, headers)


async def _send_whole(send: Send, start: Message, answer: Answer) -> None:
    """The changed answer with the vendor's own headers, its length told anew."""
    kind = [(k, v) for k, v in start["headers"] if k.lower() == b"content-type"]
    headers = [*answer.headers, *kind]
    headers.append((b"content-length", b"%d" % len(answer.body)))
    await send({**start, "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
