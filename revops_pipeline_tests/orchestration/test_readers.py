"""Readers beside the writer, and runs that take too long."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import duckdb
import pytest

from revops_pipeline import settings
from revops_pipeline.config import Config
from revops_pipeline.transform import runner
from revops_pipeline.warehouse.base import WarehouseBusy
from revops_pipeline.warehouse.reader import open_read_copy, read_copy_path
from revops_pipeline_tests.orchestration.conftest import Project, unchanged
from revops_pipeline_tests.orchestration.test_pipeline import failure

COPY = "published/read_copy"


def test_a_run_that_changed_something_publishes_it_and_a_quiet_or_failed_one_leaves_the_copy(
    project: Project,
) -> None:
    project.start()
    assert project.run().success
    first = read_copy_path(project.path)
    with open_read_copy(project.path) as connection:
        rows = connection.execute("from marts.team_spending order by all").fetchall()
        assert rows == project.rows("from marts.team_spending order by all")
    assert unchanged(project.run(), COPY)
    assert read_copy_path(project.path) == first

    deal = project.rows("select min(deal_id) from marts.company_deals")[0][0]
    project.portal.update("deals", deal, {"amount": "1.23"})
    with duckdb.connect(str(project.path)) as connection:  # so that a check of staging fails
        connection.execute("create table copy as from raw.product_teams")
        connection.execute("drop view raw.product_teams")
        connection.execute("create table raw.product_teams as from copy union all from copy")
        connection.execute("update ops.extract_state set change_seq = change_seq + 1")
    assert not project.run().success
    assert read_copy_path(project.path) == first


def test_where_nothing_shall_be_published_nothing_is(project: Project) -> None:
    project.start()
    settings.CONFIG_FILE.write_text("read_copy: {enabled: false}")
    assert project.run().success
    assert not project.path.with_suffix(".read").exists()


def reading(path: Path, seconds: float) -> subprocess.Popen[str]:
    """A dashboard that has the file open for so long."""
    code = (
        f"import duckdb, sys, time; c = duckdb.connect({str(path)!r}, read_only=True); "
        f"print('open', flush=True); time.sleep({seconds}); c.close()"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "open\n"
    return process


def build(wait_seconds: float) -> BaseException | None:
    args = ["build", "--select", "account_source_map_seed", "--indirect-selection", "empty"]
    variables = Config().dbt_vars()
    return runner.invoke(args, variables=variables, wait_seconds=wait_seconds)[1]


def test_dbt_waits_for_a_dashboard_as_a_load_does_and_then_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "w.duckdb"
    monkeypatch.setenv("REVOPS_DUCKDB_PATH", str(path))
    duckdb.connect(str(path)).close()
    dashboard = reading(path, 600)
    with pytest.raises(WarehouseBusy, match=rf"PID {dashboard.pid}.*published copy"):
        build(wait_seconds=0.1)
    closing = threading.Timer(2, dashboard.kill)
    closing.start()
    try:
        assert build(wait_seconds=120) is None
        assert dashboard.poll() is not None
    finally:
        dashboard.kill()
        closing.join()


def test_a_run_whose_time_is_over_fails_at_once_saying_so_and_the_next_goes_on(
    project: Project,
) -> None:
    project.start()
    contact = min(r["id"] for r in project.portal.live("contacts"))
    project.portal.update("contacts", contact, {"firstname": "Late"})
    settings.CONFIG_FILE.write_text("max_runtime_seconds: 0.001")
    late = project.run()
    assert not late.success
    assert "max_runtime_seconds" in failure(late, "extract_hubspot")
    assert late.dagster_run.tags["dagster/max_runtime"] == str(21600 + 600)  # for Dagster's daemon
    assert not [e for e in late.all_events if e.is_step_up_for_retry]
    settings.CONFIG_FILE.unlink()
    assert project.run("raw/hubspot_contacts").success
    first_name = "json_extract_string(document, '$.properties.firstname')"
    sql = f"select {first_name} from raw.hubspot_contacts where id = '{contact}'"
    assert project.rows(sql) == [("Late",)]
