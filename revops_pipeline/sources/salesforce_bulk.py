"""Query jobs of Salesforce's Bulk API 2.0: made, waited for, and their results fetched.

Facts: a job answers a query in the background, in parallel where no order is asked for; its results
are CSV, page by page, and do not change while the job exists; a finished job is kept for seven days;
results must be asked for with the version of the API that the job was made with. Jobs have limits
of their own (10,000 in 24 hours), and every call counts among the requests of 24 hours.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode

from revops_pipeline.redaction import told as said
from revops_pipeline.sources.http import Refused, TooLarge
from revops_pipeline.sources.salesforce_rows import END, BrokenResults, CsvPage
from revops_pipeline.sources.salesforce_session import SalesforceSession
from revops_pipeline.sources.stream import TransientError
from revops_pipeline.sources.told import patiently

RECORDS = 10_000  # of a page of results: some tens of megabytes, unless they hold long texts
FEWEST = 100  # of a page that was asked for anew, because a larger one had no room
BY_REST = "salesforce.bulk_rows: 0 in config/revops.yml reads by REST instead"


@dataclass(frozen=True, slots=True)
class Waits:
    """How long to wait between looks at a job, each time half as long again, and for a job in all,
    in seconds."""

    first: float = 1.0
    most: float = 30.0
    limit: float = 3600.0


class JobLost(Exception):
    """Salesforce does not have the job, or not for this version of the API."""


class JobFailed(TransientError):
    """A job that will have no results. Other streams are read on."""


class JobRefused(Refused):
    """A job that no other job of the same object would do better than."""


# How Salesforce begins what it says of such a job.
_REFUSALS = (
    *("OPERATION_TOO_LARGE", "INSUFFICIENT_ACCESS", "INVALID_TYPE", "INVALID_FIELD"),
    *("MALFORMED_QUERY", "FUNCTIONALITY_NOT_ENABLED", "OBJECT_NOT_FOUND", "NO_ACCESS"),
)


class BulkJobs:
    """The endpoints of query jobs as typed calls."""

    def __init__(self, http: SalesforceSession, root: str, waits: Waits) -> None:
        self._http, self._path, self._waits = http, f"{root}/jobs/query", waits

    def start(self, soql: str, *, deleted: bool) -> str:
        """Makes a job and gives its id."""
        body = {
            "operation": "queryAll" if deleted else "query",
            "query": soql,
            "contentType": "CSV",
            "columnDelimiter": "COMMA",
            "lineEnding": "LF",
        }
        try:
            job: str = self._http.post(self._path, body, read=_job)
        except Refused as error:
            raise Refused(f"{error}; no query job can be made: {BY_REST}", error.status) from None
        return job

    def wait(self, job: str) -> Iterator[int | None]:
        """None after each look at a job that is under way; at the end how many records it has."""
        pause, deadline = self._waits.first, time.monotonic() + self._waits.limit
        while True:
            told = self._look(job)
            state = told.get("state")
            if state == "JobComplete":
                yield _processed(job, told)
                return
            if state in ("Failed", "Aborted"):
                why = str(told.get("errorMessage") or "Salesforce does not say why")
                ended = (
                    f"Salesforce: query job {job} of {told.get('object')} ended as {state} "
                    f"({said(why)})"
                )
                if any(code in why for code in _REFUSALS):
                    raise JobRefused(ended, 400)
                raise JobFailed(f"{ended}; the next run makes another one, and {BY_REST}")
            if time.monotonic() + pause > deadline:
                raise TransientError(
                    f"Salesforce: query job {job} of {told.get('object')} is still {state} after "
                    f"{self._waits.limit / 60:.0f} minutes (salesforce.bulk_wait_minutes in "
                    "config/revops.yml); the next run waits for the same job"
                )
            yield None
            time.sleep(pause)
            pause = min(pause * 1.5, self._waits.most)

    def results(self, job: str, locator: str | None) -> Iterator[CsvPage]:
        """The pages from a locator on (None: from the first). One seen twice is an error; of one
        that is larger than an answer may be, half as many records are asked for."""
        seen, records = {locator}, RECORDS
        while locator != END:
            asked = {"maxRecords": records} | ({"locator": locator} if locator else {})
            try:
                path = f"{self._job(job)}/results?{urlencode(asked)}"
                page = patiently(partial(self._get, path, job), _has_keys)
            except TooLarge:
                if records <= FEWEST:
                    raise
                records = max(FEWEST, records // 2)
                continue
            if page.locator in seen:
                raise BrokenResults(f"Salesforce: query job {job} repeats where its next page is")
            locator = page.locator
            seen.add(locator)
            yield page

    def _look(self, job: str) -> dict[str, Any]:
        def read(told: Any) -> dict[str, Any]:
            if not isinstance(told, dict) or not told.get("state"):
                raise TransientError(f"Salesforce: query job {job} without a state: not an answer")
            if told["state"] == "JobComplete":
                _processed(job, told)
            return told

        told: dict[str, Any] = self._get(self._job(job), job, read)
        return told

    def _job(self, job: str) -> str:
        return f"{self._path}/{quote(job, safe='')}"

    def _get(self, path: str, job: str, read: Callable[[Any], Any] = lambda answer: answer) -> Any:
        try:
            return self._http.get(path, read=read)
        except Refused as error:
            if error.status in (404, 409):
                raise JobLost(f"query job {job} is not there any more ({error})") from None
            raise


def _job(answer: Any) -> str:
    if not isinstance(answer, dict) or not answer.get("id"):
        raise TransientError("Salesforce: a query job without an id: not an answer")
    return str(answer["id"])


def _has_keys(page: CsvPage) -> bool:
    """Whether each record has its Id."""
    return "Id" not in page.names or all(row[page.names.index("Id")] for row in page.rows)


def _processed(job: str, told: dict[str, Any]) -> int:
    count = told.get("numberRecordsProcessed")
    if not isinstance(count, int):
        raise TransientError(f"Salesforce: query job {job} does not say how many records it has")
    return count
