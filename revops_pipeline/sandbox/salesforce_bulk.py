"""Query jobs of the Bulk API 2.0 over a made-up Salesforce organisation.

A job is made, is found under way by a few looks (`world.job_looks`), and then has results that do
not change: what the query found when the job ended. They are CSV as Salesforce writes it: every
value in quotes, nothing as empty text, times in `Z`, doubles as Java prints them.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from starlette.requests import Request as HttpRequest

from revops_pipeline.sandbox.salesforce_query import Queries
from revops_pipeline.sandbox.salesforce_records import document_of
from revops_pipeline.sandbox.salesforce_soql import parse
from revops_pipeline.sandbox.salesforce_world import Job, SalesforceError, SalesforceWorld, stamp
from revops_pipeline.sources.salesforce_soql import to_18

_KEPT_MS: Final = 7 * 24 * 3_600_000
_OVER: Final = ("JobComplete", "Failed", "Aborted")
_COMPOUND: Final = frozenset({"address", "location"})
_DOUBLES: Final = frozenset({"double", "currency", "percent"})


@dataclass(frozen=True, slots=True)
class Table:
    """A page of results: CSV, and the headers that tell its size and what follows."""

    body: bytes
    headers: Mapping[str, str]


class Jobs:
    """The handlers of query jobs of one world; the caller holds its lock."""

    def __init__(self, world: SalesforceWorld, queries: Queries) -> None:
        self.world, self._queries = world, queries

    def make(self, request: HttpRequest, body: bytes) -> tuple[int, Any]:
        asked = document_of(body)
        if asked.get("operation") not in ("query", "queryAll"):
            raise _refusal("INVALIDJOB", f"Unknown operation: {asked.get('operation')}")
        for key, known in (
            ("columnDelimiter", "COMMA"),
            ("lineEnding", "LF"),
            ("contentType", "CSV"),
        ):
            if asked.get(key, known) != known:
                raise _refusal("INVALIDJOB", f"The sandbox knows only {known} as {key}")
        query = parse(str(asked.get("query") or ""))
        if query.counts or query.offset:
            raise _refusal("API_ERROR", "COUNT() and OFFSET are not supported in Bulk Query")
        sobject, fields = self._queries.columns(query)
        if any(sobject.fields[name] in _COMPOUND for name in fields):
            raise _refusal("API_ERROR", "Selecting compound data not supported in Bulk Query")
        world = self.world
        world.jobs_made += 1
        job = Job(
            to_18(f"750Fk0000{world.jobs_made:06d}"),
            asked["operation"],
            asked["query"],
            sobject.name,
            request.path_params["version"],
            world.clock.now(),
        )
        world.jobs[job.id] = job
        return 200, self._told(job)

    def look(self, request: HttpRequest, _body: bytes) -> tuple[int, Any]:
        job = self._job(request)
        if job.state not in _OVER:
            job.looks += 1
            job.state = "InProgress"
            if job.looks > self.world.job_looks:
                self._run(job)
        return 200, self._told(job)

    def abort(self, request: HttpRequest, body: bytes) -> tuple[int, Any]:
        job = self._job(request)
        if document_of(body).get("state") != "Aborted" or job.state in _OVER:
            raise _refusal("INVALIDJOBSTATE", f"Aborting is not allowed in state {job.state}")
        job.state = "Aborted"
        return 200, self._told(job)

    def delete(self, request: HttpRequest, _body: bytes) -> tuple[int, Any]:
        job = self._job(request)
        if job.state not in _OVER:
            raise _refusal("INVALIDJOBSTATE", f"Deleting is not allowed in state {job.state}")
        del self.world.jobs[job.id]
        return 204, None

    def results(self, request: HttpRequest, _body: bytes) -> tuple[int, Any]:
        job = self._job(request)
        if job.version != request.path_params["version"]:
            raise SalesforceError(409, "API_ERROR", f"The job was made with {job.version}")
        if job.state != "JobComplete":
            raise SalesforceError(
                412,
                "JOB_NOT_COMPLETE",
                "can only download query results of successfully completed bulk job with status: "
                f"JOB_COMPLETE. Current status: {job.state}",
            )
        start = place(request.query_params.get("locator"))
        most = int(request.query_params.get("maxRecords") or self.world.job_records)
        stop = start + max(1, min(most, self.world.job_records))
        lines = job.rows[start:stop]
        header = ",".join(f'"{name}"' for name in job.names)
        headers = {
            "sforce-numberofrecords": str(len(lines)),
            "sforce-locator": locator(stop) if stop < len(job.rows) else "null",
        }
        return 200, Table("".join(f"{line}\n" for line in (header, *lines)).encode(), headers)

    def _job(self, request: HttpRequest) -> Job:
        job = self.world.jobs.get(to_18(request.path_params["job"]))
        if job is None or self.world.clock.now() - job.created > _KEPT_MS:
            raise SalesforceError(404, "NOT_FOUND", "The requested resource does not exist")
        return job

    def _run(self, job: Job) -> None:
        query = parse(job.query)
        sobject, job.names = self._queries.columns(query)
        found = self._queries.found(query, sobject, job.operation == "queryAll")
        kinds = [(name, sobject.fields[name]) for name in job.names]
        job.rows = [",".join(_cell(record[n], kind) for n, kind in kinds) for record in found]
        job.state = "JobComplete"

    def _told(self, job: Job) -> dict[str, Any]:
        told: dict[str, Any] = {
            "id": job.id,
            "operation": job.operation,
            "object": job.object,
            "createdById": self.world.user_id,
            "createdDate": stamp(job.created),
            "systemModstamp": stamp(self.world.clock.now()),
            "state": job.state,
            "concurrencyMode": "Parallel",
            "contentType": "CSV",
            "apiVersion": float(job.version.removeprefix("v")),
            "jobType": "V2Query",
            "lineEnding": "LF",
            "columnDelimiter": "COMMA",
            "numberRecordsProcessed": len(job.rows),
            "retries": 0,
            "totalProcessingTime": 0,
        }
        return told | ({"errorMessage": job.error} if job.error else {})


def locator(start: int) -> str:
    """What leads to the page that begins with a record: `MTAwMDA` is the 10000th."""
    return base64.urlsafe_b64encode(str(start).encode()).decode().rstrip("=")


def place(text: str | None) -> int:
    if not text:
        return 0
    try:
        return int(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error):
        raise _refusal("INVALID_QUERY_LOCATOR", f"Invalid locator: {text}") from None


def _cell(value: Any, kind: str) -> str:
    if value is None:
        return '""'
    if isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, int | float) and kind in _DOUBLES:
        text = _java(float(value))
    else:
        text = str(value)
        if kind == "datetime":
            text = text.replace("+0000", "Z")
    return '"' + text.replace('"', '""') + '"'


def _java(value: float) -> str:
    """As Java prints a double: 71.0, 1.6147805824397E13."""
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return repr(value)
    digits, _, exponent = f"{Decimal(repr(value)).normalize():E}".partition("E")
    return f"{digits}{'' if '.' in digits else '.0'}E{int(exponent)}"


def _refusal(code: str, message: str) -> SalesforceError:
    return SalesforceError(400, code, message)
