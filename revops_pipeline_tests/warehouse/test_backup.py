"""A backup is the whole warehouse, at any moment; the bare file is not."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from revops_pipeline.warehouse import backup as module
from revops_pipeline.warehouse.backup import backup, checkpoint
from revops_pipeline.warehouse.base import WarehouseBusy, WarehouseError
from revops_pipeline.warehouse.duckdb import DuckDBWarehouse
from revops_pipeline_tests.warehouse.conftest import Account


@pytest.fixture
def warehouse(tmp_path: Path) -> DuckDBWarehouse:
    """Rows that are in the log alone."""
    warehouse = DuckDBWarehouse(tmp_path / "w.duckdb", wait_seconds=0.2)
    with warehouse.session("test") as session:
        session.ensure(())
        session.query("create table marts.deals as select range as id from range(1000)")
        session.query("create view marts.some as from marts.deals limit 7")
    return warehouse


def rows(path: Path, table: str = "marts.deals") -> int:
    with duckdb.connect(str(path), read_only=True) as connection:
        return int(connection.execute(f"select count(*) from {table}").fetchall()[0][0])


def alone(path: Path, tmp_path: Path) -> Path:
    """The file without what lies beside it."""
    copy = tmp_path / "copied.duckdb"
    copy.write_bytes(path.read_bytes())
    return copy


def test_a_backup_holds_what_only_the_log_held_and_can_be_opened_and_written(
    warehouse: DuckDBWarehouse, tmp_path: Path
) -> None:
    with pytest.raises(duckdb.CatalogException):
        rows(alone(warehouse.path, tmp_path))
    written, _, _ = backup(warehouse, tmp_path / "kept" / "b.duckdb")
    assert rows(written) == 1000
    assert rows(written, "marts.some") == 7
    assert written.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in written.parent.iterdir()] == ["b.duckdb"]
    with DuckDBWarehouse(written).session("test") as session:
        session.record_build("x", "y", "z")


def test_a_folder_gets_a_file_with_the_time_in_its_name(
    warehouse: DuckDBWarehouse, tmp_path: Path
) -> None:
    (tmp_path / "kept").mkdir()
    written, _, _ = backup(warehouse, tmp_path / "kept")
    assert written.name.startswith("w-2")
    assert rows(written) == 1000


def test_a_file_that_is_there_is_not_written_over_unless_asked(
    warehouse: DuckDBWarehouse, tmp_path: Path
) -> None:
    there = tmp_path / "there.duckdb"
    there.write_text("mine")
    with pytest.raises(WarehouseError, match="--replace"):
        backup(warehouse, there)
    assert there.read_text() == "mine"
    assert rows(backup(warehouse, there, replace=True)[0]) == 1000
    with pytest.raises(WarehouseError, match="there already"):
        backup(warehouse, warehouse.path, replace=True)
    assert rows(warehouse.path) == 1000


def test_a_backup_waits_for_the_writer_and_then_says_who_it_is(
    warehouse: DuckDBWarehouse, tmp_path: Path
) -> None:
    with (
        DuckDBWarehouse(warehouse.path).locked("loading hubspot"),
        pytest.raises(WarehouseBusy, match="loading hubspot"),
    ):
        backup(warehouse, tmp_path / "b.duckdb")
    assert not (tmp_path / "b.duckdb").exists()


def test_no_other_program_can_write_while_the_file_is_copied(
    warehouse: DuckDBWarehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import subprocess
    import sys

    copy, said = module.shutil.copyfileobj, []

    def meanwhile(*args: object) -> None:
        copy(*args)  # type: ignore[arg-type]
        shell = f"import duckdb; duckdb.connect({str(warehouse.path)!r})"
        said.append(subprocess.run([sys.executable, "-c", shell], capture_output=True, check=False))

    monkeypatch.setattr(module.shutil, "copyfileobj", meanwhile)
    backup(warehouse, tmp_path / "b.duckdb")
    assert b"Could not set lock" in said[0].stderr


def test_a_copy_that_is_not_the_warehouse_is_not_kept(
    warehouse: DuckDBWarehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(file: object, copy: object, _size: int) -> None:
        copy.write(file.read(13_000))  # type: ignore[attr-defined]

    monkeypatch.setattr(module.shutil, "copyfileobj", half)
    with pytest.raises(WarehouseError, match="not kept"):
        backup(warehouse, tmp_path / "b.duckdb")
    assert not (tmp_path / "b.duckdb").exists()


def test_there_is_nothing_to_back_up_before_the_first_run(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="no warehouse"):
        backup(DuckDBWarehouse(tmp_path / "none.duckdb"), tmp_path / "b.duckdb")


def test_after_a_checkpoint_the_bare_file_is_the_warehouse(
    warehouse: DuckDBWarehouse, tmp_path: Path
) -> None:
    checkpoint(warehouse)
    assert rows(alone(warehouse.path, tmp_path)) == 1000


def test_snowflake_is_backed_up_by_its_own_means(account: Account, tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="clone"):
        backup(account(), tmp_path / "b.duckdb")
