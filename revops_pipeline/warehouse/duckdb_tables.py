"""The tables that are there before the first row is."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from revops_pipeline.sources.stream import Stream
from revops_pipeline.warehouse.books import CHANGE_COLUMNS, OVERRIDE_COLUMNS, declared

_RAW_COLUMNS = (
    "id varchar not null, document varchar not null, source_updated_at timestamp, "
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
}


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
    for stream in streams:
        if ("raw", stream.table) not in there:
            raw = f"raw.{stream.table}"
            connection.execute(f"create table {raw} ({_RAW_COLUMNS}, primary key (id))")
            connection.execute(
                f"create table {raw}_history "
                f"({_RAW_COLUMNS}, valid_from timestamp, valid_to timestamp)"
            )
