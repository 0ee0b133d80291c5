"""A portal's time is the machine's, or a test's; HubSpot's Date header tells it."""

import time
from email.utils import parsedate_to_datetime

import pytest

from revops_pipeline.sandbox import Clock, Portal, Sandbox
from revops_pipeline_tests.sandbox.conftest import Client
from revops_pipeline_tests.sandbox.helpers import one

START = "2026-03-01T12:00:00.000Z"
OWNERS = "/crm/v3/owners"


def test_a_standing_clock_stamps_everything_with_its_time(portal, scenario):
    portal.clock.stop(START)
    a, b = (portal.create("contacts", {}) for _ in range(2))
    assert one(scenario, "contacts", a)["createdAt"] == START
    portal.clock.advance(86_400_000)
    portal.update("contacts", a, {"firstname": "x"})
    portal.archive("contacts", b)
    edited = one(scenario, "contacts", a)
    assert (edited["createdAt"], edited["updatedAt"]) == (START, "2026-03-02T12:00:00.000Z")
    assert one(scenario, "contacts", b, "archived=true")["archivedAt"] == edited["updatedAt"]
    owners = scenario.get(OWNERS)
    assert parsedate_to_datetime(owners.headers["date"]).isoformat() == "2026-03-02T12:00:00+00:00"
    portal.clock.advance(1_999)
    assert scenario.get(OWNERS).headers["date"].endswith("12:00:01 GMT")


def test_a_clock_that_nobody_stopped_runs_with_the_machine(portal, scenario):
    told = parsedate_to_datetime(scenario.get(OWNERS).headers["date"]).timestamp()
    assert abs(told - time.time()) < 5
    portal.clock.advance(3_600_000)
    assert portal.clock.now() / 1000 == pytest.approx(time.time() + 3600, abs=5)
    moment = portal.clock.now()
    portal.clock.stop()
    assert portal.clock.now() - moment < 1000
    stopped = portal.clock.now()
    time.sleep(0.01)
    assert portal.clock.now() == stopped


def test_time_does_not_run_backwards():
    with pytest.raises(ValueError, match="-1 ms"):
        Clock.standing(START).advance(-1)


def test_one_server_serves_portal_after_portal():
    with Sandbox(Portal.empty(), search_limit=0) as sandbox:
        http = Client(sandbox)
        sandbox.faults.add("http_500:probability=1")
        assert http.get(OWNERS).status == 500
        started = time.perf_counter()
        for number in range(50):
            portal = Portal.empty(portal_id=number)
            id_ = portal.create("deals", {"dealname": str(number)})
            sandbox.reset(portal)
            page = http.get("/crm/v3/objects/deals?limit=1")
            assert [r["properties"]["dealname"] for r in page.json["results"]] == [str(number)]
            found = http.post("/crm/v3/objects/deals/search", {"properties": ["dealname"]}).json
            assert [r["properties"]["dealname"] for r in found["results"]] == [str(number)]
            assert http.get("/account-info/v3/details").json["portalId"] == number
            assert sandbox.stats.requests == 3
            portal.create("deals", {})
            linked = http.get("/crm/v3/objects/deals?limit=1").json["paging"]["next"]["link"]
            assert linked.startswith(sandbox.url)
            assert int(id_) < 100_000
        assert (time.perf_counter() - started) / 50 < 0.1


def test_a_search_answered_for_one_portal_is_not_the_answer_for_the_next():
    with Sandbox(Portal.empty(), search_limit=0) as sandbox:
        http = Client(sandbox)
        portals = [Portal.empty(), Portal.empty()]
        portals[0].create("deals", {})
        portals[1].define("deals", {"name": "x", "type": "string"})
        assert portals[0].version == portals[1].version
        for portal, total in zip(portals, (1, 0), strict=True):
            sandbox.portal = portal
            assert http.post("/crm/v3/objects/deals/search", {}).json["total"] == total


def test_a_reset_forgets_what_was_asked_and_counted():
    with Sandbox(Portal.empty(), rate_limit=2, daily_limit=3) as sandbox:
        http = Client(sandbox)
        assert [http.get(OWNERS).status for _ in range(3)] == [200, 200, 429]
        sandbox.faults.between_pages = print
        sandbox.reset(Portal.empty())
        assert not sandbox.faults
        assert [http.get(OWNERS).status for _ in range(3)] == [200, 200, 429]
        assert (sandbox.stats.requests, sandbox.stats.too_many) == (3, 1)


def test_servers_start_and_stop_at_once():
    started = time.perf_counter()
    for _ in range(20):
        with Sandbox(Portal.empty()) as sandbox:
            assert Client(sandbox).get(OWNERS).status == 200
    assert (time.perf_counter() - started) / 20 < 0.05
