"""What Dagster shows of the checks after any run: never "not evaluated", never green by silence."""

from __future__ import annotations

import asyncio
from typing import Any

import dagster as dg
import duckdb
from dagster._core.loader import LoadingContextForTest
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionResolvedStatus

from revops_pipeline import settings
from revops_pipeline.definitions import defs
from revops_pipeline.orchestration import model_assets
from revops_pipeline_tests.orchestration.conftest import Project, reported

SUCCEEDED = AssetCheckExecutionResolvedStatus.SUCCEEDED
FAILED = AssetCheckExecutionResolvedStatus.FAILED


def shown(instance: dg.DagsterInstance) -> dict[dg.AssetCheckKey, Any]:
    """By check what its page shows: the status, None for "Not Evaluated". Dagster's GraphQL asks
    these two questions of the newest record."""
    keys = list(defs.resolve_asset_graph().asset_check_keys)
    records = instance.event_log_storage.get_latest_asset_check_execution_by_key(keys)

    async def status(key: dg.AssetCheckKey) -> Any:
        context = LoadingContextForTest(instance)
        record = records.get(key)
        if record is None or not await record.targets_latest_materialization(context):
            return None
        return await record.resolve_status(context)

    return {key: asyncio.run(status(key)) for key in keys}


def of_job(instance: dg.DagsterInstance, result: dg.ExecuteInProcessResult) -> set[Any]:
    told = reported(result)
    found = {s for k, s in shown(instance).items() if k.asset_key.to_user_string() in told}
    assert sum(key.asset_key.to_user_string() in told for key in shown(instance)) > 40
    return found


def evaluations(result: dg.ExecuteInProcessResult) -> dict[str, dg.AssetCheckEvaluation]:
    """Of the tables that were built of raw ones; those of a load are evaluated with each load."""
    built = {name for name in reported(result) if not name.startswith("raw/")}
    found = result.get_asset_check_evaluations()
    return {e.check_name: e for e in found if e.asset_key.to_user_string() in built}


def test_after_a_quiet_run_every_check_still_shows_its_last_result_and_when_it_was_found(
    project: Project,
) -> None:
    first = project.run()
    assert of_job(project.instance, first) == {SUCCEEDED}
    quiet = project.run()
    assert of_job(project.instance, quiet) == {SUCCEEDED}
    told = evaluations(quiet)
    found = dict(project.rows("select check_name, run_id from ops.check_results"))
    assert len(told) > 40
    assert told.keys() <= evaluations(first).keys()
    for name, evaluation in told.items():
        assert found[name] == first.run_id
        assert evaluation.metadata["evaluated_by_run"].value == first.run_id
        assert evaluation.metadata["evaluated_at"]


def test_a_run_evaluates_what_it_built_and_tells_the_rest_again(project: Project) -> None:
    project.start()
    company = project.rows("select min(id) from staging.staging_companies")[0][0]
    project.portal.update("companies", company, {"industry": "COMPUTER_SOFTWARE"})
    result = project.run()
    assert of_job(project.instance, result) == {SUCCEEDED}
    told = evaluations(result)
    assert "unchanged" not in told["staging_companies_has_one_row_per_company"].metadata
    assert told["staging_teams_has_one_row_per_team"].metadata["unchanged"].value


def test_the_check_of_the_rejects_shows_those_that_it_lets_pass_too(project: Project) -> None:
    project.start()
    deal = project.rows("select min(id) from staging.staging_deals")[0][0]
    project.portal.update("deals", deal, {"closedate": "N/A"})
    found = evaluations(project.run())["every_value_could_be_typed"]
    counts = dict(project.rows("select kind, count(*) from ops.rejected_records group by kind"))
    assert counts["not_given"] >= 1
    assert found.passed is ("untyped" not in counts)
    assert {kind: found.metadata[kind].value for kind in ("untyped", "not_given")} == {
        "untyped": counts.get("untyped", 0),
        "not_given": counts["not_given"],
    }


def test_a_warning_goes_on_being_a_warning_while_nothing_changes(project: Project) -> None:
    project.start()
    with duckdb.connect(str(project.path)) as connection:
        connection.execute(
            "update ops.check_results set passed = false, severity = 'WARN' "
            "where check_name = 'memberships_join_known_users_and_teams'"
        )
    quiet = project.run()
    assert quiet.success
    told = evaluations(quiet)["memberships_join_known_users_and_teams"]
    assert (told.passed, told.severity) == (False, dg.AssetCheckSeverity.WARN)


def test_a_blocking_check_that_failed_is_evaluated_by_the_next_quiet_run_and_not_taken_as_read(
    project: Project,
) -> None:
    project.start()
    name = "team_spending_has_one_row_per_company_and_team"
    with duckdb.connect(str(project.path)) as connection:
        connection.execute("insert into marts.team_spending from marts.team_spending")
        # As a run of the checks alone would have left it.
        connection.execute(
            f"update ops.check_results set passed = false where check_name = '{name}'"
        )
    quiet = project.run()
    assert not quiet.success
    assert not evaluations(quiet)[name].passed
    assert "unchanged" not in evaluations(quiet)[name].metadata
    assert FAILED in shown(project.instance).values()


def test_a_check_of_which_nothing_is_known_is_evaluated_though_its_table_is_not_built(
    project: Project,
) -> None:
    project.start()
    with duckdb.connect(str(project.path)) as connection:
        connection.execute(
            "delete from ops.check_results where check_name in "
            "('staging_teams_has_one_row_per_team', 'every_account_has_a_record')"
        )
    quiet = project.run()
    assert of_job(project.instance, quiet) == {SUCCEEDED}
    known = {n for n, e in evaluations(quiet).items() if "unchanged" in e.metadata}
    assert evaluations(quiet).keys() - known == {
        "staging_teams_has_one_row_per_team",
        "every_account_has_a_record",
    }


def test_a_table_that_is_materialised_by_hand_has_all_its_checks_evaluated(
    project: Project,
) -> None:
    project.start()
    for table in ("marts/team_spending", "marts/dim_account"):
        by_hand = project.materialize(table)
        assert by_hand.success
        checks = {
            key.name: status
            for key, status in shown(project.instance).items()
            if key.asset_key.to_user_string() == table
        }
        assert set(checks.values()) == {SUCCEEDED}
        assert checks.keys() <= evaluations(by_hand).keys()
        assert not any("unchanged" in e.metadata for e in evaluations(by_hand).values())


def test_by_hand_a_check_whose_other_tables_were_never_built_is_left_out_and_told(
    project: Project,
) -> None:
    project.start()
    with duckdb.connect(str(project.path)) as connection:
        connection.execute("drop table staging.staging_users")
    by_hand = project.materialize("staging/staging_team_membership")
    assert by_hand.success
    name = "memberships_join_known_users_and_teams"
    assert name not in evaluations(by_hand)
    said = [entry.user_message for entry in project.instance.all_logs(by_hand.run_id)]
    assert any(f"{name} is not evaluated: staging.staging_users" in line for line in said)


def test_a_setting_that_models_read_has_every_check_evaluated_anew(project: Project) -> None:
    project.start()
    settings.CONFIG_FILE.write_text("spend: {team_split: members}")
    told = evaluations(project.run())
    # Matching is none of dbt's, and nothing that it reads has changed.
    assert {n for n, e in told.items() if "unchanged" in e.metadata} == {
        check.name for check in model_assets.CHECKS
    }
