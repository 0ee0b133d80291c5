"""How Salesforce's REST API is addressed, entered and parsed; `salesforce.py` decides what is read.

Facts: a query answers 2,000 records or fewer and names where the rest is; that place is forgotten
after a while, and earlier when a user has more than ten of them open; a URL holds 16,384
characters, a query in the body of a batch 100,000; `queryAll` also tells of deleted records and
archived tasks; requests of 24 hours are limited, and every answer says how many are used.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from time import time as clock
from typing import Any
from urllib.parse import urlencode

import orjson
import urllib3

from revops_pipeline.sources.http import HttpSession, Refused, Retry
from revops_pipeline.sources.salesforce_login import Grant, Login
from revops_pipeline.sources.stream import PermanentError, TransientError

PAGE = 2_000
URL_CEILING = 6_000  # a longer query travels in the body of a batch
# Compound fields repeat others; files are not data.
UNREAD_TYPES = frozenset({"address", "location", "base64", "complexvalue"})
_USED = re.compile(r"(?<![\w-])api-usage=(\d+)/(\d+)")


class SessionExpired(PermanentError):
    """The session is no more: a new login may help."""


class LocatorExpired(Refused):
    """Salesforce has forgotten where a query's further records are: ask again from there."""


@dataclass(frozen=True, slots=True)
class Described:
    """An object as the user may see it: the fields to ask for, those that hold ids, and whether it
    knows deleted records."""

    name: str
    fields: tuple[str, ...]
    ids: tuple[str, ...]

    @property
    def deletes(self) -> bool:
        return "IsDeleted" in self.fields


@dataclass(frozen=True, slots=True)
class Answer:
    """One page of a query: its records, how many the query has in all, where the next page is."""

    records: list[dict[str, Any]]
    total: int
    following: str | None


class SalesforceSession(HttpSession):
    """Logs in with the first request, and again when Salesforce has ended the session."""

    def __init__(self, login: Login, version: str, retry: Retry, **options: Any) -> None:
        super().__init__(
            login.address,
            headers={},
            name="Salesforce",
            variable=login.variables,
            address_hint="SALESFORCE_INSTANCE_URL and SALESFORCE_DOMAIN",
            pace=None,
            retry=retry,
            **options,
        )
        self._login, self._version = login, version
        self._lock = threading.Lock()
        self._grant: Grant | None = None

    def grant(self, refused: Grant | None = None) -> Grant:
        """The session in force; a new one when that is the refused one."""
        with self._lock:
            if self._grant is None or self._grant is refused:
                self._grant = granted = self._enter()
                self.base_url = granted.instance
                self._headers = {
                    "accept": "application/json",
                    "authorization": f"Bearer {granted.token}",
                }
            return self._grant

    def _enter(self) -> Grant:
        attempt = 0
        while True:
            try:
                return self._ask()
            except TransientError:
                if attempt >= self._retry.attempts:
                    raise
                time.sleep(self._retry.delay(attempt))
                attempt += 1

    def _ask(self) -> Grant:
        path, body, headers = self._login.request(self._version)
        with self.stats.lock:
            self.stats.requests += 1
        try:
            answer = self._pool.urlopen(
                "POST", self._login.address + path, body=body, headers=headers, redirect=False
            )
        except (urllib3.exceptions.LocationParseError, urllib3.exceptions.URLSchemeUnknown):
            raise PermanentError(
                f"Salesforce: {self._login.address!r} is no web address; check {self._address_hint}"
            ) from None
        except urllib3.exceptions.HTTPError as error:
            raise TransientError(self._network_message("the login", error)) from None
        return self._login.grant(answer.status, answer.data)

    def _once(self, method: str, path: str, body: bytes | None) -> Any:
        granted = self.grant()
        try:
            return super()._once(method, path, body)
        except SessionExpired:
            self.grant(refused=granted)
        return super()._once(method, path, body)

    def _failure(self, where: str, answer: urllib3.BaseHTTPResponse) -> Exception:
        code, message = _reason(answer.data)
        if answer.status == 429:
            return super()._failure(where, answer)
        return self.failure(where, answer.status, code, message)

    def failure(self, where: str, status: int, code: str, message: str) -> Exception:
        """What an error of Salesforce's means for whoever asked."""
        told = f" ({code}: {message[:300]})" if code else ""
        text = f"Salesforce: {where} answered {status}{told}"
        if status == 401:
            return SessionExpired(f"{text}; a new login did not help: check {self._variable}")
        if code == "REQUEST_LIMIT_EXCEEDED":
            if "concurrent" in message.lower():
                return TransientError(text)
            return PermanentError(
                f"{text}; the organisation's requests of 24 hours are used up. What was read is "
                "stored; a run after some hours goes on"
            )
        if status == 403:
            return PermanentError(
                f"{text}; the user of {self._variable} lacks a permission: 'API Enabled', and "
                "'View' on what is read (permission set)"
            )
        if code == "INVALID_QUERY_LOCATOR":
            return LocatorExpired(text, status)
        if status in (408, 420, 423) or status >= 500 or code == "QUERY_TIMEOUT":
            return TransientError(text)
        if status == 400 and not code:  # every refusal has a code: its body was cut
            return TransientError(text)
        return Refused(text, status)


