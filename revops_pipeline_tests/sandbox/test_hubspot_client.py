"""HubSpot's own client cannot tell the sandbox from HubSpot."""

import importlib
from collections.abc import Iterator
from typing import Any

import hubspot
import pytest
from hubspot.crm.associations.v4.models import (
    BatchInputPublicFetchAssociationsBatchRequest,
    PublicFetchAssociationsBatchRequest,
)
from hubspot.crm.contacts.models import (
    BatchReadInputSimplePublicObjectId,
    PublicMergeInput,
    PublicObjectSearchRequest,
    SimplePublicObjectId,
    SimplePublicObjectInput,
    SimplePublicObjectInputForCreate,
)

from revops_pipeline.sandbox import Portal, Sandbox


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(
        Portal.generate(321, 60, 130, activities=75), rate_limit=0, search_limit=0
    ) as running:
        yield running


@pytest.fixture(scope="module")
def client(sandbox: Sandbox) -> Any:
    return hubspot.HubSpot(access_token=sandbox.token, host=sandbox.url)


def ids(records: Any) -> list[str]:
    return [record.id for record in records]


@pytest.mark.parametrize("kind", ["contacts", "companies", "deals"])
def test_get_page_over_all_pages_yields_each_live_record_once(client, sandbox, kind):
    api = getattr(client.crm, kind).basic_api
    found, after = [], None
    while True:
        page = api.get_page(limit=100, after=after)
        found += ids(page.results)
        if page.paging is None:
            break
        after = page.paging.next.after
    assert found == [record["id"] for record in sandbox.portal.live(kind)]
    assert len(found) == {"contacts": 321, "companies": 60, "deals": 130}[kind]


def test_get_all_reads_the_archived_records_too(client, sandbox):
    assert ids(client.crm.contacts.get_all(archived=True)) == [
        record["id"] for record in sandbox.portal.archived("contacts")
    ]


def test_a_record_carries_requested_properties_dates_and_associations(client, sandbox):
    edge = next(sandbox.portal.edges("contacts", "companies"))
    contact = client.crm.contacts.basic_api.get_by_id(
        edge["from_id"], properties=["email", "jobtitle", "nonsense"], associations=["companies"]
    )
    assert {"email", "jobtitle", "hs_object_id"} <= contact.properties.keys()
    assert "nonsense" not in contact.properties
    assert contact.created_at.tzinfo is not None
    assert contact.updated_at >= contact.created_at
    linked = contact.associations["companies"].results
    assert {(link.id, link.type) for link in linked} >= {
        (edge["to_id"], "contact_to_company"),
        (edge["to_id"], "contact_to_company_unlabeled"),
    }


def test_batch_read_returns_the_records_asked_for_by_id_and_by_email(client, sandbox):
    records = [r for r in sandbox.portal.live("contacts") if r["properties"]["email"]][:5]
    for by, key in ((None, "hs_object_id"), ("email", "email")):
        inputs = [SimplePublicObjectId(record["properties"][key].strip()) for record in records]
        request = BatchReadInputSimplePublicObjectId(
            properties=["email"], properties_with_history=[], id_property=by, inputs=inputs
        )
        answer = client.crm.contacts.batch_api.read(request)
        assert ids(answer.results) == [record["id"] for record in records]


