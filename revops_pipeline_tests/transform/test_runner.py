"""dbt's target, its manifest and its profile follow the settings, and leave nothing behind."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from revops_pipeline.transform import runner

ACCOUNT = {
    "REVOPS_WAREHOUSE": "snowflake",
    "SNOWFLAKE_ACCOUNT": "nobody",
    "SNOWFLAKE_USER": "nobody",
    "SNOWFLAKE_PASSWORD": "no-secret",
    "SNOWFLAKE_WAREHOUSE": "none",
    "SNOWFLAKE_DATABASE": "FIRST",
}


@pytest.fixture(autouse=True)
def _account(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ACCOUNT.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(runner, "target_dir", lambda: tmp_path / "dbt")
    return tmp_path / "dbt"


def test_each_warehouse_has_a_target_and_a_folder_of_its_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert (runner.target(), runner.target_dir().name) == ("snowflake", "snowflake")
    monkeypatch.setenv("REVOPS_WAREHOUSE", "duckdb")
    assert (runner.target(), runner.target_dir().name) == ("duckdb", "duckdb")


def test_wrong_settings_leave_the_default_target_for_the_run_to_complain(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SNOWFLAKE_PORT", "none")
    assert runner.target() == "duckdb"


def test_a_manifest_for_snowflake_needs_no_account_and_is_outdated_by_another_database(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No server listens at `nobody`: a question to it would fail, or take far too long."""
    with pytest.raises(runner.ManifestError, match="revops manifest"):
        runner.require_manifest()
    before = dict(os.environ)
    assert runner.build_manifest() == folder / "manifest.json"
    assert dict(os.environ) == before
    assert '"FIRST.staging.' in runner.require_manifest().read_text()
    runner.require_current_manifest()
    monkeypatch.setenv("SNOWFLAKE_DATABASE", "SECOND")
    with pytest.raises(runner.ManifestError, match="revops manifest"):
        runner.require_current_manifest()


def test_dbts_variables_are_those_of_the_target_and_gone_when_it_ends() -> None:
    before = dict(os.environ)
    with runner._environment(REVOPS_DBT_PURPOSE="a test"):
        assert os.environ["REVOPS_DBT_PURPOSE"] == "a test"
        assert os.environ["REVOPS_DBT_TARGET_PATH"] == str(runner.target_dir())
    assert dict(os.environ) == before
    assert runner._profile_variables() == {
        name: value for name, value in ACCOUNT.items() if name.startswith("SNOWFLAKE_")
    }
