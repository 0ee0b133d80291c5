"""The books that a session keeps beside the rows: log, builds, resets, small whole tables."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from revops_pipeline.warehouse.base import Counts, Entries, LogEntry, Session
from revops_pipeline.warehouse.books import HIDDEN_TABLES, flat, log_rows, marks, utc_now
from revops_pipeline.warehouse.snowflake_lock import WriterLock
from revops_pipeline.warehouse.snowflake_tables import STAGE, value_at
from revops_pipeline.warehouse.snowflake_wire import Row, Wire

_LOG_COLUMNS = (
    *("run_id", "source", "stream", "finished_at", "seconds", "windows", "pages"),
    *("rows_reported", "rows_read", "verified", "rows_inserted", "rows_updated"),
    *("rows_deleted", "rows_unchanged", "error"),
)


class SnowflakeBooks(Session):
    """What needs no more than a connection and the lock."""

    def __init__(self, wire: Wire, lock: WriterLock) -> None:
        self._wire, self._lock = wire, lock

    def write_log(self, entries: Sequence[LogEntry]) -> None:
        now = utc_now()
        columns, rows = ", ".join(_LOG_COLUMNS), log_rows(entries, now)
        if not rows:
            return
        # Nothing when it is done again after an answer that was lost.
        statement = (
            f"insert into ops.extract_log ({columns}) "
            f"select {columns} from values {marks(rows)} as n ({columns}) "
            "where not exists (select 1 from ops.extract_log l where l.run_id = ? "
            "and l.source = ? and l.finished_at = ?)"
        )
        same = [entries[0].run_id, entries[0].source, now]
        self._wire.unit(lambda: self._wire.run(statement, [*flat(rows), *same]))

    def record_build(self, build: str, fingerprint: str, run_id: str) -> None:
        columns = ("build", "fingerprint", "run_id", "built_at")
        rows = [(build, fingerprint, run_id, utc_now())]
        self._wire.unit(
            lambda: upsert(self._wire, "ops.build_state", columns, rows, key=("build",))
        )

    def reset(self, source: str, stream: str | None = None) -> list[str]:
        streams = [
            str(name)
            for (name,) in self._wire.query(
                "select stream from ops.extract_state where source = ? and stream = coalesce(?, stream)",
                [source, stream],
            )
        ]
        self._wire.unit(lambda: self._reset(source, streams))
        return streams

    def _reset(self, source: str, streams: Sequence[str]) -> None:
        with self._wire.transaction():
            self._lock.fence()
            # Change sequences start anew with the stream: no build may be taken for current by them.
            self._wire.run("delete from ops.build_state")
            for name in streams:
                # TRUNCATE would commit.
                self._wire.run(f"delete from raw.{source}_{name}")
                for table in ("extract_state", "rejected_documents", *HIDDEN_TABLES):
                    self._wire.run(
                        f"delete from ops.{table} where source = ? and stream = ?", [source, name]
                    )

    def replace_table(
        self,
        table: str,
        columns: Mapping[str, str],
        rows: Sequence[Sequence[Any]],
        key: Sequence[str],
        journal: Entries | None = None,
    ) -> Counts:
        return self._wire.unit(lambda: self._replace(table, columns, rows, key, journal))

    def _replace(
        self,
        table: str,
        columns: Mapping[str, str],
        rows: Sequence[Sequence[Any]],
        key: Sequence[str],
        journal: Entries | None,
    ) -> Counts:
        wire, names = self._wire, ", ".join(map(quoted, columns))
        declared = {quoted(name): kind for name, kind in columns.items()}
        wire.run(f"create table if not exists {table} ({_declare(declared)})")
        new = {tuple(row) for row in rows}
        old: set[Row] = set(wire.rows(f"select {names} from {table}"))
        if new == old:
            return Counts(unchanged=len(new))
        positions = [list(columns).index(name) for name in key]
        keys = {quoted(name): columns[name] for name in key}
        leaving = {tuple(row[p] for p in positions) for row in old - new}
        fill(wire, "ops.leaving", keys, list(leaving))
        fill(wire, "ops.arriving", declared, list(new - old))
        if journal:
            _gather(wire, journal)
        with wire.transaction():
            self._lock.fence()
            by_key = ", ".join(keys)
            wire.run(
                f"delete from {table} where ({by_key}) in (select {by_key} from ops.leaving)",
                about=table,
            )
            wire.run(f"insert into {table} ({names}) select {names} from ops.arriving", about=table)
            if journal:
                _add_gathered(wire, journal)
        return Counts(len(new - old), 0, len(old - new), len(new & old))

    def append(self, entries: Entries) -> None:
        self._wire.unit(lambda: self._append(entries))

    def _append(self, entries: Entries) -> None:
        _gather(self._wire, entries)
        with self._wire.transaction():
            self._lock.fence()
            _add_gathered(self._wire, entries)


def _gather(wire: Wire, entries: Entries) -> None:
    columns = {
        name: "timestamp_ntz" if kind == "timestamp" else kind
        for name, kind in entries.columns.items()
    }
    fill(wire, "ops.entries", columns, [tuple(row) for row in entries.rows])


def _add_gathered(wire: Wire, entries: Entries) -> None:
    """Nothing when it is done again after an answer that was lost."""
    names = ", ".join(entries.columns)
    same = " and ".join(f"t.{name} is not distinct from n.{name}" for name in entries.columns)
    wire.run(
        f"insert into {entries.table} ({names}) select {names} from ops.entries n "
        f"where not exists (select 1 from {entries.table} t where {same})",
        about=entries.table,
    )


def upsert(
    wire: Wire, table: str, columns: Sequence[str], rows: Sequence[Row], *, key: Sequence[str]
) -> None:
    """Few rows, one a key, as parameters of a MERGE."""
    listed = ", ".join(columns)
    matches = " and ".join(f"t.{name} = n.{name}" for name in key)
    changes = ", ".join(f"t.{name} = n.{name}" for name in columns if name not in key)
    wire.run(
        f"merge into {table} t "
        f"using (select {listed} from values {marks(rows)} as v ({listed})) n on {matches} "
        f"when matched then update set {changes} "
        f"when not matched then insert ({listed}) "
        f"values ({', '.join(f'n.{name}' for name in columns)})",
        flat(rows),
        about=table,
    )


def fill(
    wire: Wire, table: str, columns: Mapping[str, str], rows: Sequence[Row], stage: str = STAGE
) -> None:
    """A temporary table with these rows, by way of a stage: an array of parameters would give a
    column with a missing value the type of text."""
    wire.run(f"create or replace temporary table {table} ({_declare(columns)})")
    if not rows:
        return
    place = f"{stage}/{uuid.uuid4().hex}"
    names = [f"c{index}" for index in range(len(columns))]
    arrays = [_array([row[index] for row in rows]) for index in range(len(columns))]
    with TemporaryDirectory(prefix="revops-table-") as folder:
        path = Path(folder) / "rows.parquet"
        pq.write_table(pa.table(arrays, names), path)
        wire.run(f"put 'file://{path}' @{place} auto_compress = false")
    casts = ", ".join(
        f"$1:{name}::varchar::{kind}" if kind.startswith("timestamp") else f"$1:{name}::{kind}"
        for name, kind in zip(names, columns.values(), strict=True)
    )
    wire.run(
        f"copy into {table} ({', '.join(columns)}) from (select {casts} from @{place}/) "
        "file_format = (type = parquet) purge = true"
    )


def quoted(name: str) -> str:
    """A column's name, also when it is a word of SQL; what is not quoted elsewhere finds it."""
    return '"' + name.upper().replace('"', '""') + '"'


def json_at(document: str, path: Sequence[str]) -> str:
    """See `hidden_sql.JsonAt`."""
    return f"to_json({value_at(document, path)})"


def _declare(columns: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {kind}" for name, kind in columns.items())


def _array(values: Sequence[Any]) -> pa.Array:
    plain = [v.isoformat() if isinstance(v, (date, datetime)) else v for v in values]
    found = pa.array(plain)
    return pa.array(plain, pa.string()) if pa.types.is_null(found.type) else found
