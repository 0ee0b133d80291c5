"""The SQL with which rows land in DuckDB, without an index.

What is stored of the records that come is found by `key`, a number of 64 bits: comparing ten million
of them with a few thousand takes a twentieth of the time that comparing the ids would. Then only
those rows are read, by their place in the file, and compared by id. So memory holds nothing that
grows with the table, and a first read that was killed goes on as fast as it began.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import duckdb
import pyarrow as pa

from revops_pipeline.sources.id_set import IdSet
from revops_pipeline.sources.stream import Mode, Stream
from revops_pipeline.sources.times import TOLERANCE
from revops_pipeline.warehouse.arrow import Incoming, id_table
from revops_pipeline.warehouse.base import Counts
from revops_pipeline.warehouse.duckdb_books import DuckDBBooks
from revops_pipeline.warehouse.duckdb_tables import NAMES, key, key_of

# Documents are handed over in portions of this size: a page may hold hundreds of megabytes.
PORTION_BYTES, PORTION_ROWS = 16_000_000, 500_000
# So many ids of a table are kept to know that others are new; looking them up costs little more.
MET = 2_000_000
REGISTERED = ("incoming", "parents", "named", "kept", "changed", "portion")
# All of a child's id before its last colon.
_GROUP = "regexp_replace(id, ':[^:]*$', '')"


class DuckDBLanding(DuckDBBooks):
    """Inside the caller's transaction, which also unregisters what is REGISTERED."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        super().__init__(connection)
        self._superseding: set[str] = set()
        self._met: dict[str, IdSet | None] = {}

    def _store(
        self, stream: Stream, came: Incoming, run_id: str, now: datetime, clock: datetime
    ) -> Counts:
        """Writes the rows that differ and are not older; what they replace goes to history. Of a
        parent's children those that did not come are marked as deleted."""
        children = stream.mode is Mode.CHILDREN
        if not came.rows.ids and not (children and came.rows.parents):
            return Counts()
        total = len(came.rows.ids)
        self._connection.register("incoming", came.table)
        if children:
            self._connection.register("parents", id_table(came.rows.parents))
        if self._is_new(stream, came) or not self._find_near(stream, children):
            self._insert(stream, came, range(total), None, run_id, now)
            return Counts(total)
        if children and self._same_children():
            return Counts(unchanged=total)
        counts = self._merge(stream, came, run_id, now, clock)
        if children:
            counts.emptied = self._emptied(came.rows.empty)
            condition = (
                "split_part(id, ':', 1) in (select id from parents) "
                f"and id not in (select id from incoming) and {_GROUP} not in (select id from kept)"
            )
            counts.deleted += self._mark_deleted(
                stream.table,
                f"select place from near where deleted_at is null and {condition}",
                run_id,
                now,
            )
        return counts

    def _emptied(self, told: Sequence[str]) -> list[str]:
        """The parents that came without children, and not by the vendor's word: they keep what they
        have, and are in `kept` then."""
        self._connection.register("named", id_table(told))
        found = self.query(
            f"select distinct {_GROUP} from near where deleted_at is null "
            "and split_part(id, ':', 1) in (select id from parents) "
            f"and {_GROUP} not in (select {_GROUP} from incoming) "
            f"and {_GROUP} not in (select id from named) "
            "and split_part(id, ':', 1) not in (select id from named)"
        )
        kept = sorted(group for (group,) in found)
        self._connection.register("kept", id_table(kept))
        return kept

    def _is_new(self, stream: Stream, came: Incoming) -> bool:
        """Whether the session knows that nothing is stored of what comes, nor of its parents: the
        table was empty when it first looked, and these were not among what has come since. So a
        first read need not look anything up."""
        table, ids = stream.table, came.rows.ids
        if table not in self._met:
            empty = not self.query(f"select 1 from raw.{table}_versions limit 1")
            self._met[table] = IdSet() if empty else None
        met = self._met[table]
        if met is None or len(met) > MET:
            self._met[table] = None
            return False
        if stream.mode is Mode.CHILDREN:
            ids = list({*came.rows.parents, *(i.partition(":")[0] for i in ids)})
        return not any(met.add(ids))

    def _find_near(self, stream: Stream, children: bool) -> bool:
        """Fills `near` with the current rows of what comes, and of its parents; False: none."""
        wanted = f"select {key_of(stream)} from incoming"
        if children:
            wanted += f" union all select {key('id')} from parents"
        return self._near(stream.table, f"key in ({wanted})")

    def _near(self, table: str, condition: str) -> bool:
        versions = f"raw.{table}_versions"
        found = self._connection.execute(
            "create or replace temp table places as select rowid as place "
            f"from {versions} where superseded_at is null and {condition}"
        ).fetchone()
        if not found or not found[0]:
            return False
        self._connection.execute(
            "create or replace temp table near as select v.rowid as place, v.id, v.content_hash, "
            f"v.deleted_at, v.source_updated_at, v.version from {versions} v "
            "join places p on v.rowid = p.place"
        )
        return True

    def _same_children(self) -> bool:
        """Whether the parents' live children are just those that came: nearly always."""
        digest = "select count(*), bit_xor(hash(id, content_hash)) from"
        [(same,)] = self.query(
            f"with a(n, h) as ({digest} incoming), b(n, h) as ({digest} near where deleted_at "
            "is null and split_part(id, ':', 1) in (select id from parents)) "
            "select a.n = b.n and a.h is not distinct from b.h from a, b"
        )
        return bool(same)

    def _merge(
        self, stream: Stream, came: Incoming, run_id: str, now: datetime, clock: datetime
    ) -> Counts:
        """A stored version that is ahead of the clock counts as one that cannot be used."""
        changed = self._connection.sql(
            """
            select i.place, r.place as replaced, coalesce(r.version + 1, 0) as version
            from incoming i
            left join near r on r.id = i.id
            where r.id is null
               or ((r.content_hash <> i.content_hash
                    or (r.deleted_at is distinct from i.deleted
                        and not (i.guessed and r.deleted_at is not null)))
                   and (r.source_updated_at is null or i.updated is null
                        or i.updated >= r.source_updated_at or r.source_updated_at > ?))
            order by i.place""",
            params=[clock + TOLERANCE],
        ).to_arrow_table()
        written, total = len(changed), len(came.rows.ids)
        updated = written - changed["replaced"].null_count
        if updated:
            self._connection.register("changed", changed)
            self._supersede(stream.table, "select replaced from changed", now)
        if written:
            places = changed["place"].to_pylist()
            self._insert(stream, came, places, changed["version"], run_id, now)
        return Counts(written - updated, updated, 0, total - written)

    def _insert(
        self,
        stream: Stream,
        came: Incoming,
        places: Sequence[int],
        versions: pa.ChunkedArray | None,
        run_id: str,
        now: datetime,
    ) -> None:
        """The rows of these places; without `versions` they are the first of their records."""
        rows = came.table if versions is None else came.table.take(pa.array(places, pa.int64()))
        if versions is not None:
            rows = rows.append_column("version", versions)
        for start, documents in came.documents(places, PORTION_BYTES):
            portion = rows.slice(start, len(documents)).append_column("document", documents)
            self._connection.register("portion", portion)
            self._connection.execute(
                f"insert into raw.{stream.table}_versions ({NAMES}, version, key) "
                "select id, document, updated, content_hash, deleted, ?, ?, "
                f"{'0' if versions is None else 'version'}, {key_of(stream)} from portion",
                [run_id, now],
            )
            self._connection.unregister("portion")

    def _delete_named(self, stream: Stream, ids: Sequence[str], run_id: str, now: datetime) -> int:
        """Marks the live rows among these as deleted."""
        self._connection.register("named", id_table(ids))
        if not self._near(stream.table, f"key in (select {key_of(stream)} from named)"):
            return 0
        named = "select place from near where deleted_at is null and id in (select id from named)"
        return self._mark_deleted(stream.table, named, run_id, now)

    def _delete_others(
        self, stream: Stream, ids: Sequence[str] | IdSet, run_id: str, now: datetime
    ) -> int:
        """Marks the live rows that are not among these as deleted."""
        if isinstance(ids, IdSet):
            self._connection.register("named", pa.table({"place": self._lacking(stream, ids)}))
            return self._mark_deleted(stream.table, "select place from named", run_id, now)
        self._connection.register("named", id_table(ids))
        others = (
            f"select rowid as place from raw.{stream.table}_versions "
            "where superseded_at is null and deleted_at is null and id not in (select id from named)"
        )
        return self._mark_deleted(stream.table, others, run_id, now)

    def _lacking(self, stream: Stream, ids: IdSet) -> pa.ChunkedArray:
        """The places of live rows that are not among many, read in portions."""
        rows = self._connection.sql(
            f"select rowid as place, {key('id')} as key from raw.{stream.table}_versions "
            "where superseded_at is null and deleted_at is null"
        ).to_arrow_reader(PORTION_ROWS)
        found = [
            part["place"].filter(pa.array(~ids.holds(part["key"].to_numpy()))) for part in rows
        ]
        return pa.chunked_array(found, pa.int64())

    def _mark_deleted(self, table: str, places: str, run_id: str, now: datetime) -> int:
        """`places` selects current rows that are live."""
        self._connection.execute(f"create or replace temp table gone as {places}")
        [(gone,)] = self.query("select count(*) from gone")
        if gone:
            self._supersede(table, "select place from gone", now)
            self._connection.execute(
                f"insert into raw.{table}_versions ({NAMES}, version, key) select id, document, "
                f"source_updated_at, content_hash, ?, ?, ?, version + 1, key "
                f"from raw.{table}_versions v join gone g on v.rowid = g.place",
                [now, run_id, now],
            )
        return int(gone)

    def _supersede(self, table: str, places: str, now: datetime) -> None:
        """From now on these versions are history."""
        self._connection.execute(
            f"update raw.{table}_versions set superseded_at = ? where rowid in ({places})", [now]
        )
        self._superseding.add(table)
