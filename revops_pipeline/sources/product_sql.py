"""Product tables behind an SQLAlchemy URL."""

from __future__ import annotations

import functools
import importlib.util
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import xxhash

from revops_pipeline.sources.product_contract import Place, locate
from revops_pipeline.sources.stream import (
    ObjectRefused,
    PermanentError,
    SourceError,
    TransientError,
)

if TYPE_CHECKING:
    import sqlalchemy

READ_ROWS = 5_000
CONNECT_SECONDS = 10

# Scheme → the drivers that speak to it (SQLAlchemy's name, module, package), the first that is
# installed; the last is what to install.
DRIVERS = {
    "postgresql": (
        ("psycopg2", "psycopg2", "psycopg2-binary"),
        ("psycopg", "psycopg", "psycopg[binary]"),
    ),
    "mysql": (("mysqldb", "MySQLdb", "mysqlclient"), ("pymysql", "pymysql", "pymysql")),
    "mariadb": (("mysqldb", "MySQLdb", "mysqlclient"), ("pymysql", "pymysql", "pymysql")),
}
MYSQL = ("mysql", "mariadb")
# Wrong user, and rights that are missing: MySQL's drivers call them operational.
MYSQL_LASTING = {1044, 1045, 1142, 1143}
_MYSQL_COLUMNS = (
    "select column_name from information_schema.columns where table_name = :table "
    "and table_schema = coalesce(:schema, database()) order by ordinal_position"
)
ALIASES = {"postgres": "postgresql"}  # what hosting services hand out


class SqlTables:
    """Tables of a database; the address that messages show has no password."""

    def __init__(self, url: str) -> None:
        import sqlalchemy

        try:
            parsed = sqlalchemy.engine.make_url(url)
            alias = ALIASES.get(parsed.drivername.partition("+")[0])
            if alias:
                parsed = parsed.set(drivername=re.sub(r"^[^+]*", alias, parsed.drivername))
            self._engine: sqlalchemy.Engine
            if parsed.drivername in ("sqlite", "sqlite+pysqlite") and parsed.database:
                path = _sqlite_path(url, parsed)
                parsed = parsed.set(database=path, query={})
                self._engine = _sqlite_engine(path)
            else:
                self._engine = _engine(parsed)
        except sqlalchemy.exc.NoSuchModuleError as error:
            raise PermanentError(
                f"product database: PRODUCT_DATABASE_URL is not usable ({first_line(error)}): no such "
                "kind of database is known; if SQLAlchemy has a dialect for it, install its package"
            ) from None
        except ImportError as error:
            raise PermanentError(_no_driver(parsed, error)) from None
        except (sqlalchemy.exc.ArgumentError, ValueError) as error:
            raise PermanentError(
                f"product database: PRODUCT_DATABASE_URL is not usable ({first_line(error)}); "
                "give an SQLAlchemy URL such as sqlite:////absolute/path.sqlite or "
                "postgresql+psycopg://user:password@host/database"
            ) from None
        self.address = address(parsed)

    def names(self) -> list[str]:
        return self._names(None)

    def find(self, name: str) -> Place | None:
        import sqlalchemy

        def schemas() -> list[str]:
            return sqlalchemy.inspect(self._engine).get_schema_names()

        try:
            found = locate(name, schemas, self._names)
            return Place(*found, self._columns(*found)) if found else None
        except sqlalchemy.exc.SQLAlchemyError as error:
            raise self._failure(error) from None

    def rows(
        self, place: Place, columns: Sequence[str], limit: int | None = None
    ) -> Iterator[Sequence[Sequence[Any]]]:
        """The columns' values, in portions."""
        import sqlalchemy

        query = self._select(place, columns)
        query = query if limit is None else query.limit(limit)
        try:
            with self._engine.connect().execution_options(stream_results=True) as connection:
                yield from connection.execute(query).partitions(READ_ROWS)
        except sqlalchemy.exc.SQLAlchemyError as error:
            raise self._failure(error, f"table {str(place)!r} of ") from None

    def close(self) -> None:
        self._engine.dispose()

    def _names(self, schema: str | None) -> list[str]:
        import sqlalchemy

        try:
            there = sqlalchemy.inspect(self._engine)
            found = [*there.get_table_names(schema), *there.get_view_names(schema)]
            with suppress(NotImplementedError):
                found += there.get_materialized_view_names(schema)
            return found
        except sqlalchemy.exc.SQLAlchemyError as error:
            raise self._failure(error) from None

    def _columns(self, schema: str | None, table: str) -> tuple[str, ...]:
        import sqlalchemy

        if self._engine.dialect.name in MYSQL:
            # What SQLAlchemy asks there wants more rights than reading some columns does.
            with self._engine.connect() as connection:
                told = {"schema": schema, "table": table}
                return tuple(connection.execute(sqlalchemy.text(_MYSQL_COLUMNS), told).scalars())
        found = sqlalchemy.inspect(self._engine).get_columns(table, schema)
        return tuple(str(column["name"]) for column in found)

    def _select(self, place: Place, columns: Sequence[str]) -> sqlalchemy.Select[Any]:
        """Names are quoted as they are spelled, but where the catalogue gives them in lower case
        whatever they are (Oracle): there SQLAlchemy decides."""
        import sqlalchemy

        quote = None if self._engine.dialect.requires_name_normalize else True
        name = sqlalchemy.quoted_name(place.name, quote)
        table = sqlalchemy.table(name, schema=place.schema)
        chosen: list[sqlalchemy.ColumnElement[Any]] = [
            sqlalchemy.column(sqlalchemy.quoted_name(c, quote)) for c in columns
        ]
        return sqlalchemy.select(*chosen).select_from(table)

    def _failure(self, error: Exception, what: str = "") -> SourceError:
        """What the statement itself brings about will not pass; a connection may come back."""
        import sqlalchemy

        lasting = isinstance(error, (sqlalchemy.exc.ProgrammingError, sqlalchemy.exc.DataError))
        told = getattr(getattr(error, "orig", None), "args", None) or (None,)
        lasting |= self._engine.dialect.name in MYSQL and told[0] in MYSQL_LASTING
        kind: type[SourceError] = PermanentError if lasting else TransientError
        if lasting and what and not isinstance(error, sqlalchemy.exc.DataError):
            kind = ObjectRefused
        return kind(
            f"product database: cannot read {what}{self.address}: {first_line(error)}; "
            "check PRODUCT_DATABASE_URL and what its user may read"
        )


