"""A whole load of a source, run by run, as `revops` does it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from revops_pipeline.sandbox import Sandbox
from revops_pipeline.sources.product import Product
from revops_pipeline.sources.product_contract import Layout
from revops_pipeline.sources.stream import PermanentError
from revops_pipeline.warehouse import snowflake_gathered
from revops_pipeline.warehouse.base import LogEntry, Warehouse
from revops_pipeline.warehouse.duckdb import DuckDBWarehouse
from revops_pipeline.warehouse.held import HeldWarehouse
from revops_pipeline.warehouse.known import WarehouseKnown
from revops_pipeline.warehouse.load import load
from revops_pipeline.warehouse.schema_tables import WarehouseTables
from revops_pipeline_tests.conftest import Pipeline
from revops_pipeline_tests.snowflake.emulator import Emulator
from revops_pipeline_tests.warehouse.conftest import Account

Serve = Callable[..., Sandbox]


def run(pipeline: Pipeline, warehouse: Warehouse) -> dict[str, LogEntry]:
    return load(pipeline.source(), warehouse, run_id="r", log=pipeline.log.append)


def rows(warehouse: Warehouse, stream: str) -> list[tuple[Any, ...]]:
    with warehouse.session("looking") as session:
        found = session.query(
            "select id, document, source_updated_at, content_hash, deleted_at is null "
            f"from raw.hubspot_{stream} order by id"
        )
    return [(i, json.loads(document), *rest) for i, document, *rest in found]


def test_what_a_plan_asks_is_answered_as_duckdb_answers_it(
    pipeline: Pipeline, account: Account, tmp_path: Path
) -> None:
    lone = pipeline.portal.create("deals", {"dealname": "Of nobody"})
    answers = []
    for warehouse in (HeldWarehouse(account()), DuckDBWarehouse(tmp_path / "w.duckdb")):
        run(pipeline, warehouse)
        with warehouse.session("planning") as session:
            known = WarehouseKnown(session, "hubspot")
            named, priced = (
                known.childless("deal_companies", "deals", ("properties", name))
                for name in ("dealname", "amount")
            )
            versions = known.live_versions("deals", ("id", "no_field"))
            live = sorted(known.live_ids("deals"))
            answers.append((named, priced, known.count("deals"), live, versions))
    assert answers[0] == answers[1]
    assert versions == {id_: f"{id_} " for id_ in live}
    assert lone in named
    assert lone not in priced


def test_a_load_and_a_quiet_one_after_it_leave_what_they_leave_in_duckdb(
    pipeline: Pipeline, account: Account, emulated: Emulator, tmp_path: Path
) -> None:
    warehouse, reference = HeldWarehouse(account()), DuckDBWarehouse(tmp_path / "w.duckdb")
    for turn in range(2):
        before = len(emulated.statements)
        entries, expected = run(pipeline, warehouse), run(pipeline, reference)
        warehouse.release()
        merges = [s for s in emulated.statements[before:] if "merge into raw." in s]
        assert len(merges) == (
            len([e for e in entries.values() if e.counts.changed]) if not turn else 0
        )
        for name, entry in entries.items():
            theirs = expected[name].counts
            assert (entry.counts.inserted, entry.verified) == (
                theirs.inserted,
                expected[name].verified,
            )
            assert rows(warehouse, name) == rows(reference, name)
    with warehouse.session("looking") as session:
        logged = session.query("select stream, rows_inserted from ops.extract_log")
    warehouse.release()
    assert len(logged) == 2 * len(entries)
    assert sum(inserted for _, inserted in logged) > 0


def test_a_record_that_cannot_be_stored_is_told_and_fails_nothing(
    pipeline: Pipeline, account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference, warehouse = DuckDBWarehouse(tmp_path / "w.duckdb"), account()
    run(pipeline, reference)
    with reference.session("looking") as session:
        sizes = [n for (n,) in session.query("select strlen(document) from raw.hubspot_contacts")]
    monkeypatch.setattr(snowflake_gathered, "LARGEST_DOCUMENT", max(sizes) - 1)
    entries = run(pipeline, warehouse)
    too_large = sizes.count(max(sizes))
    assert entries["contacts"].counts.rejected == too_large
    assert "ops.rejected_documents" in str(entries["contacts"].error)
    assert any("ops.rejected_documents" in line for line in pipeline.log)
    assert len(rows(warehouse, "contacts")) == len(sizes) - too_large
    assert entries["owners"].error is None


def test_the_products_tables_are_read_from_a_schema_of_the_account(account: Account) -> None:
    """Also when one of their columns is a word of SQL, and one has another name."""
    warehouse = account()
    with warehouse.wire("somebody else's tables") as wire:
        wire.run("create schema shop")
        wire.run('create table shop.users (user_id number, email varchar, "ORDER" number)')
        wire.run("insert into shop.users values (1, 'ann@example.com', 7)")
        wire.run('create table shop.teams (team_id number, "Name" varchar)')
        wire.run("create table shop.team_membership (team_id number, user_id number)")
    layout = Layout(columns={"teams": {"team_name": "name"}}, keep={"users": ["order"]})
    source = Product(WarehouseTables(warehouse, "SHOP", layout), layout)
    entries = load(source, warehouse, run_id="r")
    assert entries["users"].counts.inserted == 1
    with warehouse.session("looking") as session:
        [(document,)] = session.query("select document from raw.product_users")
        assert session.states("product").keys() >= {"users", "teams", "team_membership"}
    assert json.loads(document) == {"user_id": 1, "email": "ann@example.com", "order": 7}
    with pytest.raises(
        PermanentError, match=r"table 'TEAMS' lacks team_name \(it has TEAM_ID, Name"
    ):
        WarehouseTables(warehouse, "SHOP")
