"""A run builds what reads something that changed, and nothing that does not."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from revops_pipeline import settings
from revops_pipeline.orchestration.staleness import checks_of
from revops_pipeline.transform import runner
from revops_pipeline_tests.orchestration.conftest import Project, reported, unchanged


def test_a_change_builds_what_reads_it_and_ends_with_the_tables_of_a_full_build(
    project: Project,
) -> None:
    project.start()
    company = project.rows("select min(id) from staging.staging_companies")[0][0]
    project.portal.update("companies", company, {"industry": "COMPUTER_SOFTWARE"})
    result = project.run()
    assert result.success
    assert not unchanged(result, "staging/staging_companies")
    assert unchanged(result, "staging/staging_teams")
    assert "staging/staging_servicenow_incidents" not in reported(result)
    narrow = project.tables()
    with duckdb.connect(str(project.path)) as connection:
        connection.execute("delete from ops.build_state")
    full = project.run()
    assert not unchanged(full, "staging/staging_teams")
    assert project.tables() == narrow


def test_a_table_built_from_stale_ones_does_not_pass_for_current(project: Project) -> None:
    project.start()
    deal = project.rows("select min(deal_id) from marts.company_deals")[0][0]
    project.portal.update("deals", deal, {"amount": "1.23"})
    project.run("raw/hubspot_deals")  # and what lies between is left as it was
    assert project.run("marts/company_deals").success
    amount = f"select cast(amount as varchar) from marts.company_deals where deal_id = '{deal}'"
    assert project.rows(amount)[0] != ("1.23",)
    assert project.run().success
    assert project.rows(amount)[0] == ("1.23",)


def test_a_table_that_somebody_dropped_is_built_again(project: Project) -> None:
    project.start()
    with duckdb.connect(str(project.path)) as connection:
        connection.execute("drop table marts.team_spending")
    result = project.run()
    assert not unchanged(result, "marts/team_spending")
    assert unchanged(result, "marts/company_deals")


def test_a_setting_that_no_model_reads_builds_nothing(project: Project) -> None:
    project.start()
    settings.CONFIG_FILE.write_text("retry: {attempts: 3}")
    result = project.run()
    models = {name for name in reported(result) if not name.startswith(("raw/", "published/"))}
    assert len(models) > 20
    assert all(unchanged(result, name) for name in models)


def test_a_source_s_job_builds_what_is_missing_of_another_system_and_puts_it_on_record(
    project: Project,
) -> None:
    theirs = "staging/staging_servicenow_incidents"
    assert not unchanged(project.run(), theirs)  # nothing was there
    before = project.tables()
    assert theirs not in reported(project.run())
    with duckdb.connect(str(project.path)) as connection:
        connection.execute("drop table staging.staging_servicenow_incidents")
    result = project.run()
    assert result.success
    assert not unchanged(result, theirs)
    assert project.tables() == before


def test_a_build_that_failed_is_done_again_even_when_all_is_as_it_was_before(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.start()
    before = project.tables()
    invoke = runner.invoke

    def broken(*args: Any, **options: Any) -> Any:
        events, error = invoke(*args, **options)
        killed = runner.BuildError("killed at the end")
        return events, killed if "marts" in options["purpose"] else error

    settings.CONFIG_FILE.write_text("spend: {deal_allocation: full}")
    monkeypatch.setattr(runner, "invoke", broken)
    assert not project.run().success
    assert project.tables() != before
    settings.CONFIG_FILE.write_text("spend: {deal_allocation: primary}")
    monkeypatch.setattr(runner, "invoke", invoke)
    assert project.run().success
    assert project.tables() == before


def test_every_test_that_reads_a_stale_table_is_run_once_all_it_reads_is_there() -> None:
    from revops_pipeline.orchestration.model_assets import _manifest

    manifest = _manifest()
    staging = {
        f"{n['schema']}.{n['name']}"
        for n in manifest["nodes"].values()
        if "stage_staging" in n["tags"]
    }
    everything = {f"{n['schema']}.{n['name']}" for n in manifest["nodes"].values()}
    stale = {"staging.staging_deals"}
    early, late = checks_of(manifest, stale, staging), checks_of(manifest, stale, everything)
    assert "staging_deals_has_one_row_per_deal" in early
    assert "company_deals_joins_live_records" not in early
    assert "company_deals_joins_live_records" in late
    assert "staging_teams_has_one_row_per_team" not in late
    assert set(early) < set(late)
    whole = checks_of(manifest, everything, everything)
    assert len(whole) == sum(n["resource_type"] == "test" for n in manifest["nodes"].values())