class SalesforceApi:
    """The endpoints that we read, as typed calls."""

    def __init__(
        self,
        *,
        login: Login,
        version: str = "v58.0",
        retry: Retry | None = None,
        timeout: float = 30.0,
        daily_floor: float = 0.05,
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
            timeout=timeout,
            on_headers=self._watch,
        )

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
        if self._skew_ms is None and (date := headers.get("Date")):
            self._skew_ms = int((parsedate_to_datetime(date).timestamp() - clock()) * 1000)
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
        try:
            answer = self.http.get(f"{self._root}/sobjects/{sobject}/describe")
        except Refused as error:
            if error.status == 404:
                return None
            raise
        fields = {f["name"]: f["type"] for f in answer.get("fields") or ()}
        if not {"Id", "SystemModstamp"} <= fields.keys():
            raise TransientError(f"Salesforce: the description of {sobject} is not complete")
        read = tuple(sorted(name for name, kind in fields.items() if kind not in UNREAD_TYPES))
        ids = tuple(name for name in read if fields[name] in ("id", "reference"))
        return Described(sobject, read, ids)

    def query(self, soql: str, *, deleted: bool) -> Iterator[Answer]:
        """The pages of a query; a place seen twice is an error."""
        seen: set[str] = set()
        answer = _page(self._first(soql, deleted))
        while True:
            yield answer
            if answer.following is None:
                return
            if answer.following in seen:
                raise TransientError(
                    "Salesforce: a query repeats where its next page is; tried again later"
                )
            seen.add(answer.following)
            answer = _page(self.http.get(answer.following))

    def _first(self, soql: str, deleted: bool) -> Any:
        resource = "queryAll" if deleted else "query"
        asked = urlencode({"q": soql})
        if len(asked) <= URL_CEILING:
            return self.http.get(f"{self._root}/{resource}?{asked}")
        batch = [{"method": "GET", "url": f"{self._version}/{resource}?{asked}"}]
        path = f"{self._root}/composite/batch"
        results = self.http.post(path, {"batchRequests": batch}).get("results") or ()
        for result in results:
            if result["statusCode"] >= 400:
                code, message = _reason(orjson.dumps(result["result"]))
                raise self.http.failure(f"GET {resource}", result["statusCode"], code, message)
            return result["result"]
        raise TransientError("Salesforce: a batch without `results`: not an answer, tried again")


def _page(answer: Any) -> Answer:
    if not isinstance(answer, dict) or not isinstance(records := answer.get("records"), list):
        raise TransientError("Salesforce: an answer without `records`: it is not a page")
    following, done = answer.get("nextRecordsUrl"), answer.get("done")
    if not isinstance(done, bool) or (not done and not following):
        raise TransientError(
            "Salesforce: a page that is not the last and does not say what follows"
        )
    return Answer(records, int(answer["totalSize"]), None if done else str(following))


def _reason(body: bytes) -> tuple[str, str]:
    """Code and message of Salesforce's error body, which is a list of errors or one."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return "", ""
    first = document[0] if isinstance(document, list) and document else document
    if not isinstance(first, dict):
        return "", ""
    return str(first.get("errorCode") or first.get("error") or ""), str(first.get("message") or "")
