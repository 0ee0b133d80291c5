"""Salesforce arrives whole, keeps up with changes, and what no stamp tells is found all the same."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from revops_pipeline.sandbox import Portal, salesforce_query
from revops_pipeline.sandbox.salesforce_schema import STREAM_OBJECTS
from revops_pipeline.sandbox.salesforce_world import Record, SalesforceWorld
from revops_pipeline.sources.salesforce import Cadence
from revops_pipeline.sources.salesforce_streams import TOGGLES
from revops_pipeline.sources.stream import PermanentError, TransientError
from revops_pipeline.warehouse.base import WrongIdentity
from revops_pipeline_tests.sources.salesforce_org import (
    CENSUS,
    CHANGES,
    QUIET_REQUESTS,
    Org,
    orgs,
    some,
)


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[[SalesforceWorld], Org]]:
    with orgs(tmp_path / "w.duckdb") as served:
        yield served


@pytest.fixture
def world() -> SalesforceWorld:
    return SalesforceWorld.generate(Portal.generate(contacts=40, companies=15, deals=2, seed=3), 3)


@pytest.fixture
def org(serve: Callable[[SalesforceWorld], Org], world: SalesforceWorld) -> Org:
    return serve(world)


def test_everything_is_read_and_deleted_records_are_marked(org: Org) -> None:
    entries = org.run()
    org.expect_equal()
    assert all(entry.verified for entry in entries.values())
    deleted = {r["Id"] for r in org.world.records["Account"].values() if r["IsDeleted"]}
    assert deleted
    assert set(org.rows("accounts", "deleted_at = source_updated_at")) == deleted


def test_archived_tasks_are_read(org: Org) -> None:
    org.run()
    archived = {r["Id"] for r in org.world.live("Task") if r["IsArchived"]}
    assert archived
    assert archived <= set(org.rows("tasks"))


@pytest.mark.parametrize("cadence", [Cadence(), CHANGES], ids=["census", "changes"])
def test_an_unchanged_organisation_writes_nothing_and_costs_a_query_an_object(
    org: Org, cadence: Cadence
) -> None:
    org.run(cadence=cadence)
    before = org.front.requests
    again = org.run(cadence=cadence)
    assert {name: e.counts.changed for name, e in again.items()} == dict.fromkeys(again, 0)
    assert org.front.requests - before == QUIET_REQUESTS


@pytest.mark.parametrize("cadence", [Cadence(), CHANGES], ids=["census", "changes"])
def test_every_stamped_change_is_seen_by_the_next_run(org: Org, cadence: Cadence) -> None:
    world = org.world
    org.run(cadence=cadence)
    renamed = some(world, "Account")
    world.update("Account", renamed, {"Name": "Renamed"})
    world.delete("Account", some(world, "Account", 1))
    world.merge("Contact", some(world, "Contact"), some(world, "Contact", 1))
    world.delete("Case", some(world, "Case"))
    gone = next(r["Id"] for r in world.records["Account"].values() if r["IsDeleted"])
    world.undelete("Account", gone)
    world.create("Opportunity", {"Name": "New", "Amount": 12.5})
    org.run(cadence=cadence)
    org.expect_equal()
    assert org.query(
        f"select count(*) from raw.salesforce_accounts_history where id = '{renamed}'"
    ) == [(1,)]


def test_a_record_that_appears_minutes_after_its_stamp_is_not_missed(org: Org) -> None:
    org.run(cadence=CHANGES)
    late = org.world.clock.now() - 8 * 60_000
    org.world.create("Account", {"Name": "Committed late"}, late)
    org.run(cadence=CHANGES)
    org.expect_equal()


def test_a_record_that_left_the_recycle_bin_untold_is_found_by_the_census(org: Org) -> None:
    org.run(cadence=CHANGES)
    gone = some(org.world, "Contract")
    org.world.purge("Contract", gone)
    org.run(cadence=CHANGES)
    assert gone in org.rows("contracts")
    org.run(cadence=CENSUS)
    assert gone not in org.rows("contracts")
    org.expect_equal()


def test_a_formula_field_that_changes_without_a_stamp_is_found_by_the_census(org: Org) -> None:
    org.run(cadence=CHANGES)
    org.world.set_quietly("Account", some(org.world, "Account"), {"Churn_Risk_Score__c": 99})
    org.run(cadence=CENSUS)
    org.expect_equal()


def test_a_new_field_is_kept_without_being_told(org: Org) -> None:
    org.run()
    org.world.objects["Account"].fields["Shoe_Size__c"] = "double"
    for record in org.world.records["Account"].values():
        record["Shoe_Size__c"] = None
    org.world.update("Account", some(org.world, "Account"), {"Shoe_Size__c": 44})
    org.run()
    org.expect_equal()


def test_more_fields_than_a_url_holds_travel_in_a_body(org: Org) -> None:
    fields = {f"A_Field_With_A_Long_Name_{number:03}__c": "string" for number in range(500)}
    org.world.objects["Account"].fields |= fields
    for record in org.world.records["Account"].values():
        record |= dict.fromkeys(fields)
    org.world.page_size = 5
    org.run()
    org.expect_equal()
    assert any(asked.path.endswith("/composite/batch") for asked in org.server.asked)


def test_an_object_that_the_organisation_lacks_is_an_empty_stream_until_it_is_there(
    org: Org,
) -> None:
    org.world.hidden.add("Churn_Signal__c")
    assert org.run()["churn_signals"].verified
    assert org.rows("churn_signals") == {}
    org.world.hidden.clear()
    org.run()
    org.expect_equal()


@pytest.mark.parametrize("cadence", [Cadence(), CHANGES], ids=["census", "changes"])
def test_an_object_that_is_hidden_after_its_records_were_stored_is_named_and_settles_nothing(
    org: Org, cadence: Cadence
) -> None:
    org.run(cadence=cadence)
    before, state = org.rows("churn_signals"), org.state("churn_signals")
    org.world.hidden.add("Churn_Signal__c")
    with pytest.raises(PermanentError, match=r"Churn_Signal__c any more.*grant Read.*objects in"):
        org.run(cadence=cadence)
    noted = org.state("churn_signals")
    assert "cannot see" in noted.pop("refused")["reason"]
    assert (org.rows("churn_signals"), noted) == (before, state)
    others = tuple(name for name in TOGGLES if name != "churn_signals")
    org.run(cadence=Cadence(objects=others))
    org.world.hidden.clear()
    org.world.delete("Churn_Signal__c", some(org.world, "Churn_Signal__c"))
    org.run(cadence=cadence)
    org.expect_equal()


def test_an_object_that_the_user_may_not_see_is_named_with_the_way_out(org: Org) -> None:
    org.world.hidden.add("Contract")
    with pytest.raises(PermanentError, match=r"cannot see the object Contract: .*contracts out of"):
        org.run()


def test_only_the_objects_that_are_switched_on_are_read_and_users_always(org: Org) -> None:
    org.run(cadence=Cadence(objects=("accounts", "tasks")))
    assert {s for s in STREAM_OBJECTS if org.rows(s)} == {"accounts", "tasks", "users"}


@pytest.mark.parametrize("cadence", [Cadence(), CHANGES], ids=["census", "changes"])
def test_an_object_that_was_switched_off_for_a_while_is_right_when_it_is_on_again(
    org: Org, cadence: Cadence
) -> None:
    world = org.world
    org.run(cadence=cadence)
    before = org.rows("contracts")
    others = tuple(name for name in TOGGLES if name != "contracts")
    edited, deleted, purged = (some(world, "Contract", number) for number in range(3))
    world.update("Contract", edited, {"Status": "Draft"})
    world.delete("Contract", deleted)
    world.create("Contract", {"Status": "Draft"})
    if cadence is not CHANGES:
        world.purge("Contract", purged)
    org.run(cadence=replace(cadence, objects=others))
    assert org.rows("contracts") == before
    org.run(cadence=cadence)
    org.expect_equal()


def without(
    monkeypatch: pytest.MonkeyPatch, record_id: str, key: str = "Id", times: float = math.inf
) -> None:
    """The organisation answers without one record's key, so often."""
    chosen, left = salesforce_query._chosen, times

    def keyless(record: Record, fields: list[str]) -> Record:
        nonlocal left
        if record["Id"] != record_id or left <= 0:
            return chosen(record, fields)
        left -= 1
        return chosen(record, fields) | {key: ""}

    monkeypatch.setattr(salesforce_query, "_chosen", keyless)


