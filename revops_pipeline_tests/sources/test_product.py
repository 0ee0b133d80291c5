"""The product's database is read whole: what is stored is what it holds, whatever its columns hold."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote_plus
from uuid import UUID

import duckdb
import orjson
import pytest
from sqlalchemy.engine import make_url

from revops_pipeline.sources.product import Product
from revops_pipeline.sources.product_contract import Layout
from revops_pipeline.sources.product_rows import to_document
from revops_pipeline.sources.product_sql import SqlTables
from revops_pipeline.sources.product_sql import address as address_of
from revops_pipeline.sources.stream import PermanentError, TransientError
from revops_pipeline.warehouse.base import LogEntry
from revops_pipeline.warehouse.duckdb import DuckDBWarehouse
from revops_pipeline.warehouse.load import load


class Database:
    """An SQLite file and the warehouse that copies it."""

    def __init__(self, folder: Path) -> None:
        self.path, self.warehouse = folder / "product.sqlite", folder / "w.duckdb"
        self.write(
            "create table users (user_id integer, email text, plan text)",
            "create table teams (team_id integer, team_name text)",
            "create table team_membership (team_id integer, user_id integer)",
        )

    def write(self, *statements: str) -> None:
        with sqlite3.connect(self.path) as connection:
            for statement in statements:
                connection.execute(statement)

    def add_users(self, ids: range) -> None:
        self.write(*(f"insert into users values ({i}, 'u{i}@example.com', 'free')" for i in ids))

    def load(self) -> dict[str, LogEntry]:
        layout = Layout(keep={"users": ["plan"]})
        source = Product(SqlTables(f"sqlite:///{self.path}"), layout)
        return load(source, DuckDBWarehouse(self.warehouse, wait_seconds=5), run_id="r")

    def stored(self, table: str) -> list[dict[str, Any]]:
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            found = connection.execute(
                f"select document from raw.product_{table} where deleted_at is null"
            ).fetchall()
        return sorted((orjson.loads(d) for (d,) in found), key=_text)

    def held(self, table: str) -> list[dict[str, Any]]:
        with sqlite3.connect(self.path) as connection:
            connection.row_factory = sqlite3.Row
            rows = connection.execute(f"select * from {table}").fetchall()
        return sorted((dict(row) for row in rows), key=_text)


def _text(row: dict[str, Any]) -> str:
    return str(sorted(row.items()))


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path)


def test_whatever_happens_to_the_tables_the_copy_equals_them(database: Database) -> None:
    random = Random(7)
    database.add_users(range(30))
    for _ in range(8):
        user = random.randrange(40)
        database.write(
            random.choice(
                (
                    f"update users set plan = 'paid' where user_id = {user}",
                    f"delete from users where user_id = {user}",
                    f"insert into users values ({user}, null, 'double')",
                    f"insert into team_membership values (1, {user})",
                    f"insert into teams values ({user}, 'Team')",
                )
            )
        )
        database.load()
        for table in ("users", "teams", "team_membership"):
            assert database.stored(table) == database.held(table)
    assert not any(entry.counts.changed for entry in database.load().values())


def test_users_caught_between_being_emptied_and_filled_are_not_deleted(database: Database) -> None:
    database.add_users(range(50))
    database.load()
    database.write("delete from users")
    with pytest.raises(TransientError, match="50 of the 50 stored users"):
        database.load()
    assert len(database.stored("users")) == 50
    database.add_users(range(50))
    assert not database.load()["users"].counts.changed


def test_payments_may_be_absent_until_they_were_there_once(database: Database) -> None:
    database.load()
    database.write(
        "create table transactions (transaction_id integer, user_id integer, amount numeric)",
        "insert into transactions values (1, 1, 10.5)",
    )
    database.load()
    database.write("alter table transactions rename to transactions_old")
    with pytest.raises(
        PermanentError, match=r"no table 'transactions' any more; 1 of its rows are"
    ):
        database.load()
    assert len(database.stored("transactions")) == 1


def test_a_missing_table_and_a_missing_key_are_named(database: Database) -> None:
    database.write(
        "alter table teams rename column team_id to number", "insert into teams values (1, 'A')"
    )
    with pytest.raises(PermanentError, match="'teams' lacks team_id"):
        database.load()
    database.write("drop table teams")
    with pytest.raises(PermanentError, match=r"no table 'teams' \(it has team_membership, users\)"):
        database.load()


def test_any_value_of_a_database_becomes_a_document() -> None:
    written = {
        "amount": Decimal("10.50"),
        "large": 2**70,
        "id": UUID(int=1),
        "since": timedelta(hours=1),
        "blob": memoryview(b"\x00\xff"),
        "odd": 1 + 2j,
        "list": [Decimal("1.5"), None],
        "at": time(9, 30, tzinfo=UTC),
        "nested": {1: {"large": -(2**70), "at": datetime(2026, 1, 2, tzinfo=UTC)}},
        "half": "\ud83d!",
        "nothing": float("nan"),
    }
    assert orjson.loads(to_document(written)) == {
        "amount": "10.50",
        "large": str(2**70),
        "id": "00000000-0000-0000-0000-000000000001",
        "since": "1:00:00",
        "blob": "00ff",
        "odd": "(1+2j)",
        "list": ["1.5", None],
        "at": "09:30:00+00:00",
        "nested": {"1": {"large": str(-(2**70)), "at": "2026-01-02T00:00:00+00:00"}},
        "half": "\ufffd!",
        "nothing": None,
    }


def test_two_databases_that_only_odbc_tells_apart_are_two_whatever_the_password() -> None:
    def address(database: str, password: str) -> str:
        told = quote_plus(f"Driver=x;Database={database};PWD={password}")
        return address_of(make_url(f"mssql+pyodbc:///?odbc_connect={told}"))

    assert address("one", "s3cret") != address("two", "s3cret")
    assert address("one", "s3cret") == address("one", "other")
    assert "s3cret" not in address("one", "s3cret")
