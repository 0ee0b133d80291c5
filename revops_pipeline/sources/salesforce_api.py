"""How Salesforce's REST API is addressed, entered and parsed; `salesforce.py` decides what is read.

Facts: a query answers 2,000 records or fewer and names where the rest is; that place is forgotten
after a while, and earlier when a user has more than ten of them open; a URL holds 16,384
characters, a query in the body of a batch 100,000; `queryAll` also tells of deleted records and
archived tasks; requests of 24 hours are limited, and every answer says how many are used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from time import time as clock
from typing import Any
from urllib.parse import urlencode

from revops_pipeline.sources.headers import instant
from revops_pipeline.sources.http import Limits, Refused, Retry
from revops_pipeline.sources.salesforce_bulk import BulkJobs, Waits
from revops_pipeline.sources.salesforce_login import Login
from revops_pipeline.sources.salesforce_rows import Described, unbroken
from revops_pipeline.sources.salesforce_session import SalesforceSession, reason_in
from revops_pipeline.sources.stream import PermanentError, TransientError
from revops_pipeline.sources.told import patiently

PAGE = 2_000
URL_CEILING = 6_000  # a longer query travels in the body of a batch
# Compound fields repeat others; files are not data.
UNREAD_TYPES = frozenset({"address", "location", "base64", "complexvalue"})
_USED = re.compile(r"(?<![\w-])api-usage=(\d{1,15})/(\d{1,15})(?!\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Answer:
    """One page of a query: its records, how many the query has in all, where the next page is."""

    records: list[dict[str, Any]]
    total: int
    following: str | None


class SalesforceApi:
    """The endpoints that we read, as typed calls."""

    def __init__(
        self,
        *,
        login: Login,
        version: str = "v58.0",
        retry: Retry | None = None,
        limits: Limits | None = None,
        timeout: float = 30.0,
        allow_http: bool = False,
        daily_floor: float = 0.05,
        waits: Waits | None = None,
    ) -> None:
        self._version = f"v{version.removeprefix('v')}"
        self._root = f"/services/data/{self._version}"
        self._daily_floor = daily_floor
        self.variables = login.variables
        self._skew_ms: int | None = None
        self.http = SalesforceSession(
            login,
            self._version,
            retry or Retry(),
            limits=limits,
            timeout=timeout,
            allow_http=allow_http,
            on_headers=self._watch,
        )
        self.jobs = BulkJobs(self.http, self._root, waits or Waits())

    def organisation(self) -> str:
        """The organisation's id in its 18 characters. Logs in."""
        return self.http.grant().organisation

    def reach(self) -> None:
        """Asks for the first time: the answer tells Salesforce's time and the requests left."""
        self.http.get(f"{self._root}/limits")

    def now_ms(self) -> int:
        """Epoch milliseconds by Salesforce's clock: positions are compared with its times."""
        return int(clock() * 1000) + (self._skew_ms or 0)

    def _watch(self, headers: Mapping[str, str]) -> None:
        if self._skew_ms is None and (date := instant(headers.get("Date"))):
            self._skew_ms = int((date.timestamp() - clock()) * 1000)
        usage = _USED.search(headers.get("Sforce-Limit-Info") or "")
        if usage is None:
            return
        used, limit = int(usage[1]), int(usage[2])
        self.http.stats.budget = f"{limit - used:,} of {limit:,} requests left in 24 hours"
        if limit - used < self._daily_floor * limit:
            raise PermanentError(
                f"Salesforce: stopped with {self.http.stats.budget}; the rest is kept for other "
                "integrations of this organisation (salesforce.daily_floor in config/revops.yml). "
                "What was read is stored; a run after some hours goes on"
            )

    def describe(self, sobject: str) -> Described | None:
        """The object as the user sees it; None when it is not there for the user."""

        def told(answer: Any) -> dict[str, str]:
            found = {str(f["name"]): str(f["type"]) for f in answer.get("fields") or ()}
            if not {"Id", "SystemModstamp"} <= found.keys():
                raise TransientError(f"Salesforce: the description of {sobject} is not complete")
            return found

        try:
            fields: dict[str, str] = self.http.get(
                f"{self._root}/sobjects/{sobject}/describe", read=told
            )
        except Refused as error:
            if error.status == 404:
                return None
            raise
        read = tuple(sorted(name for name, kind in fields.items() if kind not in UNREAD_TYPES))
        ids = tuple(name for name in read if fields[name] in ("id", "reference"))
        return Described(sobject, read, ids, {name: fields[name] for name in read})

    def count(self, soql: str, *, deleted: bool) -> int:
        """What a `SELECT COUNT()` says."""
        return self._first(soql, deleted).total

    def query(self, soql: str, *, deleted: bool) -> Iterator[Answer]:
        """The pages of a query; a place seen twice is an error."""
        seen: set[str] = set()
        answer = patiently(partial(self._first, soql, deleted), _is_whole)
        while True:
            yield answer
            if answer.following is None:
                return
            if answer.following in seen:
                raise TransientError(
                    "Salesforce: a query repeats where its next page is; tried again later"
                )
            seen.add(answer.following)
            place = answer.following
            answer = patiently(partial(self.http.get, place, read=self._page), _is_whole)

    def _first(self, soql: str, deleted: bool) -> Answer:
        resource = "queryAll" if deleted else "query"
        asked = urlencode({"q": soql})
        page: Answer
        if len(asked) <= URL_CEILING:
            page = self.http.get(f"{self._root}/{resource}?{asked}", read=self._page)
            return page

        def only(answer: Any) -> Answer:
            for result in answer.get("results") or ():
                if result["statusCode"] >= 400:
                    code, message = reason_in(result["result"])
                    raise self.http.failure(f"GET {resource}", result["statusCode"], code, message)
                return self._page(result["result"])
            raise TransientError(
                "Salesforce: a batch without `results`: not an answer, tried again"
            )

        batch = [{"method": "GET", "url": f"{self._version}/{resource}?{asked}"}]
        path = f"{self._root}/composite/batch"
        page = self.http.post(path, {"batchRequests": batch}, read=only)
        return page

    def _page(self, answer: Any) -> Answer:
        page = _page(answer)
        if page.following is None:
            return page
        return replace(page, following=self.http.following(page.following))


def _is_whole(answer: Answer) -> bool:
    return unbroken(answer.records)


def _page(answer: Any) -> Answer:
    if not isinstance(answer, dict) or not isinstance(records := answer.get("records"), list):
        raise TransientError("Salesforce: an answer without `records`: it is not a page")
    following, done = answer.get("nextRecordsUrl"), answer.get("done")
    if not isinstance(done, bool) or (not done and not following):
        raise TransientError(
            "Salesforce: a page that is not the last and does not say what follows"
        )
    if not all(isinstance(record, dict) for record in records):
        raise TransientError("Salesforce: a page with a record that is none: tried again")
    return Answer(records, int(answer["totalSize"]), None if done else str(following))
