"""QBR: quarterly business reviews, one list without totals or times of change.

The list's cursor says where one is in it, not what has changed (a record on the first page can be
edited tomorrow), so a read goes round: from the cursor that is stored to the end, where new records
are, and then from the beginning to that cursor. An interrupted read goes on where it was and still
sees everything once; a record that is equal to the stored one writes nothing; one that is stored
and was not met in a whole round is gone.

A list that takes too many pages for that in each run is read from the cursor to its end, and goes
round only now and then. State: `next_cursor` is the last cursor met, which leads to the list's last
page when all has been read; `compared_at` the epoch second of the last whole round.

Two records of one id are two rows: the one met first has the id, the other is kept for the rejects.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field

import xxhash

from revops_pipeline.sources.http import Refused
from revops_pipeline.sources.ids import id_text
from revops_pipeline.sources.qbr_api import QbrApi, QbrPage, Record
from revops_pipeline.sources.qbr_streams import RECORDS, STREAMS
from revops_pipeline.sources.stream import (
    RETURNED,
    Fields,
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
from revops_pipeline.sources.told import rejects_of
from revops_pipeline.sources.vendor_json import dumps

KEY = "record_id"
# What stands for an id where there is none. Equal placeholders are not equal ids.
PLACEHOLDERS = frozenset({"", "-", "n/a", "na", "none", "null", "unknown"})
NO_ID = "no-id:"
"""Begins the raw id of a record that came without one; its content follows as a digest."""
TWICE = "twice:"
"""The same for a record whose id another one has that was met before in the round."""
# A cursor that has expired or that the API does not know.
CURSOR_REFUSED = frozenset({400, 404, 410, 422})
HOUR_SECONDS = 3600
MANY = 20  # so many reviews do not all go, nor do they all make room for others, unseen
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class QbrCadence:
    """A list of at most `cheap_pages` is compared as a whole in each run, a longer one when
    `compare_hours` have passed since that was last done."""

    cheap_pages: int = 100
    compare_hours: int = 168


class Qbr(Source):
    """`account` says whose data it is where the address does not, as that of a sandbox changes."""

    name = "qbr"
    streams = STREAMS
    way_to_see = "ask who runs the API why it leaves them out"

    def __init__(
        self,
        api: QbrApi,
        cadence: QbrCadence | None = None,
        account: str | None = None,
        clock: Callable[[], float] = time.time,
        *,
        accepts: bool = False,
    ) -> None:
        self._api, self._cadence, self._account = api, cadence or QbrCadence(), account
        self._clock, self._accepts = clock, accepts
        self._fields: Fields | None = None

    def identity(self) -> Identity:
        return Identity(self._account, self._api.http.base_url)

    def plan(self, stream: str, state: State, known: Known) -> list[Window]:
        now, cursor = int(self._clock()), state.get("next_cursor")
        pages = -(-known.count(stream) // self._api.page_size)
        age = now - state.get("compared_at", 0)  # below 0: one of the clocks was wrong
        fresh = 0 <= age < self._cadence.compare_hours * HOUR_SECONDS
        if pages > self._cadence.cheap_pages and fresh and RETURNED not in state:
            return [Window(stream, "new", {"cursor": cursor})]
        bounds = {"cursor": cursor, "known": known.live_ids(stream)}
        return [Window(stream, "all", bounds, settled={"compared_at": now})]

    def read(self, window: Window) -> Iterator[Page]:
        known = set(window.bounds.get("known", ()))
        met: dict[str, str] = {}
        always: set[str] | None = None
        ever: set[str] = set()
        round_ = _Round(self._api.page, window.bounds["cursor"], whole=window.kind == "all")
        for records, patch in round_.pages():
            if round_.begins and round_.restarted:
                met.clear()
            rows = record_rows(records, met)
            for record in records:
                ever |= record.keys()
                always = record.keys() & (record.keys() if always is None else always)
            if round_.begins and len(known) > MANY and records and known.isdisjoint(rows.ids):
                raise PermanentError(
                    f"QBR: none of the first {len(records)} reviews is among the {len(known)} stored "
                    "ones: is QBR_API_KEY another organisation's? They are not mixed; if the list "
                    "was made anew, `revops state reset qbr`"
                )
            if round_.over and known:
                rows.gone = sorted(known - met.keys())
                self._confirm(round_, len(known), rows.gone, met)
            if round_.over and round_.whole and always is not None:
                self._fields = Fields(frozenset(always), frozenset(ever))
            yield Page({RECORDS: rows}, patch)
        _log.info("No more pages to fetch")

    def fields(self, stream: str, *, ask: bool = False) -> Fields | None:
        """Known after a whole round, for an API may leave out what is empty: only what every review
        had is missed, when none has it any more."""
        return self._fields

    def _confirm(self, round_: _Round, known: int, gone: list[str], met: Mapping[str, str]) -> None:
        """Nothing is deleted on the word of a list that ended too early."""
        if not met and (self._accepts or known <= MANY):
            return  # the load asks again, or believes it
        if not met:
            raise TransientError(
                f"QBR: the list is empty although {known} records are stored; nothing was deleted. "
                "If it is empty indeed, `revops state reset qbr`, or deletions: {records: accept} "
                "under qbr in config/revops.yml"
            )
        if gone and self._api.page(round_.end).following:
            raise TransientError(
                f"QBR: the list ended early and then had more: {len(gone)} stored records were not "
                "met and not deleted; the read will be tried again"
            )

    def progress(self) -> str:
        return f"{self._api.http.stats.requests:,} requests"

    def close(self) -> None:
        self._api.http.close()


@dataclass(slots=True)
class _Round:
    """One way through the list: from a cursor to the end and, if `whole`, from the beginning to
    where that part began. `begins` is set with the page that is asked for without a cursor, `over`
    with the last one; `end` is the cursor of the page that named no other; `restarted`: because a
    cursor was refused, all is read from the beginning."""

    ask: Callable[[str | None], QbrPage]
    cursor: str | None
    whole: bool
    over: bool = False
    begins: bool = False
    restarted: bool = False
    end: str | None = None
    _met: set[str] = field(default_factory=set)
    _last: str | None = None

    def pages(self) -> Iterator[tuple[list[Record], State | None]]:
        """Records, and what the state is once they are stored, if they change it."""
        with ThreadPoolExecutor(1, "qbr") as pool:
            yield from self._pages(pool)

    def _pages(self, pool: Executor) -> Iterator[tuple[list[Record], State | None]]:
        """A page is asked for as soon as its cursor is known, while the one before is stored."""
        first_part: set[str] = set()  # cursors whose pages were read before the turn
        tail: str | None = None
        turned = self.cursor is None
        if self.cursor is not None:
            self._met, self._last = {self.cursor}, self.cursor
        asked = pool.submit(self.ask, self.cursor)
        while not self.over:
            try:
                page = asked.result()
            except Refused as error:
                self._restart(error)
                first_part, turned = set(), True
                asked = pool.submit(self.ask, self.cursor)
                continue
            self.begins = self.cursor is None
            following = page.following
            if following is None:
                self.end = self.cursor
            elif following in self._met:
                raise TransientError(
                    f"QBR: the list repeats its cursor {following!r}; the read is not complete and "
                    "will be tried again"
                )
            meets_first_part = following in first_part
            if following is not None and not meets_first_part:
                self._met.add(following)
                self._last = following
            turns = following is None and not turned and self.whole
            self.over = meets_first_part or (following is None and not turns)
            if turns:
                first_part, self._met, turned = self._met, set(), True
                tail = self._last
            reached = tail if meets_first_part else following
            # Without any cursor the list is one page: what the state has of it is refused.
            forgets = self.restarted and self.over and self._last is None
            self.cursor = following
            if not self.over:
                asked = pool.submit(self.ask, following)
            yield page.records, {"next_cursor": reached} if reached or forgets else None

    def _restart(self, error: Refused) -> None:
        """A cursor that the API no longer knows costs one reading from the beginning, not two."""
        if self.cursor is None or error.status not in CURSOR_REFUSED:
            raise error
        if self.restarted:
            raise TransientError(
                f"QBR: the cursor {self.cursor!r} that the list gave is refused although the list "
                f"was begun anew in this run ({error}); its cursors may live too short for this "
                "connection: larger pages (QBR_PAGE_SIZE, at most 200) need fewer of them"
            ) from None
        _log.warning(
            "QBR: cursor %r is refused (%s): reading from the first page", self.cursor, error
        )
        self.restarted = True
        self.cursor, self._met, self._last = None, set(), None


def record_rows(records: list[Record], met: dict[str, str]) -> Rows:
    """Records as rows. One without its id keeps a row, named by its content, for the rejects; so
    does one whose id another record has. `met`: digests by id of what was read before and now."""
    rows = Rows()
    for record in records:
        document = dumps(record)
        digest = xxhash.xxh3_128_hexdigest(document)
        key = record.get(KEY)
        given = id_text(key) if key is not None else ""
        name = given if given.lower() not in PLACEHOLDERS else NO_ID + digest
        if met.setdefault(name, digest) != digest:
            name = TWICE + digest
            met[name] = digest
        rows.ids.append(name)
        rows.documents.append(document)
    rows.rejects = rejects_of(records)
    rows.updated = [None] * len(rows.ids)
    rows.deleted = [None] * len(rows.ids)
    return rows
