"""How each kind of HubSpot window is read.

Pages that need not wait for one another are fetched at the same time. A page carries everything
that belongs to its records: what they are associated with, asked-for histories, and the ids that
they have swallowed in a merge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

import xxhash

from revops_pipeline.sources.ahead import chunks, overlapped
from revops_pipeline.sources.http import Refused
from revops_pipeline.sources.hubspot_api import (
    BATCH,
    EDGE_BATCH,
    HISTORY_PAGE,
    LIST_PAGE,
    OWNER_PAGE,
    SEARCH_BODY_CEILING,
    SEARCH_CEILING,
    SEARCH_PAGE,
    EndedShort,
    HubSpotApi,
)
from revops_pipeline.sources.hubspot_batch import id_of, ids_of
from revops_pipeline.sources.hubspot_pages import following
from revops_pipeline.sources.hubspot_records import Record, Records, with_gone
from revops_pipeline.sources.hubspot_rows import (
    account_rows,
    history_rows,
    record_rows,
)
from revops_pipeline.sources.hubspot_streams import (
    CRM,
    HISTORIES,
    MODIFIED,
    OBJECTS,
    edges_from,
)
from revops_pipeline.sources.stream import (
    GONE_FOR_GOOD,
    Fields,
    Page,
    Rows,
    SplitWindow,
    State,
    Window,
)
from revops_pipeline.sources.told import Told

Item = TypeVar("Item")


class Reader:
    """Reads windows of one portal; shared by the threads that do."""

    def __init__(self, api: HubSpotApi, concurrency: int) -> None:
        self._api = api
        self._pool = ThreadPoolExecutor(concurrency, thread_name_prefix="hubspot")
        self._records = Records(api, self._pool)

    def prepare(self) -> None:
        """Asks for the properties that the first windows will need."""
        self._records.prepare(CRM)

    def fields(self, stream: str, *, ask: bool) -> Fields | None:
        names = self._records.seen(stream, ask=ask) if stream in OBJECTS else None
        return Fields(frozenset(names), frozenset(names)) if names else None

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    def read(self, window: Window) -> Iterator[Page]:
        reader: dict[str, Callable[[Window], Iterator[Page]]] = {
            "list": self._list,
            "census": self._census,
            "search": self._search,
            "archived": self._archived,
            "sweep": self._sweep,
            "history": self._history,
            "missed": self._missed,
            "owners": self._owners,
            "pipelines": self._pipelines,
            "account": self._account,
        }
        return reader[window.kind](window)

    # -- lists --------------------------------------------------------------------------------

    def _list(self, window: Window) -> Iterator[Page]:
        """The whole type, resumable after every page."""
        started, pages = window.bounds["started"], partial(self._listed, window.stream)
        read = window.bounds.get("read", None if window.bounds["after"] else 0)
        for anew, (records, after, rows) in _resumed(pages, window.bounds["after"], read):
            read = 0 if anew else read
            if read is not None:
                read += len(records)
            patch = {"backfill": _place(after, started, read)} if after else None
            yield self._records.page(window.stream, records, rows, patch)

    def _census(self, window: Window) -> Iterator[Page]:
        """The whole type once more: a list of whole records costs no more requests than a list
        of ids, and shows also what a search missed. Ids that are stored as live and not in it
        are asked for one by one: they were archived, merged or deleted for good."""
        kind, listed, known = window.stream, set[str](), set(window.bounds["known"])
        names, _ = self._records.names(kind)
        for records, _, rows in self._listed(kind, None):
            ids = ids_of(records)
            listed.update(ids)
            unknown = [i for i in ids if i not in known]
            told = self._records.histories(kind, window.bounds["histories"], unknown)
            yield self._records.page(kind, records, rows | told)
        for part in chunks(sorted(known - listed), BATCH):
            live = self._api.batch_read(kind, part, names)
            rest = sorted(set(part) - {*ids_of(live)})
            archived = self._api.batch_read(kind, rest, names, archived=True)
            gone = sorted(set(rest) - {*ids_of(archived)})
            if live.rejects or archived.rejects:  # any of them may be one of those
                gone = []
            page = self._found(window, live)
            self._records.expect_properties(kind, archived)
            page.rows[kind].extend(record_rows(archived))
            yield with_gone(page, kind, gone, ids_of(archived))

    def _found(self, window: Window, records: list[Record]) -> Page:
        """Live records that no search has shown, with all that belongs to them."""
        kind, ids = window.stream, ids_of(records)
        histories = self._records.histories(kind, window.bounds["histories"], ids)
        return self._records.page(kind, records, self._records.edges(kind, ids) | histories)

    def _listed(
        self, kind: str, after: str | None, before: int | None = 0
    ) -> Iterator[tuple[Told, str | None, dict[str, Rows]]]:
        """Pages of live records with all their properties, the token that follows, the edges."""
        names, inline = self._records.names(kind)
        linked = edges_from(kind)
        params = {"limit": LIST_PAGE, "archived": "false"}
        if inline:
            params["properties"] = ",".join(names)
        if linked:
            targets = dict.fromkeys(t for edges in linked.values() for t in edges.targets)
            params["associations"] = ",".join(targets)

        def complete(records: Told, after: str | None) -> tuple[Told, str | None, dict[str, Rows]]:
            ids = ids_of(records)
            rows = {name: self._records.inline(name, records) for name in linked}
            if not inline:
                whole = self._api.batch_read(kind, ids, names)
                records = Told(whole, [*records.rejects, *whole.rejects])
            return records, after, rows

        listed = self._with_associations(kind, params, after, before)
        pages = (partial(complete, r, a) for r, a in listed)
        # Inline pages need no further request: completing them here saves a thread switch.
        yield from (page() for page in pages) if inline else overlapped(self._pool, pages)

    def _with_associations(
        self, kind: str, params: dict[str, Any], after: str | None, before: int | None
    ) -> Iterator[tuple[Told, str | None]]:
        """Pages of a list; without the associations where it is they that are refused."""
        pages = self._api.list_pages(kind, params, after, before)
        try:
            first = next(pages)
        except Refused as error:
            if error.status != 403 or not params.pop("associations", None):
                raise
            pages = self._api.list_pages(kind, params, after, before)
            first = next(pages)
            for name in edges_from(kind):
                self._records.refuse(name, error)
        yield first
        yield from pages

    def _archived(self, window: Window) -> Iterator[Page]:
        kind, pages, seen = window.stream, 0, set[str]()
        names, inline = self._records.names(kind)
        known = set(window.bounds["deleted"])
        params = {"limit": LIST_PAGE, "archived": "true"}
        if inline:
            params["properties"] = ",".join(names)
        for records, _ in self._api.list_pages(kind, params, None):
            pages += 1
            found = ids_of(records)
            seen.update(found)
            if not inline:
                whole = self._api.batch_read(kind, found, names, archived=True)
                records = Told(whole, [*records.rejects, *whole.rejects])
            self._records.expect_properties(kind, records)
            newly = [i for i in found if i not in known]
            yield with_gone(Page({kind: record_rows(records)}), kind, [], newly)
        # A record that was archived and no longer is: restored, or gone for ever.
        missing = sorted(known - seen)
        digest = xxhash.xxh3_64_hexdigest("\n".join(missing).encode())
        if digest != window.bounds["asked"]:
            gone = set(missing)
            for part in chunks(missing, BATCH):
                restored = self._api.batch_read(kind, part, names)
                # A record without an id may be any of those that were asked for.
                gone.difference_update(part if restored.rejects else ids_of(restored))
                yield self._found(window, restored)
            window.settled[GONE_FOR_GOOD] = " ".join(sorted(gone))
        window.settled |= {"archived_pages": pages, "gone": digest}

    def _history(self, window: Window) -> Iterator[Page]:
        """The history of a property over the whole type, resumable after every page."""
        kind, name = HISTORIES[window.stream]
        params = {"limit": HISTORY_PAGE, "archived": "false", "propertiesWithHistory": name}
        started, pages = window.bounds["started"], partial(self._api.list_pages, kind, params)
        read = window.bounds.get("read", None if window.bounds["after"] else 0)
        for anew, (records, after) in _resumed(pages, window.bounds["after"], read):
            read = 0 if anew else read
            if read is not None:
                read += len(records)
            patch = {"backfill": _place(after, started, read)} if after else None
            yield Page({window.stream: history_rows(records, name)}, patch)

    def _missed(self, window: Window) -> Iterator[Page]:
        kind = HISTORIES[window.stream][0]
        jobs = (
            partial(lambda ids: Page(self._records.histories(kind, [window.stream], ids)), part)
            for part in chunks(window.bounds["ids"], HISTORY_PAGE)
        )
        yield from overlapped(self._pool, jobs)

    # -- search -------------------------------------------------------------------------------

    def _search(self, window: Window) -> Iterator[Page]:
        own = window.stream in OBJECTS
        kind = window.stream if own else HISTORIES[window.stream][0]
        histories = window.carries if own else (window.stream,)
        names, _ = self._records.names(kind) if own else ([], True)
        inline = sum(map(len, names)) + 3 * len(names) < SEARCH_BODY_CEILING
        body = self._search_body(kind, window, names if inline else [])
        first = self._api.search(kind, body)
        window.reported = int(first.get("total") or 0)
        if window.reported > SEARCH_CEILING:
            raise SplitWindow

        def complete(answer: Record) -> Page:
            if answer.get("total") != first.get("total"):
                window.reported = -1  # the window changed under our eyes: no count can be believed
            records: Told = answer["results"]
            ids = ids_of(records)
            told = self._records.histories(kind, histories, ids)
            if not own:
                rows = told.setdefault(window.stream, Rows())
                rows.rejects += records.rejects
                return Page(told)
            edges = self._records.edges(kind, ids)
            if not inline:
                whole = self._records.batches(kind, ids, names)
                records = Told(whole, [*records.rejects, *whole.rejects])
            return self._records.page(kind, records, edges | told)

        def further(page: Record) -> Page:
            return complete(self._api.search(kind, page))

        def pages() -> Iterator[Callable[[], Page]]:
            yield partial(complete, first)
            if following(first) == (None, False):
                return
            # Offsets are known beforehand, so later pages need not wait for earlier ones.
            for offset in range(SEARCH_PAGE, window.reported or 0, SEARCH_PAGE):
                yield partial(further, {**body, "after": str(offset)})

        yield from overlapped(self._pool, pages())

    def _search_body(self, kind: str, window: Window, names: Sequence[str]) -> Record:
        modified = MODIFIED.get(kind, "hs_lastmodifieddate")
        start, end = str(window.bounds["start"]), str(window.bounds["end"])
        filters = [
            {"propertyName": modified, "operator": "GTE", "value": start},
            {"propertyName": modified, "operator": "LT", "value": end},
        ]
        return {
            "filterGroups": [{"filters": filters}],
            "sorts": [{"propertyName": modified, "direction": "ASCENDING"}],
            "properties": list(names),
            "limit": SEARCH_PAGE,
        }

    def split(self, window: Window) -> list[Window]:
        start, end = window.bounds["start"], window.bounds["end"]
        shared: Any = {"settled": window.settled, "carries": window.carries}
        if end - start > 1:
            middle = (start + end) // 2
            return [
                Window(window.stream, "search", {"start": a, "end": b}, **shared)
                for a, b in ((start, middle), (middle, end))
            ]
        # More than HubSpot pages through in one millisecond: the list has no such limit.
        bounds = {"after": None, "started": end}
        kinds = [window.stream, *window.carries]
        return [
            Window(kind, "list" if kind in OBJECTS else "history", bounds, settled=window.settled)
            for kind in kinds
        ]

    # -- the rest -----------------------------------------------------------------------------

    def _sweep(self, window: Window) -> Iterator[Page]:
        if window.bounds["orphans"]:  # read just before their record was merged or deleted
            orphans = list(window.bounds["orphans"])
            yield Page({window.stream: Rows(parents=orphans, empty=orphans)})
        jobs = (
            partial(self._records.asked, window.stream, part)
            for part in chunks(window.bounds["ids"], EDGE_BATCH)
        )
        for rows in overlapped(self._pool, jobs):
            if rows.refused:
                raise rows.refused
            yield Page({window.stream: rows})

    def _owners(self, window: Window) -> Iterator[Page]:
        """Those who are there, then those who left. HubSpot's list of the latter has answered with
        everybody: who is on both lists is there."""
        here = set[str]()
        for archived in (False, True):
            params = {"limit": OWNER_PAGE, "archived": "true" if archived else "false"}
            for records, _ in self._api.list_pages("owners", params, None):
                if archived:
                    left = (r for r in records if id_of(r) not in here)
                    records = Told(left, records.rejects)
                else:
                    here.update(ids_of(records))
                yield Page({window.stream: record_rows(records, archived=archived)})

    def _account(self, window: Window) -> Iterator[Page]:
        """What the portal told when it was asked whose it is; nothing if it would not say."""
        if self._api.details:
            yield Page({window.stream: account_rows(self._api.details)})

    def _pipelines(self, window: Window) -> Iterator[Page]:
        page = self._api.page(f"{self._api.paths['pipelines']}/deals", {})
        yield Page({window.stream: record_rows(page.records)})


def _place(after: str, started: int, read: int | None) -> State:
    """From where a killed run goes on, and how many records lie before it."""
    return {"after": after, "started": started} | ({} if read is None else {"read": read})


def _resumed(
    pages: Callable[[str | None, int | None], Iterator[Item]], after: str | None, read: int | None
) -> Iterator[tuple[bool, Item]]:
    """Pages from a stored token on, and from the beginning when the vendor knows it no more, or where
    fewer were read in all than there are: what was restored since lies before it. Each with whether
    it is the first of a reading that began anew."""
    came = False
    try:
        for item in pages(after, read):
            yield False, item
            came = True
        return
    except EndedShort:
        if after is None:
            raise
    except Refused as error:
        if came or after is None or error.status == 403:
            raise
    for place, item in enumerate(pages(None, 0)):
        yield place == 0, item
