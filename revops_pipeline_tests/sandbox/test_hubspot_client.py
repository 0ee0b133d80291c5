"""HubSpot's own client cannot tell the sandbox from HubSpot."""

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
    with Sandbox(Portal.generate(321, 60, 130), rate_limit=0, search_limit=0) as running:
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
