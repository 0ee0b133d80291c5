"""Files of older versions, brought into the form of this one without reading any vendor again.

The first version kept current rows and history in a table each, the second gave `_versions` a
primary key. Both become a table without one when the stream next lands: until then they are read as
they are, through views of the same names.
"""

from __future__ import annotations

import duckdb

from revops_pipeline.sources.stream import Stream
from revops_pipeline.warehouse.duckdb_tables import NAMES, create_versions, create_views, key_of


def split_tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Raw tables of the first version."""
    old = connection.execute(
        "select table_name from duckdb_tables() where schema_name = 'raw' "
        "and not ends_with(table_name, '_versions') and not ends_with(table_name, '_past')"
    ).fetchall()
    names = {name for (name,) in old}
    return sorted(n for n in names if f"{n}_history" in names)


def join_table(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """From the first version to the second, but for the key, in the caller's transaction."""
    connection.execute(f"alter table raw.{table}_history rename to {table}_past")
    connection.execute(f"alter table raw.{table} rename to {table}_versions")
    for column in ("version bigint default 0", "superseded_at timestamp"):
        connection.execute(f"alter table raw.{table}_versions add column {column}")
    create_views(connection, table)


def keyless_tables(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """The streams' tables that have their rows under a primary key."""
    found = connection.execute(
        "select table_name from duckdb_tables() where schema_name = 'raw' "
        "and ends_with(table_name, '_versions') and table_name not in (select table_name "
        "from duckdb_columns() where schema_name = 'raw' and column_name = 'key')"
    ).fetchall()
    return {name.removesuffix("_versions") for (name,) in found}


def key_table(connection: duckdb.DuckDBPyConnection, stream: Stream) -> None:
    """From the second version to this one, in the caller's transaction. All rows are copied, a
    group at a time: a primary key cannot be dropped."""
    old, new = f"{stream.table}_versions", f"{stream.table}_keyed"
    create_versions(connection, new)
    connection.execute(
        f"insert into raw.{new} select {NAMES}, version, superseded_at, {key_of(stream)} "
        f"from raw.{old}"
    )
    connection.execute(f"drop table raw.{old}")
    connection.execute(f"alter table raw.{new} rename to {old}")
