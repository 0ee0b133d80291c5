"""From HubSpot's answer to the three views, run after run."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from revops_pipeline import settings
from revops_pipeline.sandbox import Sandbox
from revops_pipeline.transform import runner
from revops_pipeline_tests.orchestration.conftest import Project, unchanged

VIEWS = ("marts/contacts_to_users", "marts/company_deals", "marts/team_spending")


def test_one_run_fills_the_three_views_and_a_quiet_one_leaves_them(project: Project) -> None:
    assert project.run().success
    before = project.tables()
    assert all(before[view.replace("/", ".")] for view in VIEWS)
    quiet = project.run()
    assert quiet.success
    assert all(unchanged(quiet, view) for view in VIEWS)
    assert project.tables() == before


def test_changes_in_hubspot_reach_the_views_in_the_next_run(project: Project) -> None:
    project.start()
    deal, amount = project.rows("select deal_id, amount from marts.company_deals where amount > 0")[
        0
    ]
    project.portal.update("deals", deal, {"amount": "98765.43"})
    contact = project.rows("select min(id) from staging.staging_contacts")[0][0]
    project.portal.archive("contacts", contact)
    assert project.run().success
    assert (
        project.rows(f"select amount from marts.company_deals where deal_id = '{deal}'")[0][0]
        != amount
    )
    assert not project.rows(f"select 1 from marts.contacts_to_users where contact_id = '{contact}'")


def test_a_load_that_nobody_built_on_is_built_on_by_the_next_quiet_run(project: Project) -> None:
    project.start()
    deal = project.rows("select min(deal_id) from marts.company_deals")[0][0]
    project.portal.update("deals", deal, {"amount": "1.23"})
    assert project.materialize("raw/hubspot_deals").success  # and then the run was killed
    quiet = project.run()
    assert unchanged(quiet, "raw/hubspot_deals")
    assert not unchanged(quiet, "marts/company_deals")
    assert (
        str(project.rows(f"select amount from marts.company_deals where deal_id = '{deal}'")[0][0])
        == "1.23"
    )


def test_a_setting_changed_with_no_row_changed_reaches_the_views(project: Project) -> None:
    project.start()
    total = "select sum(total_team_spend) from marts.team_spending"
    before = project.rows(total)
    settings.CONFIG_FILE.write_text("spend: {spend_stages: [closedwon]}")
    result = project.run()
    assert unchanged(result, "raw/hubspot_deals")
    assert project.rows(total) != before
    assert project.rows(total) == project.rows(
        "select sum(won_team_spend) from marts.team_spending"
    )


def test_an_override_changed_with_no_row_changed_reaches_the_views(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "transform"
    shutil.copytree(runner.PROJECT, copy)
    monkeypatch.setattr(runner, "PROJECT", copy)
    monkeypatch.setattr(runner, "target_dir", lambda: tmp_path / "target")
    (tmp_path / "target").mkdir()
    runner._preloaded.cache_clear()
    runner.build_manifest()
    project.start()
    company, team = project.rows("select company_id, team_id from marts.team_spending limit 1")[0]
    seed = next((copy / "seeds").glob("account_link_override_seed.csv"))
    header = seed.read_text().splitlines()[0]
    row = {
        "left_system": "product",
        "left_id": team,
        "right_system": "hubspot",
        "right_id": company,
    }
    row |= {
        "decision": "no_link",
        "author": "ops",
        "reason": "not them",
        "decided_at": "2026-01-01 00:00:00",
    }
    seed.write_text(f"{header}\n{','.join(row[c] for c in header.split(','))}\n")
    result = project.run()
    runner._preloaded.cache_clear()
    assert result.success
    assert unchanged(result, "raw/hubspot_deals")
    assert not project.rows(
        f"select 1 from marts.team_spending where company_id = '{company}' and team_id = '{team}'"
    )


def test_models_that_changed_since_they_were_parsed_are_an_error_not_a_stale_view(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "transform"
    shutil.copytree(runner.PROJECT, copy)
    model = next(copy.rglob("team_spending.sql"))
    model.write_text(model.read_text() + "\n")
    monkeypatch.setattr(runner, "PROJECT", copy)
    result = project.run()
    assert not result.success
    assert "revops manifest" in failure(result, "build_staging")


def test_a_build_leaves_the_parsed_project_alone_that_others_read(project: Project) -> None:
    def written() -> dict[str, int]:
        return {p.name: p.stat().st_mtime_ns for p in runner.target_dir().glob("manifest.*")}

    before = written()
    assert len(before) == 3
    assert project.run().success
    assert written() == before


def failure(result: dg.ExecuteInProcessResult, step: str) -> str:
    [event] = [e for e in result.all_events if e.is_step_failure and e.step_key == step]
    data = event.step_failure_data
    return str(data.user_failure_data.description if data.user_failure_data else data.error)


def test_a_failing_blocking_check_stops_what_is_downstream_and_fails_the_run(
    project: Project,
) -> None:
    project.start()
    before = project.rows("select * from marts.team_spending order by all")
    with duckdb.connect(str(project.path)) as connection:  # a duplicate that no key can hold back
        connection.execute("create table copy as select * from raw.product_teams")
        connection.execute("drop view raw.product_teams")
        connection.execute(
            "create table raw.product_teams as from copy union all from copy limit 999"
        )
        connection.execute("update raw.product_teams set id = id || '#' || rowid")
        connection.execute("update ops.extract_state set change_seq = change_seq + 1")
    tables = ("staging/staging_teams", "marts/team_spending")
    for result in (project.materialize(*tables), project.run(*tables)):
        assert not result.success
        failed = [c.check_name for c in result.get_asset_check_evaluations() if not c.passed]
        assert failed == ["staging_teams_has_one_row_per_team"]
        assert "staging_teams_has_one_row_per_team" in failure(result, "build_staging")
        assert project.rows("select * from marts.team_spending order by all") == before


@pytest.mark.parametrize("source", [name for name in settings.VARIABLES if name != "product"])
def test_an_unconfigured_job_fails_at_once_naming_the_variables(
    project: Project, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    monkeypatch.delenv("HUBSPOT_API_KEY")
    result = project.run(job=f"{source}_job")
    assert not result.success
    for names in settings.VARIABLES[source]:
        assert " + ".join(names) in failure(result, f"extract_{source}")
    assert not [e for e in result.all_events if e.is_step_up_for_retry]
    built = result.get_asset_materialization_events()
    assert not [e for e in built if e.asset_key and "marts" in e.asset_key.path]


def test_without_a_product_database_the_deals_are_there_and_nobody_is_a_user(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PRODUCT_DATABASE_URL")
    assert project.run().success
    assert project.rows("select count(*) from marts.company_deals")[0][0] > 0
    assert project.rows("select distinct user_id from marts.contacts_to_users") == [(None,)]


def test_product_tables_in_a_schema_of_the_warehouse_give_the_same_views(
    project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, serve: Callable[..., Sandbox]
) -> None:
    project.start()
    from_sqlite = project.tables()
    users = project.rows("select document from raw.product_users")
    other = tmp_path / "other.duckdb"
    with duckdb.connect(str(other)) as connection:
        connection.execute("create schema app")
        connection.execute(f"attach '{project.path}' as old (read_only)")
        for table, columns in {
            "users": "user_id, user_name, email, client_lifetime_spend",
            "teams": "team_id, team_name",
            "team_membership": "user_id, team_id",
            "transactions": "transaction_id, user_id, amount",
        }.items():
            fields = ", ".join(f"document->>'{c}' as {c}" for c in columns.split(", "))
            connection.execute(
                f"create table app.{table} as select {fields} from old.raw.product_{table} where deleted_at is null"
            )
    assert users
    monkeypatch.delenv("PRODUCT_DATABASE_URL")
    monkeypatch.setenv("PRODUCT_SCHEMA", "app")
    monkeypatch.setenv("REVOPS_DUCKDB_PATH", str(other))
    assert project.run().success
    project.path = other
    assert {k: v for k, v in project.tables().items() if k.startswith("marts.")} == {
        k: v for k, v in from_sqlite.items() if k.startswith("marts.")
    }


def test_a_server_that_fails_for_a_while_is_tried_again_and_a_wrong_token_is_not(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.start()
    settings.CONFIG_FILE.write_text("retry: {attempts: 0}")
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    project.sandbox.faults.add("http_500:times=1,path_contains=/objects/deals")
    result = project.run()
    assert result.success
    assert {e.step_key for e in result.all_events if e.is_step_up_for_retry} == {"extract_hubspot"}
    monkeypatch.setenv("HUBSPOT_API_KEY", "wrong-token")
    result = project.run()
    assert not result.success
    assert not [e for e in result.all_events if e.is_step_up_for_retry]
    assert "wrong-token" not in str([str(e) for e in result.all_events])
