"""What ails the search index: order, delay, and how far it pages."""

import pytest

from revops_pipeline.sandbox import Clock, Portal
from revops_pipeline_tests.sandbox.helpers import people

SEARCH = "/crm/v3/objects/contacts/search"
START = "2026-03-01T12:00:00.000Z"


@pytest.fixture
def portal() -> Portal:
    portal = Portal.empty()
    portal.clock = Clock.standing(START)
    return portal


@pytest.fixture
def faults(scenario):
    return scenario.sandbox.faults


def found(http, **body):
    return [r["id"] for r in http.post(SEARCH, {"limit": 200, **body}).json["results"]]


def paged(http, limit=20, **body):
    rows, after, total = [], 0, 1
    while after < total:
        page = http.post(SEARCH, {"limit": limit, "after": str(after), **body}).json
        total = page["total"]
        rows += [record["id"] for record in page["results"]]
        after += limit
    return rows


def test_an_unordered_search_holds_everything_in_an_order_of_its_own(scenario, portal, faults):
    wanted = people(portal, 90)
    faults.add("unordered_search")
    rows = paged(scenario, sorts=["hs_object_id"])
    assert sorted(rows) == wanted != rows
    assert paged(scenario, sorts=["hs_object_id"]) == rows


def test_an_unstable_search_repeats_rows_and_leaves_others_out(scenario, portal, faults):
    wanted = people(portal, 90)
    faults.add("unstable_search")
    rows = paged(scenario, sorts=["hs_object_id"])
    assert len(rows) == 90
    assert set(rows) < set(wanted)
    faults.clear()
    assert paged(scenario, sorts=["hs_object_id"]) == wanted


def test_the_index_learns_of_a_change_only_after_its_lag(scenario, portal, faults):
    edited, archived, merged, kept, deleted = people(portal, 5)
    portal.clock.advance(3_600_001)
    portal.update("contacts", edited, {"firstname": "New"})
    portal.archive("contacts", archived)
    portal.delete_forever("contacts", deleted)
    portal.merge("contacts", kept, merged, new_id=False)
    created = portal.create("contacts", {"email": "late@a.example"})
    faults.add("index_lag:ms=30000")

    def shown():
        page = scenario.post(SEARCH, {"properties": ["firstname"], "limit": 200}).json
        assert page["total"] == len(page["results"])
        return {record["id"]: record for record in page["results"]}

    old = shown()
    assert old.keys() == {edited, archived, merged, kept, deleted}
    assert old[edited]["properties"]["firstname"] is None
    assert old[edited]["updatedAt"] < START
    assert not old[archived]["archived"]
    portal.clock.advance(29_999)
    assert shown() == old
    portal.clock.advance(1)
    new = shown()
    assert new.keys() == {edited, kept, created}
    assert new[edited]["properties"]["firstname"] == "New"
    faults.clear()
    assert shown() == new


def test_a_lagging_search_misses_by_the_modified_date_what_it_will_find_later(
    scenario, portal, faults
):
    first, second = people(portal, 2)
    portal.clock.advance(60_000)
    since = portal.clock.now()
    filters = [{"propertyName": "lastmodifieddate", "operator": "GTE", "value": str(since)}]
    portal.update("contacts", first, {"firstname": "A"})
    portal.clock.advance(10_000)
    portal.update("contacts", second, {"firstname": "B"})
    faults.add("index_lag:ms=5000")
    assert found(scenario, filters=filters) == [first]
    portal.clock.advance(5_000)
    assert found(scenario, filters=filters) == [first, second]


def test_the_state_before_the_first_of_several_late_changes_is_shown(scenario, portal, faults):
    (id_,) = people(portal, 1)
    portal.clock.advance(60_000)
    for name in ("A", "B", "C"):
        portal.update("contacts", id_, {"firstname": name})
        portal.clock.advance(1_000)
    faults.add("index_lag:ms=2500")

    def name():
        body = {"properties": ["firstname"]}
        return scenario.post(SEARCH, body).json["results"][0]["properties"]["firstname"]

    seen = []
    for _ in range(4):
        seen.append(name())
        portal.clock.advance(1_000)
    assert seen == ["A", "B", "C", "C"]


def test_lists_and_batch_reads_do_not_lag(scenario, portal, faults):
    (id_,) = people(portal, 1)
    portal.update("contacts", id_, {"firstname": "New"})
    faults.add("index_lag:ms=30000")
    listed = scenario.get("/crm/v3/objects/contacts?properties=firstname").json["results"]
    body = {"inputs": [{"id": id_}], "properties": ["firstname"]}
    read = scenario.post("/crm/v3/objects/contacts/batch/read", body).json["results"]
    assert listed == read
    assert read[0]["properties"]["firstname"] == "New"


def test_a_search_ends_at_its_ceiling_however_much_it_found(scenario, portal, faults):
    people(portal, 60)
    faults.add("search_ceiling:size=50")
    assert scenario.post(SEARCH, {"limit": 50}).json["total"] == 60
    assert scenario.post(SEARCH, {"limit": 20, "after": "40"}).status == 400


def test_bounds_on_the_id_narrow_a_search_and_combine_with_dates(scenario, portal):
    ids = people(portal, 40)
    portal.clock.stop("2026-05-01T00:00:00Z")
    portal.update("contacts", ids[20], {"firstname": "x"})

    def among(*conditions):
        filters = [
            {"propertyName": name, "operator": operator, "value": value, **more}
            for name, operator, value, more in conditions
        ]
        return found(scenario, filters=filters, sorts=["hs_object_id"])

    def by_id(operator, value, **more):
        return ("hs_object_id", operator, value, more)

    assert among(by_id("GT", ids[9]), by_id("LTE", ids[12])) == ids[10:13]
    assert among(by_id("GTE", ids[9]), by_id("LT", ids[12])) == ids[9:12]
    assert among(by_id("BETWEEN", ids[3], highValue=ids[5])) == ids[3:6]
    assert among(by_id("IN", None, values=ids[:9]), by_id("GT", ids[6])) == ids[7:9]
    late = ("lastmodifieddate", "GTE", portal.clock.now(), {})
    assert among(late, by_id("GT", ids[9])) == [ids[20]]
    assert among(late, by_id("GT", ids[20])) == []