def test_search_pages_through_everything_changed_since_a_time(client, sandbox):
    records = sorted(r["updatedAt"] for r in sandbox.portal.live("contacts"))
    since = records[len(records) // 3]
    found, after = [], None
    while True:
        page = client.crm.contacts.search_api.do_search(
            PublicObjectSearchRequest(
                filter_groups=[
                    {
                        "filters": [
                            {"propertyName": "lastmodifieddate", "operator": "GTE", "value": since}
                        ]
                    }
                ],
                sorts=["lastmodifieddate"],
                limit=50,
                after=after,
            )
        )
        found += page.results
        if page.paging is None:
            break
        after = page.paging.next.after
    stamps = [record.properties["lastmodifieddate"] for record in found]
    assert stamps == [stamp for stamp in records if stamp >= since]
    assert page.total == len(found)


def test_associations_batch_read_gives_types_and_leaves_the_lonely_out(client, sandbox):
    edges = list(sandbox.portal.edges("deals", "companies"))
    linked = {edge["from_id"] for edge in edges}
    lonely = next(r["id"] for r in sandbox.portal.live("deals") if r["id"] not in linked)
    three = next(
        e["from_id"] for e in edges if sum(o["from_id"] == e["from_id"] for o in edges) > 2
    )
    answer = client.crm.associations.v4.batch_api.get_page(
        "deals",
        "companies",
        BatchInputPublicFetchAssociationsBatchRequest(
            inputs=[PublicFetchAssociationsBatchRequest(id=id_) for id_ in (three, lonely)]
        ),
    )
    (result,) = answer.results
    assert result._from.id == three
    types = [{t.type_id for t in to.association_types} for to in result.to]
    assert sorted(map(sorted, types)) == [[5, 341], [341], [341]]
    single = client.crm.associations.v4.basic_api.get_page("deals", three, "companies")
    assert [str(to.to_object_id) for to in single.results] == [
        str(to.to_object_id) for to in result.to
    ]


def test_owners_pipelines_and_properties_are_described(client):
    owners = client.crm.owners.owners_api.get_page(limit=100).results
    gone = client.crm.owners.owners_api.get_page(archived=True).results
    assert len(owners) == 5
    assert [owner.archived for owner in gone] == [True]
    (pipeline,) = client.crm.pipelines.pipelines_api.get_all("deals").results
    stages = {stage.id: stage.metadata for stage in pipeline.stages}
    assert stages["closedwon"] == {"isClosed": "true", "probability": "1.0"}
    assert stages["contractsent"]["isClosed"] == "false"
    names = {p.name for p in client.crm.properties.core_api.get_all("companies").results}
    assert {"name", "domain", "industry", "hs_lastmodifieddate"} <= names


def test_a_record_lives_through_create_update_merge_and_archive(client, sandbox):
    api = client.crm.contacts.basic_api

    def create(email: str) -> Any:
        properties = {"email": email, "firstname": "Nova"}
        return api.create(SimplePublicObjectInputForCreate(properties=properties, associations=[]))

    first, second = create("first@made-up.example"), create("second@made-up.example")
    assert int(second.id) > int(first.id)
    changed = api.update(first.id, SimplePublicObjectInput(properties={"jobtitle": "Buyer"}))
    assert changed.properties["jobtitle"] == "Buyer"
    assert changed.updated_at >= first.updated_at
    merged = api.merge(PublicMergeInput(primary_object_id=first.id, object_id_to_merge=second.id))
    assert merged.id == first.id
    seen = api.get_by_id(second.id, properties=["hs_merged_object_ids"])
    assert (seen.id, seen.properties["hs_merged_object_ids"]) == (first.id, second.id)
    api.archive(first.id)
    with pytest.raises(hubspot.crm.contacts.ApiException, match="404"):
        api.get_by_id(first.id)
    assert api.get_by_id(first.id, archived=True).archived_at is not None
    sandbox.portal.delete_forever("contacts", first.id)


ENGAGEMENTS = ["calls", "emails", "meetings", "notes", "tasks"]


@pytest.mark.parametrize("kind", ENGAGEMENTS)
def test_engagements_are_listed_read_searched_and_archived(client, sandbox, kind):
    objects = getattr(client.crm.objects, kind)
    records = list(sandbox.portal.live(kind))
    assert len(records) >= 12
    page = objects.basic_api.get_page(limit=100, properties=["hs_timestamp"])
    assert ids(page.results) == [record["id"] for record in records]
    assert all(r.properties["hs_timestamp"] for r in page.results)
    module = getattr(hubspot.crm.objects, kind)
    request = module.BatchReadInputSimplePublicObjectId(
        properties=["hs_timestamp"],
        properties_with_history=["hs_timestamp"],
        inputs=[module.SimplePublicObjectId(record["id"]) for record in records[:3]],
    )
    read = objects.batch_api.read(request).results
    assert ids(read) == [record["id"] for record in records[:3]]
    told = read[0].properties_with_history["hs_timestamp"]
    assert told[0].value == read[0].properties["hs_timestamp"]
    since = sorted(record["updatedAt"] for record in records)[5]
    filters = [{"propertyName": "hs_lastmodifieddate", "operator": "GTE", "value": since}]
    search = module.PublicObjectSearchRequest(filter_groups=[{"filters": filters}], limit=100)
    found = objects.search_api.do_search(search)
    assert set(ids(found.results)) == {r["id"] for r in records if r["updatedAt"] >= since}
    new = objects.basic_api.create(
        module.SimplePublicObjectInputForCreate(
            properties={"hs_timestamp": "2026-10-01T00:00:00Z"}, associations=[]
        )
    )
    objects.basic_api.archive(new.id)
    assert new.id in ids(objects.basic_api.get_page(archived=True, limit=100).results)


@pytest.mark.parametrize("kind", ["contacts", "companies", "deals"])
@pytest.mark.parametrize("mints", [False, True])
def test_a_merge_by_the_client_answers_the_record_that_is_left(client, sandbox, kind, mints):
    portal = sandbox.portal
    portal.merge_mints_new_id = mints
    kept, lost = portal.create(kind, {}), portal.create(kind, {})
    module = importlib.import_module(f"hubspot.crm.{kind}")
    api = getattr(client.crm, kind).basic_api
    wanted = module.PublicMergeInput(primary_object_id=kept, object_id_to_merge=lost)
    merged = api.merge(wanted)
    assert (merged.id == kept) is not mints
    seen = api.get_by_id(lost, properties=["hs_merged_object_ids"])
    assert seen.id == merged.id
    assert seen.properties["hs_merged_object_ids"].split(";") == ([kept] * mints) + [lost]
    portal.delete_forever(kind, merged.id)
    portal.merge_mints_new_id = False


def test_history_comes_with_pages_and_single_records(client, sandbox):
    page = client.crm.deals.basic_api.get_page(limit=50, properties_with_history=["dealstage"])
    deal = max(page.results, key=lambda d: len(d.properties_with_history["dealstage"]))
    versions = deal.properties_with_history["dealstage"]
    assert len(versions) > 3
    assert versions[0].timestamp > versions[-1].timestamp
    single = client.crm.deals.basic_api.get_by_id(deal.id, properties_with_history=["dealstage"])
    assert single.properties_with_history == deal.properties_with_history
    with pytest.raises(hubspot.crm.deals.ApiException, match="400"):
        client.crm.deals.basic_api.get_page(limit=51, properties_with_history=["dealstage"])


def test_more_than_a_page_of_associations_is_paged_for_each_id_by_itself(client, sandbox):
    portal = sandbox.portal
    large, small = portal.create("companies", {}), portal.create("companies", {})
    contacts = [portal.create("contacts", {}) for _ in range(1203)]
    for contact in contacts:
        portal.associate("companies", large, "contacts", contact)
    portal.associate("companies", small, "contacts", contacts[0])
    found: dict[str, list[str]] = {large: [], small: []}
    wanted = [PublicFetchAssociationsBatchRequest(id=id_) for id_ in found]
    pages = 0
    while wanted:
        pages += 1
        answer = client.crm.associations.v4.batch_api.get_page(
            "companies", "contacts", BatchInputPublicFetchAssociationsBatchRequest(inputs=wanted)
        )
        wanted = []
        for result in answer.results:
            found[result._from.id] += [str(to.to_object_id) for to in result.to]
            if result.paging and result.paging.next:
                after = result.paging.next.after
                wanted.append(PublicFetchAssociationsBatchRequest(id=result._from.id, after=after))
    assert pages == 3
    assert found == {large: contacts, small: contacts[:1]}
    for contact in contacts:
        portal.delete_forever("contacts", contact)
    for company in (large, small):
        portal.delete_forever("companies", company)


def test_stages_of_a_pipeline_are_described_one_by_one(client):
    api = client.crm.pipelines.pipeline_stages_api
    stages = api.get_all("deals", "default").results
    assert [stage.id for stage in stages][-2:] == ["closedwon", "closedlost"]
    assert api.get_by_id("deals", "default", "closedwon").metadata["probability"] == "1.0"


def test_a_contact_is_purged_by_the_client(client, sandbox):
    id_ = sandbox.portal.create("contacts", {"email": "purge@made-up.example"})
    module = hubspot.crm.contacts
    client.crm.contacts.basic_api.purge(module.PublicGdprDeleteInput(object_id=id_))
    with pytest.raises(module.ApiException, match="404"):
        client.crm.contacts.basic_api.get_by_id(id_, archived=True)
