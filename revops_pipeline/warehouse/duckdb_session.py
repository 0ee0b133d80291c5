"""The SQL with which rows land in DuckDB."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import duckdb

from revops_pipeline.sources.stream import Identity, Limit, Mode, Rows, State, Stream
from revops_pipeline.warehouse import duckdb_rewrite
from revops_pipeline.warehouse.arrow import id_table, to_arrow, unique
from revops_pipeline.warehouse.base import Batch, Counts
from revops_pipeline.warehouse.books import STORED_STATES, StateBook, flat, marks, utc_now
from revops_pipeline.warehouse.duckdb_books import DuckDBBooks, json_at
from revops_pipeline.warehouse.duckdb_rejects import DuckDBRejects
from revops_pipeline.warehouse.duckdb_restate import restate
from revops_pipeline.warehouse.duckdb_tables import NAMES, ensure_tables, move_past, upgrade_tables
from revops_pipeline.warehouse.hidden_sql import count_rows, hold

# A load of more rows than this is moved from the log into the tables when its session ends.
CHECKPOINT_ROWS = 20_000
# Many small sessions make a long log, and each opening replays it.
LOG_BYTES = 2_000_000
# Replaced versions that may lie between the current ones: reading passes over them.
PAST_ROWS = 20_000


class DuckDBSession(DuckDBBooks):
    """See `Session`. A table that was empty when the session first saw it is filled by plain
    inserts; only a key that is met twice sends its transaction the comparing way."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, path: str) -> None:
        super().__init__(connection)
        self._path = path
        self._fresh: dict[str, bool] = {}
        self._landed = 0
        self._superseding: set[str] = set()
        self._book = StateBook()
        self._rejects = DuckDBRejects(connection)
        upgrade_tables(connection)

    def ensure(self, streams: Sequence[Stream]) -> None:
        ensure_tables(self._connection, streams)

    def restate(self, stream: Stream, limit: Limit, *, foreign: bool) -> set[str]:
        self._connection.execute("begin")
        try:
            taken = restate(self._connection, stream, limit, foreign=foreign)
            if taken:
                self.rewrite()
            self._connection.execute("commit")
        except BaseException:
            self._connection.execute("rollback")
            raise
        self._book.forget()
        return taken

    def rewrite(self) -> None:
        duckdb_rewrite.ask(Path(self._path))

    def states(self, source: str, identity: Identity | None = None) -> dict[str, State]:
        try:
            rows = self.query(STORED_STATES, [source])
        except duckdb.CatalogException:
            return {}  # nothing was ever stored
        elsewhere = "set REVOPS_DUCKDB_PATH to another file"
        return self._book.read(source, rows, identity, place=self._path, elsewhere=elsewhere)

    def land(
        self, batches: Sequence[Batch], *, run_id: str, identity: Identity
    ) -> dict[str, Counts]:
        try:
            return self._land(batches, run_id, identity, optimistic=True)
        except duckdb.ConstraintException:
            # A key that is there already, in a table taken for fresh: compare after all.
            for batch in batches:
                self._fresh[batch.stream.table] = False
            return self._land(batches, run_id, identity, optimistic=False)

    def _land(
        self, batches: Sequence[Batch], run_id: str, identity: Identity, *, optimistic: bool
    ) -> dict[str, Counts]:
        now = utc_now()
        counts: dict[str, Counts] = {}
        self._connection.execute("begin")
        try:
            for batch in batches:
                done = self._land_rows(batch, run_id, now, optimistic)
                if batch.snapshot is not None:
                    self._connection.register("keep", id_table(batch.snapshot))
                    missing = "id not in (select id from keep)"
                    done.deleted += self._delete(batch.stream.table, missing, run_id, now)
                rejects = batch.rows.rejects
                done.told = self._rejects.write(batch.stream, batch.rows, rejects, run_id, now)
                counts.setdefault(batch.stream.name, Counts()).add(done)
                self._write_hidden(batch, now)
            self._write_states(batches, counts, run_id, identity, now)
            self._connection.execute("commit")
        except BaseException:
            self._connection.execute("rollback")
            raise
        finally:
            for name in ("incoming", "parents", "gone_ids", "keep"):
                self._connection.unregister(name)
        self._book.committed()
        self._landed += sum(c.changed for c in counts.values())
        return counts

    def finish(self) -> None:
        """Moves a large load from the log into the tables; a small one stays in the log, which
        the next to open the file replays in milliseconds. Replaced versions are moved when many
        lie about: moving them one by one costs a reading of all documents each time."""
        for table in sorted(self._superseding):
            [(past,)] = self.query(f"select count(superseded_at) from raw.{table}_versions")
            if past > PAST_ROWS:
                self._connection.execute("begin")
                move_past(self._connection, table)
                self._connection.execute("commit")
                self._landed += int(past)
        log = Path(f"{self._path}.wal")
        if self._landed > CHECKPOINT_ROWS or (log.exists() and log.stat().st_size > LOG_BYTES):
            self._connection.execute("checkpoint")

    def _land_rows(self, batch: Batch, run_id: str, now: datetime, optimistic: bool) -> Counts:
        rows, table = unique(batch.rows), batch.stream.table
        counts = Counts()
        if rows.ids or (rows.parents and batch.stream.mode is Mode.CHILDREN):
            self._connection.register("incoming", to_arrow(rows))
            if optimistic and self._is_fresh(table):
                self._insert(table, "incoming", run_id, now)
                counts.inserted = len(rows.ids)
            elif batch.stream.mode is Mode.CHILDREN:
                counts = self._replace_children(table, rows, run_id, now)
            else:
                counts = self._merge(table, len(rows.ids), run_id, now)
        if rows.gone:
            self._connection.register("gone_ids", id_table(rows.gone))
            condition = "id in (select id from gone_ids)"
            counts.deleted += self._delete(table, condition, run_id, now)
        return counts

    def _replace_children(self, table: str, rows: Rows, run_id: str, now: datetime) -> Counts:
        self._connection.register("parents", id_table(rows.parents))
        if self._same_children(table):
            return Counts(unchanged=len(rows.ids))
        counts = self._merge(table, len(rows.ids), run_id, now)
        condition = (
            "left(id, instr(id, ':') - 1) in (select id from parents) "
            "and id not in (select id from incoming)"
        )
        counts.deleted += self._delete(table, condition, run_id, now)
        return counts

    def _insert(
        self, table: str, origin: str, run_id: str, now: datetime, version: str = "0"
    ) -> None:
        self._connection.execute(
            f"insert into raw.{table}_versions ({NAMES}, version) select id, document, "
            "try_cast(updated as timestamp), content_hash, try_cast(deleted as timestamp), ?, ?, "
            f"{version} from {origin}",
            [run_id, now],
        )

    def _same_children(self, table: str) -> bool:
        """Whether the parents' live children are just those that came: nearly always."""
        digest = "select count(*), bit_xor(hash(id, content_hash)) from"
        [(same,)] = self.query(
            f"with a(n, h) as ({digest} incoming), b(n, h) as ({digest} raw.{table} "
            "where deleted_at is null and left(id, instr(id, ':') - 1) in (select id from parents)) "
            "select a.n = b.n and a.h is not distinct from b.h from a, b"
        )
        return bool(same)

    def _merge(self, table: str, total: int, run_id: str, now: datetime) -> Counts:
        """Writes the rows that differ and are not older; what they replace goes to history."""
        self._connection.execute(f"""
            create or replace temp table changed as
            select i.*, r.rowid as replaced, r.version + 1 as next_version
            from incoming i
            left join raw.{table}_versions r on r.id = i.id and r.superseded_at is null
            where r.id is null
               or ((r.content_hash <> i.content_hash
                    or r.deleted_at is distinct from try_cast(i.deleted as timestamp))
                   and (r.source_updated_at is null or i.updated is null
                        or try_cast(i.updated as timestamp) >= r.source_updated_at))""")
        [(written, updated)] = self.query("select count(*), count(replaced) from changed")
        if updated:
            self._supersede(table, "changed", now)
        if written:
            self._insert(table, "changed", run_id, now, "coalesce(next_version, 0)")
        return Counts(written - updated, updated, 0, total - written)

    def _delete(self, table: str, condition: str, run_id: str, now: datetime) -> int:
        """Marks the live rows for which the condition holds as deleted."""
        self._connection.execute(
            "create or replace temp table gone as "
            f"select {NAMES}, version, rowid as replaced from raw.{table}_versions "
            f"where superseded_at is null and deleted_at is null and {condition}"
        )
        [(gone,)] = self.query("select count(*) from gone")
        if gone:
            self._supersede(table, "gone", now)
            self._connection.execute(
                f"insert into raw.{table}_versions ({NAMES}, version) select id, document, "
                "source_updated_at, content_hash, ?, ?, ?, version + 1 from gone",
                [now, run_id, now],
            )
        return int(gone)

    def _supersede(self, table: str, replacing: str, now: datetime) -> None:
        """From now on these versions are history."""
        self._connection.execute(
            f"update raw.{table}_versions set superseded_at = ? "
            f"where rowid in (select replaced from {replacing})",
            [now],
        )
        self._superseding.add(table)

    def _is_fresh(self, table: str) -> bool:
        if table not in self._fresh:
            self._fresh[table] = not self.query(f"select 1 from raw.{table}_versions limit 1")
        return self._fresh[table]

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
