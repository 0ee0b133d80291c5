"""The books that a session keeps beside the rows: log, builds, resets, small whole tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import duckdb
import pyarrow as pa

from revops_pipeline.warehouse.base import Counts, Entries, LogEntry, Session
from revops_pipeline.warehouse.books import HIDDEN_TABLES, flat, log_rows, marks, utc_now
from revops_pipeline.warehouse.duckdb_tables import move_past, pointer, text_at


class DuckDBBooks(Session):
    """What needs no more than a connection."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it or nothing. What went wrong is what is raised, also where DuckDB has rolled back
        by itself and has nothing left to roll back."""
        self._connection.execute("begin")
        try:
            yield
            self._connection.execute("commit")
        except BaseException:
            with suppress(duckdb.Error):
                self._connection.execute("rollback")
            raise

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql, list(parameters)).fetchall()

    def text_at(self, path: Sequence[str]) -> str:
        return text_at("document", path)

    def write_log(self, entries: Sequence[LogEntry]) -> None:
        rows = log_rows(entries, utc_now())
        self._connection.execute(f"insert into ops.extract_log values {marks(rows)}", flat(rows))

    def record_build(self, build: str, fingerprint: str, run_id: str) -> None:
        self._connection.execute(
            "insert or replace into ops.build_state values (?, ?, ?, ?)",
            [build, fingerprint, run_id, utc_now()],
        )

    def reset(self, source: str, stream: str | None = None) -> list[str]:
        streams = [
            str(name)
            for (name,) in self.query(
                "select stream from ops.extract_state where source = ? and stream = coalesce(?, stream)",
                [source, stream],
            )
        ]
        with self.transaction():
            # Change sequences start anew with the stream: no build may be taken for current by them.
            self._connection.execute("delete from ops.build_state")
            for name in streams:
                table = f"{source}_{name}"
                move_past(self._connection, table)
                self._connection.execute(f"truncate raw.{table}_versions")
                for book in ("extract_state", "rejected_documents", *HIDDEN_TABLES):
                    self._connection.execute(
                        f"delete from ops.{book} where source = ? and stream = ?", [source, name]
                    )
        return streams

    def replace_table(
        self,
        table: str,
        columns: Mapping[str, str],
        rows: Sequence[Sequence[Any]],
        key: Sequence[str],
        journal: Entries | None = None,
    ) -> Counts:
        declared = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        primary = f"primary key ({', '.join(key)})"
        self._connection.execute(f"create table if not exists {table} ({declared}, {primary})")
        new = {tuple(row) for row in rows}
        old = set(self.query(f"select {', '.join(columns)} from {table}"))
        if new == old:
            return Counts(unchanged=len(new))
        self._connection.register("incoming", _arrow(columns, rows))
        try:
            with self.transaction():
                # Deleting and inserting one key in one transaction breaks its index; replacing does
                # not.
                self._connection.execute(f"create or replace table {table} ({declared}, {primary})")
                self._connection.execute(f"insert into {table} select * from incoming")
                if journal:
                    self._add(journal)
        finally:
            self._connection.unregister("incoming")
            self._connection.unregister("entries")
        return Counts(len(new - old), 0, len(old - new), len(new & old))

    def append(self, entries: Entries) -> None:
        try:
            self._add(entries)
        finally:
            self._connection.unregister("entries")

    def _add(self, entries: Entries) -> None:
        names = ", ".join(entries.columns)
        self._connection.register("entries", _arrow(entries.columns, entries.rows))
        self._connection.execute(
            f"insert into {entries.table} ({names}) select {names} from entries"
        )


def json_at(document: str, path: Sequence[str]) -> str:
    """See `hidden_sql.JsonAt`."""
    return f"cast(json_extract({document}, {pointer(path)}) as varchar)"


def _arrow(columns: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> pa.Table:
    return pa.table({name: [row[i] for row in rows] for i, name in enumerate(columns)})