def address(url: sqlalchemy.URL) -> str:
    """Without the password and what a query string may carry; where that alone says which database
    it is (ODBC), its digest tells."""
    bare = url.set(query={})
    if url.host or url.database or not url.query:
        return bare.render_as_string()
    lasting = re.sub(r"(?i)\b(pwd|password)=[^;']*", "", repr(sorted(url.query.items())))
    digest = xxhash.xxh3_64_hexdigest(lasting.encode())
    return bare.set(query={"database": digest}).render_as_string()


def first_line(error: Exception) -> str:
    return (str(getattr(error, "orig", None) or error).splitlines() or [type(error).__name__])[0]


def _engine(url: sqlalchemy.URL) -> sqlalchemy.Engine:
    import sqlalchemy

    backend, _, chosen = url.drivername.partition("+")
    for driver, module, _package in () if chosen else DRIVERS.get(backend, ()):
        if importlib.util.find_spec(module):
            url = url.set(drivername=f"{backend}+{driver}")
            break
    if backend == "postgresql" and "psycopg" in url.drivername:
        # Otherwise a host that does not answer is waited for as long as the system likes.
        url = url.update_query_dict({"connect_timeout": str(CONNECT_SECONDS), **url.query})
    return sqlalchemy.create_engine(url)


def _no_driver(url: sqlalchemy.URL, error: ImportError) -> str:
    backend, _, chosen = url.drivername.partition("+")
    drivers = DRIVERS.get(backend, ())
    packages = [package for driver, _, package in drivers if driver == chosen]
    package = (packages or [drivers[-1][2]])[0] if drivers else error.name or "its package"
    return (
        f"product database: the driver for {url.drivername} is not installed "
        f"({first_line(error)}), which PRODUCT_DATABASE_URL needs: "
        f".venv/bin/python -m pip install '{package}'"
    )


def _sqlite_path(url: str, parsed: sqlalchemy.URL) -> str:
    """The file as it is written, whatever signs its name holds; percent-encoded as in other URLs,
    or with a query behind it, where that is the file that is there."""
    written = url.partition("///")[2]
    bare = written.partition("?")[0]
    for path in (written, bare, unquote(written), unquote(bare)):
        if path and Path(path).is_file():
            return path
    return bare if parsed.query else written


def _sqlite_engine(path: str) -> sqlalchemy.Engine:
    import sqlalchemy

    # SQLite would create a missing file and then lack the tables.
    uri = f"{Path(path).absolute().as_uri()}?mode=ro"

    def connect() -> sqlite3.Connection:
        try:
            connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        except sqlite3.OperationalError as error:
            if Path(path).is_file():
                raise
            raise sqlite3.OperationalError(f"{error}: there is no file {path}") from None
        # One text in another encoding must not keep all others from being read.
        connection.text_factory = functools.partial(str, encoding="utf-8", errors="replace")
        return connection

    return sqlalchemy.create_engine("sqlite://", creator=connect, poolclass=sqlalchemy.NullPool)
