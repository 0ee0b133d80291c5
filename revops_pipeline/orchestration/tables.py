"""What an asset's table looks like now, for its metadata."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import dagster as dg

from revops_pipeline.warehouse.base import Session

REJECTS = dg.AssetKey(["ops", "rejected_records"])


def reject_counts(session: Session) -> dict[str, dg.MetadataValue[Any]]:
    """How many values of each kind are rejected: those that nobody can read, and those that say that
    nothing is known."""
    found = dict(session.query("select kind, count(*) from ops.rejected_records group by kind"))
    return {
        kind: dg.MetadataValue.int(int(found.get(kind, 0))) for kind in ("untyped", "not_given")
    }


def table_metadata(
    session: Session, keys: Iterable[dg.AssetKey]
) -> dict[dg.AssetKey, dict[str, Any]]:
    """Row count and column schema of the tables behind `schema/table` keys, in two queries."""
    wanted = {(key.path[-2], key.path[-1]): key for key in keys}
    columns: dict[tuple[str, str], list[dg.TableColumn]] = {}
    for schema, table, name, kind in session.query(
        "select lower(table_schema), lower(table_name), lower(column_name), data_type "
        "from information_schema.columns order by table_schema, table_name, ordinal_position"
    ):
        if (schema, table) in wanted:
            columns.setdefault((schema, table), []).append(dg.TableColumn(name, str(kind).lower()))
    if not columns:
        return {}
    counts = " union all ".join(
        f"select '{schema}', '{table}', count(*) from {schema}.{table}" for schema, table in columns
    )
    return {
        wanted[schema, table]: {
            "dagster/row_count": int(rows),
            "dagster/column_schema": dg.TableSchema(columns=columns[schema, table]),
        }
        for schema, table, rows in session.query(counts)
    }
