"""The tables that are there before the first row is.

Per stream: `_versions` holds the rows, `raw.<stream>` shows those that are current. A version that
is replaced is marked where it lies, for copying its document away would cost more than all the rest
of an increment; when many lie there they are moved to `_past`. `raw.<stream>_history` shows both.

`_versions` has no primary key: DuckDB holds an index in memory, all of it where ids are random.
Instead `key`, 64 bits of an id, is compared with those that land (`duckdb_landing`).
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from revops_pipeline.sources.stream import Mode, Stream
from revops_pipeline.warehouse import gone
from revops_pipeline.warehouse.books import (
    CHANGE_COLUMNS,
    ERASURE_TABLES,
    HIDDEN_TABLES,
    OVERRIDE_COLUMNS,
    RAW_COLUMNS,
    declared,
)
from revops_pipeline.warehouse.rejects import REJECTED_COLUMNS

# Half the processor time of DuckDB's own choice to store, and a third of the space; reading the
# documents of a table takes a quarter longer.
_DOCUMENT = "document varchar not null using compression zstd"
NAMES = "id, document, source_updated_at, content_hash, deleted_at, run_id, loaded_at"
_COLUMNS = (
    f"id varchar not null, {_DOCUMENT}, source_updated_at timestamp, "
    "content_hash varchar not null, deleted_at timestamp, run_id varchar not null, "
    "loaded_at timestamp not null"
)
_SCHEMAS = ("raw", "staging", "marts", "ops")
_OPS_TABLES = {
    "extract_state": """
        source varchar, stream varchar, identity_key varchar, identity_address varchar,
        state varchar, change_seq bigint, run_id varchar, updated_at timestamp,
        primary key (source, stream)""",
    "extract_log": """
        run_id varchar, source varchar, stream varchar, finished_at timestamp, seconds double,
        windows integer, pages integer, rows_reported bigint, rows_read bigint, verified boolean,
        rows_inserted bigint, rows_updated bigint, rows_deleted bigint, rows_unchanged bigint,
        error varchar""",
    "build_state": """
        build varchar primary key, fingerprint varchar, run_id varchar, built_at timestamp""",
    "link_overrides": declared(OVERRIDE_COLUMNS),
    "link_changes": declared(CHANGE_COLUMNS),
    "rejected_documents": declared(REJECTED_COLUMNS),
    **{name: declared(columns) for name, columns in HIDDEN_TABLES.items()},
    "raw_columns": declared(RAW_COLUMNS),
    **{name: declared(columns) for name, columns in ERASURE_TABLES.items()},
}

_OPS_VIEWS = {
    "refused_objects": """
        select source, stream, json_extract_string(state, '$.refused.reason') as reason,
            make_timestamp(cast(json_extract_string(state, '$.refused.since') as bigint) * 1000000)
                as since
        from ops.extract_state
        where json_extract_string(state, '$.refused.reason') is not null""",
}


def key_of(stream: Stream, column: str = "id") -> str:
    """SQL for the key of a row: of its parent's id where rows are replaced by their parents."""
    if stream.mode is Mode.CHILDREN:
        column = f"split_part({column}, ':', 1)"
    return key(column)


def key(text: str) -> str:
    return f"md5_number_lower({text})"


def ensure_tables(connection: duckdb.DuckDBPyConnection, streams: Sequence[Stream]) -> None:
    """Creates what is missing of the schemas, the `ops` tables and the streams' raw tables."""
    there = set(
        connection.execute(
            "select table_schema, table_name from information_schema.tables "
            "where table_schema in ('raw', 'ops')"
        ).fetchall()
    )
    missing = [name for name in _OPS_TABLES if ("ops", name) not in there]
    for schema in _SCHEMAS if missing else ():
        connection.execute(f"create schema if not exists {schema}")
    for name in missing:
        connection.execute(f"create table if not exists ops.{name} ({_OPS_TABLES[name]})")
    for name, shown in _OPS_VIEWS.items():
        if ("ops", name) not in there:
            connection.execute(f"create view if not exists ops.{name} as {shown}")
    for stream in streams:
        if ("raw", stream.table) not in there:
            create_stream(connection, stream.table)
    tables = {name for schema, name in there if schema == "raw"} | {s.table for s in streams}
    made = {s.table for s in streams if ("raw", s.table) not in there}
    if tables & gone.TABLES and (made & gone.TABLES or ("ops", "gone_for_good") not in there):
        connection.execute(gone.view(tables, text_at, text_at))


def ensure_books(connection: duckdb.DuckDBPyConnection) -> None:
    """The books that a file of an older version lacks."""
    found = connection.execute(
        "select table_name from duckdb_tables() where schema_name = 'ops'"
    ).fetchall()
    there = {name for (name,) in found}
    for name in _OPS_TABLES.keys() - there if "extract_state" in there else ():
        connection.execute(f"create table ops.{name} ({_OPS_TABLES[name]})")


def text_at(document: str, path: Sequence[str]) -> str:
    """SQL for the text at a path of JSON."""
    return f"json_extract_string({document}, {pointer(path)})"


def pointer(path: Sequence[str]) -> str:
    """A JSON pointer, which takes any key, as a literal."""
    keys = (key.replace("~", "~0").replace("/", "~1").replace("'", "''") for key in path)
    return "'" + "".join(f"/{key}" for key in keys) + "'"


def move_past(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """Moves the replaced versions of a stream out of the way of its current ones."""
    replaced = f"from raw.{table}_versions where superseded_at is not null"
    connection.execute(
        f"insert into raw.{table}_past select {NAMES}, loaded_at, superseded_at {replaced}"
    )
    connection.execute(f"delete {replaced}")


def create_stream(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    past = f"raw.{table}_past"
    create_versions(connection, f"{table}_versions")
    connection.execute(
        f"create table if not exists {past} ({_COLUMNS}, valid_from timestamp, valid_to timestamp)"
    )
    create_views(connection, table)


def create_versions(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """`version` counts the versions of a record from 0."""
    connection.execute(
        f"create table raw.{name} ({_COLUMNS}, version bigint not null, superseded_at timestamp, "
        "key ubigint not null)"
    )


def create_views(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    versions, past = f"raw.{table}_versions", f"raw.{table}_past"
    connection.execute(
        f"create view raw.{table} as select {NAMES} from {versions} where superseded_at is null"
    )
    connection.execute(
        f"create view raw.{table}_history as select {NAMES}, valid_from, valid_to from {past} "
        f"union all select {NAMES}, loaded_at, superseded_at from {versions} "
        "where superseded_at is not null"
    )
