"""HubSpot: records, associations, histories, owners and pipelines of one portal.

What is read, and when:
- first the whole portal by list pages, associations inline, resumable after every page;
- then only what changed, by search over the modified time, in windows that overlap (the search
  index lags) and are bisected below HubSpot's 10,000 results; hourly what has settled since,
  daily the last 24 hours, and where a list costs no more than a search, the list;
- archived records, which search never shows and archiving does not touch, by their own list;
- associations, whose changes touch no record: read again for every changed record, and swept as
  a whole in each run while that is cheap, otherwise at an interval;
- once a day everything by list, a census: what any other way has missed is in it, and what is
  stored and not in it was archived, merged or deleted for good.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from revops_pipeline.sources.http import Refused
from revops_pipeline.sources.hubspot_api import HubSpotApi
from revops_pipeline.sources.hubspot_plan import Cadence, Plan
from revops_pipeline.sources.hubspot_read import Reader
from revops_pipeline.sources.hubspot_scopes import refusal
from revops_pipeline.sources.hubspot_streams import HISTORIES, STREAMS, edges_from
from revops_pipeline.sources.stream import Fields, Identity, Known, Page, Source, State, Window
from revops_pipeline.sources.times import from_epoch

__all__ = ["Cadence", "HubSpot"]


class HubSpot(Source):
    """Reads one portal."""

    name = "hubspot"
    streams = STREAMS
    confirms = True
    way_to_see = (
        "give the private app the scope of what they hold (Settings > Integrations > Private Apps; "
        "sensitive properties have scopes of their own), or let its user view the properties"
    )

    def __init__(
        self, api: HubSpotApi, cadence: Cadence | None = None, concurrency: int = 12
    ) -> None:
        self._api, self._cadence = api, cadence or Cadence()
        self._reader = Reader(api, concurrency)
        self._plan: Plan | None = None

    def identity(self) -> Identity:
        self._reader.prepare()
        return Identity(self._api.account(), self._api.http.base_url)

    def plan(self, stream: str, state: State, known: Known) -> list[Window]:
        if self._plan is None:
            self._plan = Plan(self._cadence, self._api.now_ms())
        return self._plan.windows(stream, state, known)

    def read(self, window: Window) -> Iterator[Page]:
        try:
            yield from self._reader.read(window)
        except Refused as error:
            raise refusal(window.stream, error) from None

    def again(self, stream: str, parents: Sequence[str]) -> list[Window]:
        """By the association endpoint, which names those that have none."""
        return [Window(stream, "sweep", {"ids": list(parents), "orphans": []})]

    def dependents(self, stream: str) -> Sequence[str]:
        """Associations and histories are of records that cannot be seen."""
        return (*edges_from(stream), *(name for name, of in HISTORIES.items() if of[0] == stream))

    def split(self, window: Window) -> list[Window]:
        return self._reader.split(window) if window.kind == "search" else super().split(window)

    def fields(self, stream: str, *, ask: bool = False) -> Fields | None:
        return self._reader.fields(stream, ask=ask)

    def now(self) -> datetime:
        return from_epoch(self._api.now_ms() / 1000)

    def progress(self) -> str:
        stats = self._api.http.stats
        return ", ".join(filter(None, [f"{stats.requests:,} requests", stats.budget]))

    def close(self) -> None:
        self._reader.close()
        self._api.http.close()
