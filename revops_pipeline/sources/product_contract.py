"""The product database's contract: which tables and columns are read, and what stands in for them.

A database had `email_address` and `teams.name`: everything looked well, nobody was a user and no
team spent anything. So each column that the views cannot do without is looked for before the first
row is read, by the name that the contract or `product.columns` gives it, and what is not found is
named. Nothing else is read, so that a column of password hashes stays where it is; `product.keep`
names what shall come along.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from revops_pipeline.sources.stream import PermanentError

NAMES_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Column:
    """What a column holds, and whether its table can be read without it."""

    type: str
    needed: bool = False


_ID, _NEEDED_ID = Column("id"), Column("id", needed=True)

# Contract table → its columns. docs/product.md says the same to people.
CONTRACT: dict[str, dict[str, Column]] = {
    "users": {
        "user_id": _NEEDED_ID,
        "email": Column("text", needed=True),
        "user_name": Column("text"),
        "client_lifetime_spend": Column("amount"),
    },
    "teams": {"team_id": _NEEDED_ID, "team_name": Column("text", needed=True)},
    "team_membership": {"user_id": _NEEDED_ID, "team_id": _NEEDED_ID},
    "transactions": {
        "transaction_id": _ID,
        "user_id": _NEEDED_ID,
        "amount": Column("amount", needed=True),
    },
}
OPTIONAL = frozenset({"transactions"})


def needed(table: str) -> frozenset[str]:
    return frozenset(name for name, column in CONTRACT[table].items() if column.needed)


@dataclass(frozen=True, slots=True)
class Layout:
    """The settings of `product`: real names by contract names, and columns to keep by table. An
    optional table whose name is None is not read."""

    tables: Mapping[str, str | None] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    keep: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def name(self, table: str) -> str | None:
        return self.tables.get(table, table)

    def read(self, table: str) -> dict[str, str]:
        """What a row's document may hold: key → the column it is read from."""
        mapped = self.columns.get(table, {})
        kept = {name.lower(): name for name in self.keep.get(table, ())}
        return {column: mapped.get(column, column) for column in CONTRACT[table]} | kept

    def insisted(self, table: str) -> frozenset[str]:
        """Keys that must be found: the views need them, or a setting names them."""
        kept = {name.lower() for name in self.keep.get(table, ())}
        return needed(table) | set(self.columns.get(table, {})) | kept


@dataclass(frozen=True, slots=True)
class Place:
    """A table or view as its database spells it; no schema: the one that the database opens with."""

    schema: str | None
    name: str
    columns: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}" if self.schema else self.name


@dataclass(frozen=True, slots=True)
class Found:
    """A table of the contract where it really is: key of a document → the real column."""

    place: Place
    columns: Mapping[str, str]


class Directory(Protocol):
    """Where tables are looked up."""

    address: str

    def names(self) -> Sequence[str]:
        """Tables and views, of the schema that is opened."""
        ...

    def find(self, name: str) -> Place | None:
        """A table or view by its name, or by its schema's and its own."""
        ...


class Ambiguous(Exception):
    """A name that is there more than once, differing in its capitals alone."""


def pick(name: str, names: Sequence[str]) -> str | None:
    """The name as it is spelled there: as given, else whatever its capitals."""
    if name in names:
        return name
    alike = sorted(n for n in names if n.lower() == name.lower())
    if len(alike) > 1:
        raise Ambiguous(f"{name!r} could be {' or '.join(alike)}")
    return alike[0] if alike else None


def locate(
    name: str, schemas: Callable[[], Sequence[str]], names: Callable[[str | None], Sequence[str]]
) -> tuple[str | None, str] | None:
    """Schema and table that a name stands for; `names` lists a schema's tables (None: the one that
    is opened). A point may be part of a table's name, and is tried as that first."""
    if found := pick(name, names(None)):
        return None, found
    schema, point, table = name.rpartition(".")
    if point and (there := pick(schema, schemas())) and (found := pick(table, names(there))):
        return there, found
    return None


def resolve(layout: Layout, directory: Directory) -> dict[str, Found]:
    """The tables that are there, with the columns to read. Raises PermanentError naming all that
    cannot be done without, with what is there instead and the setting that would name it."""
    found: dict[str, Found] = {}
    problems: list[str] = []
    unnamed: dict[str, list[str]] = {}
    for table in CONTRACT:
        name = layout.name(table)
        if name is None:
            continue
        try:
            place = directory.find(name)
            if place is None:
                if table not in OPTIONAL or table in layout.tables:
                    problems.append(
                        f"has no table {name!r} (it has {_listed(sorted(directory.names()))})"
                    )
                continue
            columns, missing = _columns(layout, table, place)
        except Ambiguous as error:
            problems.append(f"{error}: write it with the capitals of the one that is meant")
            continue
        found[table] = Found(place, columns)
        if missing:
            seen = f"it has {_listed(place.columns)}"
            problems.append(f"table {str(place)!r} lacks {', '.join(missing)} ({seen})")
            unnamed[table] = [key for key in missing if key in CONTRACT[table]]
    if problems:
        raise PermanentError(
            f"product database: {directory.address}: {'; '.join(problems)}; {_way_out(unnamed)}"
        )
    return found


def _columns(layout: Layout, table: str, place: Place) -> tuple[dict[str, str], list[str]]:
    """The columns that are there, and those that are missing though the layout insists on them."""
    columns, missing = {}, []
    for key, name in layout.read(table).items():
        if real := pick(name, place.columns):
            columns[key] = real
        elif key in layout.insisted(table):
            missing.append(key if key == name else f"{name} (for {key})")
    return columns, missing


def _way_out(unnamed: Mapping[str, Sequence[str]]) -> str:
    named = ", ".join(
        f"{table}: {{{', '.join(f'{key}: REAL_NAME' for key in keys)}}}"
        for table, keys in unnamed.items()
        if keys
    )
    setting = f"product: {{columns: {{{named}}}}}" if named else "product: {tables: …, columns: …}"
    leave_out = ""
    if unnamed.keys() & OPTIONAL:
        leave_out = ", or leave the table out with product: {tables: {transactions: null}}"
    return (
        "check PRODUCT_DATABASE_URL (or PRODUCT_SCHEMA) and what its user may read, and give real "
        f"names in config/revops.yml: {setting}{leave_out}; docs/product.md has the contract"
    )


def _listed(names: Sequence[str]) -> str:
    shown = names[:NAMES_SHOWN]
    more = f" and {len(names) - len(shown):,} more" if len(names) > len(shown) else ""
    return f"{', '.join(shown)}{more}" if shown else "none"
