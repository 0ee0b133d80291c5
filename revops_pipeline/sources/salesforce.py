"""Salesforce: accounts and what hangs on them, of one organisation.

What is read, and when:
- first each object whole, in the order of its last change, resumable after every page;
- then what changed, by `SystemModstamp` in windows that overlap: a transaction may commit minutes
  after the time that it stamps;
- deleted records are among them (`queryAll`), until Salesforce empties its recycle bin;
- where that are more records than `bulk_rows`, a query job of the Bulk API reads them instead, by
  a fraction of the requests (`salesforce_jobs.py`);
- once a day everything, a census, and where that costs no more than asking for changes, each
  time: what no stamp tells is in it (formula fields, records that a sharing rule has opened,
  children deleted with their parents), and what is stored and not in it is there no more.

All fields that the user may see are asked for, whatever the organisation has added to them; a field
it lacks is absent from the documents and NULL in staging.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from revops_pipeline.sources.http import Refused
from revops_pipeline.sources.salesforce_api import PAGE, Answer, SalesforceApi
from revops_pipeline.sources.salesforce_jobs import BULK, JobReading
from revops_pipeline.sources.salesforce_rows import (
    Described,
    record_rows,
)
from revops_pipeline.sources.salesforce_scan import Scan
from revops_pipeline.sources.salesforce_session import LocatorExpired
from revops_pipeline.sources.salesforce_soql import (
    Position,
    from_ms,
    instant,
    select,
    select_count,
)
from revops_pipeline.sources.salesforce_streams import CUSTOM, OBJECTS, STANDARD, STREAMS, TOGGLES
from revops_pipeline.sources.stream import (
    GONE_FOR_GOOD,
    RETURNED,
    Fields,
    Identity,
    Known,
    ObjectRefused,
    Page,
    Rows,
    Source,
    State,
    Stream,
    TransientError,
    Window,
)
from revops_pipeline.sources.times import from_epoch

MINUTE_MS, HOUR_MS = 60_000, 3_600_000
AHEAD_MS = MINUTE_MS  # by how much a stored time may differ from those that another machine tells
RESTARTS = 5  # of a query without getting on


@dataclass(frozen=True, slots=True)
class Cadence:
    """How far back and how often things are read again. `bulk_rows`: a window of more records is
    read by a query job (0: none is). `objects`: which streams are read; users always are."""

    overlap_minutes: int = 10
    census_hours: int = 24
    cheap_requests: int = 1
    bulk_rows: int = 50_000
    objects: tuple[str, ...] = TOGGLES


class Salesforce(Source):
    """Reads one organisation."""

    name = "salesforce"
    streams = STREAMS
    way_to_see = "grant its user Read on the fields (permission set, field-level security)"

    def __init__(
        self,
        api: SalesforceApi,
        cadence: Cadence | None = None,
        columns: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        """`columns`: by stream, columns that the settings read from other fields."""
        self._api, self._cadence, self._columns = api, cadence or Cadence(), columns or {}
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
        now, mark = self._now, state.get(BULK)
        if mark and self._cadence.bulk_rows:
            bounds = {"since": mark["since"], "started": min(mark["started"], now), BULK: mark}
            return [self._window(stream, mark["kind"], bounds, known)]
        if "cursor" not in state:
            backfill = state.get("backfill") or {"stamp": None, "id": None, "started": now}
            bounds = {**backfill, "started": min(backfill["started"], now)}
            return [self._window(stream, "list", bounds, known)]
        if self._census_due(state, known.count(stream)):
            return [self._window(stream, "census", {"started": now}, known)]
        since = min(state["cursor"], now) - self._cadence.overlap_minutes * MINUTE_MS
        return [self._window(stream, "changes", {"since": since, "started": now}, known)]

    def _census_due(self, state: State, stored: int) -> bool:
        """A time of the state that is still to come was stored while a clock was wrong: nobody
        knows what was changed since it was really read, and a census alone finds that."""
        now, cadence = self._now or 0, self._cadence
        census_at = state.get("census_at", 0)
        return (
            stored <= PAGE * cadence.cheap_requests
            or now - census_at > cadence.census_hours * HOUR_MS
            or max(state["cursor"], census_at) > now + AHEAD_MS
            or RETURNED in state
        )

    @staticmethod
    def _window(stream: str, kind: str, bounds: Mapping[str, Any], known: Known) -> Window:
        """What is changed after the window's start is in the next window of changes."""
        settled: State = {"cursor": bounds["started"], BULK: None}
        if kind != "changes":
            settled["census_at"] = bounds["started"]
        if kind == "census":
            bounds = {**bounds, "known": known.live_ids(stream)}
            bounds["deleted"] = known.deleted_ids(stream)
        if stream in CUSTOM:
            bounds = {**bounds, "stored": known.count(stream)}
        return Window(stream, kind, bounds, settled=settled)

    def read(self, window: Window) -> Iterator[Page]:
        try:
            yield from self._pages(window)
        except Refused as error:
            name, leave = OBJECTS[window.stream], self._left_out(window.stream)
            raise ObjectRefused(
                f"{error}; this is about {name} alone: grant the user of {self._api.variables} "
                f"Read and 'View All' on it, or 'View All Data' (permission set){leave}"
            ) from None

    @staticmethod
    def _left_out(stream: str) -> str:
        """The way out that is left, where there is one."""
        return (
            f", or leave {stream} out of salesforce.objects in config/revops.yml"
            if stream in TOGGLES
            else ""
        )

    def _pages(self, window: Window) -> Iterator[Page]:
        described = self._describe(window.stream)
        if described is None:
            self._expect_none(window)
            return
        again = id(window) in self._short
        self._short.discard(id(window))
        window.reported = None
        bounds, listed, lost = window.bounds, set[str](), 0
        since, stamp = bounds.get("since"), bounds.get("stamp")
        begun = Position(instant(stamp), bounds["id"]) if stamp else None
        scan = Scan(
            from_ms(since) if since is not None else None,
            from_ms(bounds["started"] // 1000 * 1000),  # stamps have whole seconds
            begun,
        )
        if BULK in bounds or self._counts_many(window, described):
            yield from self._read_by_job(window, described, anew=again)
            return
        answers = self._answers(described, scan)
        first = next(answers)
        if not stamp and self._many(first.total):
            yield from self._read_by_job(window, described, anew=again)
            return
        if window.kind == "changes":
            window.reported = first.total
        for answer in chain([first], answers):
            rows, patch = record_rows(answer.records, described), None
            if window.kind == "list":
                patch = {"backfill": self._place(scan, answer, bounds["started"])}
            elif window.kind == "census":
                listed.update(rows.ids)
            lost += sum(not reject.id for reject in rows.rejects)
            yield Page({window.stream: rows}, patch)
        whole = scan.complete and (window.kind != "census" or len(listed) + lost >= scan.total)
        if whole and first.following is None and len(first.records) >= PAGE and since is None:
            # A full page that is said to be all: it may be, or the word that there is more was lost.
            counted = select_count(described.name, begun)
            whole = self._api.count(counted, deleted=described.deletes) <= scan.distinct
        yield from self._ended(window, listed, whole=whole)

    def _read_by_job(self, window: Window, described: Described, *, anew: bool) -> Iterator[Page]:
        reading = JobReading(self._api.jobs, window, described)
        yield from reading.pages(anew=anew)
        yield from self._ended(window, reading.listed, whole=reading.complete)

    def _ended(self, window: Window, listed: set[str], *, whole: bool) -> Iterator[Page]:
        """What is stored and was not met in a whole census is there no more."""
        if not whole:
            self._short.add(id(window))
            return
        if window.kind == "census":
            lost = set(window.bounds.get("deleted") or ()) - listed
            window.settled[GONE_FOR_GOOD] = " ".join(sorted(lost))
        if gone := sorted(set(window.bounds.get("known") or ()) - listed):
            yield Page({window.stream: Rows(gone=gone)})

    def _counts_many(self, window: Window, described: Described) -> bool:
        """Asks how many records there are before everything is read. The first page tells it as
        well, but the order that a page needs takes Salesforce long if they are many."""
        bounds = window.bounds
        fresh = window.kind == "list" and not bounds.get("stamp")
        if not self._cadence.bulk_rows or not (fresh or self._many(len(bounds.get("known", ())))):
            return False
        return self._many(self._api.count(select_count(described.name), deleted=described.deletes))

    def _many(self, records: int) -> bool:
        return 0 < self._cadence.bulk_rows < records

    def fields(self, stream: str, *, ask: bool = False) -> Fields | None:
        described = self._describe(stream) if ask else self._described.get(stream)
        names = frozenset(described.fields) if described else None
        return Fields(names, names) if names else None

    def standard(self, stream: Stream) -> frozenset[str]:
        """In the object's own spelling, which a setting need not keep to."""
        described = self._described.get(stream.name)
        spelled = {name.lower(): name for name in described.fields} if described else {}
        read = {**STANDARD.get(stream.name, {}), **self._columns.get(stream.name, {})}
        return frozenset(spelled.get(name.lower(), name) for name in read.values())

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

    def now(self) -> datetime:
        return from_epoch(self._api.now_ms() / 1000)

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
            raise ObjectRefused(
                f"Salesforce: the user of {self._api.variables} cannot see the object "
                f"{OBJECTS[stream]}: grant Read and 'View All' on it (permission set)"
                f"{self._left_out(stream)}"
            )
        return described

    def _expect_none(self, window: Window) -> None:
        """An object that was never there may stay away. One of which rows are stored may not: they
        would stay as they are without a word."""
        if stored := window.bounds["stored"]:
            name = OBJECTS[window.stream]
            raise ObjectRefused(
                f"Salesforce: the user of {self._api.variables} cannot see the object {name} any "
                f"more, of which {stored:,} records are stored: grant Read and 'View All' on it "
                f"(permission set), or leave {window.stream} out of salesforce.objects in "
                "config/revops.yml; if the organisation has removed it, `revops state reset "
                f"salesforce {window.stream}`"
            )

    @staticmethod
    def _place(scan: Scan, answer: Answer, started: int) -> State | None:
        """From where a killed run goes on; None once all was read, and before there is a place."""
        if answer.following is None or scan.position is None:
            return None
        stamp = scan.position.stamp.isoformat()
        return {"stamp": stamp, "id": scan.position.id, "started": started}

    def _answers(self, described: Described, scan: Scan) -> Iterator[Answer]:
        """The pages of a scan; asked for anew where Salesforce forgets the rest."""
        restarts = 0
        while True:
            before = scan.position
            scan.begin()
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
