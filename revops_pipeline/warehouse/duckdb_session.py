"""A session on DuckDB: rows, states and what could not be used, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from revops_pipeline.sources.stream import Identity, Limit, State, Stream
from revops_pipeline.warehouse import duckdb_rewrite
from revops_pipeline.warehouse.arrow import incoming
from revops_pipeline.warehouse.base import Batch, Counts
from revops_pipeline.warehouse.books import STORED_STATES, StateBook, flat, marks, utc_now
from revops_pipeline.warehouse.duckdb_books import json_at
from revops_pipeline.warehouse.duckdb_landing import REGISTERED, DuckDBLanding
from revops_pipeline.warehouse.duckdb_rejects import DuckDBRejects
from revops_pipeline.warehouse.duckdb_restate import restate
from revops_pipeline.warehouse.duckdb_tables import ensure_books, ensure_tables, key_of, move_past
from revops_pipeline.warehouse.duckdb_upgrade import (
    join_table,
    key_table,
    keyless_tables,
    split_tables,
)
from revops_pipeline.warehouse.hidden_sql import count_rows, hold

# A load of more rows than this is moved from the log into the tables when its session ends.
CHECKPOINT_ROWS = 20_000
# Many small sessions make a long log, and each opening replays it.
LOG_BYTES = 2_000_000
# Replaced versions that may lie between the current ones, and more while they are a small part of
# the table: reading passes over them, and moving them reads all documents.
PAST_ROWS, PAST_SHARE = 20_000, 0.05


class DuckDBSession(DuckDBLanding):
    """See `Session`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, path: str) -> None:
        super().__init__(connection)
        self._path = path
        self._landed = 0
        self._book = StateBook()
        self._rejects = DuckDBRejects(connection)
        ensure_books(connection)
        for table in split_tables(connection):
            with self.transaction():
                join_table(connection, table)
        self._keyless = keyless_tables(connection)

    def ensure(self, streams: Sequence[Stream]) -> None:
        with self.transaction():
            ensure_tables(self._connection, streams)

    def restate(self, stream: Stream, limit: Limit, *, foreign: bool) -> set[str]:
        self._upgrade(stream)
        with self.transaction():
            self._met[stream.table] = None  # its ids are not what they were
            taken = restate(self._connection, stream, limit, foreign=foreign)
            if taken:
                self.rewrite()
        self._book.forget()
        return taken

    def transact(self, statements: Sequence[tuple[str, Sequence[Any]]]) -> None:
        with self.transaction():
            for sql, parameters in statements:
                self._connection.execute(sql, list(parameters))
        self._book.forget()

    def of_id(self, stream: Stream, table: str, id_: str) -> Mapping[str, str]:
        keyed = table.endswith("_versions") and stream.table not in self._keyless
        return {"id": id_, **({"key": key_of(stream, id_)} if keyed else {})}

    def rewrite(self) -> None:
        duckdb_rewrite.ask(Path(self._path))

    def reset(self, source: str, stream: str | None = None) -> list[str]:
        self._book.forget()
        return super().reset(source, stream)

    def states(self, source: str, identity: Identity | None = None) -> dict[str, State]:
        try:
            rows = self.query(STORED_STATES, [source])
        except duckdb.CatalogException:
            return {}  # nothing was ever stored
        elsewhere = "set REVOPS_DUCKDB_PATH to another file"
        return self._book.read(source, rows, identity, place=self._path, elsewhere=elsewhere)

    def land(
        self,
        batches: Sequence[Batch],
        *,
        run_id: str,
        identity: Identity,
        clock: datetime | None = None,
    ) -> dict[str, Counts]:
        now, counts = utc_now(), dict[str, Counts]()
        for batch in batches:
            self._upgrade(batch.stream)
        try:
            with self.transaction():
                for batch in batches:
                    done = self._land_rows(batch, run_id, now, clock or now)
                    counts.setdefault(batch.stream.name, Counts()).add(done)
                    self._write_hidden(batch, now)
                self._write_states(batches, counts, run_id, identity, now)
        finally:
            for name in REGISTERED:
                self._connection.unregister(name)
        self._book.committed()
        self._landed += sum(c.changed for c in counts.values())
        return counts

    def finish(self) -> None:
        """Moves a large load from the log into the tables; a small one stays in the log, which
        the next to open the file replays in milliseconds. Replaced versions are moved when many
        lie about: moving them one by one costs a reading of all documents each time."""
        for table in sorted(self._superseding):
            [(rows, past)] = self.query(
                f"select count(*), count(superseded_at) from raw.{table}_versions"
            )
            if past > PAST_ROWS and past > PAST_SHARE * rows:
                with self.transaction():
                    move_past(self._connection, table)
                self._landed += int(past)
        log = Path(f"{self._path}.wal")
        if self._landed > CHECKPOINT_ROWS or (log.exists() and log.stat().st_size > LOG_BYTES):
            self._connection.execute("checkpoint")

    def _land_rows(self, batch: Batch, run_id: str, now: datetime, clock: datetime) -> Counts:
        stream, came = batch.stream, incoming(batch.rows, clock)
        counts = self._store(stream, came, run_id, now, clock)
        if came.rows.gone:
            counts.deleted += self._delete_named(stream, came.rows.gone, run_id, now)
        if batch.snapshot is not None:
            counts.deleted += self._delete_others(stream, batch.snapshot, run_id, now)
        counts.told = self._rejects.write(stream, came.rows, came.rejects, run_id, now)
        return counts

    def _upgrade(self, stream: Stream) -> None:
        if stream.table in self._keyless:
            self._connection.execute("set threads = 1")  # two hold twice as many rows at a time
            with self.transaction():
                key_table(self._connection, stream)
            self._connection.execute("reset threads")
            self._keyless.discard(stream.table)
            self._landed += CHECKPOINT_ROWS + 1  # the old table's space is free after a checkpoint

    def _write_hidden(self, batch: Batch, now: datetime) -> None:
        if batch.hidden:
            hold(self._connection.execute, json_at, batch.stream, batch.hidden, now)
        if batch.hidden_rows is not None:
            count_rows(self._connection.execute, batch.stream, batch.hidden_rows, now)

    def _write_states(
        self,
        batches: Sequence[Batch],
        counts: dict[str, Counts],
        run_id: str,
        identity: Identity,
        now: datetime,
    ) -> None:
        for batch in batches:
            if not self._book.knows(batch.stream):
                stored = self.query(
                    f"{STORED_STATES} and stream = ?", [batch.stream.source, batch.stream.name]
                )
                self._book.learn(batch.stream, stored)
        rows = self._book.rows(batches, counts, run_id, identity, now)
        if rows:
            self._connection.execute(
                f"insert or replace into ops.extract_state values {marks(rows)}", flat(rows)
            )
