"""Who belongs to whom, and what merging and archiving do to it."""

import pytest

from revops_pipeline.sandbox.errors import Refusal
from revops_pipeline_tests.sandbox.helpers import T0, listed, one, people


def test_associations_of_an_archived_company_hide_and_come_back(portal, scenario):
    company = portal.create("companies", {"name": "A"})
    deal = portal.create("deals", {"dealname": "d"}, {"companies": [company]})
    shown = one(scenario, "deals", deal, "associations=company")
    assert shown["associations"]["companies"]["results"] == [
        {"id": company, "type": "deal_to_company"},
        {"id": company, "type": "deal_to_company_unlabeled"},
    ]
    portal.archive("companies", company)
    assert "associations" not in one(scenario, "deals", deal, "associations=company")
    portal.restore("companies", company)
    assert one(scenario, "deals", deal, "associations=company") == shown


def test_associating_bumps_no_modified_date(portal, scenario):
    contact = people(portal, 1)[0]
    company = portal.create("companies", {"name": "A"}, modified_at=T0)
    path = f"/crm/v4/objects/contacts/{contact}/associations"
    body = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 1}]
    assert scenario("PUT", f"{path}/companies/{company}", body).status == 201
    shown = one(scenario, "contacts", contact, "associations=companies")
    assert shown["associations"]
    assert shown["updatedAt"] == one(scenario, "companies", company)["updatedAt"] == T0
    found = one(scenario, "contacts", contact, "properties=associatedcompanyid")["properties"]
    assert found["associatedcompanyid"] == company
    assert scenario("DELETE", f"{path}/companies/{company}").status == 204
    assert scenario.get(f"{path}/companies").json == {"results": []}


def test_a_deal_has_one_primary_company_at_a_time(portal, scenario):
    companies = [portal.create("companies", {"name": n}) for n in "abc"]
    deal = portal.create("deals", {}, {"companies": companies})

    def primary() -> list[str]:
        return [e["to_id"] for e in portal.edges("deals", "companies") if e["is_primary"]]

    assert primary() == companies[:1]
    portal.associate("companies", companies[2], "deals", deal, primary=True)
    assert primary() == companies[2:]
    links = one(scenario, "deals", deal, "associations=companies")["associations"]["companies"]
    assert [(link["id"], link["type"]) for link in links["results"]] == [
        (companies[0], "deal_to_company_unlabeled"),
        (companies[1], "deal_to_company_unlabeled"),
        (companies[2], "deal_to_company"),
        (companies[2], "deal_to_company_unlabeled"),
    ]


def test_a_company_already_served_learns_that_it_is_the_primary_one_no_more(portal, scenario):
    first, second = (portal.create("companies", {"name": n}) for n in "ab")
    deal = portal.create("deals", {}, {"companies": [first]})

    def types(company: str) -> list[str]:
        found = one(scenario, "companies", company, "associations=deals")["associations"]
        return [link["type"] for link in found["deals"]["results"]]

    assert types(first) == ["company_to_deal", "company_to_deal_unlabeled"]
    portal.associate("deals", deal, "companies", second, primary=True)
    assert types(first) == ["company_to_deal_unlabeled"]
    assert types(second) == ["company_to_deal", "company_to_deal_unlabeled"]


def test_the_first_company_associated_by_default_becomes_the_primary_one(portal, scenario):
    deal = portal.create("deals", {})
    companies = [portal.create("companies", {"name": n}) for n in "ab"]
    for company in companies:
        path = f"/crm/v4/objects/deal/{deal}/associations/default/company/{company}"
        assert scenario("PUT", path).status == 200
    assert [e["is_primary"] for e in portal.edges("deals", "companies")] == [True, False]


def test_a_custom_label_stands_beside_the_plain_association(portal, scenario):
    deal, contact = portal.create("deals", {}), people(portal, 1)[0]
    portal.associate("deals", deal, "contacts", contact, label="Decision maker")
    (to,) = scenario.get(f"/crm/v4/objects/deals/{deal}/associations/contacts").json["results"]
    assert [(t["typeId"], t["label"]) for t in to["associationTypes"] if t["typeId"] == 3] == [
        (3, None)
    ]
    assert {t["category"] for t in to["associationTypes"]} == {"HUBSPOT_DEFINED", "USER_DEFINED"}
    assert next(portal.edges("deals", "contacts"))["labels"] == ["Decision maker"]


def test_inline_associations_are_cut_and_the_v4_pages_bring_the_rest(portal, scenario):
    portal.inline_association_limit = portal.association_page_limit = 3
    contacts = people(portal, 8)
    company = portal.create("companies", {"name": "A"}, {"contacts": contacts})
    inline = one(scenario, "companies", company, "associations=contacts")["associations"]
    assert [r["id"] for r in inline["contacts"]["results"]] == contacts[:3]
    link = inline["contacts"]["paging"]["next"]["link"].removeprefix(portal.base_url)
    rest = [
        str(to["toObjectId"])
        for page in scenario.pages(link.split("?")[0])
        for to in page["results"]
    ]
    assert rest == contacts
    path, found, after = "/crm/v4/associations/companies/contacts/batch/read", [], None
    while True:
        item = {"id": company} | ({"after": after} if after else {})
        (result,) = scenario.post(path, {"inputs": [item]}).json["results"]
        found += [str(to["toObjectId"]) for to in result["to"]]
        if "paging" not in result:
            break
        after = result["paging"]["next"]["after"]
    assert found == contacts


@pytest.mark.parametrize("mints", [False, True])
def test_a_merge_leaves_one_record_that_both_ids_lead_to(portal, scenario, mints):
    portal.merge_mints_new_id = mints
    primary, other = people(portal, 2)
    portal.update("contacts", other, {"jobtitle": "Buyer"})
    company = portal.create("companies", {"name": "A"})
    portal.associate("contacts", other, "companies", company, primary=True)
    body = {"primaryObjectId": primary, "objectIdToMerge": other}
    merged = scenario.post("/crm/v3/objects/contacts/merge", body).json["id"]
    assert (merged == primary) is not mints
    query = "&properties=hs_merged_object_ids,email,jobtitle,associatedcompanyid"
    (record,) = listed(scenario, "contacts", query)
    assert record["properties"]["hs_merged_object_ids"].split(";") == (
        [primary, other] if mints else [other]
    )
    assert record["properties"]["email"] == "p0@a.example"
    assert record["properties"]["jobtitle"] == "Buyer"
    assert record["properties"]["associatedcompanyid"] == company
    assert record["updatedAt"] > T0
    assert scenario.post("/crm/v3/objects/contacts/search", {}).json["total"] == 1
    for id_ in (primary, other):
        assert one(scenario, "contacts", id_)["id"] == merged
    assert [e["from_id"] for e in portal.edges("contacts", "companies")] == [merged]


def test_merges_of_merged_records_list_every_old_id_and_keep_one_primary(portal):
    a, b, c = people(portal, 3)
    companies = [portal.create("companies", {"name": n}) for n in "ab"]
    for contact, company in zip((a, b), companies, strict=True):
        portal.associate("contacts", contact, "companies", company, primary=True)
    portal.merge("contacts", b, c)
    portal.merge("contacts", a, b)
    (record,) = portal.live("contacts")
    assert set(record["properties"]["hs_merged_object_ids"].split(";")) == {b, c}
    assert [(e["to_id"], e["is_primary"]) for e in portal.edges("contacts", "companies")] == [
        (companies[0], True),
        (companies[1], False),
    ]
    assert portal.get("contacts", c).id == int(a)
    with pytest.raises(Refusal, match="itself"):
        portal.merge("contacts", a, c)
