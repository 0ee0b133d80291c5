"""The made-up organisation is the portal's own company, the same each time, and lived in."""

from __future__ import annotations

from datetime import date

import pytest

from revops_pipeline.sandbox import Portal
from revops_pipeline.sandbox.salesforce_world import SalesforceError, SalesforceWorld


def generate(seed: int = 7) -> SalesforceWorld:
    return SalesforceWorld.generate(Portal.generate(contacts=300, companies=80, deals=9), seed)


@pytest.fixture(scope="module")
def world() -> SalesforceWorld:
    return generate()


def test_the_same_arguments_give_the_same_organisation(world: SalesforceWorld) -> None:
    again, other = generate(), generate(seed=8)
    assert again.truth() == world.truth()
    assert again.organisation == world.organisation
    assert other.truth() != world.truth()


def test_accounts_and_contacts_are_companies_and_people_of_the_portal(
    world: SalesforceWorld,
) -> None:
    companies = {c["properties"]["name"] for c in world.portal.live("companies")}  # type: ignore[index]
    accounts = [r["Name"] for r in world.live("Account")]
    known = [name for name in accounts if name in companies]
    assert len(known) >= 0.95 * len(accounts)
    assert len(known) >= 0.85 * len(companies)
    emails = {c["properties"]["email"] for c in world.portal.live("contacts")}  # type: ignore[index]
    assert {r["Email"] for r in world.live("Contact")} <= emails


def test_opportunities_are_spread_over_two_years(world: SalesforceWorld) -> None:
    months = {str(r["CloseDate"])[:7] for r in world.live("Opportunity")}
    past = {month for month in months if month <= "2026-10"}
    assert len(past) >= 22
    assert min(months) >= "2024-10"
    assert {r["Type"] for r in world.live("Opportunity")} == {"New Business", "Renewal", "Upsell"}
    for record in world.live("Opportunity"):
        assert record["IsWon"] <= record["IsClosed"]
        assert not record["IsClosed"] or date.fromisoformat(record["CloseDate"]) <= date(
            2026, 10, 31
        )


def test_what_breaks_loaders_is_in_it(world: SalesforceWorld) -> None:
    names = [r["Name"] for r in world.live("Account")]
    assert len(names) > len(set(names))
    assert [r for r in world.records["Account"].values() if r["IsDeleted"]]
    assert [r for r in world.live("Task") if r["IsArchived"]]


def test_references_lead_to_records(world: SalesforceWorld) -> None:
    by_prefix = {o.prefix: world.records[o.name] for o in world.objects.values()}
    for name, sobject in world.objects.items():
        for record in world.live(name):
            for field, kind in sobject.fields.items():
                if kind == "reference" and record[field] is not None:
                    assert record[field] in by_prefix[record[field][:3]], (name, field)


def test_ids_are_of_18_characters_and_in_the_order_of_creation(world: SalesforceWorld) -> None:
    for name, records in world.records.items():
        ids = list(records)
        assert all(len(id_) == 18 for id_ in ids), name
        assert ids == sorted(ids), name


def test_a_merged_account_names_its_master_and_leaves_it_its_children() -> None:
    world = generate()
    master, loser = (r["Id"] for r in list(world.live("Account"))[:2])
    children = [r["Id"] for r in world.live("Contact") if r["AccountId"] == loser]
    world.merge("Account", master, loser)
    assert world.records["Account"][loser]["MasterRecordId"] == master
    assert loser not in world.truth()["accounts"]
    assert {world.records["Contact"][child]["AccountId"] for child in children} <= {master}


def test_stamps_have_no_fractions_of_a_second_and_formulas_leave_them_alone() -> None:
    world = generate()
    id_ = next(world.live("Account"))["Id"]
    before = world.records["Account"][id_]["SystemModstamp"]
    world.set_quietly("Account", id_, {"Health_Score__c": 1})
    assert world.records["Account"][id_]["SystemModstamp"] == before
    world.update("Account", id_, {"Health_Score__c": 2})
    after = world.records["Account"][id_]["SystemModstamp"]
    assert after > before
    assert after.endswith(".000+0000")


def test_what_is_gone_cannot_be_changed() -> None:
    world = generate()
    id_ = next(world.live("Case"))["Id"]
    world.delete("Case", id_)
    with pytest.raises(SalesforceError, match="does not exist"):
        world.update("Case", id_, {"Status": "New"})
    with pytest.raises(SalesforceError, match="No such column 'Colour'"):
        world.create("Case", {"Colour": "red"})
