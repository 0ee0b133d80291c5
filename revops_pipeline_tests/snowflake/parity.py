"""The same rows in two warehouses: tables are found, rows are paired by their key.

When a row was written is the only thing that may differ. Floats are equal at 1e-9.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

Query = Callable[[str], list[tuple[Any, ...]]]
Rows = list[dict[str, Any]]

SCHEMAS = ("staging", "marts", "ops")
WRITTEN_AT = {"loaded_at", "decided_at", "rejected_at"}


def read_tables(query: Query) -> dict[str, Rows]:
    """Every table and view of `SCHEMAS` with its rows; names in lower case, as on DuckDB."""
    found: dict[str, Rows] = {}
    for schema, table, name in query(
        "select lower(table_schema), lower(table_name), column_name "
        "from information_schema.columns order by 1, 2, ordinal_position"
    ):
        if schema in SCHEMAS:
            found.setdefault(f"{schema}.{table}", []).append({"name": name})
    for table, columns in found.items():
        names = [column["name"] for column in columns]
        listed = ", ".join(f'"{name}"' for name in names)
        schema, _, bare = table.partition(".")
        rows = query(f"select {listed} from {schema}.{bare}")
        found[table] = [
            dict(zip((name.lower() for name in names), row, strict=True)) for row in rows
        ]
    return found


def differences(left: Rows, right: Rows, key: Sequence[str]) -> list[str]:
    """What differs, by key; rows that share a key, or have none, are paired in their order."""
    ours, theirs = by_key(left, key), by_key(right, key)
    found = [f"{each}: only on the left" for each in ours if each not in theirs]
    found += [f"{each}: only on the right" for each in theirs if each not in ours]
    for each in ours.keys() & theirs.keys():
        for name in ours[each].keys() | theirs[each].keys():
            one, other = ours[each].get(name, "no column"), theirs[each].get(name, "no column")
            if not same(name, one, other):
                found.append(f"{each}: {name} is {one!r} and {other!r}")
    return sorted(found)


def by_key(rows: Rows, key: Sequence[str]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for row in sorted(rows, key=lambda row: str([said(n, row[n]) for n in sorted(row)])):
        name = str([said(n, row.get(n)) for n in (key or sorted(row))])
        while name in found:
            name += " again"
        found[name] = row
    return found


def said(name: str, value: Any) -> str:
    """A value as text, equal where the values are."""
    if name in WRITTEN_AT:
        return str(value is None)
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return f"{float(value):.9g}"
    return repr(value)


def same(name: str, one: Any, other: Any) -> bool:
    if name in WRITTEN_AT:
        return (one is None) == (other is None)
    if one is None or other is None or isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, float) or isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
    return bool(one == other)
