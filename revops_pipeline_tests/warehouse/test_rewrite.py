"""What was deleted is gone from the file, not only from its tables."""

from __future__ import annotations

from pathlib import Path

import duckdb
import orjson
import pytest

from revops_pipeline.sources.stream import Identity, Mode, Rows, Stream
from revops_pipeline.warehouse import duckdb_rewrite
from revops_pipeline.warehouse.base import Batch, WarehouseError
from revops_pipeline.warehouse.duckdb import DuckDBWarehouse
from revops_pipeline_tests.warehouse.file_bytes import found_in

PEOPLE = Stream("shop", "people", Mode.UPSERT, "")
SECRET = "hunter2-and-more"


@pytest.fixture
def warehouse(tmp_path: Path) -> DuckDBWarehouse:
    """With a view that names its table with the file's name in front, as dbt makes them."""
    path = tmp_path / "O'Brien-1.duckdb"
    made = DuckDBWarehouse(path, wait_seconds=1)
    rows = Rows([str(n) for n in range(50)])
    rows.documents = [orjson.dumps({"name": f"{SECRET} {n}"}) for n in range(50)]
    rows.updated = rows.deleted = [None] * 50
    with made.session("filling") as session:
        session.ensure([PEOPLE])
        session.land([Batch(PEOPLE, rows)], run_id="r", identity=Identity(None, "here"))
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema if not exists marts")
        connection.execute('create view marts.names as select id from "O\'Brien-1".raw.shop_people')
        connection.execute("checkpoint")
    return made


def delete(warehouse: DuckDBWarehouse, *, ask: bool) -> None:
    with warehouse.session("deleting") as session:
        if ask:
            session.rewrite()
        session.query("delete from raw.shop_people_versions where id <> '7'")
        session.query("update raw.shop_people_versions set document = '{}'")


def test_what_was_deleted_is_in_no_byte_of_the_file_and_all_else_stays(
    warehouse: DuckDBWarehouse,
) -> None:
    assert found_in(warehouse.path, SECRET) == [warehouse.path.name]
    mode = warehouse.path.stat().st_mode
    delete(warehouse, ask=True)
    assert found_in(warehouse.path, SECRET) == []
    assert warehouse.path.stat().st_mode == mode
    assert sorted(p.name for p in warehouse.path.parent.iterdir()) == [
        *("O'Brien-1.duckdb", "O'Brien-1.duckdb.lock")
    ]
    with warehouse.session("looking") as session:
        assert session.query("select id, document from raw.shop_people") == [("7", "{}")]
        assert session.query("select id from marts.names") == [("7",)]
        [(sql,)] = session.query(
            "select sql from duckdb_tables() where table_name = 'shop_people_versions'"
        )
        assert "ZSTD" in sql
        assert session.states("shop").keys() == {"people"}


def test_a_rewriting_that_was_cut_short_is_done_by_the_next_session(
    warehouse: DuckDBWarehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(duckdb_rewrite, "rewrite", killed)
        with pytest.raises(KeyboardInterrupt):
            delete(warehouse, ask=True)
    assert found_in(warehouse.path, SECRET) == [warehouse.path.name]
    with warehouse.session("anything"):
        pass
    assert found_in(warehouse.path, SECRET) == []


def test_a_disk_without_room_for_it_is_told_and_loses_nothing(
    warehouse: DuckDBWarehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(duckdb_rewrite.os, "replace", full)
        with pytest.raises(WarehouseError, match=r"No space left on device.* All rows are stored"):
            delete(warehouse, ask=True)
    assert found_in(warehouse.path, SECRET)
    with warehouse.session("looking") as session:
        assert session.query("select id, document from raw.shop_people") == [("7", "{}")]
    assert found_in(warehouse.path, SECRET) == []


def test_a_session_that_was_not_asked_does_not_write_the_file_anew(
    warehouse: DuckDBWarehouse,
) -> None:
    before = warehouse.path.stat().st_ino
    delete(warehouse, ask=False)
    assert warehouse.path.stat().st_ino == before
    assert found_in(warehouse.path, SECRET)  # else the two above could not fail
