"""Readers open a published copy: whole at any moment, never the file being written."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from revops_pipeline.warehouse import read_copy
from revops_pipeline.warehouse.base import WarehouseError
from revops_pipeline.warehouse.duckdb import DuckDBWarehouse
from revops_pipeline.warehouse.reader import open_read_copy, read_copy_path

SUM = "select sum(amount) from marts.deals"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A warehouse with a table, a view and a build on record."""
    path = tmp_path / "it's here" / "w.duckdb"
    with DuckDBWarehouse(path).session("test") as session:
        session.ensure(())
        session.query("create table marts.deals as select 1::decimal(12, 2) as amount")
        session.query("create view staging.rates as select * from marts.deals")
        session.query("create table raw.secret as select 1 as id")
    built(path)
    return path


def built(path: Path, amount: int | None = None) -> None:
    with DuckDBWarehouse(path).session("test") as session:
        if amount is not None:
            session.query(f"update marts.deals set amount = {amount}")
        session.record_build("marts", str(amount), "run")


def publish(path: Path, **options: bool) -> Path | None:
    with DuckDBWarehouse(path).session("test") as session:
        return read_copy.publish(session, path, "run-7", **options)


def total(path: Path) -> float:
    with open_read_copy(path) as connection:
        return float(connection.execute(SUM).fetchall()[0][0])


def test_the_copy_holds_staging_marts_and_ops_and_says_when_it_was_made(path: Path) -> None:
    assert publish(path) == read_copy_path(path)
    with open_read_copy(path) as connection:
        tables = connection.execute(
            "select table_schema || '.' || table_name, table_type from information_schema.tables"
        ).fetchall()
        assert {("marts.deals", "BASE TABLE"), ("staging.rates", "BASE TABLE")} <= set(tables)
        assert not [name for name, _ in tables if name.startswith("raw.")]
        assert connection.execute("select run_id from ops.read_copy").fetchall() == [("run-7",)]
        kind = connection.execute("select typeof(amount) from marts.deals").fetchall()
        assert kind == [("DECIMAL(12,2)",)]
        with pytest.raises(duckdb.InvalidInputException):
            connection.execute("insert into marts.deals values (2)")


def test_a_reader_keeps_the_copy_it_opened_and_a_new_one_sees_the_new_rows(path: Path) -> None:
    publish(path)
    with open_read_copy(path) as dashboard:
        for amount in (2, 3, 4):
            built(path, amount)
            publish(path)
        assert dashboard.execute(SUM).fetchall()[0][0] == 1
        assert total(path) == 4


def test_nothing_is_copied_while_nothing_changed(path: Path) -> None:
    first = publish(path)
    assert first is not None
    assert publish(path) is None
    built(path)
    assert publish(path) not in (first, None)


def test_a_copy_that_somebody_deleted_is_published_again(path: Path) -> None:
    copy = publish(path)
    assert copy is not None
    copy.unlink()
    with pytest.raises(WarehouseError, match="make run"):
        read_copy_path(path)
    assert publish(path) is not None
    assert total(path) == 1


def test_two_versions_are_kept_and_one_alone_where_somebody_was_erased(path: Path) -> None:
    for amount in range(4):
        built(path, amount)
        publish(path)
    copies = sorted(read_copy.folder_of(path).glob("*.duckdb"))
    assert len(copies) == 2
    assert read_copy_path(path) == copies[-1]
    assert publish(path, alone=True) is not None  # though nothing was built since
    assert list(read_copy.folder_of(path).glob("*.duckdb")) == [read_copy_path(path)]


@pytest.mark.parametrize("moment", ["_write", "_settle", "_point_to", "_clear"])
def test_a_kill_while_publishing_leaves_readers_a_whole_copy_and_the_next_run_publishes(
    path: Path, moment: str
) -> None:
    publish(path)
    built(path, 2)
    killed = f"""
import os
from pathlib import Path
from revops_pipeline.warehouse import read_copy
from revops_pipeline.warehouse.duckdb import DuckDBWarehouse
done = read_copy.{moment}
def half(*args, **options):
    if {moment!r} != "_clear":
        done(*args, **options)
    elif args[1:] or options:
        os._exit(9)
    os._exit(9)
read_copy.{moment} = half
path = Path({str(path)!r})
with DuckDBWarehouse(path).session("test") as session:
    read_copy.publish(session, path, "killed")
"""
    assert subprocess.run([sys.executable, "-c", killed], check=False).returncode == 9
    assert total(path) == (2 if moment == "_point_to" else 1)
    built(path, 3)
    assert publish(path) is not None
    assert total(path) == 3
    left = {p.name for p in read_copy.folder_of(path).iterdir()}
    assert not [name for name in left if ".part" in name]


def test_publishing_leaves_the_warehouse_whole_in_its_one_file(path: Path, tmp_path: Path) -> None:
    publish(path)
    built(path, 5)
    publish(path)
    alone = tmp_path / "alone.duckdb"
    alone.write_bytes(path.read_bytes())
    with duckdb.connect(str(alone), read_only=True) as connection:
        assert connection.execute(SUM).fetchall() == [(5,)]


def test_a_copy_is_for_its_owner_alone(path: Path) -> None:
    copy = publish(path)
    assert copy is not None
    assert copy.stat().st_mode & 0o777 == 0o600
    assert copy.parent.stat().st_mode & 0o777 == 0o700


def test_a_pointer_leads_nowhere_but_into_its_folder(path: Path) -> None:
    publish(path)
    (path.parent / "other.duckdb").touch()
    (read_copy.folder_of(path) / "current").write_text("../other.duckdb\n")
    with pytest.raises(WarehouseError, match="no read copy"):
        read_copy_path(path)


def test_a_copy_that_is_deleted_between_the_pointer_and_the_opening_is_looked_up_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(path)
    connect: Callable[..., duckdb.DuckDBPyConnection] = duckdb.connect
    turns: list[str] = []

    def late(name: str, **options: bool) -> duckdb.DuckDBPyConnection:
        turns.append(name)
        if len(turns) == 1:
            monkeypatch.undo()
            for amount in (6, 7):
                built(path, amount)
                publish(path)
            monkeypatch.setattr(duckdb, "connect", late)
        return connect(name, **options)

    monkeypatch.setattr(duckdb, "connect", late)
    assert total(path) == 7
    assert len(turns) == 2


def test_where_the_copy_cannot_be_written_the_error_says_so_and_the_last_one_stays(
    path: Path,
) -> None:
    publish(path)
    built(path, 2)
    (read_copy.folder_of(path) / "current").unlink()
    (read_copy.folder_of(path) / "current").mkdir()
    with pytest.raises(WarehouseError, match=r"read_copy\.enabled"):
        publish(path)
    os.rmdir(read_copy.folder_of(path) / "current")
    assert publish(path) is not None
