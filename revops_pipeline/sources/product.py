"""The product's own database: users, teams, team membership, transactions.

Read whole each time, from any database SQLAlchemy speaks to or from a schema of the warehouse:
the tables promise no modification time, so only comparison tells what changed (the landing
writes nothing for a row it already holds). What is read of them, `product_contract` says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from revops_pipeline.sources.product_contract import (
    CONTRACT,
    OPTIONAL,
    Directory,
    Found,
    Layout,
    Place,
    needed,
    resolve,
)
from revops_pipeline.sources.product_rows import Seen, limits, to_rows
from revops_pipeline.sources.stream import (
    Fields,
    Identity,
    Known,
    Limit,
    Mode,
    ObjectRefused,
    Page,
    Source,
    State,
    Stream,
    Window,
)

STREAMS = tuple(
    Stream("product", name, Mode.SNAPSHOT, description, standard=needed(name))
    for name, description in {
        "users": "One row per user of the product.",
        "teams": "One row per team of the product.",
        "team_membership": "One row per team and member.",
        "transactions": "One row per payment of a user.",
    }.items()
)


class Tables(Directory, Protocol):
    """Somewhere the four tables are."""

    def rows(
        self, place: Place, columns: Sequence[str], limit: int | None = None
    ) -> Iterator[Sequence[Sequence[Any]]]:
        """The columns' values, in portions."""
        ...

    def close(self) -> None: ...


class Product(Source):
    """The four tables, each a snapshot."""

    name = "product"
    streams = STREAMS
    way_to_see = "grant its user SELECT on the columns, or map what they are called now"

    def __init__(self, tables: Tables, layout: Layout | None = None) -> None:
        self._tables, self._layout = tables, layout or Layout()
        self._found: dict[str, Found] | None = None

    def identity(self) -> Identity:
        """Raises PermanentError, before anything is read, when the contract is not kept."""
        self._places()
        return Identity(None, self._tables.address)

    def plan(self, stream: str, state: State, known: Known) -> list[Window]:
        if self._layout.name(stream) is None:
            return []  # what is stored of it stays
        stored = known.count(stream) if stream in OPTIONAL else 0
        return [Window(stream, "table", {"stored": stored})]

    def read(self, window: Window) -> Iterator[Page]:
        table = window.stream
        found = self._places().get(table)
        if found is None:
            if not (stored := window.bounds.get("stored", 0)):
                return
            raise ObjectRefused(
                f"product database: {self._tables.address} has no table {table!r} any more; "
                f"{stored:,} of its rows are stored, and stay; check PRODUCT_DATABASE_URL and what "
                f"its user may read, or leave it out with product: {{tables: {{{table}: null}}}}"
            )
        window.reported = 0
        seen = Seen()
        for portion in self._tables.rows(found.place, list(found.columns.values())):
            window.reported += len(portion)
            yield Page({table: to_rows(table, list(found.columns), portion, seen)})

    def limits(self) -> Mapping[str, Limit]:
        return limits(self._layout)

    def fields(self, stream: str, *, ask: bool = False) -> Fields | None:
        found = self._found.get(stream) if self._found else None
        names = frozenset(found.columns) if found else frozenset()
        return Fields(names, names) if found else None

    def asks_for(self, stream: str, field: str) -> bool:
        return field in self._layout.read(stream)

    def look(self) -> str:
        """What was found, table by table, after a row of each was read."""
        places = self._places()
        return ", ".join(self._seen(table, places.get(table)) for table in CONTRACT)

    def progress(self) -> str:
        return self._tables.address

    def close(self) -> None:
        self._tables.close()

    def _places(self) -> dict[str, Found]:
        self._found = self._found or resolve(self._layout, self._tables)
        return self._found

    def _seen(self, table: str, found: Found | None) -> str:
        if found is None:
            left_out = self._layout.name(table) is None
            return f"{table} left out" if left_out else f"no {table}"
        rows = self._tables.rows(found.place, list(found.columns.values()), 1)
        empty = not any(len(portion) for portion in rows)
        columns = [k if k == c.lower() else f"{k} = {c}" for k, c in found.columns.items()]
        lacking = [f"no {c}" for c in CONTRACT[table] if c not in found.columns]
        real = "" if table == str(found.place).lower() else f" = {found.place}"
        told = ", ".join([*columns, *lacking])
        return f"{table}{real} ({'empty; ' if empty else ''}{told})"
