"""The tables that are there before the first row is.

Per stream: `_versions` holds the rows, `raw.<stream>` shows those that are current. A version that
is replaced is marked where it lies, for copying its document away would cost more than all the rest
of an increment; when many lie there they are moved to `_past`. `raw.<stream>_history` shows both.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from revops_pipeline.sources.stream import Stream
from revops_pipeline.warehouse.books import (
    CHANGE_COLUMNS,
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
}

_OPS_VIEWS = {
    "refused_objects": """
        select source, stream, json_extract_string(state, '$.refused.reason') as reason,
            make_timestamp(cast(json_extract_string(state, '$.refused.since') as bigint) * 1000000)
                as since
        from ops.extract_state
        where json_extract_string(state, '$.refused.reason') is not null""",
}


def ensure_tables(connection: duckdb.DuckDBPyConnection, streams: Sequence[Stream]) -> None:
    """Creates what is missing of the schemas, the `ops` tables and the streams' raw tables."""
    there = set(
        connection.execute(
            "select table_schema, table_name from information_schema.tables "
            "where table_schema in ('raw', 'ops')"
        ).fetchall()
    )
    connection.execute("begin")
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
            _create(connection, stream.table)
    connection.execute("commit")


def move_past(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """Moves the replaced versions of a stream out of the way of its current ones."""
    replaced = f"from raw.{table}_versions where superseded_at is not null"
    connection.execute(
        f"insert into raw.{table}_past select {NAMES}, loaded_at, superseded_at {replaced}"
    )
    connection.execute(f"delete {replaced}")


def upgrade_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Brings a file of an older version into the form of this one: a book that it lacks, and raw
    tables that are one for current rows and one for the history; each in a transaction."""
    books = connection.execute(
        "select table_name from duckdb_tables() where schema_name = 'ops'"
    ).fetchall()
    if books and ("rejected_documents",) not in books:
        declaration = _OPS_TABLES["rejected_documents"]
        connection.execute(f"create table ops.rejected_documents ({declaration})")
    old = connection.execute(
        "select table_name from duckdb_tables() where schema_name = 'raw' "
        "and not ends_with(table_name, '_versions') and not ends_with(table_name, '_past')"
    ).fetchall()
    names = {name for (name,) in old}
    for table in sorted(n for n in names if f"{n}_history" in names):
        connection.execute("begin")
        connection.execute(f"alter table raw.{table}_history rename to {table}_past")
        connection.execute(f"alter table raw.{table} rename to {table}_older")
        _create(connection, table)
        connection.execute(
            f"insert into raw.{table}_versions ({NAMES}, version) "
            f"select {NAMES}, 0 from raw.{table}_older"
        )
        connection.execute(f"drop table raw.{table}_older")
        connection.execute("commit")


def _create(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """`version` counts the versions of a record from 0, so that two first ones are told at once."""
    versions, past = f"raw.{table}_versions", f"raw.{table}_past"
    connection.execute(
        f"create table {versions} ({_COLUMNS}, version bigint not null, superseded_at timestamp, "
        "primary key (id, version))"
    )
    connection.execute(
        f"create table if not exists {past} ({_COLUMNS}, valid_from timestamp, valid_to timestamp)"
    )
    connection.execute(
        f"create view raw.{table} as select {NAMES} from {versions} where superseded_at is null"
    )
    connection.execute(
        f"create view raw.{table}_history as select {NAMES}, valid_from, valid_to from {past} "
        f"union all select {NAMES}, loaded_at, superseded_at from {versions} "
        "where superseded_at is not null"
    )
