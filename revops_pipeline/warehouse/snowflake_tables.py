"""The tables that are there before the first row is. All of it is DDL, which commits by itself.

Existence is asked first: `create schema if not exists` wants the right to create one even where
it exists. Keys are not declared: Snowflake would note them without holding them.
"""

from __future__ import annotations

from collections.abc import Sequence

from revops_pipeline.sources.stream import Stream
from revops_pipeline.warehouse import gone
from revops_pipeline.warehouse.books import (
    CHANGE_COLUMNS,
    ERASURE_TABLES,
    HIDDEN_TABLES,
    OVERRIDE_COLUMNS,
    RAW_COLUMNS,
    declared,
)
from revops_pipeline.warehouse.rejects import ADDED_COLUMNS, REJECTED_COLUMNS
from revops_pipeline.warehouse.snowflake_wire import Wire

SCHEMAS = ("raw", "staging", "marts", "ops")
STAGE = "ops.landing_files"

_RAW_COLUMNS = (
    "id varchar not null, document variant not null, source_updated_at timestamp_ntz, "
    "content_hash varchar not null, deleted_at timestamp_ntz, run_id varchar not null, "
    "loaded_at timestamp_ntz not null"
)
_OPS_TABLES = {
    "extract_state": "source varchar, stream varchar, identity_key varchar, "
    "identity_address varchar, state varchar, change_seq number(18, 0), run_id varchar, "
    "updated_at timestamp_ntz",
    "extract_log": "run_id varchar, source varchar, stream varchar, finished_at timestamp_ntz, "
    "seconds double, windows number(9, 0), pages number(9, 0), rows_reported number(18, 0), "
    "rows_read number(18, 0), verified boolean, rows_inserted number(18, 0), "
    "rows_updated number(18, 0), rows_deleted number(18, 0), rows_unchanged number(18, 0), "
    "error varchar",
    "build_state": "build varchar, fingerprint varchar, run_id varchar, built_at timestamp_ntz",
    "rejected_documents": declared(REJECTED_COLUMNS, "timestamp_ntz"),
    "link_overrides": declared(OVERRIDE_COLUMNS, "timestamp_ntz"),
    "link_changes": declared(CHANGE_COLUMNS, "timestamp_ntz"),
    **{name: declared(columns, "timestamp_ntz") for name, columns in HIDDEN_TABLES.items()},
    "raw_columns": declared(RAW_COLUMNS),
    **{name: declared(columns, "timestamp_ntz") for name, columns in ERASURE_TABLES.items()},
}
_OPS_VIEWS = {
    "refused_objects": "select source, stream, parse_json(state):refused.reason::varchar as reason, "
    "to_timestamp_ntz(parse_json(state):refused.since::number) as since "
    "from ops.extract_state where parse_json(state):refused.reason is not null",
}
# What a settlement works on, made anew for each. Documents stay text until it is known which of
# them changed: the others need no parsing.
_WORKING_TABLES = {
    "landing": "stream varchar, kind varchar, batch number(9, 0), place number(18, 0), id varchar, "
    "document varchar, updated timestamp_ntz, deleted timestamp_ntz, content_hash varchar, "
    "guessed boolean, odd boolean",
    "changes": "stream varchar, id varchar, document variant, source_updated_at timestamp_ntz, "
    "content_hash varchar, deleted_at timestamp_ntz, run_id varchar, loaded_at timestamp_ntz, "
    "replaces boolean, gone boolean",
}


def ensure_tables(wire: Wire, streams: Sequence[Stream]) -> None:
    """Creates what is missing of the schemas, the `ops` tables and the streams' raw tables."""
    _ensure_schemas(wire, SCHEMAS)
    there = {
        (schema, table)
        for schema, table in wire.rows(
            "select lower(table_schema), lower(table_name) from information_schema.tables "
            "where table_schema in ('RAW', 'OPS') union all "
            "select 'columns', lower(column_name) from information_schema.columns "
            "where table_schema = 'OPS' and table_name = 'REJECTED_DOCUMENTS'"
        )
    }
    missing = [name for name in _OPS_TABLES if ("ops", name) not in there]
    if missing:  # the stage is made before the last of them: where all are, it is too
        wire.run(f"create stage if not exists {STAGE}")
    for name in missing:
        wire.run(f"create table if not exists ops.{name} ({_OPS_TABLES[name]})")
    if ("ops", "rejected_documents") in there and ("columns", ADDED_COLUMNS[0]) not in there:
        add_reject_columns(wire)
    for name, shown in _OPS_VIEWS.items():
        if ("ops", name) not in there:
            wire.run(f"create view if not exists ops.{name} as {shown}")
    for stream in streams:
        for name, more in (
            (stream.table, ""),
            (f"{stream.table}_history", ", valid_from timestamp_ntz, valid_to timestamp_ntz"),
        ):
            if ("raw", name) not in there:
                wire.run(f"create table if not exists raw.{name} ({_RAW_COLUMNS}{more})")
    tables = {name for schema, name in there if schema == "raw"} | {s.table for s in streams}
    made = {s.table for s in streams if ("raw", s.table) not in there}
    if tables & gone.TABLES and (made & gone.TABLES or ("ops", "gone_for_good") not in there):
        wire.run(gone.view(tables, _document_at, _state_at))


def _document_at(document: str, path: Sequence[str]) -> str:
    return f"{value_at(document, path)}::varchar"


def _state_at(state: str, path: Sequence[str]) -> str:
    return f"{value_at(f'parse_json({state})', path)}::varchar"


def value_at(document: str, path: Sequence[str]) -> str:
    """A path of a document, whatever its keys are."""
    quoted_keys = ('"' + key.replace('"', '""') + '"' for key in path)
    return f"{document}:{'.'.join(quoted_keys)}"


def add_reject_columns(wire: Wire) -> None:
    """To the table of an earlier version, which listed only what is too large."""
    for name in ADDED_COLUMNS:
        column = f"{name} {REJECTED_COLUMNS[name]}"
        wire.run(f"alter table ops.rejected_documents add column if not exists {column}")


def create_working_tables(wire: Wire) -> None:
    for name, columns in _WORKING_TABLES.items():
        wire.run(f"create or replace temporary table ops.{name} ({columns})")


def create_lock(wire: Wire) -> None:
    """The table with its one row, in one statement: of two who try, one makes it."""
    _ensure_schemas(wire, ("ops",))
    wire.run(
        "create table if not exists ops.writer_lock as select cast(null as varchar) as token, "
        "cast(null as varchar) as holder, cast(null as timestamp_ntz) as since, "
        "cast(null as timestamp_ntz) as expires_at"
    )


def schemas_there(wire: Wire) -> set[str]:
    """Those of ours that exist, in lower case."""
    return {
        name
        for (name,) in wire.rows("select lower(schema_name) from information_schema.schemata")
        if name in SCHEMAS
    }


def _ensure_schemas(wire: Wire, wanted: Sequence[str]) -> None:
    there = schemas_there(wire)
    for name in wanted:
        if name not in there:
            wire.run(f"create schema if not exists {name}")
