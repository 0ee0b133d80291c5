"""Where in a warehouse an address may stand, for `erase`: raw tables, columns of text, their cells."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from revops_pipeline.sources.catalog import ALL_STREAMS
from revops_pipeline.sources.email_text import INVISIBLE, cleaned
from revops_pipeline.sources.people import Key
from revops_pipeline.sources.stream import Stream
from revops_pipeline.warehouse.base import Session

_SUFFIXES = ("", "_history", "_versions", "_past")


def raw_tables(session: Session) -> list[tuple[Stream, str]]:
    """The tables that hold versions of records, with the stream of each."""
    there = {
        str(name)
        for (name,) in session.query(
            "select lower(table_name) from information_schema.tables "
            "where lower(table_schema) = 'raw' and table_type like 'BASE%'"
        )
    }
    return [
        (stream, f"raw.{stream.table}{suffix}")
        for stream in ALL_STREAMS
        for suffix in _SUFFIXES
        if f"{stream.table}{suffix}" in there
    ]


def text_columns(session: Session, schemas: Sequence[str]) -> list[tuple[str, str]]:
    """(schema.table, column) of what is stored, without what a view shows of it."""
    return [
        (f"{schema}.{_spelled(str(table))}", _spelled(str(column)))
        for schema, table, column in session.query(
            "select lower(c.table_schema), c.table_name, c.column_name "
            "from information_schema.columns c join information_schema.tables t "
            "on t.table_schema = c.table_schema and t.table_name = c.table_name "
            "and t.table_catalog = c.table_catalog "
            f"where lower(c.table_schema) in ({marks(schemas)}) and t.table_type like 'BASE%' "
            "and (upper(c.data_type) in ('TEXT', 'STRING') or upper(c.data_type) like 'VARCHAR%') "
            "and t.table_catalog = current_database() order by 1, 2, 3",
            schemas,
        )
    ]


def _spelled(name: str) -> str:
    """As it has to be written: in small letters where neither engine cares, else quoted."""
    plain = re.fullmatch(r"[a-z_][a-z0-9_]*|[A-Z_][A-Z0-9_]*", name)
    return (
        name.lower()
        if plain and name.lower() not in _WORDS
        else '"' + name.replace('"', '""') + '"'
    )


_WORDS = ("column", "value", "values", "order", "group", "change", "left", "right", "table")


def cells(session: Session, table: str, column: str, address: str) -> Iterator[tuple[str, str]]:
    """Values of a column that hold the address, and what they become."""
    for (cell,) in session.query(
        f"select distinct {column} from {table} where {may_hold(column)}", [needle(address)]
    ):
        without = cleaned(str(cell), lambda one: one == address)
        if without != cell:
            yield str(cell), without


def may_hold(text: str) -> str:
    """SQL that keeps out nearly all texts without the address: `cleaned` decides."""
    return f"contains(translate(lower({text}), '{INVISIBLE}', ''), ?)"


def needle(address: str) -> str:
    """A part of the address that is written the same wherever it stands."""
    return max(re.split(r"[^\w.-]", address.rpartition("@")[0]), key=len)


def table_of(key: Key) -> str:
    return "_".join(key)


def marks(values: Collection[Any]) -> str:
    return ", ".join("?" * len(values))
