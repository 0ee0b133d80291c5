"""A session that is kept between steps is never kept from anybody who needs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from revops_pipeline.warehouse.base import WarehouseBusy
from revops_pipeline.warehouse.duckdb import DuckDBWarehouse
from revops_pipeline.warehouse.held import HeldWarehouse


@pytest.fixture
def held(tmp_path: Path) -> HeldWarehouse:
    return HeldWarehouse(DuckDBWarehouse(tmp_path / "w.duckdb"))


@pytest.fixture
def other(tmp_path: Path) -> DuckDBWarehouse:
    return DuckDBWarehouse(tmp_path / "w.duckdb", wait_seconds=0)


def test_steps_share_a_session_until_it_is_released(
    held: HeldWarehouse, other: DuckDBWarehouse
) -> None:
    with held.session("one") as first:
        pass
    with held.session("two") as second:
        assert second is first
    with pytest.raises(WarehouseBusy), other.locked("somebody else"):
        pass
    held.release()
    with other.session("somebody else"):
        pass


def test_a_failure_lets_go_of_the_file(held: HeldWarehouse, other: DuckDBWarehouse) -> None:
    with pytest.raises(RuntimeError), held.session("one"):
        raise RuntimeError("a retry may wait for long")
    with other.session("somebody else"):
        pass


def test_dbt_gets_the_file_to_itself(held: HeldWarehouse) -> None:
    import duckdb

    with held.session("one") as session:
        session.ensure([])
    with held.locked("dbt"), duckdb.connect(":memory:") as connection:
        connection.execute(f"attach '{held.describe()}' as revops")
        connection.execute("create table revops.marts.built as select 1")
    with held.session("two") as session:
        assert session.query("select * from marts.built") == [(1,)]