@pytest.mark.parametrize("key", ["Id", "SystemModstamp"])
def test_a_record_without_a_key_once_is_asked_for_again(
    org: Org, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    without(monkeypatch, some(org.world, "Contract"), key, times=1)
    org.run()
    org.expect_equal()
    assert org.query("select * from ops.rejected_documents") == []


def test_a_record_without_its_id_is_rejected_by_itself_and_deletes_nothing(
    org: Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It might be any of those that the census does not meet."""
    org.run()
    edited, purged = some(org.world, "Contract"), some(org.world, "Contract", 1)
    org.world.update("Contract", edited, {"Status": "Draft"})
    org.world.delete("Contract", purged)
    org.world.purge("Contract", purged)
    before = org.rows("contracts")
    without(monkeypatch, edited)
    assert org.run()["contracts"].verified
    assert org.rows("contracts") == before
    told = "select id, field, reason from ops.rejected_documents where stream = 'contracts'"
    assert org.query(told) == [("", "Id", "a record without its Id")]
    monkeypatch.undo()
    org.run()
    org.expect_equal()


def test_a_record_without_a_time_is_stored_and_told(
    org: Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    timeless = some(org.world, "Contract")
    without(monkeypatch, timeless, "SystemModstamp")
    org.run()
    assert org.query(
        f"select source_updated_at from raw.salesforce_contracts where id = '{timeless}'"
    ) == [(None,)]
    told = "select id, field from ops.rejected_documents where stream = 'contracts'"
    assert org.query(told) == [(timeless, "SystemModstamp")]
    monkeypatch.undo()
    org.run()
    org.expect_equal()


def test_an_answer_of_records_without_ids_fails_the_run_and_the_next_good_one_goes_on(
    org: Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    cadence = CHANGES
    org.run(cadence=cadence)
    edited = some(org.world, "Contract")
    org.world.update("Contract", edited, {"Status": "Draft"})
    before, state = org.rows("contracts"), org.state("contracts")
    without(monkeypatch, edited)  # the only one that was changed
    with pytest.raises(TransientError, match=r"record of Contract came without its Id.*objects in"):
        org.run(cadence=cadence)
    assert (org.rows("contracts"), org.state("contracts")) == (before, state)
    monkeypatch.undo()
    org.run(cadence=cadence)
    org.expect_equal()


def test_records_of_another_organisation_are_refused_and_nothing_changes(
    org: Org, serve: Callable[[SalesforceWorld], Org]
) -> None:
    org.run()
    before = org.rows("accounts")
    portal = Portal.generate(contacts=9, companies=3, deals=3, seed=99)
    other = serve(SalesforceWorld.generate(portal, 9))
    with pytest.raises(WrongIdentity, match=r"organisation 00D\w{15} .*reset salesforce"):
        other.run()
    assert org.rows("accounts") == before


def test_the_same_organisation_at_another_address_is_the_same(
    org: Org, serve: Callable[[SalesforceWorld], Org]
) -> None:
    org.run()
    again: dict[str, Any] = serve(org.world).run()
    assert again["accounts"].counts.changed == 0
