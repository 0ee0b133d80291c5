"""Each vendor takes a field away and gives it back: it is noticed, and what was sent meanwhile is
read again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import orjson
import pytest

from revops_pipeline.sandbox import Portal
from revops_pipeline.sandbox.salesforce_world import SalesforceWorld
from revops_pipeline.sandbox.servicenow_world import ServiceNowWorld
from revops_pipeline.sources.hubspot import Cadence
from revops_pipeline.sources.product import Product
from revops_pipeline.sources.product_contract import Layout
from revops_pipeline.sources.product_sql import SqlTables
from revops_pipeline.sources.salesforce_api import SalesforceApi
from revops_pipeline.warehouse.duckdb import DuckDBWarehouse
from revops_pipeline.warehouse.load import load
from revops_pipeline_tests.conftest import Pipeline
from revops_pipeline_tests.sources.reviews import serving
from revops_pipeline_tests.sources.salesforce_org import CHANGES, orgs, some
from revops_pipeline_tests.sources.salesforce_runs import BULK, FAST
from revops_pipeline_tests.sources.servicenow_desk import LARGE, Desk, desks


def hidden(path: Path) -> dict[str, int]:
    """Values that are held, by `stream.field`."""
    with duckdb.connect(str(path), read_only=True) as connection:
        sql = "select stream || '.' || field, rows_held from ops.hidden_fields"
        return dict(connection.execute(sql).fetchall())


def held(path: Path, field: str) -> dict[str, Any]:
    with duckdb.connect(str(path), read_only=True) as connection:
        sql = "select id, value from ops.held_values where field = ?"
        return {i: orjson.loads(v) for i, v in connection.execute(sql, [field]).fetchall()}


def test_hubspot_a_property_is_hidden_and_comes_back_with_what_was_edited_meanwhile(
    pipeline: Pipeline,
) -> None:
    pipeline.cadence = Cadence(cheap_requests=0)  # as of a large portal: searches between censuses
    portal, store = pipeline.portal, pipeline.portal.store("deals")
    edited = next(str(i) for i in store.live_ids if store.records[int(i)].properties.get("amount"))
    pipeline.run()
    assert hidden(pipeline.path) == {}
    before = store.records[int(edited)].properties["amount"]
    definition = store.definitions.pop("amount")
    portal.views.clear()
    portal.clock.advance(60_000)
    portal.update("deals", edited, {"dealname": "renamed"})
    store.records[int(edited)].properties["amount"] = "777"
    pipeline.run()
    assert hidden(pipeline.path).keys() == {"deals.amount"}
    assert held(pipeline.path, "amount") == {edited: before}
    for _ in range(2):  # longer ago than any search reaches back
        portal.clock.advance(1_800_000)
        pipeline.run()
    store.definitions["amount"] = definition
    portal.views.clear()
    pipeline.run()
    assert hidden(pipeline.path) == held(pipeline.path, "amount") == {}
    sql = f"select document from raw.hubspot_deals where id = '{edited}'"
    [(document,)] = pipeline.query(sql)
    assert orjson.loads(document)["properties"]["amount"] == "777"


@pytest.mark.parametrize("by", ["pages", "jobs"])
def test_salesforce_a_field_is_hidden_and_comes_back_with_what_was_edited_meanwhile(
    tmp_path: Path, by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    options: dict[str, Any] = (
        {"cadence": CHANGES} if by == "pages" else {"cadence": BULK, "waits": FAST}
    )
    with orgs(tmp_path / "w.duckdb") as serve:
        world = SalesforceWorld.generate(Portal.generate(30, 10, 5, 3), 3)
        org = serve(world)
        org.run(**options)
        assert hidden(org.path) == {}
        edited = some(world, "Opportunity")
        before = orjson.loads(org.rows("opportunities")[edited])["Amount"]
        world.hidden.add("Opportunity.Amount")
        world.update("Opportunity", edited, {"Amount": 777.0}, world.clock.now() - 8 * 60_000)
        org.run(**options)
        assert hidden(org.path).keys() == {"opportunities.Amount"}
        assert held(org.path, "Amount")[edited] == before
        assert "Amount" not in orjson.loads(org.rows("opportunities")[edited])
        assert any("Amount" in line and "field-level security" in line for line in org.log)
        # An hour later the edit lies longer ago than any window reaches back.
        later = world.clock.now() + 3_600_000
        monkeypatch.setattr(SalesforceApi, "now_ms", lambda _: later)
        org.run(**options)
        world.hidden.clear()
        org.run(**options)
        assert hidden(org.path) == held(org.path, "Amount") == {}
        org.expect_equal()


class Ruled(ServiceNowWorld):
    """`unseen` are columns that are hidden by access rules, in all rows or in those of `only`."""

    unseen: frozenset[str] = frozenset()
    only: frozenset[str] | None = None

    def document(self, table: str, row: Any) -> Any:
        shown = super().document(table, row)
        hides = self.only is None or row["sys_id"] in self.only
        return {k: v for k, v in shown.items() if not (hides and k in self.unseen)}


@pytest.fixture
def ruled(tmp_path: Path) -> Iterator[Desk]:
    world = Ruled.generate(Portal.generate(40, 20, 5, 3), 3)
    world.__class__ = Ruled
    with desks(tmp_path / "w.duckdb") as serve:
        yield serve(world)


def test_servicenow_a_column_is_hidden_though_nobody_edits_a_row_and_comes_back(
    ruled: Desk,
) -> None:
    world: Any = ruled.world
    ruled.run(["incident"])
    filled = sum(bool(row["priority"]) for row in ruled.live("incident").values())
    world.unseen = frozenset(("priority",))
    world.portal.clock.advance(3_600_000)
    ruled.run(["incident"])
    assert hidden(ruled.path) == {"incident.priority": filled}
    edited, other = world.ids("incident")[:2]
    before = ruled.live("incident")[edited]["priority"]
    world.update(edited, priority="5", short_description="edited")
    ruled.run(["incident"])
    assert held(ruled.path, "priority") == {edited: before}
    assert hidden(ruled.path) == {"incident.priority": filled}
    for _ in range(2):  # longer than any window reaches back
        world.portal.clock.advance(3_600_000)
        ruled.run(["incident"], LARGE)
    world.unseen = frozenset()
    # Even of a table that is compared once a day: no row was touched by what came back.
    ruled.run(["incident"], LARGE)
    assert hidden(ruled.path) == held(ruled.path, "priority") == {}
    assert ruled.live("incident")[edited]["priority"] == "5"
    assert ruled.live("incident")[other]["priority"]
    ruled.run(["incident"])
    ruled.expect_equal("incident")


def test_servicenow_a_column_that_is_hidden_in_some_rows_is_hidden(ruled: Desk) -> None:
    world: Any = ruled.world
    ruled.run(["incident"])
    two, one = sorted(world.ids("incident"))[:2]  # the row that has it is read first
    before = ruled.live("incident")[one]["priority"]
    world.unseen, world.only = frozenset(("priority",)), frozenset((one,))
    for sys_id in (one, two):
        world.update(sys_id, short_description="edited")
    ruled.run(["incident"])
    assert hidden(ruled.path).keys() == {"incident.priority"}
    assert held(ruled.path, "priority") == {one: before}


@pytest.mark.parametrize("page_size", [10, 1000])
def test_servicenow_rows_that_rules_hide_are_counted_each_once(ruled: Desk, page_size: int) -> None:
    ids = ruled.world.ids("incident")
    ruled.world.hidden = {*ids[3:6], *ids[20:35], ids[-1]}
    for _ in range(2):  # the first read, and a comparison
        ruled.run(["incident"], replace(LARGE, page_size=page_size, cheap_rows=10_000))
        found = ruled.query("select stream, rows_hidden from ops.hidden_rows")
        assert found == [("incident", 19)]
    ruled.world.hidden = set()
    ruled.run(["incident"], replace(LARGE, page_size=page_size, cheap_rows=10_000))
    assert ruled.query("select rows_hidden from ops.hidden_rows") == [(0,)]


def test_qbr_a_field_that_every_review_had_is_missed_when_none_has_it(tmp_path: Path) -> None:
    with serving(tmp_path) as reviews:
        world = reviews.world
        first = world.places()[0]
        world.edit(first, now_and_then="x")
        reviews.run()
        assert hidden(reviews.path) == {}
        names = ("health_score", "now_and_then", "csat_score")
        kept = {place: world.record(place).get("health_score") for place in world.places()}
        for place in world.places():
            for name in names if place != first else names[:2]:
                world._records[place].pop(name, None)
        reviews.run()
        # One has its csat_score still: the others left out what is empty.
        filled = sum(value is not None for value in kept.values())
        assert hidden(reviews.path) == {"records.health_score": filled}
        assert len(held(reviews.path, "health_score")) == filled
        for place, value in kept.items():
            world.edit(place, health_score=value)
        reviews.run()
        assert hidden(reviews.path) == held(reviews.path, "health_score") == {}


def test_product_a_column_that_is_gone_is_missed_and_its_values_are_held(tmp_path: Path) -> None:
    database, path = tmp_path / "product.sqlite", tmp_path / "w.duckdb"

    def run(*statements: str, keep: tuple[str, ...] = ()) -> None:
        with sqlite3.connect(database) as connection:
            for statement in statements:
                connection.execute(statement)
        layout = Layout(keep={"users": keep})
        source = Product(SqlTables(f"sqlite:///{database}"), layout)
        load(source, DuckDBWarehouse(path), run_id="r")

    run(
        "create table users (user_id integer, email text, client_lifetime_spend real, plan text)",
        "create table teams (team_id integer, team_name text)",
        "create table team_membership (team_id integer, user_id integer)",
        "insert into users values (1, 'a@example.com', 12.5, 'x'), (2, 'b@example.com', null, 'y')",
        keep=("plan",),
    )
    assert hidden(path) == {}
    run("alter table users rename client_lifetime_spend to spend")
    assert hidden(path) == {"users.client_lifetime_spend": 1}
    assert held(path, "client_lifetime_spend") == {"1": 12.5}
    assert held(path, "plan") == {}  # it is not asked for any more
    run("alter table users rename spend to client_lifetime_spend")
    assert hidden(path) == held(path, "client_lifetime_spend") == {}
