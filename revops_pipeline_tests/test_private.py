"""Rows of customers are made for nobody but the user who runs this."""

from __future__ import annotations

import stat
from pathlib import Path

from revops_pipeline.private import private_folder
from revops_pipeline.sandbox import Portal, write_product_database
from revops_pipeline.warehouse.duckdb import DuckDBWarehouse


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_warehouse_and_its_folders_are_for_their_owner_alone(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    path = tmp_path / "data" / "live" / "w.duckdb"
    with DuckDBWarehouse(path).session("test"):
        pass
    assert [mode(p) for p in (path, path.parent, path.parent.parent)] == [0o600, 0o700, 0o700]
    assert mode(tmp_path) == 0o755


def test_the_modes_of_what_is_there_are_whoever_made_its_business(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    for _ in range(2):
        with DuckDBWarehouse(path).session("test"):
            pass
        path.chmod(0o640)
    assert mode(path) == 0o640
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o750)
    assert mode(private_folder(shared)) == 0o750


def test_the_sandbox_keeps_its_made_up_customers_private_too(tmp_path: Path) -> None:
    portal = Portal.generate(contacts=2, companies=1, deals=1)
    path = write_product_database(tmp_path / "data" / "product.sqlite", portal)
    assert (mode(path.parent), mode(path)) == (0o700, 0o600)
