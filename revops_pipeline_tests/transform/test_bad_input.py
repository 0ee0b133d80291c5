"""Odd records of real portals, all in one: none may break the build, none may be lost unseen."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal

import pytest

from .conftest import Warehouse
from .world import World

LONG = "Längste Firma " * 36
DEFAULT_STAGES = {
    "qualified": {"isClosed": "false", "probability": "0.4"},
    "closedwon": {"isClosed": "true", "probability": "1.0"},
    "closedlost": {"isClosed": "true", "probability": "0.0"},
}


def odd_world() -> World:
    world = World()
    world.pipeline("default", DEFAULT_STAGES)
    world.portal(timeZone="Middle Earth", zone=None, companyCurrency="usd")
    owner = {"id": "5", "email": "Rep@x.example", "archived": True}
    world.put("hubspot_owners", "5", owner, deleted=True)  # as those who left are stored

    world.contact("1", firstname="No", lastname="Mail")
    world.contact("2", email=" SAME@x.example")
    world.contact("3", email="same@x.example")
    world.contact("4", email="Unknown")
    world.contact("5", email="", associatedcompanyid="103")
    world.contact("6", email="two@x.example", a_property_of_tomorrow={"nested": [1]})
    world.contact("7", email="gone@x.example", state="archived")
    world.contact("8", email="gone@x.example", state="deleted")
    world.told.append(
        ("hubspot", "contacts", "6", "source_updated_at", "yesterday", "no time of ISO 8601")
    )
    world.user(1, "same@x.example", client_lifetime_spend=10.5)
    world.user(2, "Unknown", client_lifetime_spend=99)
    world.user(3, "UNKNOWN", client_lifetime_spend=99)
    world.user(9, "two@x.example", client_lifetime_spend="7")
    world.user(10, "Two@x.example", client_lifetime_spend="1.2.3")

    world.company("100", name='O\'Reilly "& Söhne"; drop table x --')
    world.company("101", name="🚀 Rocket 株式会社", hs_merged_object_ids=None)
    world.company("102", name=LONG)
    world.company("103", name="Archived Inc", state="archived")
    world.company("104", name="   ")
    world.company("105")
    world.company("106", name="Unknown", salesforceaccountid="N/A")

    for id, amount in {
        "a": "",
        "b": "abc",
        "c": "1;2;3",
        "d": None,
        "e": "10000000000000000",
    }.items():
        world.deal(f"amount_{id}", amount=amount, dealstage="qualified", pipeline="default")
        world.edge("deal_companies", f"amount_{id}", "100", primary=True)
    world.deal("no_company", amount="11")
    world.deal("dead_company", amount="13", dealstage="closedwon")
    world.edge("deal_companies", "dead_company", "103", primary=True)
    world.deal("unlinked_by_hubspot", amount="17")
    world.edge("deal_companies", "unlinked_by_hubspot", "103", primary=True, deleted=True)
    world.deal(
        "three", amount="100.00", closedate="2024-05-31T23:30:00-02:00", hs_is_closed="perhaps"
    )
    world.edge("deal_companies", "three", "101", primary=True)
    world.edge("deal_companies", "three", "102")
    world.edge("deal_companies", "three", "104")
    world.deal("bad_date", amount="1e2", closedate="31.05.2024")
    world.edge("deal_companies", "bad_date", "105")
    world.deal("archived", amount="1", state="archived")
    world.edge("deal_companies", "archived", "100", primary=True)

    world.team(1, "Rocket", 1, 2)
    world.team(2, "")
    world.link("1", "101")
    world.link("2", "104")
    world.link("1", "103")
    world.link("99", "105")
    world.put("product_team_membership", "x", {"user_id": None, "team_id": 1})
    return world


@pytest.fixture(scope="module")
def odd(build: Callable[..., Warehouse]) -> Warehouse:
    return build(odd_world())


def test_every_promise_of_the_project_holds_for_odd_records(odd: Warehouse) -> None:
    assert odd.failed == set()


def test_a_contact_without_email_matches_nobody_and_is_kept(odd: Warehouse) -> None:
    row = odd.records("marts.contacts_to_users", "contact_id")["1"]
    assert (row["user_id"], row["email"], row["clientLifeTimeSpend"]) == (None, "Unknown", None)
    assert row["match_count"] == 0


def test_two_contacts_with_one_email_share_their_user(odd: Warehouse) -> None:
    rows = odd.records("marts.contacts_to_users", "contact_id")
    assert [rows[id]["user_id"] for id in ("2", "3")] == ["1", "1"]
    assert [rows[id]["clientLifeTimeSpend"] for id in ("2", "3")] == [Decimal("10.50")] * 2


def test_of_two_users_with_one_email_the_newest_stands_and_both_are_counted(odd: Warehouse) -> None:
    row = odd.records("marts.contacts_to_users", "contact_id")["6"]
    assert (row["user_id"], row["match_count"]) == ("10", 2)
    assert row["clientLifeTimeSpend"] is None


def test_unknown_on_both_sides_matches_nobody(odd: Warehouse) -> None:
    rows = odd.records("marts.contacts_to_users", "contact_id")
    assert (rows["4"]["user_id"], rows["4"]["match_count"]) == (None, 0)
    assert (rows["5"]["user_id"], rows["5"]["match_count"]) == (None, 0)


def test_archived_and_deleted_records_leave_the_views(odd: Warehouse) -> None:
    assert set(odd.records("marts.contacts_to_users", "contact_id")) == {
        "1",
        "2",
        "3",
        "4",
        "5",
        "6",
    }
    assert "103" not in odd.records("staging.staging_companies", "id")
    assert "archived" not in odd.records("staging.staging_deals", "id")


@pytest.mark.parametrize("id", ["a", "b", "c", "d", "e"])
def test_an_amount_that_is_none_stays_listed_and_counts_nothing(odd: Warehouse, id: str) -> None:
    row = odd.records("marts.company_deals", "deal_id")[f"amount_{id}"]
    assert (row["amount"], row["allocated_amount"]) == (None, None)


def test_what_cannot_be_typed_is_listed_and_blanks_are_not(odd: Warehouse) -> None:
    rejected = set(odd.rows('select stream, id, "column", "value" from ops.rejected_records'))
    assert rejected == {
        ("companies", "106", "salesforce_account_id", "N/A"),
        ("account", "4711", "time_zone", "Middle Earth"),
        ("deals", "amount_b", "amount", "abc"),
        ("deals", "amount_c", "amount", "1;2;3"),
        ("deals", "amount_e", "amount", "10000000000000000"),
        ("deals", "bad_date", "close_date", "31.05.2024"),
        ("deals", "three", "closed_flag", "perhaps"),
        ("users", "10", "client_lifetime_spend", "1.2.3"),
        ("team_membership", "x", "user_id", None),
        ("contacts", "6", "source_updated_at", "yesterday"),
    }
    assert "every_value_could_be_typed" in odd.warned


def test_a_deal_without_company_is_reported_with_its_reason(odd: Warehouse) -> None:
    assert set(
        odd.rows("select deal_id, amount_reporting, reason from marts.deals_without_company")
    ) == {
        ("no_company", Decimal("11.00"), "no association"),
        ("dead_company", Decimal("13.00"), "company archived or deleted"),
        ("unlinked_by_hubspot", Decimal("17.00"), "company archived or deleted"),
    }


def test_a_deal_with_three_companies_counts_once(odd: Warehouse) -> None:
    assert set(
        odd.rows(
            "select company_id, is_primary, company_count, amount, allocated_amount"
            " from marts.company_deals where deal_id = 'three'"
        )
    ) == {
        ("101", True, 3, Decimal(100), Decimal(100)),
        ("102", False, 3, Decimal(100), Decimal(0)),
        ("104", False, 3, Decimal(100), Decimal(0)),
    }


def test_an_archived_company_with_live_deals_takes_no_spend(odd: Warehouse) -> None:
    assert "103" not in odd.column("select company_id from marts.company_deals")
    assert "103" not in odd.column("select company_id from marts.team_spending")
    assert odd.records("staging.staging_deals", "id")["dead_company"]["company_id"] is None
    assert odd.records("staging.staging_contacts", "id")["5"]["company_id"] is None


def test_a_company_without_a_name_is_unknown_in_views_only(odd: Warehouse) -> None:
    staged = odd.records("staging.staging_companies", "id")
    assert (staged["104"]["name"], staged["105"]["name"]) == (None, None)
    spending = odd.records("marts.team_spending", "company_id")
    assert (spending["104"]["company_name"], spending["104"]["team_name"]) == ("Unknown", "Unknown")


def test_names_come_through_as_they_are(odd: Warehouse) -> None:
    staged = odd.records("staging.staging_companies", "id")
    assert staged["100"]["name"] == 'O\'Reilly "& Söhne"; drop table x --'
    assert staged["101"]["name"] == "🚀 Rocket 株式会社"
    assert staged["102"]["name"] == LONG
    assert len(LONG) > 500


def test_a_property_nobody_knows_yet_changes_nothing(odd: Warehouse) -> None:
    assert odd.records("staging.staging_contacts", "id")["6"]["email_key"] == "two@x.example"


def test_a_property_the_portal_lacks_is_null(odd: Warehouse) -> None:
    deal = odd.records("staging.staging_deals", "id")["no_company"]
    assert (deal["deal_name"], deal["currency"], deal["close_date"]) == (None, None, None)


def test_times_are_utc_without_zone(odd: Warehouse) -> None:
    deal = odd.records("staging.staging_deals", "id")["three"]
    assert deal["close_date"] == datetime.date(2024, 6, 1)
    assert deal["created_at"] == datetime.datetime(2024, 1, 2, 3, 4, 5, 678000)


def test_links_to_what_is_no_more_are_ignored(odd: Warehouse) -> None:
    pairs = set(odd.rows("select company_id, team_id, total_team_spend from marts.team_spending"))
    assert pairs == {("101", "1", Decimal("100.00")), ("104", "2", Decimal("0.00"))}
    assert odd.records("marts.unlinked_company_spend", "company_id")["105"]["total_spend"] == 100


def test_team_performance_ranks_teams_that_spend(odd: Warehouse) -> None:
    ranked = odd.rows(
        "select team_id, team_name, companies, members, total_team_spend, spend_rank"
        " from marts.team_performance order by spend_rank"
    )
    assert ranked == [
        ("1", "Rocket", 1, 2, Decimal(100), 1),
        ("2", "Unknown", 1, 0, Decimal(0), 2),
    ]


def test_deal_conversion_lists_stages_with_and_without_deals(odd: Warehouse) -> None:
    rows = {
        (row[0], row[1]): row[2:]
        for row in odd.rows(
            "select pipeline_id, stage_id, deals, won_deals, lost_deals, open_deals"
            " from marts.deal_conversion"
        )
    }
    assert rows[("default", "qualified")] == (5, 0, 0, 5)
    assert rows[("default", "closedlost")] == (0, 0, 0, 0)
    assert rows[(None, "closedwon")] == (1, 1, 0, 0)
    assert rows[(None, None)] == (4, 0, 0, 4)


def test_owners_who_left_are_kept_and_marked(odd: Warehouse) -> None:
    owner = odd.records("staging.staging_owners", "id")["5"]
    assert (owner["email_key"], owner["is_archived"]) == ("rep@x.example", True)


def test_the_file_is_free_when_a_build_is_over(odd: Warehouse) -> None:
    import duckdb

    with duckdb.connect(str(odd.path)) as connection:
        connection.execute("create or replace table ops.probe as select 1 as one")
