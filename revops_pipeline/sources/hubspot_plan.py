"""Which windows bring HubSpot's streams up to date; makes no request.

Times are epoch milliseconds by HubSpot's clock. A stream's state:
- `cursor`: what was modified before it was read, but for what the search index had not yet seen;
- `settled_to`: the same, an hour after the fact, when the index had seen everything;
- `deep_at`, `census_at`, `archived_at`, `swept_at`: when that was last done;
- `backfill`: the page token and the start of a first read that is under way.
A state without one of them, of an older version, has that part done at once. One that is still to
come was stored while a clock was wrong, and nobody knows what was changed since the stream was really
read: all of it is read again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from revops_pipeline.sources.hubspot_api import EDGE_BATCH, LIST_PAGE
from revops_pipeline.sources.hubspot_streams import EDGES, ENGAGEMENTS, HISTORIES, OBJECTS
from revops_pipeline.sources.stream import GONE_FOR_GOOD, RETURNED, Known, State, Window

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
# HubSpot tells its time to the second: a window reaches a little beyond, so that what changed just
# now is in this run already. The cursor does not.
AHEAD_MS = MINUTE_MS
_TIMES = ("cursor", "settled_to", "deep_at", "census_at", "archived_at", "swept_at")


@dataclass(frozen=True, slots=True)
class Cadence:
    """How far back and how often things are read again."""

    overlap_minutes: int = 10
    sweep_minutes: int = 60
    cheap_requests: int = 2
    census_hours: int = 24
    engagements: tuple[str, ...] = ENGAGEMENTS
    engagement_minutes: int = 5


class Plan:
    """The windows of one run; streams are planned in the order of `STREAMS`."""

    def __init__(self, cadence: Cadence, now: int) -> None:
        self._cadence, self._now = cadence, now
        self._searches: dict[str, Window] = {}
        # By type: the histories to be read of records that turn up without a search. Filled when
        # those streams are planned, before any window is read.
        self._histories: dict[str, list[str]] = {}

    def windows(self, stream: str, state: State, known: Known) -> list[Window]:
        kind = EDGES[stream].parent if stream in EDGES else stream
        if kind in ENGAGEMENTS and kind not in self._cadence.engagements:
            return []
        if stream in OBJECTS:
            return self._objects(stream, state, known)
        if stream in EDGES:
            return self._sweep(stream, state, known)
        if stream in HISTORIES:
            return self._history(stream, state, known)
        return [Window(stream, stream)]

    def _objects(self, stream: str, state: State, known: Known) -> list[Window]:
        now = self._now
        whole: State = {"deep_at": now, "settled_to": now, "census_at": now}
        if "cursor" not in state:
            backfill = self._backfill(state)
            # An edit made between the start of the list and its end is in the next search.
            done = {**whole, "cursor": backfill["started"], "settled_to": backfill["started"]}
            live = Window(stream, "list", backfill, settled={**done, "backfill": None})
            return [live, *self._archived(stream, state, known)]
        if stream in ENGAGEMENTS and self._recent(
            state, "cursor", self._cadence.engagement_minutes * MINUTE_MS
        ):
            return []
        pages = -(-known.count(stream) // LIST_PAGE)
        if pages <= self._cadence.cheap_requests or self._to_come(state):
            # As cheap as a search, and it shows what a search cannot.
            live = self._census(stream, known, settled={**whole, "cursor": now})
            return [live, *self._archived(stream, state, known)]
        windows = [self._search(stream, state)]
        recent = self._recent(state, "census_at", self._cadence.census_hours * HOUR_MS)
        if not recent or RETURNED in state:
            windows.append(self._census(stream, known, settled={"census_at": now}, stage=1))
        return [*windows, *self._archived(stream, state, known)]

    def _census(self, stream: str, known: Known, settled: State, stage: int = 0) -> Window:
        bounds = {"known": known.live_ids(stream), "histories": self._told(stream)}
        return Window(stream, "census", bounds, settled=settled, stage=stage)

    def _told(self, stream: str) -> list[str]:
        return self._histories.setdefault(stream, [])

    def _search(self, stream: str, state: State, carries: Sequence[str] = ()) -> Window:
        """From the cursor, overlapping, as the index lags by seconds; once an hour from what was
        settled an hour ago, as it has lagged by nearly that; once a day all of the last day."""
        now, cursor = self._now, state["cursor"]
        overlap = self._cadence.overlap_minutes * MINUTE_MS
        start, settled = cursor - overlap, {"cursor": now}
        settled_to = state.get("settled_to", cursor - HOUR_MS)
        if now - settled_to > 2 * HOUR_MS:
            start = min(start, settled_to - overlap)
            settled["settled_to"] = now - HOUR_MS
        if not self._recent(state, "deep_at", DAY_MS):
            start = min(start, now - DAY_MS)
            settled["deep_at"] = now
        bounds = {"start": start, "end": now + AHEAD_MS}
        window = Window(stream, "search", bounds, settled=settled, carries=tuple(carries))
        self._searches[stream] = window
        return window

    def _archived(self, stream: str, state: State, known: Known) -> list[Window]:
        """Search never shows archived records, and archiving does not touch them."""
        cheap = state.get("archived_pages", 0) <= self._cadence.cheap_requests
        if not cheap and self._recent(state, "archived_at", self._sweep_ms):
            return []
        bounds = {
            "deleted": known.deleted_ids(stream),
            "asked": state.get("gone") if GONE_FOR_GOOD in state else None,
            "histories": self._told(stream),
        }
        # After the live windows, so that a record archived meanwhile ends as archived.
        return [Window(stream, "archived", bounds, settled={"archived_at": self._now}, stage=1)]

    def _sweep(self, stream: str, state: State, known: Known) -> list[Window]:
        """Changed associations touch no record."""
        parent = EDGES[stream].parent
        requests = -(-known.count(parent) // EDGE_BATCH)
        cheap = parent not in ENGAGEMENTS and requests <= self._cadence.cheap_requests
        if not cheap and self._recent(state, "swept_at", self._sweep_ms):
            return []
        bounds = {"ids": known.live_ids(parent), "orphans": known.orphans(stream, parent)}
        return [Window(stream, "sweep", bounds, settled={"swept_at": self._now})]

    def _history(self, stream: str, state: State, known: Known) -> list[Window]:
        kind, name = HISTORIES[stream]
        self._told(kind).append(stream)
        if "cursor" not in state or self._to_come(state):
            backfill = self._backfill(state)
            started = backfill["started"]
            settled = {"cursor": started, "settled_to": started, "deep_at": self._now}
            settled |= {"backfill": None}
            return [Window(stream, "history", backfill, settled=settled)]
        windows: list[Window] = []
        # A record that lay in the recycling bin while its type's histories were listed, and was back
        # before its archive was, is in no later search.
        if not self._recent(state, "deep_at", DAY_MS) and (
            missed := known.childless(stream, kind, ("properties", name))
        ):
            windows.append(Window(stream, "missed", {"ids": missed}))
        own = self._search(stream, state)
        found = self._searches.get(kind)
        if found and found.bounds["start"] <= own.bounds["start"]:
            found.carries += (stream,)
            return windows
        return [*windows, own]

    def _backfill(self, state: State) -> State:
        """The place and the start of a first read."""
        backfill = state.get("backfill") or {"after": None, "started": self._now}
        return {**backfill, "started": min(backfill["started"], self._now)}

    def _to_come(self, state: State) -> bool:
        """Whether a time of the state is still to come."""
        return any(state.get(name, 0) > self._now + AHEAD_MS for name in _TIMES)

    @property
    def _sweep_ms(self) -> int:
        return self._cadence.sweep_minutes * MINUTE_MS

    def _recent(self, state: State, key: str, within: int) -> bool:
        """Whether something was done so shortly ago; what was refused was not done."""
        if "refused" in state or self._to_come(state):
            return False
        return bool(within and self._now - state.get(key, 0) < within)
