"""Where replaced versions lie is nobody's business: what is read of them is the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from revops_pipeline.sources.stream import Identity, Mode, Rows, Stream
from revops_pipeline.warehouse import duckdb_session
from revops_pipeline.warehouse.base import Batch
from revops_pipeline.warehouse.duckdb import DuckDBWarehouse

ORDERS = Stream("shop", "orders", Mode.UPSERT, "One row per order.")
SHOP = Identity("shop 1", "http://shop")
CURRENT = "select id, document, deleted_at is null from raw.shop_orders order by 1"
HISTORY = "select id, document, valid_from < valid_to from raw.shop_orders_history order by 1, 2"
# What a warehouse file of the first version holds after an edit of order 2 and a delete of order 3.
FIRST_VERSION = """
    create schema raw; create schema staging; create schema marts; create schema ops;
    create table raw.shop_orders (id varchar not null, document varchar not null,
        source_updated_at timestamp, content_hash varchar not null, deleted_at timestamp,
        run_id varchar not null, loaded_at timestamp not null, primary key (id));
    create table raw.shop_orders_history (id varchar not null, document varchar not null,
        source_updated_at timestamp, content_hash varchar not null, deleted_at timestamp,
        run_id varchar not null, loaded_at timestamp not null,
        valid_from timestamp, valid_to timestamp);
    insert into raw.shop_orders values
        ('1', 'a', '2026-01-01', 'h1', null, 'r1', '2026-02-01'),
        ('2', 'b2', '2026-01-02', 'h2', null, 'r2', '2026-02-02'),
        ('3', 'c', '2026-01-01', 'h3', '2026-02-02', 'r2', '2026-02-02');
    insert into raw.shop_orders_history values
        ('2', 'b', '2026-01-01', 'h4', null, 'r1', '2026-02-01', '2026-02-01', '2026-02-02'),
        ('3', 'c', '2026-01-01', 'h3', null, 'r1', '2026-02-01', '2026-02-01', '2026-02-02');
"""


def land(warehouse: DuckDBWarehouse, *records: tuple[str, str], gone: tuple[str, ...] = ()) -> None:
    rows = Rows(
        [record for record, _ in records],
        [document.encode() for _, document in records],
        [None] * len(records),
        [None] * len(records),
        gone=list(gone),
    )
    with warehouse.session("test") as session:
        session.ensure([ORDERS])
        session.land([Batch(ORDERS, rows)], run_id="r", identity=SHOP)


def read(warehouse: DuckDBWarehouse, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(warehouse.path), read_only=True) as connection:
        return connection.execute(sql).fetchall()


@pytest.fixture
def warehouse(tmp_path: Path) -> DuckDBWarehouse:
    return DuckDBWarehouse(tmp_path / "w.duckdb", wait_seconds=1)


def test_a_file_of_the_first_version_is_read_and_written_on(warehouse: DuckDBWarehouse) -> None:
    with duckdb.connect(str(warehouse.path)) as connection:
        connection.execute(FIRST_VERSION)
    land(warehouse, ("1", "a2"), ("2", "b3"), ("4", "d"))
    assert read(warehouse, CURRENT) == [
        *(("1", "a2", True), ("2", "b3", True), ("3", "c", False), ("4", "d", True))
    ]
    assert read(warehouse, HISTORY) == [
        *(("1", "a", True), ("2", "b", True), ("2", "b2", True), ("3", "c", True))
    ]


def test_moving_replaced_versions_away_changes_nothing_that_is_read(
    warehouse: DuckDBWarehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    for version in "abc":
        land(warehouse, ("1", version), ("2", version))
    land(warehouse, gone=("2",))
    shown = read(warehouse, CURRENT), read(warehouse, HISTORY)
    assert len(shown[1]) == 5
    monkeypatch.setattr(duckdb_session, "PAST_ROWS", 4)
    land(warehouse, ("1", "d"))
    [(moved,)] = read(warehouse, "select count(*) from raw.shop_orders_past")
    assert moved == 6
    assert read(warehouse, CURRENT) == [("1", "d", True), ("2", "c", False)]
    assert read(warehouse, HISTORY) == sorted([*shown[1], ("1", "c", True)])
    land(warehouse, ("1", "e"), ("2", "back"))
    assert read(warehouse, CURRENT) == [("1", "e", True), ("2", "back", True)]


def test_the_current_rows_can_be_read_under_any_name_of_the_file(
    warehouse: DuckDBWarehouse,
) -> None:
    """dbt attaches it as `revops`, whatever it is called."""
    land(warehouse, ("1", "a"))
    land(warehouse, ("1", "b"))
    with duckdb.connect() as connection:
        connection.execute(f"attach '{warehouse.path}' as revops (read_only)")
        assert connection.execute("select document from revops.raw.shop_orders").fetchall() == [
            ("b",)
        ]
        history = "select document from revops.raw.shop_orders_history"
        assert connection.execute(history).fetchall() == [("a",)]
