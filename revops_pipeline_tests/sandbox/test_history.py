"""What properties were, and since when, as `propertiesWithHistory` tells it."""

import pytest

from revops_pipeline.sandbox import Portal
from revops_pipeline_tests.sandbox.helpers import listed, one, people

DEALS = "/crm/v3/objects/deals"
DAY = 86_400_000


@pytest.fixture
def deal(portal):
    portal.clock.stop("2026-03-01T00:00:00Z")
    id_ = portal.create("deals", {"dealstage": "qualifiedtobuy", "amount": "5"})
    for stage in ("contractsent", "contractsent", "closedwon"):
        portal.clock.advance(DAY)
        portal.update("deals", id_, {"dealstage": stage})
    return id_


def stages(record):
    return [
        (version["value"], version["timestamp"][:10])
        for version in record["propertiesWithHistory"]["dealstage"]
    ]


WON = [
    ("closedwon", "2026-03-04"),
    ("contractsent", "2026-03-02"),
    ("qualifiedtobuy", "2026-03-01"),
]


def test_history_comes_latest_first_in_lists_singles_and_batches(scenario, deal):
    query = "propertiesWithHistory=dealstage"
    (record,) = scenario.get(f"{DEALS}?{query}").json["results"]
    assert stages(record) == WON
    assert record["properties"].keys() == {
        "createdate", "dealstage", "hs_lastmodifieddate", "hs_object_id",
    }  # fmt: skip
    assert scenario.get(f"{DEALS}/{deal}?{query}").json == record
    body = {"inputs": [{"id": deal}], "propertiesWithHistory": ["dealstage"]}
    assert scenario.post(f"{DEALS}/batch/read", body).json["results"] == [record]
    version = record["propertiesWithHistory"]["dealstage"][0]
    assert version.keys() == {"value", "timestamp", "sourceType", "sourceId", "updatedByUserId"}


def test_a_page_already_served_learns_of_a_new_version(scenario, portal, deal):
    query = "propertiesWithHistory=dealstage"
    assert stages(one(scenario, "deals", deal, query)) == WON
    portal.clock.advance(DAY)
    portal.update("deals", deal, {"dealstage": "closedlost"})
    shown = stages(one(scenario, "deals", deal, query))
    assert shown == [("closedlost", "2026-03-05"), *WON]
    assert portal.history("deals", deal, "dealstage")[-1] == (portal.clock.now(), "closedlost")


def test_a_property_that_never_had_a_value_has_no_history_and_others_have(scenario, portal):
    portal.create("deals", {})
    portal.create("deals", {"amount": "7"})
    first, second = scenario.get(f"{DEALS}?propertiesWithHistory=amount,nonsense").json["results"]
    assert first["propertiesWithHistory"] == {}
    assert [v["value"] for v in second["propertiesWithHistory"]["amount"]] == ["7"]
    assert (
        "propertiesWithHistory" not in scenario.get(f"{DEALS}?properties=amount").json["results"][0]
    )


def test_with_history_pages_and_batches_hold_fifty(scenario, portal):
    ids = people(portal, 51)
    path = "/crm/v3/objects/contacts"
    query = "propertiesWithHistory=lifecyclestage"
    assert len(scenario.get(f"{path}?limit=50&{query}").json["results"]) == 50
    assert scenario.get(f"{path}?limit=51&{query}").status == 400
    body = {"inputs": [{"id": id_} for id_ in ids], "propertiesWithHistory": ["email"]}
    refused = scenario.post(f"{path}/batch/read", body)
    assert refused.status == 400
    assert "property histories is 50" in refused.json["message"]
    body["inputs"].pop()
    assert len(scenario.post(f"{path}/batch/read", body).json["results"]) == 50


def test_generated_deals_went_through_every_stage_to_where_they_are(http, generated):
    query = "&propertiesWithHistory=dealstage&properties=dealstage"
    records = [r for p in http.pages(f"{DEALS}?limit=50{query}") for r in p["results"]]
    assert len(records) == 600
    for record in records:
        versions = record["propertiesWithHistory"]["dealstage"]
        assert versions[0]["value"] == record["properties"]["dealstage"]
        times = [version["timestamp"] for version in versions]
        assert times == sorted(times, reverse=True)
        assert record["createdAt"] == times[-1]
        assert times[0] <= record["updatedAt"]
        if record["properties"]["dealstage"] == "closedwon":
            assert len(versions) == 6


def test_a_generated_record_keeps_its_past_when_it_is_edited():
    other = Portal.generate(0, 1, 5)
    id_ = next(r["id"] for r in other.live("deals"))
    before = other.history("deals", id_, "dealstage")
    other.update("deals", id_, {"amount": "1"})
    assert other.history("deals", id_, "dealstage") == before
    other.update("deals", id_, {"dealstage": "presentationscheduled"})
    assert other.history("deals", id_, "dealstage")[:-1] == before


@pytest.mark.parametrize("new_id", [False, True])
def test_a_merged_record_has_the_history_of_both(portal, scenario, deal, new_id):
    portal.clock.stop("2026-03-03T12:00:00Z")
    other = portal.create("deals", {"dealstage": "presentationscheduled", "dealname": "B"})
    portal.clock.advance(3 * DAY)
    merged = portal.merge("deals", deal, other, new_id=new_id)
    record = one(scenario, "deals", merged, "propertiesWithHistory=dealstage,dealname")
    assert stages(record) == [WON[0], ("presentationscheduled", "2026-03-03"), *WON[1:]]
    assert record["properties"]["dealstage"] == "closedwon"
    assert [v["value"] for v in record["propertiesWithHistory"]["dealname"]] == ["B"]


def test_archived_records_have_a_history(portal, scenario, deal):
    portal.archive("deals", deal)
    query = "limit=50&archived=true&propertiesWithHistory=dealstage"
    (record,) = scenario.get(f"{DEALS}?{query}").json["results"]
    assert stages(record) == WON


def test_plain_lists_are_as_large_as_ever(portal, scenario):
    people(portal, 60)
    assert len(list(listed(scenario, "contacts"))) == 60
