"""ServiceNow: tickets, configuration items and users of one instance.

What is read, and when:
- first each table as a whole, in the order of last update, resumable after every page;
- then what was updated since, from some minutes before the last run on: the instance's times have
  whole seconds, and the last second was still filling when it was read;
- deletions, which leave nothing to be found by time: by a comparison of all rows with what is stored,
  in each run for small tables and daily for large ones, which also finds rows that were restored,
  imported with an old time, or updated while a clock was wrong; between two comparisons by the log
  of deletions, where the user may read it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from revops_pipeline.sources.http import Refused
from revops_pipeline.sources.servicenow_api import ServiceNowApi
from revops_pipeline.sources.servicenow_plan import Cadence, Plan
from revops_pipeline.sources.servicenow_read import Reader
from revops_pipeline.sources.servicenow_streams import STREAMS
from revops_pipeline.sources.stream import (
    Fields,
    Identity,
    Known,
    ObjectRefused,
    Page,
    Source,
    State,
    Window,
)
from revops_pipeline.sources.times import from_epoch

__all__ = ["Cadence", "ServiceNow"]


class ServiceNow(Source):
    """Reads one instance."""

    name = "servicenow"
    streams = STREAMS
    confirms = True
    way_to_see = (
        "change the access rule (sys_security_acl) that hides them, or give its user a role"
    )

    def __init__(self, api: ServiceNowApi, cadence: Cadence | None = None) -> None:
        self._api, self._cadence = api, cadence or Cadence()
        self._reader = Reader(api, self._cadence.page_size)
        self._plan: Plan | None = None

    def identity(self) -> Identity:
        return Identity(self._api.instance(), self._api.http.base_url)

    def plan(self, stream: str, state: State, known: Known) -> list[Window]:
        if self._plan is None:
            self._plan = Plan(self._cadence, self._api.now())
        return self._plan.windows(stream, state, known)

    def read(self, window: Window) -> Iterator[Page]:
        try:
            yield from self._reader.read(window)
        except Refused as error:
            if error.status == 401:
                raise
            raise ObjectRefused(str(error)) from None

    def fields(self, stream: str, *, ask: bool = False) -> Fields | None:
        return self._reader.fields(stream, ask=ask)

    def hidden_rows(self) -> Mapping[str, int]:
        return self._reader.hidden_in_all

    def now(self) -> datetime:
        return from_epoch(self._api.now())

    def progress(self) -> str:
        stats = self._api.http.stats
        parts = [f"{stats.requests:,} requests", stats.budget]
        for table, count in sorted(self._reader.hidden.items()):
            parts.append(f"{count:,} rows of {table} are hidden from the user by access rules")
        if self._reader.audit_refused:
            parts.append("sys_audit_delete may not be read, deletions are found once a day")
        return ", ".join(filter(None, parts))

    def close(self) -> None:
        self._api.http.close()
