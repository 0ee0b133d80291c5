"""What changes in a portal, and what HubSpot shows of it."""

import threading

from revops_pipeline.sandbox import Portal, Sandbox
from revops_pipeline_tests.sandbox.conftest import Client
from revops_pipeline_tests.sandbox.helpers import T0, listed, one, people

COMPANY, DEAL = "/crm/v3/objects/companies", "/crm/v3/objects/deals"


def test_values_are_text_or_null_and_times_have_milliseconds(portal, scenario):
    id_ = portal.create("deals", {"amount": 12.5, "dealname": None, "flag": True}, modified_at=T0)
    deal = one(scenario, "deals", id_, "properties=amount,dealname,flag,closedate,unheard_of")
    assert deal["properties"] == {
        "amount": "12.5",
        "dealname": None,
        "flag": "true",
        "closedate": None,
        "createdate": T0,
        "hs_lastmodifieddate": T0,
        "hs_object_id": id_,
    }
    assert (deal["createdAt"], deal["updatedAt"], deal["archived"]) == (T0, T0, False)


def test_without_a_request_the_default_properties_come(portal, scenario):
    defaults = {
        "contacts": "createdate email firstname hs_object_id lastmodifieddate lastname",
        "companies": "createdate domain hs_lastmodifieddate hs_object_id name",
        "deals": "amount closedate createdate dealname dealstage hs_lastmodifieddate hs_object_id"
        " pipeline",
    }
    for kind, names in defaults.items():
        id_ = portal.create(kind, {})
        assert sorted(one(scenario, kind, id_)["properties"]) == names.split()


def test_an_edit_shows_at_once_in_pages_already_served(portal, scenario):
    first, second = people(portal, 2)
    assert [r["properties"]["email"] for r in listed(scenario, "contacts")] == [
        "p0@a.example",
        "p1@a.example",
    ]
    portal.update("contacts", first, {"email": "new@a.example"})
    by_id = {r["id"]: r for r in listed(scenario, "contacts")}
    assert by_id[first]["properties"]["email"] == "new@a.example"
    assert by_id[first]["updatedAt"] > T0
    assert by_id[second]["updatedAt"] == T0


def test_a_new_property_shows_in_pages_already_served(portal, scenario):
    id_ = people(portal, 1)[0]
    assert "shoe_size" not in one(scenario, "contacts", id_, "properties=shoe_size")["properties"]
    portal.update("contacts", id_, {"shoe_size": 43})
    shown = one(scenario, "contacts", id_, "properties=shoe_size")["properties"]
    assert shown["shoe_size"] == "43"
    names = [p["name"] for p in scenario.get("/crm/v3/properties/contacts").json["results"]]
    assert "shoe_size" in names


def test_a_property_can_be_created_over_http_and_only_then_written(portal, scenario):
    body = {"properties": {"tier": "gold"}}
    assert scenario.post(COMPANY, body).status == 400
    wanted = {"name": "tier", "label": "Tier", "type": "string", "fieldType": "text"}
    assert scenario.post("/crm/v3/properties/companies", wanted).status == 400
    wanted["groupName"] = "companyinformation"
    assert scenario.post("/crm/v3/properties/companies", wanted).status == 201
    assert scenario.post("/crm/v3/properties/companies", wanted).status == 409
    assert scenario.post(COMPANY, body).json["properties"]["tier"] == "gold"


def test_archiving_moves_a_record_without_touching_its_modified_date(portal, scenario):
    gone, kept = people(portal, 2)
    assert scenario("DELETE", f"/crm/v3/objects/contacts/{gone}").status == 204
    assert [r["id"] for r in listed(scenario, "contacts")] == [kept]
    (archived,) = listed(scenario, "contacts", "&archived=true")
    assert (archived["id"], archived["archived"], archived["updatedAt"]) == (gone, True, T0)
    assert archived["archivedAt"] > T0
    assert scenario.post("/crm/v3/objects/contacts/search", {}).json["total"] == 1
    assert scenario("DELETE", f"/crm/v3/objects/contacts/{gone}").status == 204
    portal.restore("contacts", gone)
    assert [(r["id"], r["updatedAt"]) for r in listed(scenario, "contacts")] == [
        (gone, T0),
        (kept, T0),
    ]


