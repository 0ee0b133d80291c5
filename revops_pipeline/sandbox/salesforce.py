"""Salesforce's APIs over a made-up organisation: both logins, queries by REST and by
jobs, and records.

Paths are Salesforce's own, so that the application can be mounted under any prefix: what a login
answers as the instance's address carries the prefix, and `nextRecordsUrl` does not, as Salesforce's
own does not carry the host.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import orjson
from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import Route

from revops_pipeline.sandbox.faults import Fault
from revops_pipeline.sandbox.salesforce_bulk import Jobs, Table
from revops_pipeline.sandbox.salesforce_bulk_effects import job_effects, together
from revops_pipeline.sandbox.salesforce_login import Reply, Sessions
from revops_pipeline.sandbox.salesforce_pages import page_effects
from revops_pipeline.sandbox.salesforce_query import Queries
from revops_pipeline.sandbox.salesforce_records import Records
from revops_pipeline.sandbox.salesforce_schema import SObject
from revops_pipeline.sandbox.salesforce_world import SalesforceError, SalesforceWorld
from revops_pipeline.sandbox.vendor_front import VendorFront

_LONGEST_URL: Final = 16_384
_JSON: Final = "application/json;charset=UTF-8"
_CSV: Final = "text/csv;charset=UTF-8"
_JOBS: Final = 10_000
_VERSIONS: Final = tuple(f"{number}.0" for number in range(31, 65))
_DATA: Final = "/services/data/{version}"

Handler = Callable[[HttpRequest, bytes], tuple[int, Any]]


class SalesforceApp:
    """The handlers. Each gives a status and a document (None: no body), or a table."""

    def __init__(self, world: SalesforceWorld) -> None:
        self.world, self.sessions = world, Sessions(world)
        self._queries, self._records = Queries(world), Records(world)
        self._jobs = Jobs(world, self._queries)

    def starlette(self) -> Starlette:
        handlers: list[tuple[str, str, Handler]] = [
            ("GET", "/", self.resources),
            ("GET", "/limits", self.limits),
            ("GET", "/query", partial(self.query, deleted=False)),
            ("GET", "/queryAll", partial(self.query, deleted=True)),
            ("GET", "/query/{locator}", self.more),
            ("GET", "/queryAll/{locator}", self.more),
            ("POST", "/jobs/query", self._jobs.make),
            ("GET", "/jobs/query/{job}", self._jobs.look),
            ("PATCH", "/jobs/query/{job}", self._jobs.abort),
            ("DELETE", "/jobs/query/{job}", self._jobs.delete),
            ("GET", "/jobs/query/{job}/results", self._jobs.results),
            ("POST", "/composite/batch", self.batch),
            ("PATCH", "/composite/sobjects/{name}/{field}", self._records.upsert_many),
            ("GET", "/sobjects", self.objects),
            ("POST", "/sobjects/{name}", self._records.create),
            ("GET", "/sobjects/{name}/describe", self.describe),
            ("GET", "/sobjects/{name}/{id}", self._records.read),
            ("PATCH", "/sobjects/{name}/{id}", self._records.update),
            ("DELETE", "/sobjects/{name}/{id}", self._records.delete),
            ("PATCH", "/sobjects/{name}/{field}/{value:path}", self._records.upsert),
        ]
        routes = [Route(_DATA + p, self._endpoint(h), methods=[m]) for m, p, h in handlers]
        routes += [
            Route("/services/Soap/u/{version}", self._soap, methods=["POST"]),
            Route("/services/oauth2/token", self._token, methods=["POST"]),
        ]
        return Starlette(routes=routes)

    # -- login --------------------------------------------------------------------------------

    async def _soap(self, request: HttpRequest) -> Response:
        version = request.path_params["version"]
        return _plain(self.sessions.soap(await request.body(), _base(request), version))

    async def _token(self, request: HttpRequest) -> Response:
        header = request.headers.get("authorization")
        return _plain(self.sessions.token(await request.body(), header, _base(request)))

    # -- REST ---------------------------------------------------------------------------------

    def _endpoint(self, handler: Handler) -> Callable[[HttpRequest], Awaitable[Response]]:
        async def endpoint(request: HttpRequest) -> Response:
            url = request.url
            if len(url.path) + len(url.query) > _LONGEST_URL:
                return Response("<h1>Bad Message 414</h1><pre>reason: URI Too Long</pre>", 414)
            body = await request.body()
            with self.world.lock:
                try:
                    self._admit(request)
                    status, document = handler(request, body)
                except SalesforceError as error:
                    status, document = _refusal(error)
                used = f"api-usage={self.world.used}/{self.world.daily_limit}"
            headers = {"sforce-limit-info": used}
            if isinstance(document, Table):
                told = {**headers, **document.headers}
                return Response(document.body, status, told, _CSV)
            content = b"" if document is None else orjson.dumps(document)
            return Response(content, status, headers, None if document is None else _JSON)

        return endpoint

    def _admit(self, request: HttpRequest) -> None:
        world = self.world
        self.sessions.admit(request.headers.get("authorization"))
        if world.used >= world.daily_limit:
            raise SalesforceError(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
        world.used += 1
        if request.path_params["version"].removeprefix("v") not in _VERSIONS:
            raise SalesforceError(404, "NOT_FOUND", "The requested resource does not exist")

    def resources(self, request: HttpRequest, _body: bytes) -> tuple[int, Any]:
        root = f"/services/data/{request.path_params['version']}"
        return 200, {name: f"{root}/{name}" for name in ("query", "queryAll", "sobjects", "limits")}

    def limits(self, _request: HttpRequest, _body: bytes) -> tuple[int, Any]:
        left = self.world.daily_limit - self.world.used
        return 200, {
            "DailyApiRequests": {"Max": self.world.daily_limit, "Remaining": left},
            "DailyBulkV2QueryJobs": {"Max": _JOBS, "Remaining": _JOBS - self.world.jobs_made},
        }

    def objects(self, request: HttpRequest, _body: bytes) -> tuple[int, Any]:
        names = [name for name in self.world.objects if self.world.visible(name)]
        root = f"/services/data/{request.path_params['version']}/sobjects"
        told = [{"name": n, "queryable": True, "urls": {"sobject": f"{root}/{n}"}} for n in names]
        return 200, {"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": told}

    def describe(self, request: HttpRequest, _body: bytes) -> tuple[int, Any]:
        sobject = self.world.visible(request.path_params["name"])
        if sobject is None:
            raise SalesforceError(404, "NOT_FOUND", "The requested resource does not exist")
        return 200, _description(sobject)

    def query(self, request: HttpRequest, _body: bytes, *, deleted: bool) -> tuple[int, Any]:
        soql = request.query_params.get("q")
        if soql is None:
            raise SalesforceError(400, "MALFORMED_QUERY", "a SOQL query is required: q")
        return 200, self._queries.first(soql, request.path_params["version"], deleted)

    def more(self, request: HttpRequest, _body: bytes) -> tuple[int, Any]:
        parts = request.path_params
        return 200, self._queries.more(parts["locator"], parts["version"])

    def batch(self, _request: HttpRequest, body: bytes) -> tuple[int, Any]:
        """Queries alone: the part of the batch resource that long queries need."""
        results = []
        for wanted in orjson.loads(body)["batchRequests"]:
            parts = urlsplit(wanted["url"])
            version, _, resource = parts.path.partition("/")
            try:
                if wanted["method"] != "GET" or resource not in ("query", "queryAll"):
                    raise SalesforceError(404, "NOT_FOUND", "The sandbox batches queries alone")
                soql = parse_qs(parts.query)["q"][-1]
                result: Any = self._queries.first(soql, version, resource == "queryAll")
                results.append({"statusCode": 200, "result": result})
            except SalesforceError as error:
                status, result = _refusal(error)
                results.append({"statusCode": status, "result": result})
        failed = any(result["statusCode"] != 200 for result in results)
        return 200, {"hasErrors": failed, "results": results}


def app(world: SalesforceWorld) -> Starlette:
    """The APIs over a world."""
    return SalesforceApp(world).starlette()


class SalesforceFront(VendorFront):
    """The APIs with their faults; `sessions` tells of logins and can end sessions."""

    sessions: Sessions


def front(
    world: SalesforceWorld,
    *,
    latency_ms: float = 0,
    faults: Iterable[Fault | str] = (),
    seed: int = 0,
) -> SalesforceFront:
    """What a server mounts."""
    own = SalesforceApp(world)
    found = SalesforceFront(
        own.starlette(),
        world.portal,
        faults=faults,
        seed=seed,
        page_effects=together(world, page_effects, job_effects),
        latency_ms=latency_ms,
    )
    found.sessions = own.sessions
    return found


def _description(sobject: SObject) -> dict[str, Any]:
    fields = [
        {
            "name": name,
            "label": name.removesuffix("__c").replace("_", " "),
            "type": kind,
            "custom": name.endswith("__c"),
            "externalId": name == sobject.external_id,
            "idLookup": name in ("Id", sobject.external_id),
            "nillable": name not in ("Id", "SystemModstamp", "IsDeleted"),
            "calculated": False,
        }
        for name, kind in sobject.fields.items()
    ]
    return {
        "name": sobject.name,
        "keyPrefix": sobject.prefix,
        "custom": sobject.name.endswith("__c"),
        "queryable": True,
        "fields": fields,
    }


def _refusal(error: SalesforceError) -> tuple[int, Any]:
    return error.status, [{"message": error.message, "errorCode": error.code}]


def _plain(reply: Reply) -> Response:
    status, body, kind = reply
    return Response(body, status, media_type=kind)


def _base(request: HttpRequest) -> str:
    """The address under which this application was reached, prefix included."""
    url = request.url
    return f"{url.scheme}://{url.netloc}{request.scope.get('root_path', '')}"
