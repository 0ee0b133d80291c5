"""How each kind of ServiceNow window is read: what is asked for, and what its rows mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from revops_pipeline.sources.ahead import chunks
from revops_pipeline.sources.http import Refused
from revops_pipeline.sources.servicenow_api import (
    Record,
    ServiceNowApi,
    TablePage,
    seconds_of,
    text_of,
)
from revops_pipeline.sources.servicenow_streams import DELETED_CLASSES, VERSION
from revops_pipeline.sources.servicenow_walk import (
    IDS_PAGE,
    Walk,
    Walker,
    by_id,
    by_time,
    id_of,
    stamp_of,
)
from revops_pipeline.sources.stream import Fields, Page, Rows, Window
from revops_pipeline.sources.told import rejects_of
from revops_pipeline.sources.vendor_json import dumps

LOOKUP = 100  # ids in one query: its text travels in the address


class Reader:
    """Reads windows of one instance; shared by the threads that do."""

    def __init__(self, api: ServiceNowApi, page_size: int) -> None:
        self._api, self._page_size = api, page_size
        self._walker = Walker(api)
        self._read: dict[str, dict[str, str]] = {}
        self._fields: dict[str, frozenset[str]] = {}
        self.hidden_in_all: dict[str, int] = {}
        self.audit_refused = False

    @property
    def hidden(self) -> dict[str, int]:
        """How many rows the user may not read, by table, of those that this run came across."""
        return {**self._walker.hidden, **{t: n for t, n in self.hidden_in_all.items() if n}}

    def fields(self, table: str, *, ask: bool) -> Fields | None:
        """The columns that every row read so far came with: an instance sends all that the user may
        see, empty ones too, and rules may hide a column in some rows only. With `ask` one row is
        read."""
        if ask and table not in self._fields:
            self._told_by(table, self._api.page(table, by_id("", None, None), 1).rows)
        names = self._fields.get(table)
        return Fields(names, names) if names else None

    def _told_by(self, table: str, rows: Sequence[Record]) -> Rows:
        """Whole rows, ready to land."""
        for row in rows:
            known = self._fields.get(table)
            if known is None:
                self._fields[table] = frozenset(row)
            elif not known <= row.keys():
                self._fields[table] = known & row.keys()
        return table_rows(rows)

    def read(self, window: Window) -> Iterator[Page]:
        reader: dict[str, Callable[[Window], Iterator[Page]]] = {
            "backfill": self._backfill,
            "changes": self._changes,
            "census": self._census,
            "audit": self._audit,
        }
        return reader[window.kind](window)

    # -- the four kinds -----------------------------------------------------------------------

    def _backfill(self, window: Window) -> Iterator[Page]:
        """The whole table, resumable after every page; then rows that were never stamped."""
        table, started = window.stream, window.bounds["started"]
        after = window.bounds["after"]
        whole = Walk(table, partial(by_time, None, window.bounds["end"]), stamp_of, self._page_size)
        for rows, last in self._walker.pages(whole, tuple(after) if after else None):
            patch = {"backfill": {"after": list(last), "started": started}}
            yield Page({table: self._told_by(table, rows)}, patch)
        unstamped = Walk(table, partial(by_id, "sys_updated_onISEMPTY"), id_of, self._page_size)
        for rows, _ in self._walker.pages(unstamped):
            yield Page({table: self._told_by(table, rows)})
        if not after:
            self.hidden_in_all[table] = whole.tally.hidden + unstamped.tally.hidden

    def _changes(self, window: Window) -> Iterator[Page]:
        """What was updated since, in the order of the times, so that each page is a checkpoint."""
        bounds, table, seen, lost = window.bounds, window.stream, dict[str, str](), set[str]()
        self._read[table] = seen
        walk = Walk(
            table, partial(by_time, bounds["start"], bounds["end"]), stamp_of, self._page_size
        )
        window.reported = 0  # what came: the walk holds each page against the instance's own total
        for rows, (time, _) in self._walker.pages(walk):
            seen.update((r["sys_id"], _version(r)) for r in rows)
            lost.update(reject.value for reject in rejects_of(rows))
            window.reported = len(seen) + len(lost)
            reached = seconds_of(time)
            patch = {"reached": reached} if reached and reached > bounds["cursor"] else None
            yield Page({table: self._told_by(table, rows)}, patch)

    def _census(self, window: Window) -> Iterator[Page]:
        """All ids with their versions. Rows of another version than the stored one are read (they
        were restored or imported, or a clock was wrong); stored ones that are not there were
        deleted."""
        table, stored = window.stream, window.bounds["known"]
        read = self._read.get(table, {})  # by the window of changes before
        walk = Walk(table, partial(by_id, ""), id_of, IDS_PAGE, ("sys_id", *VERSION), surely=False)
        missing, differing = dict(stored), dict[str, str]()
        for rows, _ in self._walker.pages(walk):
            for id_, version in ((r["sys_id"], _version(r)) for r in rows):
                held = _landed(missing.pop(id_, ""), read.get(id_, ""))
                if version != held:
                    differing[id_] = held
        if stored and table not in self._fields:  # what nobody edits may be hidden all the same
            self.fields(table, ask=True)
        for page in self._told(table, [*differing, *missing], differing | missing):
            walk.tally.seen += len(missing.keys() & page.rows[table].ids)  # the list lacked them
            yield page
        self.hidden_in_all[table] = walk.tally.hidden

    def _audit(self, window: Window) -> Iterator[Page]:
        """What the instance's log of deletions names, unless it was restored since."""
        table = window.stream
        since = f"{DELETED_CLASSES[table]}^sys_created_on>={text_of(window.bounds['start'])}"
        fields = ("sys_id", "documentkey")
        walk = Walk(
            "sys_audit_delete", partial(by_id, since), id_of, IDS_PAGE, fields, surely=False
        )
        try:
            keys = {
                str(r.get("documentkey") or "")
                for rows, _ in self._walker.pages(walk)
                for r in rows
            }
        except Refused as error:
            if error.status not in (400, 403):
                raise
            self.audit_refused = True  # the daily census finds deletions without it
            return
        if "" in keys:  # a field rule hides what was deleted
            self.audit_refused = True
        yield from self._told(table, sorted(keys - {""}))

    def _lookup(self, table: str, ids: Sequence[str]) -> TablePage:
        return self._api.page(table, f"sys_idIN{','.join(ids)}", len(ids))

    def _told(
        self, table: str, ids: Sequence[str], held: Mapping[str, str] | None = None
    ) -> Iterator[Page]:
        """Pages of rows by id, and which of the ids are gone. A row that is there and may not be
        read any more is neither, and stays as it is stored. With the versions that are `held`, what
        comes takes their place, however old it says that it is."""
        parts = list(chunks(ids, LOOKUP))
        while parts:
            part = parts.pop()
            page = self._lookup(table, part)
            missing = sorted(set(part) - {r["sys_id"] for r in page.rows})
            rows = self._told_by(table, page.rows)
            if held is not None:
                _force(rows, [_version(r) for r in page.rows], held)
            if page.rows.rejects:
                pass  # any of them may be one of those that are missing
            elif page.left == page.came:
                rows.gone = missing
            elif len(missing) == 1:
                self._walker.hide(table, 1)
            elif missing:
                half = len(missing) // 2
                parts += [missing[:half], missing[half:]]
            yield Page({table: rows})


def _force(rows: Rows, versions: Sequence[str], held: Mapping[str, str]) -> None:
    """Has the warehouse take rows that are older than the version it holds, or that it may hold as
    deleted: one without a time is never taken for outdated."""
    for place, (id_, version) in enumerate(zip(rows.ids, versions, strict=True)):
        before = held.get(id_, "")
        if not before or _time(version) < _time(before):
            rows.updated[place] = None


def _version(row: Record) -> str:
    """As `Known.live_versions` tells it of a stored row."""
    return " ".join("" if row.get(name) is None else str(row[name]) for name in VERSION)


def _time(version: str) -> str:
    return version.rpartition(" ")[0]


def _landed(stored: str, read: str) -> str:
    """Which of two versions is stored once the one that was read has landed; empty: none."""
    return read if read and _time(read) >= _time(stored) else stored


def table_rows(records: Sequence[Record]) -> Rows:
    return Rows(
        ids=[r["sys_id"] for r in records],
        documents=[dumps(r) for r in records],
        updated=[r.get("sys_updated_on") or None for r in records],
        deleted=[None] * len(records),
        rejects=rejects_of(records),
    )
