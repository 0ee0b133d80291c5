"""The server's front: who may ask, how often, what goes wrong, and who answers.

`Front` is plain ASGI around a Starlette application. Routing, method and path errors are
Starlette's; list pages go round it, because a portal is read by thousands of them.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs

import orjson
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import Route as HttpRoute
from starlette.types import Message, Receive, Scope, Send

from revops_pipeline.sandbox.account import AccountApi
from revops_pipeline.sandbox.associations import AssociationsApi
from revops_pipeline.sandbox.errors import Refusal, error_body
from revops_pipeline.sandbox.faults import CUT, HANG, Fault, Faults, Request
from revops_pipeline.sandbox.limits import Limits
from revops_pipeline.sandbox.objects import ObjectsApi
from revops_pipeline.sandbox.portal import Portal
from revops_pipeline.sandbox.schema import TYPE_NAMES
from revops_pipeline.sandbox.search import SearchApi
from revops_pipeline.sandbox.web import DATED, Answer, Call, Handler, refuse, reply

DEFAULT_TOKEN: Final = "sandbox-token"  # noqa: S105 - opens nothing but made-up data
_log = logging.getLogger(__name__)
_STATS_PATH = "/_sandbox/stats"
_LONGEST_URL = 16_384
_LISTS = {
    f"{prefix}/{name}": kind.name
    for prefix in ("/crm/v3/objects", f"/crm/objects/{DATED}")
    for name, kind in TYPE_NAMES.items()
}
_JSON = (b"content-type", b"application/json;charset=utf-8")


@dataclass(slots=True)
class Stats:
    """Requests of any outcome, and how many of them were answered 429. Writes are those whose
    method is not GET, whatever became of them."""

    requests: int = 0
    searches: int = 0
    too_many: int = 0
    unauthorized: int = 0
    writes: int = 0


class Front:
    def __init__(
        self, portal: Portal, token: str, latency_ms: float, limits: Limits, faults: Faults
    ) -> None:
        self.portal, self.token, self.latency_ms = portal, token, latency_ms
        self.limits, self.faults, self.stats = limits, faults, Stats()
        self._bearer = f"Bearer {token}".encode()
        self._objects = ObjectsApi(portal)
        apis = (SearchApi(portal), self._objects, AssociationsApi(portal), AccountApi(portal))
        routes = [
            HttpRoute(path, _endpoint(portal, handler), methods=[method])
            for api in apis
            for method, path, handler in api.routes()
        ]
        self._starlette = Starlette(
            routes=routes, exception_handlers={HTTPException: _http_exception}
        )
        self._starlette.router.redirect_slashes = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._starlette(scope, receive, send)
            return
        path: str = scope["path"]
        if path == _STATS_PATH:
            await _send(send, reply(self.counts()), [])
            return
        self.stats.requests += 1
        self.stats.writes += scope["method"] != "GET"
        if self.latency_ms:
            await asyncio.sleep(self.latency_ms / 1000)
        search = path.endswith("/search")
        self.stats.searches += search
        answer = self._admit(scope, search)
        if answer is None:
            try:
                answer = await self._answer(scope, receive)
            except Exception:  # noqa: BLE001 - a bug here is HubSpot's 500, not a dead socket
                _log.exception("%s %s failed", scope["method"], path)
                answer = reply(error_body("internal error", "INTERNAL_ERROR"), 500)
        self.stats.too_many += answer.status == 429
        self.stats.unauthorized += answer.status == 401
        if answer is HANG:
            while (await receive())["type"] != "http.disconnect":
                pass
            return
        await _send(send, answer, [] if search else self.limits.headers())

    def counts(self) -> dict[str, object]:
        return {
            "requests": self.stats.requests,
            "searches": self.stats.searches,
            "writes": self.stats.writes,
            "too_many": self.stats.too_many,
            "unauthorized": self.stats.unauthorized,
            "faults": dict(self.faults.counts),
        }

    def _admit(self, scope: Scope, search: bool) -> Answer | None:
        """The refusal of a request by whom it comes from, how much it asks or how often."""
        sent = next((value for name, value in scope["headers"] if name == b"authorization"), None)
        if sent != self._bearer:
            message = (
                "Authentication credentials not found. This API supports OAuth 2.0 authentication"
            )
            if sent is not None:
                message = "The access token is unknown to this portal or was revoked."
            return reply(error_body(message, "INVALID_AUTHENTICATION"), 401)
        if len(scope["raw_path"]) + len(scope["query_string"]) > _LONGEST_URL:
            return Answer(414, b"")
        return self.limits.refuse(search) or self._scopes(scope["path"])

    def _scopes(self, path: str) -> Answer | None:
        missing = self.portal.missing_scopes
        if not missing:
            return None
        parts = {TYPE_NAMES[p].name if p in TYPE_NAMES else p for p in path.split("/")}
        lacking = sorted(parts & {*missing})
        if not lacking:
            return None
        scopes = [f"crm.objects.{name}.read" for name in lacking]
        body = error_body(
            "This app hasn't been granted all required scopes to make this call. Required: "
            + ", ".join(scopes),
            "MISSING_SCOPES",
            errors=[
                {
                    "message": "One or more of the following scopes are required.",
                    "context": {"requiredGranularScopes": scopes},
                }
            ],
        )
        return reply(body, 403)

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        request = None
        if self.faults:
            query = scope["query_string"].decode("latin-1")
            request = Request(scope["method"], scope["path"], query, self.limits)
            instead = self.faults.before(request)
            if instead is not None:
                return instead
        kind = _LISTS.get(scope["path"]) if scope["method"] == "GET" else None
        if kind is not None:
            with self.portal.lock:
                try:
                    answer = self._objects.page(kind, scope["path"], scope["query_string"])
                except Refusal as refusal:
                    answer = refuse(refusal)
        else:
            answer = await _captured(self._starlette, scope, receive)
        return self.faults.after(request, answer) if request else answer


def create_app(
    portal: Portal,
    *,
    token: str = DEFAULT_TOKEN,
    latency_ms: float = 0,
    rate_limit: int = 190,
    search_limit: int = 5,
    daily_limit: int = 625_000,
    retry_after: bool = True,
    faults: Iterable[Fault | str] = (),
    seed: int = 0,
) -> Front:
    """The ASGI application over a portal. `seed` decides when faults with a probability strike."""
    limits = Limits(rate_limit, search_limit, daily_limit, retry_after)
    return Front(portal, token, latency_ms, limits, Faults(faults, seed))


def _endpoint(portal: Portal, handler: Handler) -> Callable[[HttpRequest], Awaitable[Response]]:
    async def endpoint(request: HttpRequest) -> Response:
        raw = await request.body()
        answer = _handle(portal, handler, request, raw)
        return Response(answer.body, answer.status)

    return endpoint


def _handle(portal: Portal, handler: Handler, request: HttpRequest, raw: bytes) -> Answer:
    try:
        body = orjson.loads(raw) if raw else None
    except orjson.JSONDecodeError as error:
        return refuse(Refusal(400, f"Invalid input JSON on line 1: {error}"))
    query = parse_qs(request.url.query, keep_blank_values=True)
    call = Call(request.url.path, request.path_params, query, body)
    try:
        with portal.lock:
            return handler(call)
    except Refusal as refusal:
        return refuse(refusal)


async def _http_exception(_request: HttpRequest, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    body = error_body("resource not found" if status == 404 else str(error), "OBJECT_NOT_FOUND")
    return Response(orjson.dumps(body), status)


async def _captured(app: Starlette, scope: Scope, receive: Receive) -> Answer:
    """Run a Starlette application and keep its answer instead of sending it."""
    messages: list[Message] = []

    async def keep(message: Message) -> None:
        messages.append(message)

    await app(scope, receive, keep)
    return Answer(messages[0]["status"], b"".join(m.get("body", b"") for m in messages[1:]))


async def _send(send: Send, answer: Answer, limits: list[tuple[bytes, bytes]]) -> None:
    own = [header for header in answer.headers if header != CUT]
    body, cut = answer.body, len(own) < len(answer.headers)
    headers = [_JSON, (b"content-length", b"%d" % len(body)), *own, *limits]
    if not body:
        headers = headers[1:] if answer.status != 204 else [*own, *limits]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    if cut:
        # Returning while more was promised makes the server close the connection.
        await send(
            {"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True}
        )
        return
    await send({"type": "http.response.body", "body": body})
