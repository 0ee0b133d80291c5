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


def test_addresses_of_merged_contacts_lead_to_the_survivors_user(
    build: Callable[..., Warehouse],
) -> None:
    """HubSpot keeps the address of a merged contact as a further one; where it does not, what was
    stored of that contact still has it."""
    world = World()
    world.contact("1", "deleted", email="gone@x.example", hs_additional_emails="older@x.example")
    world.contact("2", email="here@x.example", hs_merged_object_ids="1")
    world.contact("3", email="new@x.example", hs_additional_emails=" Old@x.example\u200b;;n/a")
    world.user("7", "older@x.example", client_lifetime_spend="70")
    world.user("8", "old@x.example", client_lifetime_spend="80")
    found = build(world, VIEWS).rows(
        "select contact_id, user_id, clientLifeTimeSpend from marts.contacts_to_users order by 1"
    )
    assert found == [("2", "7", Decimal(70)), ("3", "8", Decimal(80))]


@pytest.mark.parametrize(
    "seen",
    ["\u200b", "\u00a0", "\u202f", "\ufeff", "\u3000", "\u2003", "\u2060", "\u00ad", "\t\r\n"],
    ids=lambda seen: f"U+{ord(seen[0]):04X}",
)
def test_what_cannot_be_seen_is_no_part_of_an_address(
    email_keys: dict[str, str], seen: str
) -> None:
    assert email_keys[f"{seen}Ann@x.example{seen}"] == "ann@x.example"
    if seen in "\u200b\u2060\ufeff\u00ad":
        assert email_keys[f"an{seen}n@x.example"] == "ann@x.example"


@pytest.fixture(scope="module")
def email_keys(build: Callable[..., Warehouse]) -> dict[str, str]:
    """The key of each address with something around it, and with it inside."""
    world = World()
    odd = "\u200b\u00a0\u202f\ufeff\u3000\u2003\u2060\u00ad"
    addresses = [f"{c}Ann@x.example{c}" for c in (*odd, "\t\r\n")] + [
        f"an{c}n@x.example" for c in odd
    ]
    for number, address in enumerate(addresses):
        world.user(str(number), address)
    built = build(world, ["staging_users"])
    return dict(built.rows("select email, email_key from staging.staging_users"))
