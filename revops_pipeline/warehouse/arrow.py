"""Rows as Arrow tables, the form in which every warehouse takes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc
import xxhash

from revops_pipeline.sources.stream import Reject, Rows
from revops_pipeline.sources.times import INSTANT, TOLERANCE, instants, utc

# Arrow's own pool keeps what it once had; a load's batches come and go.
pa.set_memory_pool(pa.system_memory_pool())

_TEXT = pa.string()


def id_table(ids: Sequence[str]) -> pa.Table:
    return pa.table({"id": pa.array(ids, _TEXT)})


@dataclass(frozen=True, slots=True)
class Incoming:
    """Rows of one stream, one an id, on their way into a warehouse.

    `table` has all of them but the documents, which only those need that are written: id, updated,
    deleted, content_hash; `guessed`, where a record was said to be deleted at a time that cannot be
    used; `odd`, where the same is so of its version; and its `place` among the rows. `rejects` are
    the rows' own and those times.
    """

    rows: Rows
    table: pa.Table
    rejects: list[Reject]

    @property
    def odd(self) -> bool:
        return bool(self.table["odd"].combine_chunks().true_count)

    def documents(self, places: Sequence[int], most_bytes: int) -> Iterator[tuple[int, pa.Array]]:
        """The documents of these places, in portions of about so many bytes: where each portion
        begins among the places, and its documents."""
        all_of_them = len(places) == len(self.rows)
        documents = self.rows.documents
        documents = documents if all_of_them else [documents[place] for place in places]
        if documents and sum(map(len, documents)) <= most_bytes:
            yield 0, pa.array(documents, _TEXT)
            return
        start, size, portion = 0, 0, list[bytes]()
        for index, document in enumerate(documents):
            if portion and size + len(document) > most_bytes:
                yield start, pa.array(portion, _TEXT)
                start, size, portion = index, 0, []
            portion.append(document)
            size += len(document)
        if portion:
            yield start, pa.array(portion, _TEXT)


def incoming(rows: Rows, clock: datetime) -> Incoming:
    """`clock` is that of the rows' source: see `sources.times`."""
    rows = unique(rows, clock)
    updated, odd = instants(rows.updated, clock)
    deleted, unknown = instants(rows.deleted, clock)
    if unknown:  # deleted all the same, at a time of which only this is known
        deleted = pc.if_else(_flags(unknown, len(rows)), pa.scalar(clock, INSTANT), deleted)
    digest, count = xxhash.xxh3_128_hexdigest, len(rows)
    table = pa.table(
        {
            "id": pa.array(rows.ids, _TEXT),
            "updated": updated,
            "deleted": deleted,
            "content_hash": pa.array([digest(d) for d in rows.documents], _TEXT),
            "guessed": _flags(unknown, count),
            "odd": _flags(odd, count),
            "place": pa.array(range(count), pa.int64()),
        }
    )
    told = [
        Reject(rows.ids[place], column, str(values[place]), reason)
        for column, values, refused in (
            ("source_updated_at", rows.updated, odd),
            ("deleted_at", rows.deleted, unknown),
        )
        for place, reason in refused.items()
    ]
    return Incoming(rows, table, [*rows.rejects, *told])


def unique(rows: Rows, clock: datetime) -> Rows:
    """One row per id: the one with the latest source version, the later read among equals.

    As in the warehouse, one whose version cannot be used replaces and is replaced; one that tells
    none at all is the oldest."""
    if len(set(rows.ids)) == len(rows.ids):
        return rows
    best: dict[str, int] = {}
    for index, row_id in enumerate(rows.ids):
        kept = best.get(row_id)
        if kept is None or _replaces(rows.updated[index], rows.updated[kept], clock):
            best[row_id] = index
    return taken(rows, list(best.values()))


def taken(rows: Rows, places: Sequence[int]) -> Rows:
    """Only the rows of these places, with all that is told beside the rows."""
    return replace(
        rows,
        ids=[rows.ids[i] for i in places],
        documents=[rows.documents[i] for i in places],
        updated=[rows.updated[i] for i in places],
        deleted=[rows.deleted[i] for i in places],
    )


def _replaces(version: str | None, kept: str | None, clock: datetime) -> bool:
    after, before = (_usable(text, clock) for text in (version, kept))
    if after is None:
        return version is not None or before is None
    return before is None or after >= before


def _usable(text: str | None, clock: datetime) -> datetime | None:
    time = utc(text)
    return time if time is not None and time <= clock + TOLERANCE else None


def _flags(places: dict[int, str], count: int) -> pa.Array:
    return pa.array([i in places for i in range(count)] if places else [False] * count, pa.bool_())
