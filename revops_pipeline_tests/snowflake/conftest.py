"""The emulated account, and one history of it: two runs, with edits, archives and merges between."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest
from starlette.types import ASGIApp

from revops_pipeline.sandbox import (
    Portal,
    Sandbox,
    qbr,
    salesforce,
    servicenow_app,
    write_product_database,
)
from revops_pipeline.sandbox.qbr_world import QbrWorld
from revops_pipeline.sandbox.salesforce_world import SalesforceWorld
from revops_pipeline.sandbox.servicenow_world import ServiceNowWorld
from revops_pipeline.sandbox.vendors import variables

from .emulator import Emulator, emulator
from .jobs import Jobs, jobs
from .parity import Rows, read_tables


@pytest.fixture(scope="module")
def snowflake() -> Iterator[Emulator]:
    """An empty account. Tests of a module share it: each works on tables of its own."""
    with emulator() as running:
        yield running


@pytest.fixture
def snowflake_variables(snowflake: Emulator, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment of somebody who uses Snowflake."""
    for name, value in {**snowflake.variables, "REVOPS_WAREHOUSE": "snowflake"}.items():
        monkeypatch.setenv(name, value)
    return snowflake.variables


@dataclass
class History:
    """What both warehouses said and held after each run; the SQL that Snowflake was sent by the
    runs, and all it was sent with that of dbt's unit tests and of our looking at the tables."""

    folder: Path
    outcomes: list[dict[str, dict[str, Any]]] = field(default_factory=list)
    tables: list[dict[str, dict[str, Rows]]] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)
    everything: list[str] = field(default_factory=list)
    unit_tests: dict[str, Any] = field(default_factory=dict)

    def manifest(self) -> dict[str, Any]:
        found = self.folder / "snowflake" / "dbt" / "manifest.json"
        return dict(json.loads(found.read_text()))

    def built(self) -> set[str]:
        """Every table that dbt makes."""
        nodes = self.manifest()["nodes"].values()
        kinds = {"model", "seed", "snapshot"}
        return {f"{n['schema']}.{n['name']}" for n in nodes if n["resource_type"] in kinds}

    def both(self, run: int) -> tuple[dict[str, Rows], dict[str, Rows]]:
        """The tables of DuckDB and of Snowflake that have to be equal: those that dbt makes, and
        all that stand beside them in `staging` and `marts`."""
        built = self.built()
        local, remote = (
            {
                table: rows
                for table, rows in self.tables[run][warehouse].items()
                if table in built or not table.startswith("ops.")
            }
            for warehouse in ("duckdb", "snowflake")
        )
        return local, remote

    def keys(self) -> dict[str, list[str]]:
        """The columns that identify a row, by table, from dbt's tests of keys."""
        nodes = self.manifest()["nodes"]
        return {
            f"{table['schema']}.{table['name']}": test["test_metadata"]["kwargs"]["columns"]
            for test in nodes.values()
            if (test.get("test_metadata") or {}).get("name") == "key"
            and (table := nodes.get(test["attached_node"]))
        }


@pytest.fixture(scope="session")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    """`revops_job` on both warehouses at the same time, twice, on one sandbox of all vendors."""
    told = History(tmp_path_factory.mktemp("history"))
    portal = Portal.generate(contacts=60, companies=20, deals=40, seed=13)
    product = told.folder / "product.sqlite"
    write_product_database(product, portal)
    path = told.folder / "warehouse.duckdb"
    with (
        Sandbox(portal, rate_limit=0, search_limit=0, mounts=mounts(portal)) as sandbox,
        emulator() as account,
    ):
        sources = {
            **variables(sandbox.url),
            "HUBSPOT_API_URL": sandbox.url,
            "HUBSPOT_API_KEY": sandbox.token,
            "PRODUCT_DATABASE_URL": f"sqlite:///{product}",
        }
        warehouses = {
            "duckdb": {"REVOPS_DUCKDB_PATH": str(path)},
            "snowflake": account.variables,
        }
        with (
            jobs(told.folder / "duckdb", sources | warehouses["duckdb"]) as local,
            jobs(
                told.folder / "snowflake",
                {**sources, **warehouses["snowflake"], "REVOPS_WAREHOUSE": "snowflake"},
            ) as remote,
        ):
            run(told, {"duckdb": local, "snowflake": remote}, path, account)
            live_on(portal)
            run(told, {"duckdb": local, "snowflake": remote}, path, account)
            remote.start("test", "--select", "test_type:unit")
            told.unit_tests = remote.outcome()
            told.everything = list(account.statements)
    return told


def mounts(portal: Portal) -> dict[str, ASGIApp]:
    """The other vendors, with records that cannot all be typed."""
    crm = SalesforceWorld.generate(portal, 13)
    desk = ServiceNowWorld.generate(portal, 13, incidents=60, accounts=crm.account_of)
    return {
        "/qbr": qbr.front(QbrWorld.generate(portal, 13, records=60)),
        "/salesforce": salesforce.front(crm),
        "/servicenow": servicenow_app.front(desk),
    }


def run(told: History, both: dict[str, Jobs], path: Path, account: Emulator) -> None:
    before = len(account.statements)
    for each in both.values():
        each.start()
    told.outcomes.append({name: each.outcome() for name, each in both.items()})
    told.statements += account.statements[before:]
    with duckdb.connect(str(path), read_only=True) as local, account.connect() as remote:
        told.tables.append(
            {
                "duckdb": read_tables(lambda sql: local.execute(sql).fetchall()),
                "snowflake": read_tables(lambda sql: remote.cursor().execute(sql).fetchall()),
            }
        )


def live_on(portal: Portal) -> None:
    """Edits, archives, merges and a lost association, such as a day brings."""
    contacts, companies, deals = (
        portal.store(name).live_ids for name in ("contacts", "companies", "deals")
    )
    portal.update("contacts", contacts[0], {"email": " New.Address@Example.COM "})
    portal.update("deals", deals[0], {"amount": "12345.67", "dealstage": "closedwon"})
    portal.update("deals", deals[1], {"amount": "not an amount"})
    portal.update("companies", companies[0], {"name": None})
    portal.archive("contacts", contacts[1])
    portal.archive("deals", deals[2])
    portal.archive("companies", companies[1])
    portal.merge("contacts", contacts[2], contacts[3])
    portal.merge("companies", companies[2], companies[3])
    portal.merge("deals", deals[3], deals[4])
    portal.create("deals", {"dealname": "A new one", "amount": "0.01", "pipeline": "default"})
