"""`revops doctor` on a warehouse file that cannot be used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from revops_pipeline.commands import doctor
from revops_pipeline.settings import Settings
from revops_pipeline.warehouse.base import WarehouseError
from revops_pipeline_tests.commands.checkout import Checkout
from revops_pipeline_tests.commands.test_doctor import lines


def test_a_warehouse_that_cannot_be_used_names_path_and_variable(
    checkout: Checkout, tmp_path: Path
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "text").write_text("not a database")
    for path in (tmp_path / "folder", tmp_path / "text" / "w.duckdb", tmp_path / "text"):
        done = checkout.revops("doctor", REVOPS_DUCKDB_PATH=path)
        assert done.returncode == 1
        said = lines(done)["warehouse"]
        assert str(path) in said
        assert "set REVOPS_DUCKDB_PATH" in said


def test_a_folder_without_write_permission_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor.os, "access", lambda *_: False)
    with pytest.raises(WarehouseError, match=f"the folder {tmp_path} is not writable"):
        doctor._exists(Settings(revops_duckdb_path=tmp_path / "sub" / "w.duckdb"))


WRITER = """
import sys, time
from pathlib import Path
from revops_pipeline.warehouse.duckdb import DuckDBWarehouse
with DuckDBWarehouse(Path(sys.argv[1])).locked("a long load"):
    print("holding", flush=True)
    time.sleep(60)
"""
OTHER_PROGRAM = """
import sys, time, duckdb
connection = duckdb.connect(sys.argv[1])
print("holding", flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("holder", [WRITER, OTHER_PROGRAM])
def test_whoever_holds_the_warehouse_is_named(
    checkout: Checkout, tmp_path: Path, holder: str
) -> None:
    path = tmp_path / "w.duckdb"
    duckdb.connect(str(path)).close()
    process = subprocess.Popen(
        [sys.executable, "-c", holder, path], stdout=subprocess.PIPE, text=True, cwd=checkout.root
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "holding\n"
        done = checkout.revops("doctor", REVOPS_DUCKDB_PATH=path)
    finally:
        process.kill()
        process.communicate()
    assert done.returncode == 1
    said = lines(done)["warehouse"]
    assert str(process.pid) in said
    assert ("a long load" if holder is WRITER else "Close that program") in said
