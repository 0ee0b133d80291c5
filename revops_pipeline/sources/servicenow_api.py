"""How ServiceNow's Table API is asked; `servicenow_read.py` decides what.

Facts: encoded queries join conditions by `^`, and `^OR` binds to the condition before it; times in
them and, with `sysparm_display_value=false`, in answers are UTC text to the second. Access rules
drop rows from a page after it was cut, and X-Total-Count counts these rows too: a page may be short
or empty with more behind it, and without that count hidden rows cannot be told from deleted ones.
A transaction that takes too long ends as an answer of status 200 with
an `error` in it, or with its JSON cut off. Limits are set by the instance's owner, per hour.
"""

from __future__ import annotations

import re
import threading
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from time import time as clock
from typing import Any

from revops_pipeline.redaction import protect, told
from revops_pipeline.sources.headers import instant, whole
from revops_pipeline.sources.http import HttpSession, Limits, Refused, Retry, wait_of
from revops_pipeline.sources.pool import Reply
from revops_pipeline.sources.servicenow_streams import TOGGLES
from revops_pipeline.sources.stream import PermanentError, Reject, TransientError
from revops_pipeline.sources.told import Told, patiently
from revops_pipeline.sources.vendor_json import Unreadable, dumps, loads

TIME = "%Y-%m-%d %H:%M:%S"
# Everything that an id may hold without ending the condition of a query that it stands in.
_ID = re.compile(r"[A-Za-z0-9_\-]{1,32}")

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class TablePage:
    """Some rows of a query, and how many rows it has beyond the offset, unreadable ones included."""

    rows: Told
    left: int

    @property
    def came(self) -> int:
        """How many rows the answer held, rejects included."""
        return len(self.rows) + len(self.rows.rejects)


class ServiceNowApi:
    """The Table API as typed calls, shared by threads. `longest_wait` is how many seconds a refusal
    for too many requests may cost before the load stops instead."""

    def __init__(
        self,
        *,
        instance_url: str,
        username: str,
        password: str,
        retry: Retry | None = None,
        limits: Limits | None = None,
        timeout: float = 60.0,
        allow_http: bool = False,
        longest_wait: float = 120.0,
    ) -> None:
        self._answer = threading.local()
        self._skew: int | None = None
        protect(password)
        credentials = b64encode(f"{username}:{password}".encode()).decode()
        self.http = _Session(
            instance_url,
            longest_wait=longest_wait,
            headers={"authorization": f"Basic {credentials}"},
            name="ServiceNow",
            variable="SERVICENOW_USERNAME and SERVICENOW_PASSWORD",
            address_hint="SERVICENOW_INSTANCE_URL",
            pace=None,
            retry=retry or Retry(),
            limits=limits,
            timeout=timeout,
            allow_http=allow_http,
            on_headers=self._watch,
        )

    def now(self) -> int:
        """Epoch seconds by the instance's clock, with whose times the cursors are compared."""
        return int(clock()) + (self._skew or 0)

    def instance(self) -> str | None:
        """The instance's own id; None where the user may not read it."""
        try:
            page = self.page("sys_properties", "name=instance_id", 1, fields=("sys_id", "value"))
        except Refused as error:
            if error.status == 401:
                raise
            return None
        value = page.rows[0].get("value") if page.rows else None
        return f"instance {value}" if value else None

    def page(
        self, table: str, query: str, limit: int, offset: int = 0, fields: Sequence[str] = ()
    ) -> TablePage:
        """Rows `offset` to `offset + limit` of a query, without those that the user may not read,
        with all columns that it may read unless `fields` names some."""
        params = {
            "sysparm_query": query,
            "sysparm_limit": limit,
            "sysparm_display_value": "false",
            "sysparm_exclude_reference_link": "true",
            **({"sysparm_offset": offset} if offset else {}),
            **({"sysparm_fields": ",".join(fields)} if fields else {}),
        }

        def read(answer: Any) -> tuple[Told, int]:
            return _rows(answer, table, limit), _total(self._answer.headers, table)

        rows, total = patiently(
            lambda: self.http.get(f"/api/now/table/{table}", params, read=read),
            lambda told: not told[0].rejects,
        )
        return TablePage(rows, max(0, total - offset))

    def _watch(self, headers: Mapping[str, str]) -> None:
        # Called by the thread that asked, before it gets its answer.
        self._answer.headers = headers
        if self._skew is None and (date := instant(headers.get("Date"))):
            self._skew = int(date.timestamp() - clock())
        if limit := whole(headers.get("X-RateLimit-Limit")):
            self.http.stats.budget = f"limit of {limit} requests an hour"


