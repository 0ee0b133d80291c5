"""Which records may stand for an account, and whose tickets are whose."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from revops_pipeline.sources.salesforce_soql import to_18

from .conftest import PROJECT, VIEWS, Dbt, Warehouse
from .world import World

ACCOUNT = "001Ab00000XyZ12IAF"


def incident(world: World, id: str, account: str | None, name: str | None = None) -> None:
    fields = {"u_customer_account_id": account, "u_customer_account_name": name}
    world.put("servicenow_incident", id, {"sys_class_name": "incident", "state": "1", **fields})


@pytest.fixture(scope="module")
def warehouse(build: Callable[..., Warehouse]) -> Warehouse:
    world = World()
    world.company("1", name="Acme", website="https://acme.com", salesforceaccountid=ACCOUNT[:15])
    world.company("2", name="Gone", state="archived")
    world.team("7", "Acme team")
    world.put("salesforce_accounts", ACCOUNT, {"Id": ACCOUNT, "Name": "Acme Inc"})
    world.put("salesforce_cases", "500", {"Id": "500", "AccountId": ACCOUNT})
    world.put("salesforce_cases", "501", {"Id": "501", "AccountId": None})
    world.put("qbr_records", "r1", {"record_id": "r1", "company_id": "C1", "company_name": "Acme"})
    incident(world, "i1", ACCOUNT[:15], "Acme")
    incident(world, "i2", "lost", "Nobody")
    incident(world, "i3", "skipped", "Skipped")
    incident(world, "i4", None)
    incident(world, "i5", None, " Acme INC ")
    incident(world, "i6", "N/A", "acme inc")
    incident(world, "i7", "unknown", "Skipped too")
    incident(world, "i8", "-", "None")
    world.account("salesforce", ACCOUNT, f"salesforce:{ACCOUNT}")
    world.account("servicenow", ACCOUNT, f"salesforce:{ACCOUNT}", "id")
    world.account("servicenow", "skipped", None, "none")
    world.account("servicenow", "name:acme inc", f"salesforce:{ACCOUNT}", "exact")
    world.account("servicenow", "name:skipped too", None, "none")
    return build(world)


def test_every_system_lists_its_live_records(warehouse: Warehouse) -> None:
    assert warehouse.failed == set()
    rows = warehouse.rows(
        "select system, source_id, name, domain, crm_id from staging.account_parties"
    )
    assert sorted(rows, key=repr) == sorted(
        [
            ("hubspot", "1", "Acme", "https://acme.com", ACCOUNT),
            ("product", "7", "Acme team", None, None),
            ("qbr", "C1", "Acme", None, None),
            ("salesforce", ACCOUNT, "Acme Inc", None, None),
            ("servicenow", ACCOUNT, "Acme", None, ACCOUNT),
            ("servicenow", "lost", "Nobody", None, "lost"),
            ("servicenow", "skipped", "Skipped", None, "skipped"),
            ("servicenow", "name:acme inc", " Acme INC ", None, None),
            ("servicenow", "name:skipped too", "Skipped too", None, None),
        ],
        key=repr,
    )


def test_only_links_of_teams_and_hubspot_companies_carry_spend(
    build: Callable[..., Warehouse],
) -> None:
    world = World()
    world.company("1", name="Acme")
    world.team("7", "Acme")
    world.deal("d", amount="10")
    world.edge("deal_companies", "d", "1", primary=True)
    world.links += [("product", "7", "salesforce", "1"), ("qbr", "7", "hubspot", "1")]
    world.links += [("hubspot", "1", "salesforce", "1"), ("jira", "1", "product", "7")]
    assert build(world, VIEWS).rows("from marts.team_spending") == []
    world.link("7", "1")
    spent = build(world, VIEWS).rows(
        "select cast(total_team_spend as varchar) from marts.team_spending"
    )
    assert spent == [("10.00",)]


def test_a_ticket_has_the_account_of_the_record_that_it_names(warehouse: Warehouse) -> None:
    rows = warehouse.rows(
        "select system, ticket_id, account_key, method from marts.ticket_accounts"
    )
    assert sorted(rows) == [
        ("salesforce", "500", f"salesforce:{ACCOUNT}", "self"),
        ("salesforce", "501", None, "none"),
        ("servicenow", "i1", f"salesforce:{ACCOUNT}", "id"),
        ("servicenow", "i2", None, "none"),
        ("servicenow", "i3", None, "none"),
        ("servicenow", "i4", None, "none"),
        ("servicenow", "i5", f"salesforce:{ACCOUNT}", "exact"),
        ("servicenow", "i6", f"salesforce:{ACCOUNT}", "exact"),
        ("servicenow", "i7", None, "none"),
        ("servicenow", "i8", None, "none"),
    ]


def test_a_ticket_without_an_account_is_listed_with_the_reason(warehouse: Warehouse) -> None:
    rows = warehouse.rows("select ticket_id, reason from marts.unmatched_tickets")
    assert dict(rows) == {
        "501": "names no account",
        "i2": "names a record that is not there",
        "i3": "names a record without an account",
        "i4": "names no account",
        "i7": "names a record without an account",
        "i8": "names no account",
    }


def test_the_map_adds_records_that_no_system_lists(
    dbt: Dbt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "transform"
    shutil.copytree(PROJECT, copy, ignore=shutil.ignore_patterns("target"))
    rows = (
        "jira,component,ACME,Acme,,hubspot,1",
        "intercom,,9,Globex,globex.com,,",
        "hubspot,,1,,,,",
    )
    seed = copy / "seeds" / "account_source_map_seed.csv"
    seed.write_text("\n".join([seed.read_text().splitlines()[0], *rows]) + "\n")
    monkeypatch.setattr("revops_pipeline_tests.transform.conftest.PROJECT", copy)
    world, path = World(), tmp_path / "world.duckdb"
    world.company("1", name="Acme")
    world.write(path)
    mapped: Any = Dbt(tmp_path)
    assert mapped.build(path).failed == set()
    rows_there = Warehouse(path, set(), set()).rows(
        "select system, source_id, name, domain from staging.account_parties"
    )
    assert sorted(rows_there) == [
        ("hubspot", "1", "Acme", None),
        ("intercom", "9", "Globex", "globex.com"),
        ("jira", "component:ACME", "Acme", None),
    ]


def test_what_named_a_merged_account_of_salesforce_names_the_one_it_ended_in(
    build: Callable[..., Warehouse],
) -> None:
    """Chains are followed; a circle, and an account that names itself, are left as they are."""
    one, two, three, four = (to_18(f"001Ab0000000{n}zz") for n in "1234")
    world = World()
    for id, master, state in (
        (one, two[:15], "deleted"),
        (two, three, "deleted"),
        (three, None, "live"),
        (four, four, "live"),
    ):
        document = {"Id": id, "Name": f"Account {id[11]}", "MasterRecordId": master}
        world.put("salesforce_accounts", id, document, deleted=state == "deleted")
    world.put("salesforce_opportunities", "o1", {"Id": "o1", "AccountId": one})
    world.put("salesforce_contacts", "c1", {"Id": "c1", "AccountId": two})
    world.put("salesforce_cases", "500", {"Id": "500", "AccountId": four})
    built = build(world)
    assert built.failed == set()
    merged = built.rows("select old_id, current_id from staging.salesforce_merged_ids order by 1")
    assert merged == [(one, three), (two, three)]
    assert built.column("select account_id from staging.staging_salesforce_opportunities") == [
        three
    ]
    assert built.column("select account_id from staging.staging_salesforce_contacts") == [three]
    assert built.column("select account_id from staging.staging_salesforce_cases") == [four]
    assert sorted(built.column("select id from staging.staging_salesforce_accounts")) == [
        three,
        four,
    ]


def test_each_ticket_stands_once_whichever_tables_of_its_system_have_it(
    build: Callable[..., Warehouse],
) -> None:
    world = World()
    incident(world, "i1", None)
    for table, id, name in (
        ("incident", "i2", "incident"),
        ("problem", "p1", "problem"),
        ("change_request", "c1", "change_request"),
    ):
        world.put(f"servicenow_{table}", id, {"sys_class_name": name})
    for id, name in (
        ("i1", "incident"),
        ("p1", "problem"),
        ("c1", "change_request"),
        ("t1", "sc_task"),
    ):
        world.put("servicenow_task", id, {"sys_class_name": name})
    world.put("salesforce_cases", "i1", {"Id": "i1"})
    built = build(world)
    assert built.failed == set()
    tickets = built.rows(
        "select system, ticket_id, ticket_class from staging.int_tickets order by all"
    )
    assert tickets == [
        ("salesforce", "i1", "case"),
        ("servicenow", "c1", "change_request"),
        ("servicenow", "i1", "incident"),
        ("servicenow", "i2", "incident"),
        ("servicenow", "p1", "problem"),
        ("servicenow", "t1", "sc_task"),
    ]
    owned = built.rows("select system, ticket_id from marts.ticket_accounts order by all")
    assert owned == [("salesforce", "i1"), ("servicenow", "i1"), ("servicenow", "i2")]