def test_a_record_deleted_for_ever_leaves_no_trace(portal, scenario):
    contact = people(portal, 1)[0]
    company = portal.create("companies", {"name": "A"})
    portal.associate("contacts", contact, "companies", company, primary=True)
    portal.delete_forever("companies", company)
    assert list(portal.live("companies")) == list(portal.archived("companies")) == []
    assert list(portal.edges("contacts", "companies")) == []
    assert scenario.get(f"{COMPANY}/{company}").status == 404


def test_two_contacts_cannot_get_one_email_over_http_but_a_test_can_make_them(portal, scenario):
    body = {"properties": {"email": "Same@a.example"}}
    assert scenario.post("/crm/v3/objects/contacts", body).status == 201
    again = scenario.post("/crm/v3/objects/contacts", {"properties": {"email": "same@a.example"}})
    assert (again.status, again.json["category"]) == (409, "CONFLICT")
    portal.create("contacts", {"email": "same@a.example"})
    assert len(list(portal.live("contacts"))) == 2


def test_a_deal_closes_when_its_stage_does(portal, scenario):
    id_ = scenario.post(DEAL, {"properties": {"dealstage": "qualifiedtobuy"}}).json["id"]
    names = "properties=hs_is_closed,hs_is_closed_won"
    for stage, closed, won in (("closedlost", "true", "false"), ("closedwon", "true", "true")):
        scenario("PATCH", f"{DEAL}/{id_}", {"properties": {"dealstage": stage}})
        shown = one(scenario, "deals", id_, names)["properties"]
        assert (shown["hs_is_closed"], shown["hs_is_closed_won"]) == (closed, won)


def test_batches_create_update_and_archive(portal, scenario):
    inputs = [{"properties": {"name": name}} for name in "abc"]
    created = scenario.post(f"{COMPANY}/batch/create", {"inputs": inputs})
    ids = [record["id"] for record in created.json["results"]]
    assert created.status == 201
    changes = [{"id": id_, "properties": {"domain": f"{id_}.example"}} for id_ in ids]
    updated = scenario.post(f"{COMPANY}/batch/update", {"inputs": changes}).json["results"]
    assert [r["properties"]["domain"] for r in updated] == [f"{id_}.example" for id_ in ids]
    gone = {"inputs": [{"id": id_} for id_ in ids[:2]]}
    assert scenario.post(f"{COMPANY}/batch/archive", gone).status == 204
    assert [r["id"] for r in portal.live("companies")] == ids[2:]


def test_a_creation_with_an_association_that_cannot_be_leaves_nothing_behind(portal, scenario):
    types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 5}]
    link = {"to": {"id": "12345"}, "types": types}
    body = {"properties": {"dealname": "d"}, "associations": [link]}
    assert scenario.post(DEAL, body).status == 404
    assert list(portal.live("deals")) == []
    link["to"]["id"] = portal.create("companies", {"name": "A"})
    assert scenario.post(DEAL, body).status == 201
    assert [e["is_primary"] for e in portal.edges("deals", "companies")] == [True]


def test_a_portal_may_change_from_many_threads_while_it_is_read():
    portal = Portal.generate(300, 20, 20)
    ids = [record["id"] for record in portal.live("contacts")]

    def change(part: list[str]) -> None:
        for id_ in part:
            portal.update("contacts", id_, {"jobtitle": "Changed"})
            portal.archive("contacts", id_)
            portal.restore("contacts", id_)

    with Sandbox(portal, rate_limit=0, search_limit=0) as sandbox:
        http = Client(sandbox)
        threads = [threading.Thread(target=change, args=(ids[n::3],)) for n in range(3)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            assert http.get("/crm/v3/objects/contacts?limit=100").status == 200
        for thread in threads:
            thread.join()
        jobs = [
            r["properties"]["jobtitle"] for r in listed(http, "contacts", "&properties=jobtitle")
        ]
    assert jobs == ["Changed"] * 300
