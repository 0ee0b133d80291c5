"""Everything that belongs to HubSpot's records: their properties, what they are associated with,
histories that were asked for, and the ids that they have swallowed in a merge."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Executor, Future
from typing import Any

from revops_pipeline.sources.ahead import chunks
from revops_pipeline.sources.http import Refused
from revops_pipeline.sources.hubspot_api import BATCH, HISTORY_PAGE, URL_CEILING, HubSpotApi
from revops_pipeline.sources.hubspot_batch import merged_away
from revops_pipeline.sources.hubspot_rows import (
    edge_rows,
    history_rows,
    inline_edges,
    record_rows,
)
from revops_pipeline.sources.hubspot_scopes import refusal
from revops_pipeline.sources.hubspot_streams import EDGES, HISTORIES, edges_from
from revops_pipeline.sources.stream import ObjectRefused, Page, Rows, State, TransientError
from revops_pipeline.sources.told import Told

Record = dict[str, Any]


class Records:
    """Asks one portal for what belongs to records; shared by the threads that read."""

    def __init__(self, api: HubSpotApi, pool: Executor) -> None:
        self._api, self._pool = api, pool
        self._properties: dict[str, Future[list[str]]] = {}
        self._refused: dict[str, ObjectRefused] = {}

    def prepare(self, kinds: Iterable[str]) -> None:
        for kind in kinds:
            self._properties[kind] = self._pool.submit(self._api.properties, kind)

    def page(
        self,
        kind: str,
        records: list[Record],
        rows: dict[str, Rows],
        patch: State | None = None,
    ) -> Page:
        self.expect_properties(kind, records)
        swallowed = merged_away(records)
        return with_gone(Page({kind: record_rows(records), **rows}, patch), kind, swallowed)

    def names(self, kind: str) -> tuple[list[str], bool]:
        """The type's properties, and whether a URL can carry them."""
        if kind not in self._properties:
            self._properties[kind] = self._pool.submit(self._api.properties, kind)
        names = self._properties[kind].result()
        return names, len("%2C".join(names)) < URL_CEILING

    def seen(self, kind: str, *, ask: bool) -> list[str] | None:
        """The type's properties, if they are known already or may be asked for."""
        known = self._properties.get(kind)
        told = known is not None and known.done() and known.exception() is None
        return self.names(kind)[0] if told or ask else None

    def expect_properties(self, kind: str, records: Sequence[Record]) -> None:
        """Raises TransientError for records of a type of which no property was named: without their
        properties all of them would look changed."""
        if records and not self.names(kind)[0]:
            raise TransientError(f"HubSpot: the list of properties of {kind} is empty")

    def batches(self, kind: str, ids: Sequence[str], names: Sequence[str]) -> Told:
        found = Told()
        for part in chunks(ids, BATCH):
            told = self._api.batch_read(kind, part, names)
            found += told
            found.rejects += told.rejects
        return found

    def histories(self, kind: str, streams: Iterable[str], ids: Sequence[str]) -> dict[str, Rows]:
        return {name: self._told(name, kind, ids) for name in streams} if ids else {}

    def _told(self, stream: str, kind: str, ids: Sequence[str]) -> Rows:
        """The histories of some records."""
        rows, name = Rows(), HISTORIES[stream][1]
        for part in chunks(ids, HISTORY_PAGE):
            records = self._api.batch_read(kind, part, [], history=[name])
            rows.extend(history_rows(records, name))
        rows.parents += ids
        return rows

    def edges(self, kind: str, ids: Sequence[str]) -> dict[str, Rows]:
        """What records are associated with, by edge stream."""
        return {name: self.asked(name, ids) for name in edges_from(kind)} if ids else {}

    def asked(self, stream: str, ids: Sequence[str]) -> Rows:
        """What records are associated with. Where that may not be asked, the records themselves may:
        a token can lack the scope of the other end."""
        edges = EDGES[stream]
        if stream not in self._refused:
            try:
                found = {t: self._api.associations(edges.parent, t, ids) for t in edges.targets}
                return edge_rows(edges, ids, found)
            except Refused as error:
                self._refused[stream] = refusal(stream, error)
        return Rows(refused=self._refused[stream])

    def refuse(self, stream: str, error: Refused) -> None:
        """A list did not answer with these associations, and does without."""
        self._refused[stream] = refusal(stream, error)

    def inline(self, stream: str, records: Sequence[Record]) -> Rows:
        if stream in self._refused:
            return Rows(refused=self._refused[stream])
        rows, cut = inline_edges(EDGES[stream], records)
        if cut:
            rows.extend(self.asked(stream, cut))
        return rows


def with_gone(page: Page, kind: str, gone: Sequence[str], archived: Sequence[str] = ()) -> Page:
    """Adds what is no more: ids that do not exist; neither they nor archived records keep edges."""
    if gone:
        page.rows.setdefault(kind, Rows()).gone += gone
    if gone or archived:
        for name in edges_from(kind):
            rows = page.rows.setdefault(name, Rows())
            rows.parents += [*gone, *archived]
            rows.empty += [*gone, *archived]
    return page
