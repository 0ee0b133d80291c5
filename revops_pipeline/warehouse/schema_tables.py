"""Product tables that already are in the warehouse, copied out before the load takes its lock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from revops_pipeline.sources.product_contract import Layout, Place, locate, resolve
from revops_pipeline.warehouse.base import Session, Warehouse


class WarehouseTables:
    """Tables of a schema of the warehouse. Raises PermanentError as `resolve` does."""

    def __init__(self, warehouse: Warehouse, schema: str, layout: Layout | None = None) -> None:
        self.address = f"schema {schema} of {warehouse.describe()}"
        self._rows: dict[Place, list[tuple[Any, ...]]] = {}
        with warehouse.session(f"reading schema {schema}") as session:
            self._schema = _Schema(session, schema, self.address)
            for found in resolve(layout or Layout(), self._schema).values():
                place = found.place
                columns = ", ".join(map(_quoted, found.columns.values()))
                table = f"{_quoted(self._schema.spelled(place.schema))}.{_quoted(place.name)}"
                self._rows[place] = session.query(f"select {columns} from {table}")

    def names(self) -> Sequence[str]:
        return self._schema.names()

    def find(self, name: str) -> Place | None:
        return self._schema.find(name)

    def rows(
        self, place: Place, columns: Sequence[str], limit: int | None = None
    ) -> Iterator[Sequence[Sequence[Any]]]:
        yield list(islice(self._rows[place], limit))

    def close(self) -> None:
        self._rows.clear()


class _Schema:
    """The tables of a schema, each asked for once while the session is open."""

    def __init__(self, session: Session, schema: str, address: str) -> None:
        self.address = address
        self._session, self._schema = session, schema
        self._names: dict[str, list[tuple[str, str]]] = {}
        self._places: dict[str, Place | None] = {}

    def names(self) -> list[str]:
        return self._tables(None)

    def find(self, name: str) -> Place | None:
        if name not in self._places:
            self._places[name] = self._find(name)
        return self._places[name]

    def _find(self, name: str) -> Place | None:
        found = locate(name, self._schemas, self._tables)
        if found is None:
            return None
        schema, table = found
        columns = self._session.query(
            "select column_name from information_schema.columns where table_schema = ? "
            "and table_name = ? order by ordinal_position",
            [self.spelled(schema), table],
        )
        return Place(schema, table, tuple(column for (column,) in columns))

    def _schemas(self) -> list[str]:
        found = self._session.query("select distinct table_schema from information_schema.tables")
        return [schema for (schema,) in found]

    def _tables(self, schema: str | None) -> list[str]:
        name = schema or self._schema
        if name not in self._names:
            self._names[name] = self._session.query(
                "select table_schema, table_name from information_schema.tables "
                "where lower(table_schema) = lower(?)",
                [name],
            )
        return [table for _, table in self._names[name]]

    def spelled(self, schema: str | None) -> str:
        """A schema (None: the one that is set) as the catalogue spells it."""
        return next(there for there, _ in self._names[schema or self._schema])


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
