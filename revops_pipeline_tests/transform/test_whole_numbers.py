"""Numbers that are whole stay so when a vendor sends them as floating point: 42, 42.0, "42"."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from .conftest import Warehouse
from .world import World

MODELS = (
    *("contacts_to_users", "team_performance", "staging_pipeline_stages", "staging_deals"),
    *("staging_salesforce_accounts", "staging_salesforce_opportunities", "qbr_records"),
    *("staging_servicenow_incidents", "rejected_records"),
)


@pytest.fixture(scope="module")
def built(build: Callable[..., Warehouse]) -> Warehouse:
    world = World()
    world.contact("101", email="ann@acme.example", hubspot_owner_id="7.0")
    world.company("1", name="Acme")
    world.deal("5", hubspot_owner_id="7.0", pipeline="sales")
    world.pipeline("sales", {"open": {"isClosed": "false"}})
    world.put(
        "hubspot_pipelines",
        "other",
        {"id": "other", "label": "x", "stages": [{"id": "s", "label": "s", "displayOrder": 3.0}]},
    )
    world.user(42, "ann@acme.example")
    world.team(7.0, "Acme", "42.0")
    world.transaction(1, 42.0, 100.0)
    world.transaction("2.0", "42.00", "50.00")
    world.transaction(3, None, 7.0)
    for number, employees in enumerate((71.0, "71.0", "7.1E1", 71, "71.5", 5e9)):
        account = {"Id": f"a{number}", "Name": f"A{number}", "NumberOfEmployees": employees}
        world.put("salesforce_accounts", f"a{number}", account)
    world.put("salesforce_opportunities", "o1", {"Id": "o1", "AccountId": 42.0, "Name": "O"})
    incident = {"sys_id": "i1", "u_customer_account_id": "9773.0", "reopen_count": "2.0"}
    world.put("servicenow_incident", "i1", incident)
    review = {"record_id": 12.0, "company_id": 9773.0, "active_users": 30.0, "qbr_year": "2.026E3"}
    world.put("qbr_records", "12", {**review, "company_name": "Acme"})
    return build(world, MODELS)


def test_a_user_whose_payments_and_teams_name_him_in_floating_point_is_one_user(
    built: Warehouse,
) -> None:
    people = built.rows("select user_id, clientLifeTimeSpend from marts.contacts_to_users")
    assert people == [("42", Decimal("150.00"))]
    assert built.rows("select team_id, members from marts.team_performance") == [("7", 1)]
    assert set(built.column("select transaction_id from staging.staging_transactions")) == {
        *("1", "2", "3")
    }
    assert not {name for name in built.failed if name.startswith("staging_")}


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("staging_contacts", "owner_id", "7"),
        ("staging_deals", "owner_id", "7"),
        ("staging_salesforce_opportunities", "account_id", "42"),
        ("staging_servicenow_incidents", "account_id", "9773"),
        ("staging_servicenow_incidents", "reopened_count", 2),
        ("qbr_records", "record_id", "12"),
        ("qbr_records", "company_id", "9773"),
        ("qbr_records", "active_users", 30),
        ("qbr_records", "qbr_year", 2026),
    ],
)
def test_ids_and_counts_of_every_source_are_whole(
    built: Warehouse, table: str, column: str, value: Any
) -> None:
    assert built.column(f"select {column} from staging.{table}") == [value]


def test_a_number_with_a_fraction_is_no_whole_one_and_is_told(built: Warehouse) -> None:
    accounts = built.rows(
        "select id, employees from staging.staging_salesforce_accounts order by id"
    )
    assert [employees for _, employees in accounts] == [71, 71, 71, 71, None, None]
    told = built.rows(
        'select id, "value" from ops.rejected_records where "column" = \'employees\' order by id'
    )
    assert [id for id, _ in told] == ["a4", "a5"]
    assert 3 in built.column("select display_order from staging.staging_pipeline_stages")
