"""What a portal says it holds, after all that can happen to its records."""

import pytest

from revops_pipeline_tests.sandbox.helpers import listed, one, people

GDPR = "/crm/v3/objects/contacts/gdpr-delete"


def test_each_id_is_live_archived_deleted_or_merged(portal):
    live, archived, deleted, late, lost, kept = people(portal, 6)
    portal.archive("contacts", archived)
    portal.delete_forever("contacts", deleted)
    portal.archive("contacts", late)
    portal.delete_forever("contacts", late)
    new = portal.merge("contacts", kept, lost, new_id=True)
    truth = portal.truth().objects["contacts"]
    assert truth.live.keys() == {live, new}
    assert truth.archived.keys() == {archived}
    assert truth.deleted == {deleted, late}
    assert truth.merged == {kept: new, lost: new}
    assert truth.live[new]["properties"]["hs_merged_object_ids"] == f"{kept};{lost}"


def test_a_merge_leads_through_every_later_merge_to_what_has_become_of_it(portal, scenario):
    a, b, c, d = people(portal, 4)
    first = portal.merge("contacts", a, b, new_id=True)
    second = portal.merge("contacts", c, first, new_id=False)
    third = portal.merge("contacts", second, d, new_id=True)
    assert second == c
    truth = portal.truth().objects["contacts"]
    assert truth.merged == dict.fromkeys((a, b, c, d, first), third)
    assert set(truth.live[third]["properties"]["hs_merged_object_ids"].split(";")) == {
        a, b, c, d, first,
    }  # fmt: skip
    portal.archive("contacts", third)
    for old in truth.merged:
        assert scenario.get(f"/crm/v3/objects/contacts/{old}").status == 404
        assert one(scenario, "contacts", old, "archived=true")["id"] == third
    portal.delete_forever("contacts", third)
    after = portal.truth().objects["contacts"]
    assert (after.merged, after.deleted) == (truth.merged, {third})


@pytest.mark.parametrize("kind", ["contacts", "companies", "deals"])
@pytest.mark.parametrize("new_id", [False, True])
def test_what_a_merge_replaced_is_neither_listed_nor_searched_nor_archived(
    portal, scenario, kind, new_id
):
    kept, lost = portal.create(kind, {}), portal.create(kind, {})
    merged = portal.merge(kind, kept, lost, new_id=new_id)
    assert (merged == kept) is not new_id
    assert [r["id"] for r in listed(scenario, kind)] == [merged]
    assert list(listed(scenario, kind, "&archived=true")) == []
    found = scenario.post(f"/crm/v3/objects/{kind}/search", {}).json["results"]
    assert [r["id"] for r in found] == [merged]
    body = {"inputs": [{"id": kept}, {"id": lost}]}
    read = scenario.post(f"/crm/v3/objects/{kind}/batch/read", body)
    assert [r["id"] for r in read.json["results"]] == [merged]


def test_edges_are_those_of_live_records_seen_from_both_sides(portal):
    contacts, company = people(portal, 2), portal.create("companies", {})
    for contact in contacts:
        portal.associate("contacts", contact, "companies", company, primary=True, label="Z")
    portal.associate("contacts", contacts[0], "companies", company, label="A")
    portal.archive("contacts", contacts[1])
    edges = portal.truth().edges
    edge = {"from_id": contacts[0], "to_id": company, "is_primary": True, "labels": ["A", "Z"]}
    assert edges["contacts", "companies"] == {f"{contacts[0]}:{company}": edge}
    back = {**edge, "from_id": company, "to_id": contacts[0]}
    assert edges["companies", "contacts"] == {f"{company}:{contacts[0]}": back}


def test_the_truth_of_a_moment_does_not_change_with_the_portal(portal):
    (contact,) = people(portal, 1)
    before = portal.truth()
    portal.update("contacts", contact, {"firstname": "New"})
    portal.archive_owner(portal.owners[0]["id"])
    portal.archive_stage("closedlost")
    assert before.objects["contacts"].live[contact]["properties"].get("firstname") is None
    assert before != portal.truth()
    assert not next(iter(before.owners.values()))["archived"]
    assert not any(s["archived"] for s in before.pipelines["default"]["stages"])


def test_a_contact_can_be_deleted_for_ever_over_http_by_id_or_email(portal, scenario):
    first, second, third = people(portal, 3)
    portal.archive("contacts", third)
    assert scenario.post(GDPR, {"objectId": first}).status == 204
    body = {"objectId": "p1@a.example", "idProperty": "email"}
    assert scenario.post(GDPR, body).status == 204
    assert scenario.post(GDPR, {"objectId": third}).status == 204
    truth = portal.truth().objects["contacts"]
    assert truth.deleted == {first, second, third}
    assert truth.live == truth.archived == {}


def test_a_contact_forgets_its_primary_company_when_that_is_gone_for_ever(portal):
    (contact,), company = people(portal, 1), portal.create("companies", {})
    portal.associate("contacts", contact, "companies", company, primary=True)
    portal.delete_forever("companies", company)
    (record,) = portal.live("contacts")
    assert record["properties"]["associatedcompanyid"] is None
