"""How each kind of ServiceNow window is read.

A table is walked by key, in the order of last update and id, each page asking for what follows the
last row that came: rows that change meanwhile move behind, rows that are deleted leave no gap, and
rows that a page lacked are at the head of the next. The walk ends when the instance says that
nothing is left, never because a page is short.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

import orjson

from revops_pipeline.sources.ahead import chunks
from revops_pipeline.sources.http import Refused
from revops_pipeline.sources.servicenow_api import (
    Record,
    ServiceNowApi,
    TablePage,
    seconds_of,
    text_of,
)
from revops_pipeline.sources.servicenow_streams import DELETED_CLASSES
from revops_pipeline.sources.stream import Page, PermanentError, Rows, TransientError, Window

CENSUS_PAGE = 10_000
LOOKUP = 100  # ids in one query: its text travels in the address
SMALLEST_PAGE = 50
ASKED_AGAIN = 3
EMPTIED = 20  # a table of more rows than this is not believed to have lost all of them

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Walk:
    """A query that is walked by key. `query` gives its text behind a key, `key` a row's."""

    table: str
    query: Callable[[Key | None], str]
    key: Callable[[Record], Key]
    limit: int
    fields: Sequence[str] = ()


@dataclass(slots=True)
class Reader:
    """Reads windows of one instance; shared by the threads that do. `hidden` counts rows that the
    user may not read, by table."""

    api: ServiceNowApi
    page_size: int
    hidden: dict[str, int] = field(default_factory=dict)
    audit_refused: bool = False

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
        whole = Walk(table, partial(_updated, None, window.bounds["end"]), _stamp, self.page_size)
        for rows, last in self._walk(whole, tuple(after) if after else None):
            patch = {"backfill": {"after": list(last), "started": started}}
            yield Page({table: table_rows(rows)}, patch)
        unstamped = partial(_by_id, "sys_updated_onISEMPTY")
        for rows, _ in self._walk(Walk(table, unstamped, _id, self.page_size), None):
            yield Page({table: table_rows(rows)})

    def _changes(self, window: Window) -> Iterator[Page]:
        """What was updated since, in the order of the times, so that each page is a checkpoint."""
        bounds, table, seen = window.bounds, window.stream, set[str]()
        walk = Walk(
            table, partial(_updated, bounds["start"], bounds["end"]), _stamp, self.page_size
        )
        window.reported = 0  # the walk itself counts down what is left
        for rows, (time, _) in self._walk(walk, None):
            seen.update(r["sys_id"] for r in rows)
            window.reported = len(seen)
            reached = seconds_of(time)
            patch = {"reached": reached} if reached > bounds["cursor"] else None
            yield Page({table: table_rows(rows)}, patch)

    def _census(self, window: Window) -> Iterator[Page]:
        """All ids: those that are not stored are read, whatever their time says (restored rows,
        imported ones), those that are stored and not there were deleted."""
        table, known = window.stream, set(window.bounds["known"])
        walk = Walk(table, partial(_by_id, ""), _id, CENSUS_PAGE, ("sys_id",))
        listed, new = set[str](), list[str]()
        for rows, _ in self._walk(walk, None):
            ids = [r["sys_id"] for r in rows]
            listed.update(ids)
            new += [i for i in ids if i not in known]
        if not listed and len(known) > EMPTIED:
            raise PermanentError(
                f"ServiceNow: {table} shows no row, but {len(known):,} are stored. Nothing is "
                "marked as deleted: check what the user in SERVICENOW_USERNAME may read; if the "
                f"table was emptied, `revops state reset servicenow {table}`"
            )
        yield from self._told(table, [*new, *sorted(known - listed)])

    def _audit(self, window: Window) -> Iterator[Page]:
        """What the instance's log of deletions names, unless it was restored since."""
        table = window.stream
        since = f"{DELETED_CLASSES[table]}^sys_created_on>={text_of(window.bounds['start'])}"
        fields = ("sys_id", "documentkey")
        walk = Walk("sys_audit_delete", partial(_by_id, since), _id, CENSUS_PAGE, fields)
        try:
            keys = {str(r["documentkey"]) for rows, _ in self._walk(walk, None) for r in rows}
        except Refused as error:
            if error.status not in (400, 403):
                raise
            self.audit_refused = True  # the daily census finds deletions without it
            return
        yield from self._told(table, sorted(keys))

    # -- pages --------------------------------------------------------------------------------

    def _walk(self, walk: Walk, after: Key | None) -> Iterator[tuple[list[Record], Key]]:
        """Pages with rows, each with the key of its last row."""
        offset, limit, tries, empty = 0, walk.limit, 0, 0
        while True:
            try:
                page = self.api.page(walk.table, walk.query(after), limit, offset, walk.fields)
                last = self._last(walk, page.rows, after)
            except TransientError:
                # An instance that is too slow for a page may still manage a smaller one.
                tries, limit = tries + 1, max(min(limit, SMALLEST_PAGE), limit // 4)
                if tries > ASKED_AGAIN:
                    raise
                continue
            if last:
                yield page.rows, last
                if page.left == len(page.rows):
                    return
                after, offset, tries, empty = last, 0, 0, 0
                continue
            if page.left == 0:
                return
            empty += 1
            if empty <= ASKED_AGAIN:  # rows to come and none here: a slip, or all are hidden
                continue
            self._hide(walk.table, min(limit, page.left))
            if page.left <= limit:
                return
            offset, empty = offset + limit, 0

    def _last(self, walk: Walk, rows: list[Record], after: Key | None) -> Key | None:
        """The key of the last row, if the instance kept to the order and to the key asked for."""
        keys = [walk.key(row) for row in rows]
        asked = [after, *keys] if after else keys
        times = [time for time, _ in asked]
        if times != sorted(times) or len(set(asked)) < len(asked):
            raise TransientError(
                f"ServiceNow: a page of {walk.table} does not follow the one before (rows repeat or "
                "are out of order); the read is not complete and will be tried again"
            )
        return keys[-1] if keys else None

    def _hide(self, table: str, count: int) -> None:
        self.hidden[table] = self.hidden.get(table, 0) + count

    def _lookup(self, table: str, ids: Sequence[str]) -> TablePage:
        return self.api.page(table, f"sys_idIN{','.join(ids)}", len(ids))

    def _told(self, table: str, ids: Sequence[str]) -> Iterator[Page]:
        """Pages of rows by id, and which of the ids are gone. A row that is there and may not be
        read any more is neither, and stays as it is stored."""
        parts = list(chunks(ids, LOOKUP))
        while parts:
            part = parts.pop()
            page = self._lookup(table, part)
            missing = sorted(set(part) - {r["sys_id"] for r in page.rows})
            rows = table_rows(page.rows)
            if page.left == len(page.rows):
                rows.gone = missing
            elif len(missing) == 1:
                self._hide(table, 1)
            elif missing:
                half = len(missing) // 2
                parts += [missing[:half], missing[half:]]
            yield Page({table: rows})


def table_rows(records: Sequence[Record]) -> Rows:
    return Rows(
        ids=[r["sys_id"] for r in records],
        documents=[orjson.dumps(r, option=orjson.OPT_SORT_KEYS) for r in records],
        updated=[r.get("sys_updated_on") or None for r in records],
        deleted=[None] * len(records),
    )


def _updated(start: int | None, end: int, after: Key | None) -> str:
    """Rows by time and id: behind a key, or from a time on."""
    if after:
        time, id_ = after
        first = f"sys_updated_on>={time}^sys_updated_on>{time}^ORsys_id>{id_}"
    elif start is not None:
        first = f"sys_updated_on>={text_of(start)}"
    else:
        first = "sys_updated_onISNOTEMPTY"
    return f"{first}^sys_updated_on<={text_of(end)}^ORDERBYsys_updated_on^ORDERBYsys_id"


def _by_id(condition: str, after: Key | None) -> str:
    terms = [condition, f"sys_id>{after[1]}" if after else "", "ORDERBYsys_id"]
    return "^".join(filter(None, terms))


def _stamp(row: Record) -> Key:
    return str(row.get("sys_updated_on") or ""), str(row["sys_id"])


def _id(row: Record) -> Key:
    return "", str(row["sys_id"])
