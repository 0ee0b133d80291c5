"""How a ServiceNow table is walked by key: each page asks for what follows the last row that came.

Rows that change meanwhile move behind, rows that are deleted leave no gap, and rows that a page
lacked at its end are at the head of the next. What holds a walk together:
- the rows of a page follow one another and the page before, ids within a second too;
- a page with fewer rows than its own total leaves room for is not believed to have only hidden ones:
  the ids up to its last row are asked for as well, and one that the page lacks makes it a broken page;
- the walk ends when the instance says that nothing is left, never because a page is short.
The totals of two pages are not held against each other: rows come and go between them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from revops_pipeline.sources.servicenow_api import Record, ServiceNowApi, TablePage, text_of
from revops_pipeline.sources.stream import TransientError

IDS_PAGE = 10_000  # of rows that are little more than an id
SMALLEST_PAGE = 50
ASKED_AGAIN = 3
# Ids that an import brought may hold anything, and databases differ in how they sort it.
_SORTED = re.compile(r"[0-9a-f]{32}")

Key = tuple[str, str]


@dataclass(slots=True)
class Tally:
    """How many rows a walk had before it when it began, unreadable ones included, and how many of
    them came."""

    total: int | None = None
    seen: int = 0

    @property
    def hidden(self) -> int:
        return max(0, (self.total or 0) - self.seen)


@dataclass(frozen=True, slots=True)
class Walk:
    """A query that is walked by key. `query` gives its text behind a key, and up to another where
    there is one, `key` a row's. `surely`: whether pages that lack rows are looked into."""

    table: str
    query: Callable[[Key | None, Key | None], str]
    key: Callable[[Record], Key]
    limit: int
    fields: Sequence[str] = ()
    surely: bool = True
    tally: Tally = field(default_factory=Tally)


@dataclass(slots=True)
class Walker:
    """Walks tables of one instance; shared by threads. `hidden` counts rows that the user may not
    read, by table."""

    api: ServiceNowApi
    hidden: dict[str, int] = field(default_factory=dict)

    def pages(self, walk: Walk, after: Key | None = None) -> Iterator[tuple[list[Record], Key]]:
        """Pages with rows, each with the key of its last row."""
        offset, limit, tries, empty = 0, walk.limit, 0, 0
        while True:
            try:
                page = self.api.page(
                    walk.table, walk.query(after, None), limit, offset, walk.fields
                )
                last = _last(walk, page.rows, after)
                if last and walk.surely and page.came < min(limit, page.left):
                    self._expect_all(walk, page, after, last)
            except TransientError:
                # An instance that is too slow for a page may still manage a smaller one.
                tries, limit = tries + 1, max(min(limit, SMALLEST_PAGE), limit // 4)
                if tries > ASKED_AGAIN:
                    raise
                continue
            walk.tally.total = page.left if walk.tally.total is None else walk.tally.total
            if last:
                walk.tally.seen += page.came
                yield page.rows, last
                if page.left == page.came < limit:  # a full one may be cut: what follows is asked
                    return
                after, offset, tries, empty = last, 0, 0, 0
                continue
            if page.left == 0:
                return
            empty += 1
            if empty <= ASKED_AGAIN:  # rows to come and none here: a slip, or all are hidden
                continue
            self.hide(walk.table, min(limit, page.left))
            if page.left <= limit:
                return
            offset, empty = offset + limit, 0

    def hide(self, table: str, count: int) -> None:
        if count > 0:
            self.hidden[table] = self.hidden.get(table, 0) + count

    def _expect_all(self, walk: Walk, page: TablePage, after: Key | None, last: Key) -> None:
        """Raises TransientError unless what a page lacks before its last row is hidden."""
        there = self.api.page(walk.table, walk.query(after, last), IDS_PAGE, 0, ("sys_id",))
        self.hide(walk.table, there.left - len(there.rows) if there.left <= IDS_PAGE else 0)
        lost = {r["sys_id"] for r in there.rows} - {r["sys_id"] for r in page.rows}
        if lost:
            raise TransientError(
                f"ServiceNow: a page of {walk.table} lacks {len(lost)} of its rows, such as "
                f"{min(lost)}; the read is not complete and will be tried again"
            )


def _last(walk: Walk, rows: list[Record], after: Key | None) -> Key | None:
    """The key of the last row, if the instance kept to the order and to the key asked for."""
    keys = [walk.key(row) for row in rows]
    asked = [after, *keys] if after else keys
    times = [time for time, _ in asked]
    plain = [key for key in asked if _SORTED.fullmatch(key[1])]
    if times != sorted(times) or plain != sorted(plain) or len(set(asked)) < len(asked):
        raise TransientError(
            f"ServiceNow: a page of {walk.table} does not follow the one before (rows repeat or "
            "are out of order); the read is not complete and will be tried again"
        )
    return keys[-1] if keys else None


def by_time(start: int | None, end: int, after: Key | None, upto: Key | None) -> str:
    """Rows by time and id: behind a key, or from a time on."""
    if after:
        time, id_ = after
        terms = [f"sys_updated_on>={time}^sys_updated_on>{time}^ORsys_id>{id_}"]
    elif start is not None:
        terms = [f"sys_updated_on>={text_of(start)}"]
    else:
        terms = ["sys_updated_onISNOTEMPTY"]
    terms.append(f"sys_updated_on<={text_of(end)}")
    if upto:
        time, id_ = upto
        terms.append(f"sys_updated_on<={time}^sys_updated_on<{time}^ORsys_id<={id_}")
    return "^".join([*terms, "ORDERBYsys_updated_on", "ORDERBYsys_id"])


def by_id(condition: str, after: Key | None, upto: Key | None) -> str:
    terms = [
        condition,
        f"sys_id>{after[1]}" if after else "",
        f"sys_id<={upto[1]}" if upto else "",
        "ORDERBYsys_id",
    ]
    return "^".join(filter(None, terms))


def stamp_of(row: Record) -> Key:
    return str(row.get("sys_updated_on") or ""), str(row["sys_id"])


def id_of(row: Record) -> Key:
    return "", str(row["sys_id"])
