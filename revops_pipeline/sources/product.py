"""The product's own database: users, teams, team membership, transactions.

Read whole each time, from any database SQLAlchemy speaks to or from a schema of the warehouse:
the tables promise no modification time, so only comparison tells what changed (the landing
writes nothing for a row it already holds). Columns are kept as they are; one that is missing
later reads as NULL.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import orjson
import xxhash

from revops_pipeline.sources.stream import (
    Fields,
    Identity,
    Known,
    Mode,
    Page,
    PermanentError,
    Rows,
    Source,
    State,
    Stream,
    TransientError,
    Window,
)

if TYPE_CHECKING:
    import sqlalchemy

READ_ROWS = 5_000

# Table → the columns that identify a row. Transactions carry an id in some databases only.
KEYS: dict[str, tuple[str, ...]] = {
    "users": ("user_id",),
    "teams": ("team_id",),
    "team_membership": ("team_id", "user_id"),
    "transactions": ("transaction_id",),
}
OPTIONAL = frozenset({"transactions"})

# Columns without which our models come to nothing.
STANDARD = {
    "users": frozenset(("user_id", "email")),
    "teams": frozenset(("team_id", "team_name")),
    "team_membership": frozenset(("team_id", "user_id")),
    "transactions": frozenset(("user_id", "amount")),
}

STREAMS = tuple(
    Stream("product", name, Mode.SNAPSHOT, description, standard=STANDARD[name])
    for name, description in {
        "users": "One row per user of the product.",
        "teams": "One row per team of the product.",
        "team_membership": "One row per team and member.",
        "transactions": "One row per payment of a user.",
    }.items()
)


class Tables(Protocol):
    """Somewhere the four tables are."""

    address: str

    def names(self) -> set[str]: ...

    def rows(self, table: str) -> Iterator[tuple[list[str], Sequence[Sequence[Any]]]]:
        """(column names, rows) in portions."""
        ...

    def close(self) -> None: ...


class SqlTables:
    """Tables behind an SQLAlchemy URL; the address that messages show has no password."""

    def __init__(self, url: str) -> None:
        import sqlalchemy

        try:
            parsed = sqlalchemy.engine.make_url(url)
            if parsed.get_backend_name() == "sqlite" and parsed.database:
                # SQLite would create a missing file and then lack the tables.
                parsed = parsed.set(
                    database=f"file:{parsed.database}", query={"mode": "ro", "uri": "true"}
                )
            self._engine: sqlalchemy.Engine = sqlalchemy.create_engine(parsed)
        except (
            sqlalchemy.exc.ArgumentError,
            sqlalchemy.exc.NoSuchModuleError,
            ImportError,
        ) as error:
            raise PermanentError(
                f"product database: PRODUCT_DATABASE_URL is not usable ({_first_line(error)}); "
                "give an SQLAlchemy URL such as sqlite:////absolute/path.sqlite or "
                "postgresql+psycopg://user:password@host/database (and install that driver)"
            ) from None
        self.address = _address(sqlalchemy.engine.make_url(url))

    def names(self) -> set[str]:
        import sqlalchemy

        try:
            found = sqlalchemy.inspect(self._engine)
            return {n.lower() for n in (*found.get_table_names(), *found.get_view_names())}
        except sqlalchemy.exc.SQLAlchemyError as error:
            raise self._failure(error) from None

    def rows(self, table: str) -> Iterator[tuple[list[str], Sequence[Sequence[Any]]]]:
        import sqlalchemy

        try:
            with self._engine.connect().execution_options(stream_results=True) as connection:
                result = connection.execute(sqlalchemy.text(f"select * from {table}"))
                columns = [c.lower() for c in result.keys()]  # noqa: SIM118 - no dictionary
                for portion in result.partitions(READ_ROWS):
                    yield columns, portion
        except sqlalchemy.exc.SQLAlchemyError as error:
            raise self._failure(error) from None

    def _failure(self, error: Exception) -> TransientError:
        return TransientError(
            f"product database: cannot read {self.address}: {_first_line(error)}; "
            "check PRODUCT_DATABASE_URL"
        )

    def close(self) -> None:
        self._engine.dispose()


class Product(Source):
    """The four tables, each a snapshot."""

    name = "product"
    streams = STREAMS
    way_to_see = "grant its user SELECT on the columns, or map what they are called now"

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._names: set[str] | None = None
        self._columns: dict[str, frozenset[str]] = {}

    def identity(self) -> Identity:
        return Identity(None, self._tables.address)

    def plan(self, stream: str, state: State, known: Known) -> list[Window]:
        stored = known.count(stream) if stream in OPTIONAL else 0
        return [Window(stream, "table", {"stored": stored})]

    def read(self, window: Window) -> Iterator[Page]:
        table = window.stream
        names = self._names = self._names or self._tables.names()
        if table not in names:
            stored = window.bounds.get("stored", 0)
            if table in OPTIONAL and not stored:
                return
            seen_before = f"; {stored:,} of its rows are stored, and stay" if stored else ""
            raise PermanentError(
                f"product database: {self._tables.address} has no table {table!r} (it has "
                f"{', '.join(sorted(names)) or 'none'}){seen_before}; check PRODUCT_DATABASE_URL and "
                "what its user may read"
            )
        window.reported = 0
        seen: dict[str, int] = {}
        for columns, portion in self._tables.rows(table):
            window.reported += len(portion)
            self._columns[table] = frozenset(columns)
            yield Page({table: _rows(table, columns, portion, seen)})

    def fields(self, stream: str, *, ask: bool = False) -> Fields | None:
        names = self._columns.get(stream)
        return Fields(names, names) if names else None

    def progress(self) -> str:
        return self._tables.address

    def close(self) -> None:
        self._tables.close()


def _rows(
    table: str, columns: list[str], portion: Sequence[Sequence[Any]], seen: dict[str, int]
) -> Rows:
    key = KEYS[table]
    positions = [columns.index(c) for c in key] if set(key) <= set(columns) else None
    if positions is None and table not in OPTIONAL:
        raise PermanentError(
            f"product database: table {table!r} lacks {', '.join(set(key) - set(columns))} "
            f"(it has {', '.join(columns)})"
        )
    rows = Rows()
    for values in portion:
        document = _document(dict(zip(columns, values, strict=True)))
        # Without a key, equal rows are told apart by how many of them came before.
        base = ":".join(str(values[p]) for p in positions) if positions else document.decode()
        number = seen[base] = seen.get(base, 0) + 1
        rows.ids.append(base if number == 1 else f"{base}#{number}")
        rows.documents.append(document)
    rows.updated = [None] * len(rows.ids)
    rows.deleted = [None] * len(rows.ids)
    return rows


def _document(row: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(row, default=_plain, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # a number of more than 64 bits
        large = {k: str(v) if isinstance(v, int) else v for k, v in row.items()}
        return orjson.dumps(large, default=_plain, option=orjson.OPT_SORT_KEYS)


def _plain(value: Any) -> str:
    """What JSON has no form for, as text; bytes as hexadecimal digits."""
    return bytes(value).hex() if isinstance(value, (bytes, memoryview)) else str(value)


def _address(url: sqlalchemy.URL) -> str:
    """Without the password and what a query string may carry; where that alone says which database
    it is (ODBC), its digest tells."""
    bare = url.set(query={})
    if url.host or url.database or not url.query:
        return bare.render_as_string()
    lasting = re.sub(r"(?i)\b(pwd|password)=[^;']*", "", repr(sorted(url.query.items())))
    digest = xxhash.xxh3_64_hexdigest(lasting.encode())
    return bare.set(query={"database": digest}).render_as_string()


def _first_line(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).splitlines()[0]
