"""Salesforce: accounts and what hangs on them, of one organisation.

What is read, and when:
- first each object whole, in the order of its last change, resumable after every page;
- then what changed, by `SystemModstamp` in windows that overlap: a transaction may commit minutes
  after the time that it stamps;
- deleted records are among them (`queryAll`), until Salesforce empties its recycle bin;
- once a day everything, a census, and where that costs no more than asking for changes, each
  time: what no stamp tells is in it (formula fields, records that a sharing rule has opened,
  children deleted with their parents), and what is stored and not in it is there no more.

All fields that the user may see are asked for, whatever the organisation has added to them; a field
it lacks is absent from the documents and NULL in staging.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from revops_pipeline.sources.salesforce_api import (
    PAGE,
    Answer,
    Described,
    LocatorExpired,
    SalesforceApi,
)
from revops_pipeline.sources.salesforce_soql import (
    Position,
    from_ms,
    instant,
    select,
    to_18,
    to_utc,
)
from revops_pipeline.sources.salesforce_streams import CUSTOM, OBJECTS, STREAMS, TOGGLES
from revops_pipeline.sources.stream import (
    Identity,
    Known,
    Page,
    PermanentError,
    Rows,
    Source,
    State,
    TransientError,
    Window,
)

Record = dict[str, Any]
MINUTE_MS, HOUR_MS = 60_000, 3_600_000
RESTARTS = 5  # of a query without getting on


@dataclass(frozen=True, slots=True)
class Cadence:
    """How far back and how often things are read again. `objects`: which streams are read; users
    always are."""

    overlap_minutes: int = 10
    census_hours: int = 24
    cheap_requests: int = 1
    objects: tuple[str, ...] = TOGGLES


@dataclass(slots=True)
class _Scan:
    """A window under way: where it goes on, and what was counted against what was reported."""

    since: datetime | None
    started: datetime
    position: Position | None
    total: int = 0
    distinct: int = 0
    last_ids: set[str] = field(default_factory=set)

    @property
    def complete(self) -> bool:
        return self.distinct >= self.total

    def count(self, records: Sequence[Record]) -> None:
        """Notes a page. A record that was changed while the query ran comes in its old place with
        its new stamp: it moves nothing, or what lies between would be passed over."""
        ids = {_id(r) for r in records}
        self.distinct += len(ids - self.last_ids)
        self.last_ids = ids or self.last_ids
        for record in reversed(records):
            if (stamp := instant(_stamp(record))) < self.started:
                self.position = Position(stamp, _id(record))
                return


class Salesforce(Source):
    """Reads one organisation."""

    name = "salesforce"
    streams = STREAMS

    def __init__(self, api: SalesforceApi, cadence: Cadence | None = None) -> None:
        self._api, self._cadence = api, cadence or Cadence()
        self._described: dict[str, Described | None] = {}
        self._now: int | None = None
        self._short: set[int] = set()

    def identity(self) -> Identity:
        organisation = self._api.organisation()
        self._api.reach()
        key = f"organisation {organisation}" if organisation else None
        return Identity(key, self._api.http.base_url)

    def plan(self, stream: str, state: State, known: Known) -> list[Window]:
        if stream not in (*self._cadence.objects, "users"):
            return []
        if self._now is None:
            self._now = self._api.now_ms()
        now = self._now
        if "cursor" not in state:
            backfill = state.get("backfill") or {"stamp": None, "id": None, "started": now}
            # What is changed after the start is in the next window of changes.
            begun = backfill["started"]
            settled: State = {"cursor": begun, "census_at": begun}
            return [Window(stream, "list", backfill, settled=settled)]
        since = state["cursor"] - self._cadence.overlap_minutes * MINUTE_MS
        cheap = known.count(stream) <= PAGE * self._cadence.cheap_requests
        if cheap or now - state.get("census_at", 0) > self._cadence.census_hours * HOUR_MS:
            bounds = {"known": known.live_ids(stream), "started": now}
            settled = {"cursor": now, "census_at": now}
            return [Window(stream, "census", bounds, settled=settled)]
        bounds = {"since": since, "started": now}
        return [Window(stream, "changes", bounds, settled={"cursor": now})]

    def read(self, window: Window) -> Iterator[Page]:
        described = self._describe(window.stream)
        if described is None:
            return
        self._short.discard(id(window))
        window.reported = None
        bounds, listed = window.bounds, set[str]()
        since, stamp = bounds.get("since"), bounds.get("stamp")
        scan = _Scan(
            from_ms(since) if since is not None else None,
            from_ms(bounds["started"]),
            Position(instant(stamp), bounds["id"]) if stamp else None,
        )
        for answer in self._answers(described, scan):
            if window.kind == "changes" and window.reported is None:
                window.reported = answer.total
            rows, patch = record_rows(answer.records, described), None
            if window.kind == "list":
                patch = {"backfill": self._place(scan, answer, bounds["started"])}
            elif window.kind == "census":
                listed.update(rows.ids)
            yield Page({window.stream: rows}, patch)
        if not scan.complete or (window.kind == "census" and len(listed) < scan.total):
            self._short.add(id(window))
        elif gone := sorted(set(bounds.get("known") or ()) - listed):
            yield Page({window.stream: Rows(gone=gone)})

    def verify(self, window: Window, distinct: int) -> bool:
        """Records are counted while they are read, for the ids of a whole object may not fit into
        memory; of changes, the distinct ones that came are counted as well. More than reported are
        no fault: records change while they are read."""
        reported = window.reported or 0
        return id(window) not in self._short and distinct >= reported

    def split(self, window: Window) -> list[Window]:
        raise TransientError(
            f"Salesforce: {OBJECTS[window.stream]} gave fewer records than Salesforce reported, "
            "three times; what came is stored, and the next run reads the same window again"
        )

    def progress(self) -> str:
        stats = self._api.http.stats
        return ", ".join(filter(None, [f"{stats.requests:,} requests", stats.budget]))

    def close(self) -> None:
        self._api.http.close()

    def _describe(self, stream: str) -> Described | None:
        """The stream's object; None for a custom one that the organisation lacks."""
        if stream not in self._described:
            self._described[stream] = self._api.describe(OBJECTS[stream])
        described = self._described[stream]
        if described is None and stream not in CUSTOM:
            raise PermanentError(
                f"Salesforce: the user of {self._api.variables} cannot see the object "
                f"{OBJECTS[stream]}: grant Read and 'View All' on it (permission set), or leave "
                f"{stream} out of salesforce.objects in config/revops.yml"
            )
        return described

    @staticmethod
    def _place(scan: _Scan, answer: Answer, started: int) -> State | None:
        """From where a killed run goes on; None once all was read, and before there is a place."""
        if answer.following is None or scan.position is None:
            return None
        stamp = scan.position.stamp.isoformat()
        return {"stamp": stamp, "id": scan.position.id, "started": started}

    def _answers(self, described: Described, scan: _Scan) -> Iterator[Answer]:
        """The pages of a scan; asked for anew where Salesforce forgets the rest."""
        restarts = 0
        while True:
            before = scan.position
            scan.total = scan.distinct = 0
            soql = select(described.fields, described.name, since=scan.since, after=before)
            try:
                for answer in self._api.query(soql, deleted=described.deletes):
                    scan.total = answer.total
                    scan.count(answer.records)
                    yield answer
                return
            except LocatorExpired as error:
                restarts = restarts + 1 if scan.position == before else 0
                if restarts > RESTARTS:
                    raise TransientError(f"{error}, again and again; tried again later") from None


def record_rows(records: Sequence[Record], described: Described) -> Rows:
    """Records as rows, ids in their 18 characters; `attributes` only repeats what and where."""
    rows = Rows()
    for record in records:
        record.pop("attributes", None)
        for name in described.ids:
            if (value := record.get(name)) is not None and len(value) == 15:
                record[name] = to_18(value)
        rows.ids.append(_id(record))
        updated = to_utc(_stamp(record))
        rows.updated.append(updated)
        rows.deleted.append(updated if record.get("IsDeleted") else None)
        rows.documents.append(orjson.dumps(record, option=orjson.OPT_SORT_KEYS))
    return rows


def _id(record: Record) -> str:
    if not (found := record.get("Id")):
        raise TransientError("Salesforce: a record without an Id: it is not a page, tried again")
    return to_18(found)


def _stamp(record: Record) -> str:
    if not (found := record.get("SystemModstamp")):
        raise TransientError(
            f"Salesforce: record {record.get('Id')} does not say when it was last changed, although "
            "it was asked; tried again"
        )
    return str(found)
