"""HubSpot: contacts, companies, deals, owners, pipelines and what links them.

What is read, and when:
- first the whole portal by list pages, associations inline, resumable after every page;
- then only what changed, by search over the modified time, in windows that overlap (the search
  index lags) and are bisected below HubSpot's 10,000 results; once a day the last 24 hours again;
- archived records, which search never shows and archiving does not touch, by their own list;
- associations, whose changes touch no record: read again for every changed record, and swept as
  a whole in each run while that is cheap, otherwise at an interval.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import xxhash

from revops_pipeline.sources.ahead import chunks, overlapped
from revops_pipeline.sources.hubspot_api import (
    BATCH,
    EDGE_BATCH,
    LIST_PAGE,
    OWNER_PAGE,
    SEARCH_BODY_CEILING,
    SEARCH_CEILING,
    SEARCH_PAGE,
    URL_CEILING,
    HubSpotApi,
    inline_edges,
    next_after,
    record_rows,
    results,
)
from revops_pipeline.sources.hubspot_streams import EDGES, MODIFIED, OBJECTS, STREAMS
from revops_pipeline.sources.stream import (
    Identity,
    Known,
    Page,
    Rows,
    Source,
    SplitWindow,
    State,
    Window,
)

DAY_MS = 24 * 3_600_000
AHEAD_MS = 60_000


@dataclass(frozen=True, slots=True)
class Cadence:
    """How far back and how often things are read again."""

    overlap_minutes: int = 10
    sweep_minutes: int = 60
    cheap_requests: int = 2


class HubSpot(Source):
    """Reads one portal. Pages that need not wait for one another are fetched at the same time."""

    name = "hubspot"
    streams = STREAMS

    def __init__(
        self, api: HubSpotApi, cadence: Cadence | None = None, concurrency: int = 12
    ) -> None:
        self._api, self._cadence = api, cadence or Cadence()
        self._pool = ThreadPoolExecutor(concurrency, thread_name_prefix="hubspot")
        self._properties: dict[str, Future[list[str]]] = {}

    def identity(self) -> Identity:
        for kind in OBJECTS:  # asked for by the time the first window needs them
            self._properties[kind] = self._pool.submit(self._api.properties, kind)
        return Identity(self._api.account(), self._api.http.base_url)

    def progress(self) -> str:
        stats = self._api.http.stats
        return ", ".join(filter(None, [f"{stats.requests:,} requests", stats.budget]))

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._api.http.close()

    # -- plan ---------------------------------------------------------------------------------

    def plan(self, stream: str, state: State, known: Known) -> list[Window]:
        now = self._api.now_ms()
        if stream in OBJECTS:
            return self._plan_objects(stream, state, known, now)
        if stream in EDGES:
            return self._plan_sweep(stream, state, known, now)
        return [Window(stream, stream)]

    def _plan_objects(self, stream: str, state: State, known: Known, now: int) -> list[Window]:
        windows = []
        if (cursor := state.get("cursor")) is None:
            backfill = state.get("backfill") or {"after": None, "started": now}
            settled = {"cursor": backfill["started"], "deep_at": now, "backfill": None}
            windows.append(Window(stream, "list", backfill, settled=settled))
        else:
            start = cursor - self._cadence.overlap_minutes * 60_000
            settled = {"cursor": now}
            if now - state.get("deep_at", 0) > DAY_MS:
                start, settled = min(start, now - DAY_MS), {"cursor": now, "deep_at": now}
            # HubSpot tells its time to the second: the window reaches a little beyond, so that what
            # changed just now is in this run already. The cursor does not.
            bounds = {"start": start, "end": now + AHEAD_MS}
            windows.append(Window(stream, "search", bounds, settled=settled))
        pages = state.get("archived_pages", 0)
        if pages <= self._cadence.cheap_requests or self._due(state, "archived_at", now):
            bounds = {"deleted": known.deleted_ids(stream), "asked": state.get("gone")}
            # After the live windows, so that a record archived meanwhile ends as archived.
            windows.append(
                Window(stream, "archived", bounds, settled={"archived_at": now}, stage=1)
            )
        return windows

    def _plan_sweep(self, stream: str, state: State, known: Known, now: int) -> list[Window]:
        parent = EDGES[stream][0]
        requests = -(-known.count(parent) // EDGE_BATCH)
        if requests <= self._cadence.cheap_requests or self._due(state, "swept_at", now):
            bounds = {"ids": known.live_ids(parent)}
            return [Window(stream, "sweep", bounds, settled={"swept_at": now})]
        return []

    def _due(self, state: State, key: str, now: int) -> bool:
        return bool(now - state.get(key, 0) > self._cadence.sweep_minutes * 60_000)

    # -- read ---------------------------------------------------------------------------------

    def read(self, window: Window) -> Iterator[Page]:
        reader: dict[str, Callable[[Window], Iterator[Page]]] = {
            "list": self._read_list,
            "search": self._read_search,
            "archived": self._read_archived,
            "sweep": self._read_sweep,
            "owners": self._read_owners,
            "pipelines": self._read_pipelines,
        }
        return reader[window.kind](window)

    def _read_list(self, window: Window) -> Iterator[Page]:
        kind, started = window.stream, window.bounds["started"]
        names, inline = self._names(kind)
        linked = {edge: to for edge, (parent, to) in EDGES.items() if parent == kind}
        params = {"limit": LIST_PAGE, "archived": "false"}
        if inline:
            params["properties"] = ",".join(names)
        if linked:
            params["associations"] = ",".join(linked.values())

        def complete(records: list[dict[str, Any]], patch: State | None) -> Page:
            edges = {edge: self._edges_of(kind, to, records) for edge, to in linked.items()}
            if not inline:
                records = self._api.batch_read(kind, [r["id"] for r in records], names)
            return Page({kind: record_rows(records), **edges}, patch)

        def pages() -> Iterator[Callable[[], Page]]:
            for records, after in self._api.list_pages(kind, params, window.bounds["after"]):
                patch = {"backfill": {"after": after, "started": started}} if after else None
                yield partial(complete, records, patch)

        # Inline pages need no further request: completing them here saves a thread switch.
        yield from (page() for page in pages()) if inline else overlapped(self._pool, pages())

    def _read_search(self, window: Window) -> Iterator[Page]:
        kind = window.stream
        start, end = window.bounds["start"], window.bounds["end"]
        names, _ = self._names(kind)
        modified = MODIFIED.get(kind, "hs_lastmodifieddate")
        inline = sum(map(len, names)) + 3 * len(names) < SEARCH_BODY_CEILING
        body: dict[str, Any] = {
            "filterGroups": [
                {
                    "filters": [
                        {"propertyName": modified, "operator": "GTE", "value": str(start)},
                        {"propertyName": modified, "operator": "LT", "value": str(end)},
                    ]
                }
            ],
            "sorts": [{"propertyName": modified, "direction": "ASCENDING"}],
            "properties": names if inline else [],
            "limit": SEARCH_PAGE,
        }
        first = self._api.search(kind, body)
        window.reported = int(first.get("total") or 0)
        if window.reported > SEARCH_CEILING:
            raise SplitWindow

        def complete(answer: dict[str, Any]) -> Page:
            records = results(answer)
            ids = [r["id"] for r in records]
            edges = self._read_edges(kind, ids)
            if not inline:
                records = [
                    record
                    for part in chunks(ids, BATCH)
                    for record in self._api.batch_read(kind, part, names)
                ]
            return Page({kind: record_rows(records), **edges})

        def further(page: dict[str, Any]) -> Page:
            return complete(self._api.search(kind, page))

        def pages() -> Iterator[Callable[[], Page]]:
            yield partial(complete, first)
            after = next_after(first)
            # Offsets are known beforehand, so later pages need not wait for earlier ones; the
            # token of the last one tells whether there is more than the total promised.
            for offset in range(SEARCH_PAGE, window.reported or 0, SEARCH_PAGE):
                if after is None:
                    return
                yield partial(further, {**body, "after": str(offset)})

        yield from overlapped(self._pool, pages())

    def split(self, window: Window) -> list[Window]:
        if window.kind != "search":
            return super().split(window)
        start, end = window.bounds["start"], window.bounds["end"]
        if end - start <= 1:
            # More than HubSpot pages through in one millisecond: the list has no such limit.
            bounds = {"after": None, "started": end}
            return [Window(window.stream, "list", bounds, settled=window.settled)]
        middle = (start + end) // 2
        return [
            Window(window.stream, "search", {"start": a, "end": b}, settled=window.settled)
            for a, b in ((start, middle), (middle, end))
        ]

    def _read_archived(self, window: Window) -> Iterator[Page]:
        kind, pages, seen = window.stream, 0, set[str]()
        names, inline = self._names(kind)
        params = {"limit": LIST_PAGE, "archived": "true"}
        if inline:
            params["properties"] = ",".join(names)
        for records, _ in self._api.list_pages(kind, params, None):
            pages += 1
            found = [r["id"] for r in records]
            seen.update(found)
            if not inline:
                records = self._api.batch_read(kind, found, names, archived=True)
            yield Page({kind: record_rows(records)})
        # A record that was archived and no longer is: restored, or gone for ever.
        missing = sorted(set(window.bounds["deleted"]) - seen)
        digest = xxhash.xxh3_64_hexdigest("\n".join(missing).encode())
        if missing and digest != window.bounds["asked"]:
            for part in chunks(missing, BATCH):
                restored = self._api.batch_read(kind, part, names)
                edges = self._read_edges(kind, [r["id"] for r in restored])
                yield Page({kind: record_rows(restored), **edges})
        window.settled |= {"archived_pages": pages, "gone": digest}

    def _read_sweep(self, window: Window) -> Iterator[Page]:
        parent, to = EDGES[window.stream]

        def sweep(ids: Sequence[str]) -> Page:
            return Page({window.stream: self._api.edges(parent, to, ids)})

        jobs = (partial(sweep, part) for part in chunks(window.bounds["ids"], EDGE_BATCH))
        yield from overlapped(self._pool, jobs)

    def _read_owners(self, window: Window) -> Iterator[Page]:
        for archived in ("false", "true"):
            params = {"limit": OWNER_PAGE, "archived": archived}
            for records, _ in self._api.list_pages("owners", params, None):
                yield Page({window.stream: record_rows(records)})

    def _read_pipelines(self, window: Window) -> Iterator[Page]:
        answer = self._api.http.get(f"{self._api.paths['pipelines']}/deals")
        yield Page({window.stream: record_rows(results(answer))})

    # -- helpers ------------------------------------------------------------------------------

    def _names(self, kind: str) -> tuple[list[str], bool]:
        """The type's properties, and whether a URL can carry them."""
        if kind not in self._properties:
            self._properties[kind] = self._pool.submit(self._api.properties, kind)
        names = self._properties[kind].result()
        return names, len("%2C".join(names)) < URL_CEILING

    def _read_edges(self, kind: str, ids: Sequence[str]) -> dict[str, Rows]:
        """What records are associated with, by edge stream."""
        return {
            edge: self._api.edges(parent, to, ids)
            for edge, (parent, to) in EDGES.items()
            if parent == kind and ids
        }

    def _edges_of(self, kind: str, to: str, records: Sequence[dict[str, Any]]) -> Rows:
        rows, cut = inline_edges(records, to)
        if cut:
            rows.extend(self._api.edges(kind, to, cut))
        return rows