class _Session(HttpSession):
    """Tells ServiceNow's refusals in its own terms."""

    def __init__(self, base_url: str, *, longest_wait: float, **options: Any) -> None:
        super().__init__(base_url, **options)
        self._longest_wait = longest_wait

    def _failure(self, where: str, answer: Reply) -> Exception:
        text = f"ServiceNow: {where} answered {answer.status}{_explained(answer.data)}"
        if answer.status == 401:
            return Refused(
                f"{text}; user or password is wrong, locked or inactive: set {self._variable}", 401
            )
        table = where.rpartition("/")[2]
        switch = next((name for name, of in TOGGLES.items() if of == table), None)
        off = f", or set servicenow.tables.{switch} to false in config/revops.yml"
        if answer.status == 403:
            return Refused(
                f"{text}; the user in SERVICENOW_USERNAME may not read it: give it a role with a "
                f"read rule for {table} (such as snc_read_only with itil){off if switch else ''}",
                403,
            )
        if answer.status == 404:
            return Refused(
                f"{text}; does SERVICENOW_INSTANCE_URL ({self.base_url}) lead to an instance?", 404
            )
        if answer.status == 400:
            return Refused(
                f"{text}; is there a table {table} in this instance, and may the user in "
                f"SERVICENOW_USERNAME read it? Give it a role with a read rule{off if switch else ''}",
                400,
            )
        wait = wait_of(answer) or 0.0
        if answer.status == 429 and wait > self._longest_wait:
            rule = answer.headers.get("X-RateLimit-Rule") or "unknown"
            limit = answer.headers.get("X-RateLimit-Limit") or "unknown"
            return PermanentError(
                f"{text}; the hourly limit ({limit} requests, rule {rule} in sys_rate_limit_rules) "
                f"is used up for {wait:.0f} s. What was read is stored and the next run goes on; raise "
                "the limit of this user to read faster"
            )
        return super()._failure(where, answer)


def _explained(body: bytes) -> str:
    try:
        return _told(loads(body))
    except Unreadable:
        return ""


def _told(document: Any) -> str:
    error = document.get("error") if isinstance(document, dict) else None
    if not isinstance(error, dict):
        return ""
    said = ": ".join(str(error[k]) for k in ("message", "detail") if error.get(k))
    return f" ({told(said)})" if said else ""


def _total(headers: Mapping[str, str], table: str) -> int:
    """How many rows a query has. It is never declined (`sysparm_no_count`), so it must be there."""
    total = whole(headers.get("X-Total-Count"))
    if total is None:
        raise TransientError(
            f"ServiceNow: an answer for {table} without X-Total-Count: what it lacks may be hidden "
            "or deleted, so nothing is taken from it. Where a proxy drops that header, let it pass"
        )
    return total


def _rows(answer: Any, table: str, limit: int) -> Told:
    """The `result` of an answer; anything else is a broken page, never an empty one, and so is one of
    which most have no sys_id, unless it was to hold one row only."""
    if not isinstance(answer, dict):
        raise TransientError(f"ServiceNow: the answer for {table} is no page; tried again")
    if answer.get("error"):
        raise TransientError(
            f"ServiceNow: the answer for {table} broke off{_told(answer)}; tried again"
        )
    rows = answer.get("result")
    if not isinstance(rows, list):
        raise TransientError(f"ServiceNow: an answer for {table} without `result`; tried again")
    sound = [row for row in rows if _is_record(row)]
    if 2 * len(sound) < len(rows) and limit > 1:
        raise TransientError(
            f"ServiceNow: a record of {table} without its sys_id: not a page, tried again. If "
            "it stays so, a field rule hides sys_id from the user in SERVICENOW_USERNAME: change "
            f"the rule, or switch {table} off (servicenow.tables in config/revops.yml)"
        )
    reason = "a record without its sys_id"
    bad = [row for row in rows if not _is_record(row)]
    return Told(sound, (Reject("", "sys_id", dumps(row).decode(), reason) for row in bad))


def _is_record(row: Any) -> bool:
    return isinstance(row, dict) and bool(_ID.fullmatch(str(row.get("sys_id") or "")))


def text_of(seconds: int) -> str:
    """Epoch seconds as ServiceNow writes times."""
    return datetime.fromtimestamp(seconds, UTC).strftime(TIME)


def seconds_of(text: str) -> int | None:
    """None for text that is no time: nobody can go on from there."""
    try:
        return int(datetime.strptime(text, TIME).replace(tzinfo=UTC).timestamp())
    except ValueError:
        return None
