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
from starlette.types import Receive, Scope, Send

from revops_pipeline.sandbox.account import AccountApi
from revops_pipeline.sandbox.associations import AssociationsApi
from revops_pipeline.sandbox.effects import Request
from revops_pipeline.sandbox.errors import Refusal, error_body
from revops_pipeline.sandbox.faults import Fault, Faults
from revops_pipeline.sandbox.limits import Limits
from revops_pipeline.sandbox.objects import ObjectsApi
from revops_pipeline.sandbox.portal import Portal
from revops_pipeline.sandbox.schema import TYPE_NAMES
from revops_pipeline.sandbox.search import SearchApi
from revops_pipeline.sandbox.sending import DateHeader, captured, read_body, replayed, send_answer
from revops_pipeline.sandbox.web import DATED, Answer, Call, Handler, Mood, refuse, reply

DEFAULT_TOKEN: Final = "sandbox-token"  # noqa: S105 - opens nothing but made-up data
_log = logging.getLogger(__name__)
_STATS_PATH = "/_sandbox/stats"
_LONGEST_URL = 16_384
_MOOD: Final = "revops.mood"
_LISTS = {
    f"{prefix}/{name}": kind.name
    for prefix in ("/crm/v3/objects", f"/crm/objects/{DATED}")
    for name, kind in TYPE_NAMES.items()
}


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
        self._portal, self.token, self.latency_ms = portal, token, latency_ms
        self.limits, self.faults, self.stats = limits, faults, Stats()
        self._date, self._bearer = DateHeader(), f"Bearer {token}".encode()
        self._objects = ObjectsApi(portal)
        self._apis = (SearchApi(portal), self._objects, AssociationsApi(portal), AccountApi(portal))
        routes = [
            HttpRoute(path, self._endpoint(handler), methods=[method])
            for api in self._apis
            for method, path, handler in api.routes()
        ]
        self._starlette = Starlette(
            routes=routes, exception_handlers={HTTPException: _http_exception}
        )
        self._starlette.router.redirect_slashes = False

    @property
    def portal(self) -> Portal:
        return self._portal

    @portal.setter
    def portal(self, portal: Portal) -> None:
        """Serve another portal from now on."""
        self._portal = portal
        for api in self._apis:
            api.portal = portal
        self.faults.attach(portal)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._starlette(scope, receive, send)
            return
        path: str = scope["path"]
        if path == _STATS_PATH:
            await send_answer(scope, receive, send, reply(self.counts()), [])
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
        more = [] if search else self.limits.headers()
        more.append(self._date.at(self._portal.clock.now()))
        await send_answer(scope, receive, send, answer, more)

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
        strike = None
        if self.faults:
            body, query = await read_body(receive), scope["query_string"].decode("latin-1")
            receive = replayed(body)
            strike = self.faults.strike(
                Request(scope["method"], scope["path"], query, body, self.limits, self._portal)
            )
            instead = strike.before()
            if instead is not None:
                return instead
            scope[_MOOD] = strike.mood()
        kind = _LISTS.get(scope["path"]) if scope["method"] == "GET" else None
        if kind is not None:
            with self.portal.lock:
                try:
                    answer = self._objects.page(kind, scope["path"], scope["query_string"])
                except Refusal as refusal:
                    answer = refuse(refusal)
        else:
            answer = await captured(self._starlette, scope, receive)
        return strike.after(answer) if strike else answer

    def _endpoint(self, handler: Handler) -> Callable[[HttpRequest], Awaitable[Response]]:
        async def endpoint(request: HttpRequest) -> Response:
            answer = self._handle(handler, request, await request.body())
            return Response(answer.body, answer.status)

        return endpoint

    def _handle(self, handler: Handler, request: HttpRequest, raw: bytes) -> Answer:
        try:
            body = orjson.loads(raw) if raw else None
        except orjson.JSONDecodeError as error:
            return refuse(Refusal(400, f"Invalid input JSON on line 1: {error}"))
        query = parse_qs(request.url.query, keep_blank_values=True)
        mood = request.scope.get(_MOOD, Mood())
        call = Call(request.url.path, request.path_params, query, body, mood)
        try:
            with self._portal.lock:
                return handler(call)
        except Refusal as refusal:
            return refuse(refusal)


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
    return Front(portal, token, latency_ms, limits, Faults(faults, seed, portal))


async def _http_exception(_request: HttpRequest, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    body = error_body("resource not found" if status == 404 else str(error), "OBJECT_NOT_FOUND")
    return Response(orjson.dumps(body), status)
