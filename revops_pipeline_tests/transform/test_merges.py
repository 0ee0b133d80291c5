"""Merged records: HubSpot lists the ids that a record swallowed, and old ids live on elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from .conftest import VIEWS, Warehouse
from .world import World


@pytest.fixture(scope="module")
def merged(build: Callable[..., Warehouse]) -> Warehouse:
    world = World()
    # 1 was merged into 2, and 2 into 3; 2 is gone already, 1 still lies about.
    world.contact("1", email="a@x.example")
    world.contact("2", email="a@x.example", state="deleted", hs_merged_object_ids="1")
    world.contact("3", email="a@x.example", hs_merged_object_ids="2")
    # Every survivor lists all its ancestors, as HubSpot does when it mints an id per merge.
    ancestors = [str(id) for id in range(500, 540)]
    for place, id in enumerate(ancestors):
        world.company(id, hs_merged_object_ids=";".join(ancestors[:place]) or None)
    world.company("600", name="Other", hs_merged_object_ids=" ; 601;;602 ")
    # Two that claim each other: neither can be told to be the survivor.
    world.contact("8", hs_merged_object_ids="9")
    world.contact("9", hs_merged_object_ids="8")
    world.contact("10", hs_merged_object_ids="10")
    world.contact("11", hs_merged_object_ids="11")
    world.contact("6", hs_merged_object_ids="11")

    world.deal("70", amount="5")
    world.edge("deal_companies", "70", "500", primary=True)
    world.edge("deal_companies", "70", "539")
    world.edge("deal_companies", "70", "602")
    world.edge("deal_contacts", "70", "1")
    world.edge("deal_contacts", "70", "3")
    world.edge("contact_companies", "1", "601", primary=True)
    world.deal("71", amount="6", hs_merged_object_ids="69")
    world.edge("deal_companies", "69", "600", primary=True)
    world.contact("4", associatedcompanyid="510")
    return build(world, VIEWS)


def test_every_promise_of_the_project_holds_after_merges(merged: Warehouse) -> None:
    assert merged.failed == set()


def test_a_chain_of_merges_is_followed_through_deleted_records(merged: Warehouse) -> None:
    ids = set(merged.records("staging.staging_contacts", "id"))
    assert ids == {"3", "4", "6", "8", "9", "10"}
    assert merged.rows("select * from staging.staging_deal_contacts") == [("70", "3")]


def test_long_series_of_merges_end_in_the_last_survivor(merged: Warehouse) -> None:
    assert set(merged.records("staging.staging_companies", "id")) == {"539", "600"}
    assert set(
        merged.rows(
            "select company_id, is_primary from staging.staging_deal_companies where deal_id = '70'"
        )
    ) == {("539", True), ("600", False)}


def test_both_ends_and_properties_follow_merges(merged: Warehouse) -> None:
    contacts = merged.records("staging.staging_contacts", "id")
    assert contacts["3"]["company_id"] == "600"
    assert contacts["4"]["company_id"] == "539"
    deals = merged.records("marts.company_deals", "deal_id")
    assert (deals["71"]["company_id"], deals["71"]["amount"]) == ("600", Decimal(6))


def test_a_record_that_lists_itself_is_merged_only_where_another_lists_it(
    merged: Warehouse,
) -> None:
    assert merged.rows(
        "select current_id from staging.hubspot_merged_ids"
        " where object_type = 'contacts' and old_id in ('10', '11')"
    ) == [("6",)]


def test_records_that_claim_each_other_are_both_kept(merged: Warehouse) -> None:
    assert {"8", "9", "10"} <= set(merged.records("staging.staging_contacts", "id"))
