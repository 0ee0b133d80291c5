"""ServiceNow's Table API over a world: basic authentication, paging, limits and error bodies.

`app` gives a Starlette application that may be mounted under any prefix; `front` the same with the
sandbox's faults around it.
"""

from __future__ import annotations

import time
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any, Final
from urllib.parse import urlencode

import orjson
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from revops_pipeline.sandbox.faults import Fault
from revops_pipeline.sandbox.servicenow_effects import PAGE_EFFECTS
from revops_pipeline.sandbox.servicenow_query import Row
from revops_pipeline.sandbox.servicenow_schema import REFERENCES, labelled
from revops_pipeline.sandbox.servicenow_world import ServiceNowWorld
from revops_pipeline.sandbox.vendor_front import VendorFront

DEFAULT_USER: Final = "revops.reader"
DEFAULT_PASSWORD: Final = "sandbox-password"  # noqa: S105 - opens nothing but made-up data
NO_ROLES_USER: Final = "revops.no.roles"  # has the same password, and may read no table
_DEFAULT_LIMIT: Final = 10_000
_RULE: Final = "0c4d8a3b87a30300b1b1e0f1d9cb0b5e"


class Refusal(Exception):
    """An error as ServiceNow answers it."""

    def __init__(self, status: int, message: str, detail: str | None, **headers: str) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"message": message, "detail": detail}, "status": "failure"}
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


@dataclass(slots=True)
class Instance:
    """One instance's API. `hourly_limit` of 0 is none; the hour begins with the first request."""

    world: ServiceNowWorld
    username: str
    password: str
    hourly_limit: int = 0
    used: int = 0
    _reset: float = field(default_factory=lambda: time.time() + 3600)

    def admit(self, request: Request) -> dict[str, str]:
        """The headers of the limit, or the refusal of a request that is unknown or one too many."""
        sent = request.headers.get("authorization")
        if sent == _basic(NO_ROLES_USER, self.password):
            raise Refusal(403, "User Not Authorized", "Failed API level ACL Validation")
        if sent != _basic(self.username, self.password):
            raise Refusal(
                401,
                "User Not Authenticated",
                "Required to provide Auth information",
                WWW_Authenticate='BASIC realm="Service-now"',
            )
        if not self.hourly_limit:
            return {}
        now = time.time()
        if now >= self._reset:
            self.used, self._reset = 0, now + 3600
        limit = {
            "X-RateLimit-Limit": str(self.hourly_limit),
            "X-RateLimit-Reset": str(int(self._reset)),
            "X-RateLimit-Rule": _RULE,
        }
        if self.used >= self.hourly_limit:
            refusal = Refusal(
                429, "Rate limit exceeded", f"Rate limit of {self.hourly_limit} per hour exceeded"
            )
            refusal.headers = {**limit, "Retry-After": str(int(self._reset - now) + 1)}
            raise refusal
        self.used += 1
        return limit

    def records(self, request: Request) -> Response:
        """A page of a table. Access rules drop rows after the page was cut, and the total counts
        those that they drop."""
        table = self._table(request)
        asked = request.query_params
        limit, offset = (
            _number(asked, "sysparm_limit", _DEFAULT_LIMIT),
            _number(asked, "sysparm_offset", 0),
        )
        rows, _ = self.world.select(table, asked.get("sysparm_query", ""))
        page = [r for r in rows[offset : offset + limit] if r["sys_id"] not in self.world.hidden]
        headers = {"X-Total-Count": str(len(rows))}
        if asked.get("sysparm_suppress_pagination_header") != "true":
            headers["Link"] = _links(request, limit, offset, len(rows))
        return _reply([self._shown(request, table, row) for row in page], headers)

    def record(self, request: Request) -> Response:
        table, sys_id = self._table(request), request.path_params["sys_id"]
        if sys_id not in self.world.ids(table) or sys_id in self.world.hidden:
            raise Refusal(
                404, "No Record found", "Record doesn't exist or ACL restricts the record retrieval"
            )
        return _reply(self._shown(request, table, self.world.row(sys_id)), {})

    def _table(self, request: Request) -> str:
        table: str = request.path_params["table"]
        if table not in self.world.columns:
            raise Refusal(400, f"Invalid table {table}", None)
        if table in self.world.denied:
            raise Refusal(
                403,
                "Operation Failed",
                "ACL Exception Query Failed due to security constraints",
            )
        return table

    def _shown(self, request: Request, table: str, row: Row) -> dict[str, Any]:
        asked = request.query_params
        wanted = [name for name in asked.get("sysparm_fields", "").split(",") if name]
        shown: dict[str, Any] = self.world.document(table, row)
        if wanted:
            shown = {name: shown[name] for name in wanted if name in shown}
        display = asked.get("sysparm_display_value", "false")
        if display == "true":
            return {name: labelled(row, name) for name in shown}
        if display == "all":
            return {
                name: {"display_value": labelled(row, name), "value": value}
                for name, value in shown.items()
            }
        if asked.get("sysparm_exclude_reference_link") == "true":
            return shown
        base = str(request.url).partition("/api/now/")[0]
        for name, target in REFERENCES.items():
            if shown.get(name):
                link = f"{base}/api/now/table/{target}/{shown[name]}"
                shown[name] = {"link": link, "value": shown[name]}
        return shown


