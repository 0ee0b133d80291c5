"""Calls, e-mails, meetings, notes and tasks: objects like others, with their own dates and links."""

import pytest

from revops_pipeline.sandbox import Portal
from revops_pipeline.sandbox.errors import Refusal
from revops_pipeline_tests.sandbox.helpers import T0, listed, one, people

KINDS = ["calls", "emails", "meetings", "notes", "tasks"]
# The way HubSpot's own client names the association types, from contact, company and deal.
TYPE_IDS = {
    "calls": (193, 181, 205),
    "emails": (197, 185, 209),
    "meetings": (199, 187, 211),
    "notes": (201, 189, 213),
    "tasks": (203, 191, 215),
}


@pytest.mark.parametrize("kind", KINDS)
def test_without_a_request_only_the_dates_and_the_id_come(portal, scenario, kind):
    id_ = portal.create(kind, {"hs_timestamp": T0}, modified_at=T0)
    record = one(scenario, kind, id_)
    assert record["properties"] == {
        "hs_createdate": T0,
        "hs_lastmodifieddate": T0,
        "hs_object_id": id_,
    }
    assert (record["createdAt"], record["updatedAt"]) == (T0, T0)
    shown = one(scenario, kind, id_, "properties=hs_timestamp")
    assert shown["properties"]["hs_timestamp"] == T0
    assert one(scenario, kind.removesuffix("s"), id_) == record


@pytest.mark.parametrize("kind", KINDS)
def test_each_lives_archived_and_is_listed_searched_and_described(portal, scenario, kind):
    ids = [portal.create(kind, {}, modified_at=f"2026-01-0{day}") for day in (1, 2, 3)]
    portal.archive(kind, ids[0])
    assert [r["id"] for r in listed(scenario, kind)] == ids[1:]
    assert [r["id"] for r in listed(scenario, kind, "&archived=true")] == ids[:1]
    since = {"propertyName": "hs_lastmodifieddate", "operator": "GTE", "value": "2026-01-03"}
    found = scenario.post(f"/crm/v3/objects/{kind}/search", {"filters": [since]}).json
    assert [r["id"] for r in found["results"]] == ids[2:]
    dated = scenario.post(f"/crm/objects/2026-09/{kind}/batch/read", {"inputs": [{"id": ids[1]}]})
    assert [r["id"] for r in dated.json["results"]] == ids[1:2]
    names = {p["name"] for p in scenario.get(f"/crm/v3/properties/{kind}").json["results"]}
    assert {"hs_timestamp", "hs_createdate", "hs_lastmodifieddate", "hs_object_id"} <= names


@pytest.mark.parametrize("kind", KINDS)
def test_each_is_associated_with_contacts_companies_and_deals_both_ways(portal, scenario, kind):
    (contact,) = people(portal, 1)
    ends = {
        "contacts": contact,
        "companies": portal.create("companies", {}),
        "deals": portal.create("deals", {}),
    }
    id_ = portal.create(kind, {}, {name: [end] for name, end in ends.items()})
    for type_id, (name, end) in zip(TYPE_IDS[kind], ends.items(), strict=True):
        for path, expected, other in (
            (f"{name}/{kind}", type_id, (end, id_)),
            (f"{kind}/{name}", type_id + 1, (id_, end)),
        ):
            body = {"inputs": [{"id": other[0]}]}
            (result,) = scenario.post(f"/crm/v4/associations/{path}/batch/read", body).json[
                "results"
            ]
            assert [str(to["toObjectId"]) for to in result["to"]] == [other[1]]
            assert [t["typeId"] for t in result["to"][0]["associationTypes"]] == [expected]
    inline = one(scenario, kind, id_, "associations=contacts,companies,deals")["associations"]
    single = kind.removesuffix("s")
    assert {name: part["results"] for name, part in inline.items()} == {
        "contacts": [{"id": contact, "type": f"{single}_to_contact"}],
        "companies": [{"id": ends["companies"], "type": f"{single}_to_company"}],
        "deals": [{"id": ends["deals"], "type": f"{single}_to_deal"}],
    }


def test_a_call_is_created_over_http_with_its_associations(portal, scenario):
    (contact,) = people(portal, 1)
    body = {
        "properties": {"hs_timestamp": T0, "hs_call_title": "Hello"},
        "associations": [
            {
                "to": {"id": contact},
                "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 194}],
            }
        ],
    }
    reply = scenario.post("/crm/v3/objects/calls", body)
    assert reply.status == 201
    assert [e["to_id"] for e in portal.edges("calls", "contacts")] == [contact]


def test_engagements_cannot_be_merged(portal, scenario):
    a, b = portal.create("notes", {}), portal.create("notes", {})
    body = {"primaryObjectId": a, "objectIdToMerge": b}
    assert scenario.post("/crm/v3/objects/notes/merge", body).status == 400
    with pytest.raises(Refusal, match="notes cannot be merged"):
        portal.merge("notes", a, b)


def test_engagements_move_with_the_contact_that_is_merged(portal, scenario):
    kept, lost = people(portal, 2)
    note = portal.create("notes", {}, {"contacts": [lost]})
    merged = portal.merge("contacts", kept, lost, new_id=True)
    assert [e["to_id"] for e in portal.edges("notes", "contacts")] == [merged]
    assert one(scenario, "notes", note, "associations=contacts")["associations"]


def test_a_generated_portal_has_activities_about_its_deals():
    portal = Portal.generate(120, 20, 60, 3, activities=500)
    deals = {r["id"]: r for r in portal.live("deals")}
    for kind in KINDS:
        records = [*portal.live(kind), *portal.archived(kind)]
        assert len(records) == 100
        assert len(list(portal.archived(kind))) == 2
        linked = {e["from_id"]: e["to_id"] for e in portal.edges(kind, "deals")}
        assert linked.keys() == {r["id"] for r in portal.live(kind)}
        for record in portal.live(kind):
            deal = deals[linked[record["id"]]]
            assert deal["createdAt"] <= record["createdAt"] <= record["updatedAt"]
            assert record["updatedAt"] <= deal["updatedAt"]
        assert len(list(portal.edges(kind, "companies"))) > 50
    assert len(list(Portal.generate(10, 5, 20).live("notes"))) == 2
    assert not list(Portal.generate(10, 5, 20, activities=0).live("notes"))
