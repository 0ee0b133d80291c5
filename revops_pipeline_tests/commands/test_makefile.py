"""What make writes, wherever the checkout is."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest
from dotenv import dotenv_values

from revops_pipeline.settings import ROOT

INSTANCE = Path("revops_pipeline", "orchestration", "dagster.yaml")


def _make(folder: Path, *targets: str) -> None:
    environment = {k: v for k, v in os.environ.items() if k not in {"DAGSTER_HOME", "MAKEFLAGS"}}
    subprocess.run(["make", *targets], cwd=folder, env=environment, check=True)


@pytest.fixture(params=["plain", "My Projects", "O'Brien & Söhne # 50%"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    folder = tmp_path / "above" / str(request.param)
    (folder / INSTANCE).parent.mkdir(parents=True)
    (folder / "revops_pipeline" / "transform").mkdir()
    shutil.copy(ROOT / "Makefile", folder)
    shutil.copy(ROOT / INSTANCE, folder / INSTANCE)
    return folder


def test_make_finds_its_way_in_a_folder_of_any_name_and_writes_nothing_beside_it(
    folder: Path,
) -> None:
    _make(folder, "dagster-home", "dotenv")
    assert (folder / ".dagster" / "dagster.yaml").read_text() == (ROOT / INSTANCE).read_text()
    assert dotenv_values(folder / ".env") == {"DAGSTER_HOME": str(folder / ".dagster")}
    assert list(folder.parent.iterdir()) == [folder]


def test_what_may_hold_secrets_is_for_its_owner_alone(folder: Path) -> None:
    _make(folder, "dagster-home", "dotenv")
    modes = {name: stat.S_IMODE((folder / name).stat().st_mode) for name in (".env", ".dagster")}
    assert modes == {".env": 0o600, ".dagster": 0o700}


def test_a_dot_env_that_is_there_keeps_what_it_holds(folder: Path) -> None:
    (folder / ".env").write_text("HUBSPOT_API_KEY=mine\nDAGSTER_HOME=/elsewhere\n")
    _make(folder, "dotenv")
    assert (folder / ".env").read_text() == "HUBSPOT_API_KEY=mine\nDAGSTER_HOME=/elsewhere\n"
