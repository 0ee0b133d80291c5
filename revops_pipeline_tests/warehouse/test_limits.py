"""What is stored of the product's tables is limited as what is read of them, and counts as read."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import duckdb
import orjson
import pytest
import xxhash

from revops_pipeline.sources.product import STREAMS, Product
from revops_pipeline.sources.product_contract import Layout
from revops_pipeline.sources.product_sql import SqlTables
from revops_pipeline.sources.stream import Identity, Rows
from revops_pipeline.warehouse.base import Batch, LogEntry, Warehouse
from revops_pipeline.warehouse.duckdb import DuckDBWarehouse
from revops_pipeline.warehouse.load import load
from revops_pipeline_tests.warehouse.conftest import Account
from revops_pipeline_tests.warehouse.file_bytes import found_in

HASH = "hash-of-a-password"
LAYOUT = Layout(
    columns={"users": {"email": "email_address"}, "teams": {"team_name": "name"}},
    keep={"users": ["country"]},
)


class Before:
    """A product database, and a warehouse that a version without limits has filled from it."""

    def __init__(self, folder: Path, warehouse: Warehouse) -> None:
        self.path, self.warehouse = folder / "product.sqlite", warehouse
        folder.mkdir(exist_ok=True)
        self.log: list[str] = []
        self.write(
            "create table users (user_id real, email_address text, Country text, secret text)",
            "create table teams (team_id integer, name text, secret text)",
            "create table team_membership (team_id integer, user_id integer, since text)",
            "create table transactions (user_id integer, amount real, card text)",
            "insert into teams values (7, 'Acmé \"1\"\t/', 'x')",
            "insert into team_membership values (7, 42, '2026'), (7, 42, '2025'), (7, 43, '2025')",
        )
        for n in (42, 43):
            self.write(f"insert into users values ({n}, 'u{n}@x.example', 'NO', '{HASH} {n}')")
        for card in "abc":  # equal but for what is not read
            self.write(f"insert into transactions values (42, 10.0, '{HASH} {card}')")
        self.write("insert into transactions values (43, 1.5, 'd')")
        self.land()
        # Every row once more in another version, one is deleted.
        self.write(
            f"update users set secret = '{HASH} later'", "delete from users where user_id = 43"
        )
        self.write("delete from transactions where card like '%a'")
        self.land()

    def write(self, *statements: str) -> None:
        with sqlite3.connect(self.path) as connection:
            for statement in statements:
                connection.execute(statement)

    def land(self) -> None:
        """As versions before limits did it: all columns, ids as the database has them."""
        keys = {"users": "user_id", "teams": "team_id", "team_membership": "team_id user_id"}
        with self.warehouse.session("before") as session:
            session.ensure(STREAMS)
            for stream in STREAMS:
                rows, seen = Rows(), dict[str, int]()
                for row in self.held(stream.name):
                    document = orjson.dumps(row, option=orjson.OPT_SORT_KEYS)
                    key = keys.get(stream.name, "").split()
                    base = ":".join(str(row[k]) for k in key) or document.decode()
                    seen[base] = seen.get(base, 0) + 1
                    rows.ids.append(base if seen[base] == 1 else f"{base}#{seen[base]}")
                    rows.documents.append(document)
                rows.updated = rows.deleted = [None] * len(rows.ids)
                batch = Batch(stream, rows, snapshot=rows.ids, patch={"rows": len(rows.ids)})
                here = Identity(None, f"sqlite:///{self.path}")
                session.land([batch], run_id="before", identity=here)

    def held(self, table: str) -> list[dict[str, Any]]:
        with sqlite3.connect(self.path) as connection:
            connection.row_factory = sqlite3.Row
            rows = connection.execute(f"select * from {table}").fetchall()
        return [{k.lower(): v for k, v in dict(row).items()} for row in rows]

    def load(self, layout: Layout = LAYOUT) -> dict[str, LogEntry]:
        source = Product(SqlTables(f"sqlite:///{self.path}"), layout)
        return load(source, self.warehouse, run_id="now", log=self.log.append)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with self.warehouse.session("looking") as session:
            return session.query(sql)

    def versions(self, table: str) -> list[dict[str, Any]]:
        found = self.query(
            f"select document from raw.product_{table} "
            f"union all select document from raw.product_{table}_history order by document"
        )
        return [orjson.loads(document) for (document,) in found]


@pytest.fixture
def before(tmp_path: Path) -> Before:
    return Before(tmp_path, DuckDBWarehouse(tmp_path / "w.duckdb", wait_seconds=5))


def test_other_columns_leave_rows_history_and_the_files_bytes_and_no_row_counts_as_changed(
    before: Before,
) -> None:
    path = before.warehouse.file
    assert path
    with duckdb.connect(str(path)) as connection:
        connection.execute("checkpoint")
    assert found_in(path, HASH)
    sequences = before.query("select stream, change_seq from ops.extract_state order by 1")
    entries = before.load()
    assert {name: entry.counts.changed for name, entry in entries.items()} == dict.fromkeys(
        ("users", "teams", "team_membership", "transactions"), 0
    )
    assert [entry.verified for entry in entries.values()] == [True] * 4
    assert found_in(path, HASH) == []
    # What is made of the rows is made anew: e-mails are there that were not.
    later = before.query("select stream, change_seq from ops.extract_state order by 1")
    assert [after - was for (_, was), (_, after) in zip(sequences, later, strict=True)] == [1] * 4
    assert "secret" in "".join(before.log)
    before.log.clear()
    before.load()
    assert not [line for line in before.log if "taken out" in line]


def test_every_version_keeps_its_times_and_what_the_contract_names(before: Before) -> None:
    times = "source_updated_at, deleted_at, run_id, loaded_at"
    history = f"select {times}, valid_from, valid_to from raw.product_{{}}_history order by all"
    was = [before.query(history.format(s.name)) for s in STREAMS]
    before.load()
    assert [before.query(history.format(s.name)) for s in STREAMS] == was
    users = before.versions("users")
    assert {tuple(sorted(user)) for user in users} == {("country", "email", "user_id")}
    assert {user["email"] for user in users} == {"u42@x.example", "u43@x.example"}
    assert {tuple(sorted(row)) for row in before.versions("transactions")} == {
        ("amount", "user_id")
    }
    assert before.versions("teams") == [{"team_id": 7, "team_name": 'Acmé "1"\t/'}]
    assert before.query("select id, deleted_at is null from raw.product_users order by 1") == [
        *(("42", True), ("43", False))
    ]
    for stream in STREAMS:
        for id, document, digest in before.query(
            f"select id, document, content_hash from raw.product_{stream.name}"
        ):
            assert xxhash.xxh3_128_hexdigest(document.encode()) == digest
            assert id
        [(rows, ids)] = before.query(
            f"select count(*), count(distinct id) from raw.product_{stream.name}"
        )
        assert rows == ids


def test_what_is_kept_no_longer_leaves_what_is_stored_too(before: Before) -> None:
    before.load()
    assert any("country" in user for user in before.versions("users"))
    entries = before.load(Layout(columns=LAYOUT.columns))
    assert not any(entry.counts.changed for entry in entries.values())
    assert not any("country" in user for user in before.versions("users"))
    assert before.query("select field from ops.hidden_fields where source = 'product'") == []
    # And is read anew when it is named again.
    assert before.load()["users"].counts.updated == 1


def test_history_is_limited_where_the_rows_were_reset(before: Before) -> None:
    with before.warehouse.session("resetting") as session:
        session.reset("product")
    entries = before.load()
    assert entries["users"].counts.inserted == 1
    assert not any("secret" in user for user in before.versions("users"))
    assert len(before.versions("users")) > 1


def test_a_load_that_is_killed_while_it_limits_has_changed_nothing(
    before: Before, monkeypatch: pytest.MonkeyPatch
) -> None:
    from revops_pipeline.warehouse import duckdb_restate

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    was = before.versions("users")
    with monkeypatch.context() as patch:
        patch.setattr(duckdb_restate, "_note", killed)
        with pytest.raises(KeyboardInterrupt):
            before.load()
    assert before.versions("users") == was
    assert not any(entry.counts.changed for entry in before.load().values())


def test_other_columns_leave_the_tables_of_snowflake(tmp_path: Path, account: Account) -> None:
    before = Before(tmp_path, account())
    assert any("secret" in user for user in before.versions("users"))
    entries = before.load()
    assert not any(entry.counts.changed for entry in entries.values())
    assert {tuple(sorted(user)) for user in before.versions("users")} == {
        ("country", "email", "user_id")
    }
    assert {tuple(sorted(row)) for row in before.versions("transactions")} == {
        ("amount", "user_id")
    }
    reference = Before(tmp_path / "d", DuckDBWarehouse(tmp_path / "d" / "w.duckdb"))
    reference.load()
    ids = "select id, deleted_at is null, content_hash from raw.product_{} order by 1"
    for stream in STREAMS:
        assert before.query(ids.format(stream.name)) == reference.query(ids.format(stream.name))
