"""Salesforce's staging tables, built from what the source landed of a made-up organisation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from revops_pipeline.sandbox import Portal
from revops_pipeline.sandbox.salesforce_schema import STREAM_OBJECTS
from revops_pipeline.sandbox.salesforce_world import SalesforceWorld
from revops_pipeline.warehouse.duckdb import DuckDBWarehouse
from revops_pipeline.warehouse.load import load
from revops_pipeline_tests.sources.salesforce_org import Org, orgs

from .conftest import Dbt, Warehouse

MODELS = ["--select", "path:models/staging/salesforce"]


def build(dbt: Dbt, org: Org, path: Path, *args: str, **variables: Any) -> Warehouse:
    load(org.source(), DuckDBWarehouse(path), run_id="test")
    outcome = dbt.invoke(["build", *MODELS, *args], path, **variables)
    assert outcome.result is not None, outcome.exception
    broken = [(r.node.name, r.message) for r in outcome.result if r.status in ("error", "skipped")]
    assert broken == []
    failed = {r.node.name for r in outcome.result if r.status == "fail"}
    return Warehouse(path, failed, {r.node.name for r in outcome.result if r.status == "warn"})


@pytest.fixture
def salesforce(tmp_path: Path) -> Iterator[Callable[[SalesforceWorld], Org]]:
    with orgs(tmp_path / "w.duckdb") as serve:
        yield serve


@pytest.fixture
def world() -> SalesforceWorld:
    return SalesforceWorld.generate(Portal.generate(contacts=60, companies=20, deals=2, seed=3), 3)


def test_every_live_record_is_staged_and_every_promise_kept(
    dbt: Dbt, world: SalesforceWorld, salesforce: Callable[..., Org], tmp_path: Path
) -> None:
    warehouse = build(dbt, salesforce(world), tmp_path / "w.duckdb")
    assert warehouse.failed == set()
    for stream, records in world.truth().items():
        staged = warehouse.column(f"select id from staging.staging_salesforce_{stream}")
        assert sorted(staged) == sorted(records), stream


def test_values_are_typed_as_salesforce_means_them(
    dbt: Dbt, world: SalesforceWorld, salesforce: Callable[..., Org], tmp_path: Path
) -> None:
    warehouse = build(dbt, salesforce(world), tmp_path / "w.duckdb")
    for stream, column, field in (
        ("accounts", "annual_revenue", "AnnualRevenue"),
        ("accounts", "nps_score", "NPS_Score__c"),
        ("accounts", "nrr_pct", "NRR__c"),
        ("opportunities", "amount", "Amount"),
        ("contracts", "term_months", "ContractTerm"),
    ):
        staged = warehouse.records(f"staging.staging_salesforce_{stream}", "id")
        for id_, record in world.truth()[stream].items():
            told, found = record[field], staged[id_][column]
            assert (found is None) == (told is None), (column, id_)
            assert told is None or float(found) == pytest.approx(told), (column, id_)
    cases = warehouse.records("staging.staging_salesforce_cases", "id")
    for id_, record in world.truth()["cases"].items():
        told, closed = record["ClosedDate"], cases[id_]["closed_at"]
        assert (closed and closed.isoformat()) == (told and told[:19]), id_
        assert cases[id_]["is_closed"] is record["IsClosed"]


def test_a_custom_field_is_read_whether_it_is_spelled_with_capitals_or_without(
    dbt: Dbt, world: SalesforceWorld, salesforce: Callable[..., Org], tmp_path: Path
) -> None:
    org, path = salesforce(world), tmp_path / "w.duckdb"
    load(org.source(), DuckDBWarehouse(path), run_id="test")
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "update raw.salesforce_accounts_versions set document = "
            "replace(document, '\"NPS_Score__c\"', '\"nps_score__c\"')"
        )
    warehouse = build(dbt, org, path)
    scores = warehouse.column("select nps_score from staging.staging_salesforce_accounts")
    told = [record["NPS_Score__c"] for record in world.truth()["accounts"].values()]
    assert sorted(float(s) for s in scores if s is not None) == sorted(
        float(t) for t in told if t is not None
    )


def test_a_custom_field_the_organisation_lacks_is_a_missing_measure_not_a_failed_run(
    dbt: Dbt, world: SalesforceWorld, salesforce: Callable[..., Org], tmp_path: Path
) -> None:
    world.hidden |= {"Account.NPS_Score__c", "Case.Satisfaction_Rating__c", "Churn_Signal__c"}
    warehouse = build(dbt, salesforce(world), tmp_path / "w.duckdb")
    assert warehouse.failed == set()
    assert warehouse.rows(
        "select count(*) > 10, count(nps_score), count(health_score) > 0"
        " from staging.staging_salesforce_accounts"
    ) == [(True, 0, True)]
    assert warehouse.rows("select count(*) from staging.staging_salesforce_churn_signals") == [(0,)]


@pytest.fixture
def spoilt(world: SalesforceWorld) -> SalesforceWorld:
    """With a rating above its scale and two opportunities of nobody's, of which one is still open."""
    world.create("Case", {"Subject": "Rated too well", "Satisfaction_Rating__c": 9})
    world.create("Opportunity", {"Name": "Nobody's", "Amount": 1_200.5, "IsClosed": True})
    world.create("Opportunity", {"Name": "Nobody's yet", "Amount": 1_200.5, "IsClosed": False})
    return world


def test_what_cannot_be_typed_and_what_has_no_account_is_rejected_with_its_reason(
    dbt: Dbt, spoilt: SalesforceWorld, salesforce: Callable[..., Org], tmp_path: Path
) -> None:
    warehouse = build(dbt, salesforce(spoilt), tmp_path / "w.duckdb")
    rejected = warehouse.rows(
        'select stream, "column", value, reason, kind from staging.salesforce_rejected_records '
        "order by 1"
    )
    assert rejected == [
        ("cases", "satisfaction_rating", "9.0", "not a rating on the scale", "untyped"),
        (
            "opportunities",
            "account_id",
            None,
            "a closed opportunity without an account: it counts for none",
            "not_given",
        ),
    ]


def test_the_rating_scale_is_a_setting(
    dbt: Dbt, spoilt: SalesforceWorld, salesforce: Callable[..., Org], tmp_path: Path
) -> None:
    variables = {"salesforce_rating_scale": [0, 10]}
    exclude = ["--exclude-resource-type", "unit_test"]
    warehouse = build(dbt, salesforce(spoilt), tmp_path / "w.duckdb", *exclude, **variables)
    assert warehouse.column(
        "select max(satisfaction_rating) from staging.staging_salesforce_cases"
    ) == [9]
    assert warehouse.column("select stream from staging.salesforce_rejected_records") == [
        "opportunities"
    ]


def test_a_setting_for_a_column_that_is_none_is_refused_by_name(dbt: Dbt, tmp_path: Path) -> None:
    variables = {"salesforce_fields": {"accounts": {"nps_scoer": "NPS__c"}}}
    outcome = dbt.invoke(["compile", *MODELS], tmp_path / "w.duckdb", **variables)
    told = str(outcome.exception or [r.message for r in outcome.result])
    assert "salesforce_fields names accounts.nps_scoer" in told


def test_streams_and_models_are_the_same(dbt: Dbt) -> None:
    names = {n.name for n in dbt.manifest.nodes.values() if str(n.resource_type) == "model"}
    assert {f"staging_salesforce_{stream}" for stream in STREAM_OBJECTS} <= names
