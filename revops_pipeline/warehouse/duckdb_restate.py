"""Documents of a stream that are written anew without what they may not hold, in DuckDB."""

from __future__ import annotations

import json
from collections.abc import Iterator

import duckdb
import pyarrow as pa

from revops_pipeline.sources.stream import Limit, Stream
from revops_pipeline.warehouse.limits import restated, without

READ_ROWS = 20_000
# Columns that are made of the id.
OF_ID = {"key": "md5_number_lower({})"}
# What is stored of each version of a record: its place in its table, and what it becomes.
_ANEW = "place bigint, base varchar, document varchar using compression zstd, content_hash varchar"


def restate(
    connection: duckdb.DuckDBPyConnection, stream: Stream, limit: Limit, *, foreign: bool
) -> set[str]:
    """In the caller's transaction. Whole tables are made anew: what is updated stays where it lies."""
    taken: set[str] = set()
    tables = [f"{stream.table}_versions", f"{stream.table}_past"]
    changed = 0
    for table in tables:
        connection.execute(f"create table raw.{table}_anew ({_ANEW})")
        for rows in _documents(connection, table):
            found = restated(rows, limit, foreign, taken)
            _insert(connection, f"raw.{table}_anew", found)
        [(differing,)] = connection.execute(
            f"select count(*) from raw.{table} t join raw.{table}_anew a on t.rowid = a.place "
            "where t.content_hash <> a.content_hash"
        ).fetchall()
        changed += differing
    if changed:
        _name(connection, stream)
        for table in tables:
            _replace(connection, table)
        connection.execute("drop table raw.anew_ids")
    for table in tables:
        connection.execute(f"drop table raw.{table}_anew")
    _note(connection, stream, limit, rebuild=bool(changed))
    return taken


def _documents(
    connection: duckdb.DuckDBPyConnection, table: str
) -> Iterator[list[tuple[int, str]]]:
    """Read beside the transaction that writes, a portion at a time."""
    with connection.cursor() as reader:
        reader.execute(f"select rowid, document from raw.{table}")
        while rows := reader.fetchmany(READ_ROWS):
            yield rows


def _insert(
    connection: duckdb.DuckDBPyConnection, table: str, rows: list[tuple[int, str, str, str]]
) -> None:
    columns = [pa.array(values) for values in zip(*rows, strict=True)]
    connection.register("anew_rows", pa.table(columns, ["place", "base", "document", "hash"]))
    connection.execute(f"insert into {table} from anew_rows")
    connection.unregister("anew_rows")


def _name(connection: duckdb.DuckDBPyConnection, stream: Stream) -> None:
    """One new id for each old one. Where several became alike they are counted as a read counts
    them, those first that are live."""
    table = stream.table
    connection.execute(f"""
        create table raw.anew_ids as
        select
            old_id,
            base || case when place > 1 then '#' || place else '' end as id
        from (
            select
                old_id,
                base,
                row_number() over (
                    partition by base order by live desc, length(old_id), old_id
                ) as place
            from (
                select old_id, min(base) as base, max(live) as live
                from (
                    select
                        t.id as old_id, a.base, cast(t.deleted_at is null as integer) as live
                    from raw.{table}_versions t
                    join raw.{table}_versions_anew a on t.rowid = a.place
                    where t.superseded_at is null
                    union all
                    select t.id, a.base, -1
                    from raw.{table}_versions t
                    join raw.{table}_versions_anew a on t.rowid = a.place
                    where t.superseded_at is not null
                    union all
                    select t.id, a.base, -1
                    from raw.{table}_past t
                    join raw.{table}_past_anew a on t.rowid = a.place
                ) as versions
                group by old_id
            ) as records
        ) as counted""")


def _replace(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """A table of the same form, with the documents and ids that are now."""
    [(declared,)] = connection.execute(
        "select sql from duckdb_tables() where schema_name = 'raw' and table_name = ?", [table]
    ).fetchall()
    columns = [name for name, *_ in connection.execute(f"describe raw.{table}").fetchall()]
    given = {"id": "i.id", "document": "a.document", "content_hash": "a.content_hash"}
    given |= {name: value.format("i.id") for name, value in OF_ID.items()}
    values = ", ".join(given.get(name, f"t.{name}") for name in columns)
    connection.execute(declared.replace(f"raw.{table}(", f"raw.{table}_new(", 1))
    connection.execute(
        f"insert into raw.{table}_new select {values} from raw.{table} t "
        f"join raw.{table}_anew a on t.rowid = a.place join raw.anew_ids i on t.id = i.old_id"
    )
    connection.execute(f"drop table raw.{table}")
    connection.execute(f"alter table raw.{table}_new rename to {table}")


def _note(
    connection: duckdb.DuckDBPyConnection, stream: Stream, limit: Limit, *, rebuild: bool
) -> None:
    """The limit, and what nothing may know of any more. A sequence that moves has built anew what
    is made of the stream."""
    of_stream, key = "source = ? and stream = ?", [stream.source, stream.name]
    connection.execute(f"delete from ops.raw_columns where {of_stream}", key)
    connection.execute(
        "insert into ops.raw_columns values (?, ?, ?)", [*key, json.dumps(limit.keys)]
    )
    marks = ", ".join("?" for _ in limit.keys)
    for table in ("held_values", "hidden_fields"):
        connection.execute(
            f"delete from ops.{table} where {of_stream} and field not in ({marks})",
            [*key, *limit.keys],
        )
    found = connection.execute(
        f"select state from ops.extract_state where {of_stream}", key
    ).fetchall()
    for (state,) in found:
        connection.execute(
            f"update ops.extract_state set state = ?, change_seq = change_seq + ? where {of_stream}",
            [json.dumps(without(json.loads(state), limit)), int(rebuild), *key],
        )
