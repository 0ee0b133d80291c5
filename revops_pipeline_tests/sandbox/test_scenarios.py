"""Faults of the data: what a portal may hold that readers do not expect, put there on demand."""

from revops_pipeline.sandbox import Portal, Sandbox
from revops_pipeline_tests.sandbox.conftest import Client
from revops_pipeline_tests.sandbox.helpers import people

SEARCH = "/crm/v3/objects/contacts/search"


def test_more_rows_than_a_search_pages_through_share_one_millisecond():
    portal = Portal.generate(10_050, 5, 0)
    faults = ["one_millisecond:size=10001"]
    with Sandbox(portal, rate_limit=0, search_limit=0, faults=faults) as sandbox:
        http = Client(sandbox)
        moment = max(record["updatedAt"] for record in portal.live("contacts"))
        same = [{"propertyName": "lastmodifieddate", "operator": "EQ", "value": moment}]
        assert http.post(SEARCH, {"filters": same}).json["total"] == 10_001
        beyond = {"filters": same, "after": "9900", "limit": 200}
        assert http.post(SEARCH, beyond).status == 400


def test_the_first_company_and_deal_get_more_contacts_than_a_page_holds(portal, scenario):
    company, deal = portal.create("companies", {}), portal.create("deals", {})
    people(portal, 10)
    scenario.sandbox.faults.add("many_associations:size=1100")
    assert len(list(portal.live("contacts"))) == 1100
    for path in (f"companies/{company}", f"deals/{deal}"):
        pages = scenario.pages(f"/crm/v4/objects/{path}/associations/contacts")
        assert [len(page["results"]) for page in pages] == [500, 500, 100]


def test_merges_mint_ids_while_the_fault_is_in_force(portal, scenario):
    a, b, c, d = people(portal, 4)
    scenario.sandbox.faults.add("merge_new_id")
    assert portal.merge("contacts", a, b) not in (a, b)
    scenario.sandbox.faults.remove("merge_new_id")
    assert portal.merge("contacts", c, d) == c


def test_a_scenario_happens_to_each_portal_that_is_served(portal, scenario):
    scenario.sandbox.faults.add("merge_new_id")
    other = Portal.empty()
    scenario.sandbox.portal = other
    assert portal.merge_mints_new_id
    assert other.merge_mints_new_id
