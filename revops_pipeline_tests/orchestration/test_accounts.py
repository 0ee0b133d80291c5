"""From the records of all systems to accounts, run after run."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest
from typer.testing import CliRunner

from revops_pipeline import settings
from revops_pipeline.cli import app
from revops_pipeline.orchestration.account_checks import CHECKS
from revops_pipeline.sandbox import Portal, Sandbox, write_product_database
from revops_pipeline.sandbox.salesforce_world import SalesforceWorld
from revops_pipeline.sandbox.vendors import variables, vendors
from revops_pipeline.transform import runner
from revops_pipeline_tests.orchestration.conftest import QUIET, Project, unchanged
from revops_pipeline_tests.orchestration.test_pipeline import failure

LINKS = "select * from marts.account_links order by all"
CHANGES = "select * exclude (changed_at, run_id) from ops.link_changes order by all"
TABLES = ("marts/account_links", "marts/match_review", "marts/dim_account")


def override(left: str, right: str, decision: str) -> None:
    command = ["match", "override", "--left", left, "--right", right, "--decision", decision]
    done = CliRunner().invoke(app, [*command, "--author", "ana", "--reason", "she knows them"])
    assert done.exit_code == 0, done.output


def some_link(project: Project) -> tuple[Any, ...]:
    """Team, company, method and score of a link that carries spend."""
    return project.rows(
        "select left_id, right_id, method, score from marts.account_links "
        "where left_system = 'product' and right_system = 'hubspot' order by 1 limit 1"
    )[0]


def said(result: dg.ExecuteInProcessResult, asset: str, name: str) -> Any:
    [value] = [
        made.step_materialization_data.materialization.metadata[name].value
        for made in result.get_asset_materialization_events()
        if made.step_materialization_data.materialization.asset_key.to_user_string() == asset
    ]
    return value


def test_a_link_that_a_person_forbids_and_allows_again_follows_with_the_next_run(
    project: Project,
) -> None:
    first = project.run()
    assert first.success
    links, changes = project.rows(LINKS), project.rows(CHANGES)
    assert len(changes) == len(links) == said(first, "marts/account_links", "links_made")
    assert {row[4] for row in changes} == {"made"}
    team, company, method, score = some_link(project)

    override(f"hubspot:{company}", f"product:{team}", "no_link")
    second = project.run()
    assert second.success
    assert unchanged(second, "raw/hubspot_deals")
    pair = ("product", team, "hubspot", company)
    new = [row for row in project.rows(CHANGES) if row not in changes]
    assert new == [(*pair, "dropped", method, score, None, None)]
    assert said(second, "marts/account_links", "links_dropped") == 1
    together = "select count(distinct account_key) from marts.account_source_ids where " + (
        f"(system, source_id) in (('product', '{team}'), ('hubspot', '{company}'))"
    )
    assert project.rows(together) == [(2,)]
    assert not project.rows(f"select 1 from marts.team_spending where company_id = '{company}'")

    override(f"product:{team}", f"hubspot:{company}", "link")
    assert project.run().success
    assert (*pair, "made", None, None, "manual", 1.0) in project.rows(CHANGES)
    assert project.rows(together) == [(1,)]
    assert len(project.rows(CHANGES)) == len(links) + 2


def test_a_link_never_changes_unless_something_it_is_made_of_does(project: Project) -> None:
    project.start()
    before, noted = project.rows(LINKS), project.rows(CHANGES)
    assert before
    with duckdb.connect(str(project.path)) as connection:  # other times, and rows turned around
        connection.execute(
            "update marts.account_links set decided_at = decided_at - interval 1 day"
        )
        for stream in ("hubspot_companies", "product_teams", "product_users"):
            table = f"raw.{stream}_versions"
            connection.execute(f"create table turned as from {table} order by id desc")
            connection.execute(f"delete from {table}")
            connection.execute(f"insert into {table} from turned")
            connection.execute("drop table turned")
        connection.execute("delete from ops.build_state")
    earlier = project.rows(LINKS)
    again = project.run()
    assert not unchanged(again, "marts/account_links")
    assert project.rows(LINKS) == earlier
    assert project.rows(CHANGES) == noted


def test_a_changed_score_is_noted_with_what_it_was(project: Project) -> None:
    project.start()
    team, company, method, score = some_link(project)
    settings.CONFIG_FILE.write_text("matching: {strategies: [manual, name_fuzzy_match]}")
    assert project.run().success
    after = project.rows(
        f"select method, score from marts.account_links where left_id = '{team}' "
        f"and right_id = '{company}'"
    )
    noted = (*("product", team, "hubspot", company), "changed", method, score, *after[0])
    assert noted in project.rows(CHANGES)


def test_changes_that_are_none_of_its_business_do_not_match_again(project: Project) -> None:
    project.start()
    contact = project.rows("select min(id) from staging.staging_contacts")[0][0]
    project.portal.update("contacts", contact, {"firstname": "Zoe"})
    result = project.run()
    assert not unchanged(result, "staging/staging_contacts")
    assert all(unchanged(result, table) for table in TABLES)
    company = project.rows("select min(id) from staging.staging_companies where name is not null")
    project.portal.update("companies", company[0][0], {"name": "Zebra Ltd"})
    result = project.run()
    assert not unchanged(result, "marts/dim_account")
    assert project.rows("select 1 from marts.dim_account where account_name = 'Zebra Ltd'")


def test_a_table_asked_for_by_hand_is_reported_alone(project: Project) -> None:
    project.start()
    result = project.materialize("marts/dim_account")
    assert result.success
    made = [e.asset_key.to_user_string() for e in result.get_asset_materialization_events()]  # type: ignore[union-attr]
    assert made == ["marts/dim_account"]


def test_links_made_by_hand_from_old_tables_do_not_hide_a_decision(project: Project) -> None:
    project.start()
    team, company, *_ = some_link(project)
    override(f"hubspot:{company}", f"product:{team}", "no_link")
    assert project.materialize("marts/account_links").success  # staging does not know of it yet
    project.run()
    assert not project.rows(f"select 1 from marts.team_spending where company_id = '{company}'")


def test_the_records_of_all_systems_meet_in_one_account(
    serve: Callable[..., Sandbox], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    portal = Portal.generate(contacts=60, companies=30, deals=30, seed=13)
    sandbox = serve(portal, mounts=vendors(portal, 13, 0))
    write_product_database(tmp_path / "product.sqlite", portal)
    path = tmp_path / "warehouse.duckdb"
    configured = {
        **variables(sandbox.url),
        "HUBSPOT_API_URL": sandbox.url,
        "HUBSPOT_API_KEY": sandbox.token,
        "PRODUCT_DATABASE_URL": f"sqlite:///{tmp_path / 'product.sqlite'}",
        "REVOPS_DUCKDB_PATH": str(path),
    }
    for name, value in configured.items():
        monkeypatch.setenv(name, value)
    from revops_pipeline.definitions import defs

    with dg.DagsterInstance.ephemeral() as instance:
        for source in ("salesforce", "servicenow", "qbr", "hubspot"):
            job = defs.resolve_job_def(f"{source}_job")
            assert job.execute_in_process(instance=instance, run_config=QUIET).success
        project = Project(sandbox, path, instance)
    crm = SalesforceWorld.generate(portal, 13, odd=False)
    accounts = dict(
        project.rows(
            "select source_id, account_key from marts.account_source_ids where system = 'hubspot'"
        )
    )
    assert {company: accounts[company] for company in crm.account_of} == {
        company: f"salesforce:{account}" for company, account in crm.account_of.items()
    }
    by_system = dict(
        project.rows(
            "select system, count(distinct account_key) from marts.account_source_ids "
            "where account_key like 'salesforce:%' group by system"
        )
    )
    assert all(by_system[system] > 10 for system in ("product", "qbr", "servicenow"))
    tickets = "select count(*) from marts.ticket_accounts where account_key is "
    assert project.rows(
        f"{tickets} null and coalesce(source_account_id, source_account_name) is not null"
    ) == [(0,)]
    by_name = f"{tickets} not null and source_account_id like 'name:%' and method = 'exact'"
    assert project.rows(f"{by_name} and account_key not like 'servicenow:%'") > [(0,)]


def test_every_check_of_accounts_can_fail_and_stops_what_is_downstream(project: Project) -> None:
    assert project.run().success
    team, company, *_ = some_link(project)
    override(f"hubspot:{company}", f"product:{team}", "no_link")
    with duckdb.connect(str(project.path)) as connection:
        connection.execute(
            "insert into staging.account_link_overrides select *, 'command' from ops.link_overrides"
        )
        for table in ("dim_account", "account_source_ids"):
            connection.execute(f"create table marts.copy as from marts.{table}")
            connection.execute(f"drop table marts.{table}")
            connection.execute(f"alter table marts.copy rename to {table}")
        connection.execute("insert into marts.dim_account from marts.dim_account limit 1")
        connection.execute("insert into marts.dim_account (account_key) values ('nobody:1')")
        connection.execute(
            "insert into marts.account_source_ids (system, source_id) values ('hubspot', 'x')"
        )
    from revops_pipeline.definitions import defs

    result = defs.resolve_job_def("checks_job").execute_in_process(
        instance=project.instance, raise_on_error=False
    )
    failed = {c.check_name for c in result.get_asset_check_evaluations() if not c.passed}
    assert {check.name for check in CHECKS} <= failed
    assert f"hubspot:{company} and product:{team}" in failure(result, "match_accounts")


def test_records_without_an_account_are_made_one_skipped_or_an_error(project: Project) -> None:
    create_job = project.run()
    assert create_job.success
    lone = project.rows(
        "select source_id from marts.account_source_ids where system = 'product' "
        "and account_key like 'product:%' order by 1"
    )
    assert lone
    settings.CONFIG_FILE.write_text("matching: {on_missing_account: skip}")
    assert project.run().success
    skipped = "select source_id from marts.account_source_ids where method = 'none' order by 1"
    assert project.rows(skipped) == lone
    assert not project.rows("select 1 from marts.dim_account where created_by = 'product'")

    settings.CONFIG_FILE.write_text("matching: {create_new_accounts: false}")
    assert project.run().success
    assert project.rows(skipped) == lone

    settings.CONFIG_FILE.write_text("matching: {on_missing_account: error}")
    refused = project.run()
    assert not refused.success
    message = failure(refused, "match_accounts")
    assert f"{len(lone)} records found no account: product:" in message
    assert "matching.on_missing_account" in message
    assert not [e for e in refused.all_events if e.is_step_up_for_retry]


@pytest.mark.parametrize("update", [True, False])
def test_a_renamed_company_renames_its_account_unless_that_is_switched_off(
    project: Project, update: bool
) -> None:
    project.start()
    settings.CONFIG_FILE.write_text(f"matching: {{update_existing_accounts: {update}}}")
    company, name = project.rows(
        "select hubspot_company_id, account_name from marts.dim_account "
        "where account_name is not null and hubspot_company_id is not null order by 1 limit 1"
    )[0]
    project.portal.update("companies", company, {"name": "Zebra Ltd"})
    assert project.run().success
    named = f"select account_name from marts.dim_account where hubspot_company_id = '{company}'"
    assert project.rows(named) == [("Zebra Ltd" if update else name,)]


def test_a_row_of_the_map_reaches_the_crosswalk(
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
    company = project.rows("select min(id) from staging.staging_companies")[0][0]
    seed = copy / "seeds" / "account_source_map_seed.csv"
    seed.write_text(seed.read_text() + f"jira,component,ACME,Anything,,hubspot,{company}\n")
    result = project.run()
    runner._preloaded.cache_clear()
    assert result.success
    assert project.rows(
        "select account_key, method, via from marts.account_source_ids where system = 'jira'"
    ) == [(f"hubspot:{company}", "map", f"hubspot:{company}")]
