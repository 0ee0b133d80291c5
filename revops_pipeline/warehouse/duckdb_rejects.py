"""The SQL that keeps `ops.rejected_documents` in DuckDB."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import duckdb
import pyarrow as pa

from revops_pipeline.sources.stream import Reject, Rows, Stream
from revops_pipeline.warehouse.arrow import id_table
from revops_pipeline.warehouse.rejects import (
    REJECTED_COLUMNS,
    REJECTED_DOCUMENTS,
    REJECTED_KEY,
    reject_rows,
)

_KEY = ", ".join(REJECTED_KEY)
_TYPES = {"bigint": pa.int64(), "timestamp": pa.timestamp("us")}
_SCHEMA = pa.schema([(n, _TYPES.get(kind, pa.string())) for n, kind in REJECTED_COLUMNS.items()])


class DuckDBRejects:
    """Of one session, inside its transactions."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._may_have: set[tuple[str, str]] | None = None

    def write(
        self, stream: Stream, rows: Rows, rejects: Sequence[Reject], run_id: str, now: datetime
    ) -> int:
        """How many lines were added; those of records that came or went leave, unless told again."""
        if not rejects and not self._has_lines(stream):
            return 0
        told = [
            dict(zip(REJECTED_COLUMNS, r, strict=True))
            for r in reject_rows(stream, rejects, run_id, now)
        ]
        self._connection.register("told", pa.Table.from_pylist(told, _SCHEMA))
        self._connection.register("settled", id_table([*rows.ids, *rows.gone]))
        try:
            self._connection.execute(
                f"delete from {REJECTED_DOCUMENTS} where source = ? and stream = ? "
                f"and id in (select id from settled) and ({_KEY}) not in (select {_KEY} from told)",
                [stream.source, stream.name],
            )
            added = self._connection.execute(
                f"insert into {REJECTED_DOCUMENTS} select * from told "
                f"where ({_KEY}) not in (select {_KEY} from {REJECTED_DOCUMENTS})"
            ).fetchone()
        finally:
            self._connection.unregister("told")
            self._connection.unregister("settled")
        if rejects and self._may_have is not None:
            self._may_have.add((stream.source, stream.name))
        return int(added[0]) if added else 0

    def _has_lines(self, stream: Stream) -> bool:
        """Nearly never: then a landing asks nothing."""
        if self._may_have is None:
            found = self._connection.execute(
                f"select distinct source, stream from {REJECTED_DOCUMENTS}"
            ).fetchall()
            self._may_have = {(str(source), str(name)) for source, name in found}
        return (stream.source, stream.name) in self._may_have
