"""A ServiceNow instance in memory: its records, and every way they can change.

Changes take one lock and may be made from any thread. Times have whole seconds, by the portal's
clock. What an instance does not stamp is not stamped here: deleting a record, and restoring it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from random import Random
from threading import RLock
from typing import Any

from revops_pipeline.sandbox.portal import Portal
from revops_pipeline.sandbox.servicenow_query import Query, Row, parse
from revops_pipeline.sandbox.servicenow_schema import (
    COLUMNS,
    CUSTOM,
    PREFIXES,
    classes_of,
    tables_of,
)

STREAMS = ("incident", "task", "problem", "change_request", "cmdb_ci", "sys_user")


class ServiceNowWorld:
    """Options (all may be changed at run time): `denied` are tables that the user may not read,
    `hidden` are records that access rules keep from it."""

    def __init__(
        self, portal: Portal, seed: int = 0, *, instance_id: str = "", custom_fields: bool = True
    ) -> None:
        self.portal, self.lock = portal, RLock()
        self.denied: set[str] = set()
        self.hidden: set[str] = set()
        self.columns = {table: list(columns) for table, columns in COLUMNS.items()}
        for table, added in CUSTOM.items() if custom_fields else ():
            for name in classes_of(table):
                self.columns[name] += added
        self._random = Random(f"{seed}/servicenow")
        self._rows: dict[str, dict[str, Row]] = {name: {} for name in COLUMNS}
        self._deleted: dict[str, Row] = {}
        self._sorted: dict[str, list[Row]] = {}
        self._numbers = dict.fromkeys(PREFIXES, 10_000)
        self.add("sys_properties", name="instance_id", value=instance_id or self.new_id())

    @classmethod
    def generate(
        cls,
        portal: Portal,
        seed: int = 7,
        *,
        incidents: int | None = None,
        custom_fields: bool = True,
        accounts: Mapping[str, str] | None = None,
    ) -> ServiceNowWorld:
        """Tickets, configuration items and people of the portal's live companies, the same for the
        same arguments; four incidents a company unless told otherwise. `accounts` leads from a
        company's id to the CRM account's, where a CRM knows it; without it, ids are made up."""
        from revops_pipeline.sandbox.servicenow_generate import generate

        return generate(portal, seed, incidents, custom_fields, accounts)

    def new_id(self) -> str:
        return f"{self._random.getrandbits(128):032x}"

    def now(self) -> str:
        """The instance's time as it writes it."""
        return time_text(self.portal.clock.now() // 1000)

    # -- changes ------------------------------------------------------------------------------

    def add(self, record_class: str, /, at: str | None = None, **values: str) -> str:
        """Adds a record and returns its sys_id; columns that are not given are empty."""
        with self.lock:
            stamp, sys_id = at or self.now(), values.get("sys_id") or self.new_id()
            row = dict.fromkeys(self.columns[record_class], "")
            row |= {
                "sys_id": sys_id,
                "sys_class_name": record_class,
                "sys_created_on": stamp,
                "sys_updated_on": stamp,
                "sys_created_by": "admin",
                "sys_updated_by": "admin",
                "sys_mod_count": "0",
                "sys_domain": "global",
            }
            if record_class in PREFIXES:
                self._numbers[record_class] += 1
                row["number"] = f"{PREFIXES[record_class]}{self._numbers[record_class]:07d}"
            row |= values
            self._rows[record_class][sys_id] = row
            self._changed(record_class)
            return sys_id

    def load(self, record_class: str, rows: Iterable[dict[str, str]]) -> None:
        """Adds many records at the times that they carry."""
        for row in rows:
            self.add(record_class, **row)

    def update(self, sys_id: str, /, at: str | None = None, **values: str) -> None:
        with self.lock:
            row = self.row(sys_id)
            row |= {
                **values,
                "sys_updated_on": at or self.now(),
                "sys_mod_count": str(int(row["sys_mod_count"] or 0) + 1),
            }
            self._changed(row["sys_class_name"])

    def delete(self, sys_id: str, *, audited: bool = True) -> None:
        """Deletes a record; a table cleaner's deletions are in no log (`audited` False)."""
        with self.lock:
            row = self.row(sys_id)
            record_class = row["sys_class_name"]
            self._deleted[sys_id] = self._rows[record_class].pop(sys_id)
            self._changed(record_class)
            if audited:
                named = row.get("number") or row.get("name", "")
                self.add(
                    "sys_audit_delete",
                    tablename=record_class,
                    documentkey=sys_id,
                    display_value=named,
                )

    def restore(self, sys_id: str) -> None:
        """Brings a deleted record back as it was, its time of last update included."""
        with self.lock:
            row = self._deleted.pop(sys_id)
            self._rows[row["sys_class_name"]][sys_id] = row
            self._changed(row["sys_class_name"])

    def add_column(self, table: str, name: str) -> None:
        """A new custom column; records have it, empty, without having been touched."""
        with self.lock:
            for record_class in classes_of(table):
                self.columns[record_class].append(name)
                for row in self._rows[record_class].values():
                    row.setdefault(name, "")

    # -- reading ------------------------------------------------------------------------------

    def row(self, sys_id: str) -> Row:
        for rows in self._rows.values():
            if sys_id in rows:
                return rows[sys_id]
        raise KeyError(sys_id)

    def ids(self, table: str) -> list[str]:
        """Ids of a table's records, in a fixed order."""
        return sorted(i for name in classes_of(table) for i in self._rows[name])

    def deleted_ids(self) -> list[str]:
        return sorted(self._deleted)

    def deleted_row(self, sys_id: str) -> Row:
        """A deleted record as it would be restored."""
        return self._deleted[sys_id]

    def select(self, table: str, text: str) -> tuple[list[Row], Query]:
        """The rows of a query, hidden ones among them, in its order or in none that means
        anything."""
        query = parse(text, self.columns[table])
        rows = self._by_time(table)
        if query.since:
            rows = rows[bisect_left(rows, query.since, key=lambda r: r["sys_updated_on"]) :]
        found = [row for row in rows if query.matches(row)]
        if query.order == (("sys_updated_on", False), ("sys_id", False)):
            return found, query
        return list(query.sort(found)), query

    def document(self, table: str, row: Row) -> Row:
        """A record as a table shows it: a parent's table lacks the columns of its children."""
        return {column: row.get(column, "") for column in self.columns[table]}

    def truth(self) -> dict[str, dict[str, Any]]:
        """Stream → sys_id → document: what the raw tables must hold as live. A hidden record is
        not among them, though it may be stored from before."""
        with self.lock:
            return {
                table: {
                    i: self.document(table, row)
                    for name in classes_of(table)
                    for i, row in self._rows[name].items()
                    if i not in self.hidden
                }
                for table in STREAMS
            }

    def _by_time(self, table: str) -> list[Row]:
        if table not in self._sorted:
            rows = [row for name in classes_of(table) for row in self._rows[name].values()]
            rows.sort(key=lambda row: (row["sys_updated_on"], row["sys_id"]))
            self._sorted[table] = rows
        return self._sorted[table]

    def _changed(self, record_class: str) -> None:
        for table in tables_of(record_class):
            self._sorted.pop(table, None)


def time_text(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")