def app(
    world: ServiceNowWorld,
    *,
    username: str = DEFAULT_USER,
    password: str = DEFAULT_PASSWORD,
    hourly_limit: int = 0,
) -> Starlette:
    instance = Instance(world, username, password, hourly_limit)

    async def endpoint(request: Request) -> Response:
        try:
            limit = instance.admit(request)
            with world.lock:
                single = "sys_id" in request.path_params
                answer = instance.record(request) if single else instance.records(request)
        except Refusal as refusal:
            answer = Response(orjson.dumps(refusal.body), refusal.status, refusal.headers)
            limit = {}
        answer.headers.update(limit)
        answer.headers["Content-Type"] = "application/json;charset=UTF-8"
        answer.headers["Date"] = formatdate(world.portal.clock.now() / 1000, usegmt=True)
        return answer

    async def unknown(_request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        message = (
            "Method Not Allowed"
            if status == 405
            else "Requested URI does not represent any resource"
        )
        return Response(orjson.dumps(Refusal(status, message, None).body), status)

    routes = [
        Route(f"/api/now{version}/table/{{table}}{rest}", endpoint, methods=["GET"])
        for version in ("", "/v1", "/v2")
        for rest in ("", "/{sys_id}")
    ]
    return Starlette(routes=routes, exception_handlers={HTTPException: unknown})


def front(
    world: ServiceNowWorld,
    *,
    latency_ms: float = 0,
    faults: Iterable[Fault | str] = (),
    seed: int = 0,
    **options: Any,
) -> VendorFront:
    """What a server mounts; `options` are those of `app`."""
    return VendorFront(
        app(world, **options),
        world.portal,
        faults=faults,
        seed=seed,
        page_effects=PAGE_EFFECTS,
        latency_ms=latency_ms,
    )


def _basic(username: str, password: str) -> str:
    return f"Basic {b64encode(f'{username}:{password}'.encode()).decode()}"


def _reply(result: Any, headers: dict[str, str]) -> Response:
    return Response(orjson.dumps({"result": result}), headers=headers)


def _number(asked: Any, name: str, default: int) -> int:
    text = asked.get(name, "")
    return int(text) if text.isdigit() else default


def _links(request: Request, limit: int, offset: int, total: int) -> str:
    """First, previous, next and last page; the ends name no page beyond them."""
    last = max(0, (total - 1) // limit * limit) if limit else 0
    places = {"first": 0}
    if offset > 0:
        places["prev"] = max(0, offset - limit)
    if offset + limit < total:
        places["next"] = offset + limit
    places["last"] = last
    base = str(request.url).partition("?")[0]
    links = []
    for name, place in places.items():
        asked = {**request.query_params, "sysparm_limit": limit, "sysparm_offset": place}
        links.append(f'<{base}?{urlencode(asked)}>;rel="{name}"')
    return ",".join(links)
