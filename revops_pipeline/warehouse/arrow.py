"""Rows as Arrow tables, the form in which every warehouse takes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pyarrow as pa
import xxhash

from revops_pipeline.sources.stream import Rows

# Arrow's own pool keeps what it once had; a load's batches come and go.
pa.set_memory_pool(pa.system_memory_pool())


def id_table(ids: Sequence[str]) -> pa.Table:
    return pa.table({"id": pa.array(ids, pa.string())})


def unique(rows: Rows) -> Rows:
    """One row per id: the one with the latest source version, the later read among equals."""
    if len(set(rows.ids)) == len(rows.ids):
        return rows
    best: dict[str, int] = {}
    for index, row_id in enumerate(rows.ids):
        kept = best.get(row_id)
        if kept is None or _instant(rows.updated[index]) >= _instant(rows.updated[kept]):
            best[row_id] = index
    chosen = best.values()
    return Rows(
        [rows.ids[i] for i in chosen],
        [rows.documents[i] for i in chosen],
        [rows.updated[i] for i in chosen],
        [rows.deleted[i] for i in chosen],
        rows.parents,
        rows.gone,
        rows.rejects,
    )


def _instant(time: str | None) -> datetime:
    """As text `…:00Z` would come after `…:00.500Z`."""
    try:
        instant = datetime.fromisoformat(time or "")
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def to_arrow(rows: Rows) -> pa.Table:
    text = pa.string()
    digest = xxhash.xxh3_128_hexdigest
    return pa.table(
        {
            "id": pa.array(rows.ids, text),
            "document": pa.array(rows.documents, text),
            "updated": pa.array(rows.updated, text),
            "deleted": pa.array(rows.deleted, text),
            "content_hash": pa.array([digest(d) for d in rows.documents], text),
        }
    )
