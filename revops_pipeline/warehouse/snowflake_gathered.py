"""Rows that wait for their merge, in Parquet files of this machine.

A load flushes every few megabytes; Snowflake wants few and large merges. What is gathered is
bounded by size and by time, so that a long first load stores its checkpoints as it goes.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from revops_pipeline.sources.id_set import IdSet
from revops_pipeline.sources.stream import Identity, Reject, Rows, State, Stream
from revops_pipeline.warehouse.arrow import Incoming, incoming, taken, unique
from revops_pipeline.warehouse.base import Batch, HiddenFields, WarehouseError
from revops_pipeline.warehouse.books import utc_now
from revops_pipeline.warehouse.full_disk import is_full

FILE_BYTES = 32_000_000
SETTLE_BYTES = 256_000_000
SETTLE_SECONDS = 300.0
# Of text and of VARIANT alike, wherever an account has not been given the larger limit.
LARGEST_DOCUMENT = 16 * 1024 * 1024

_TEXT = pa.string()
# kind: "row"; or one id that a rule of the batch names: "parent", "empty", "gone", "keep"; or "key",
# the last eight bytes of the MD5 of an id to keep, where they are many
_SCHEMA = pa.schema(
    [
        ("stream", _TEXT),
        ("kind", _TEXT),
        ("batch", pa.int32()),
        ("place", pa.int64()),
        *((name, _TEXT) for name in ("id", "document", "updated", "deleted", "content_hash")),
        # Said to be deleted, or to have a version, at a time that cannot be used.
        *((name, pa.bool_()) for name in ("guessed", "odd")),
    ]
)


@dataclass(slots=True)
class Share:
    """What one stream has among the gathered."""

    stream: Stream
    rows: int = 0
    parents: bool = False
    odd: bool = False
    gone: set[str] = field(default_factory=set)
    snapshot: bool = False
    many: bool = False  # the snapshot is told by keys of ids
    patch: State = field(default_factory=dict)
    rejected: int = 0
    rejects: list[Reject] = field(default_factory=list)
    hidden: HiddenFields | None = None
    hidden_rows: int | None = None

    @property
    def touches_rows(self) -> bool:
        return bool(self.rows or self.parents or self.gone or self.snapshot)


class Gathered:
    """Batches of one source, run and identity. Their order is kept: see `accepts`."""

    def __init__(self, run_id: str, identity: Identity, source: str) -> None:
        self.run_id, self.identity, self.source = run_id, identity, source
        self.shares: dict[str, Share] = {}
        self._folder = TemporaryDirectory(prefix="revops-landing-")
        self._tables: list[pa.Table] = []
        self._waiting = self._bytes = self._batches = self._files = 0
        self._since = time.monotonic()
        self.clock = utc_now()

    def accepts(self, batch: Batch, run_id: str, identity: Identity) -> bool:
        """Whether one merge can do what the batches would do one after the other. After a full
        read nothing can be added, nor can a row come back after it was said to be gone."""
        if (self.run_id, self.identity, self.source) != (run_id, identity, batch.stream.source):
            return False
        share = self.shares.get(batch.stream.name)
        return not share or not (
            share.snapshot or (share.gone and not share.gone.isdisjoint(batch.rows.ids))
        )

    @property
    def is_due(self) -> bool:
        return self._bytes > SETTLE_BYTES or time.monotonic() - self._since > SETTLE_SECONDS

    def add(self, batch: Batch, clock: datetime) -> None:
        """`clock` is that of the batch's source."""
        self.clock = clock
        share = self.shares.setdefault(batch.stream.name, Share(batch.stream))
        kept, too_large = storable(unique(batch.rows, clock))
        came = incoming(kept, clock)
        rows = came.rows
        share.odd |= came.odd
        share.rows += len(rows)
        share.parents |= bool(rows.parents)
        share.gone.update(rows.gone)
        share.snapshot |= batch.snapshot is not None
        share.patch |= batch.patch
        share.rejected += len(too_large)
        if share.rejects:  # what is told of a record is told of the version that came last
            fresh = set(rows.ids)
            share.rejects = [r for r in share.rejects if r.id not in fresh]
        share.rejects += [*came.rejects, *too_large]
        share.hidden = share.hidden.then(batch.hidden) if share.hidden else batch.hidden
        if batch.hidden_rows is not None:
            share.hidden_rows = batch.hidden_rows
        self._batches += 1
        if rows.ids:
            self._keep_rows(batch.stream.name, came)
        keep: Sequence[str] = ()
        if isinstance(batch.snapshot, IdSet):
            share.many = True
            for run in batch.snapshot.runs():
                self._keep_ids(
                    batch.stream.name, "key", [f"{k:016x}" for k in run.byteswap().tolist()]
                )
                self._write()
        elif batch.snapshot:
            keep = batch.snapshot
        for kind, ids in (
            *(("parent", rows.parents), ("empty", rows.empty)),
            *(("gone", rows.gone), ("keep", keep)),
        ):
            if ids:
                self._keep_ids(batch.stream.name, kind, ids)
        if self._waiting > FILE_BYTES:
            self._write()

    def files(self) -> list[Path]:
        """All that was gathered; more can be added afterwards."""
        self._write()
        return sorted(Path(self._folder.name).glob("*.parquet"))

    def close(self) -> None:
        self._folder.cleanup()

    def _keep_rows(self, stream: str, came: Incoming) -> None:
        """In portions: a page may hold hundreds of megabytes."""
        for start, documents in came.documents(range(len(came.rows)), FILE_BYTES):
            count, part = len(documents), came.table.slice(start, len(documents))
            self._keep(
                {
                    **dict(zip(part.column_names, part.columns, strict=True)),
                    "stream": [stream] * count,
                    "kind": ["row"] * count,
                    "batch": [self._batches] * count,
                    "document": documents,
                },
                documents.nbytes,
            )
            if self._waiting > FILE_BYTES:
                self._write()

    def _keep_ids(self, stream: str, kind: str, ids: Sequence[str]) -> None:
        count, nothing = len(ids), pa.nulls(len(ids), _TEXT)
        columns: dict[str, Any] = {"stream": [stream] * count, "kind": [kind] * count, "id": ids}
        columns |= {"batch": [self._batches] * count, "place": range(count)}
        missing = {f.name: nothing.cast(f.type) for f in _SCHEMA if f.name not in columns}
        self._keep({**columns, **missing}, sum(map(len, ids)))

    def _keep(self, columns: dict[str, Any], size: int) -> None:
        arrays = [
            value.cast(kind)
            if isinstance(value, (pa.Array, pa.ChunkedArray))
            else pa.array(value, kind)
            for value, kind in ((columns[f.name], f.type) for f in _SCHEMA)
        ]
        self._tables.append(pa.table(arrays, schema=_SCHEMA))
        self._waiting += size
        self._bytes += size

    def _write(self) -> None:
        if not self._tables:
            return
        self._files += 1
        path = Path(self._folder.name) / f"part_{self._files:05}.parquet"
        try:
            pq.write_table(pa.concat_tables(self._tables), path)
        except OSError as error:
            if not is_full(error):
                raise
            raise WarehouseError(
                f"there is no space left in {path.parent}, where rows wait for Snowflake "
                f"({error.strerror or error}). What was stored before is whole: free some space, or "
                "set TMPDIR to a folder of another disk, and run again"
            ) from error
        self._tables, self._waiting = [], 0


def storable(rows: Rows) -> tuple[Rows, list[Reject]]:
    """The rows that Snowflake takes, and the others."""
    rejected: dict[int, Reject] = {}
    for index, document in enumerate(rows.documents):
        if len(document) > LARGEST_DOCUMENT:
            reason = (
                f"its {len(document):,} bytes are more than the {LARGEST_DOCUMENT:,} of a VARIANT"
            )
            rejected[index] = Reject(rows.ids[index], "document", document.decode(), reason)
    if not rejected:
        return rows, []
    kept = [i for i in range(len(rows.documents)) if i not in rejected]
    return taken(rows, kept), list(rejected.values())
