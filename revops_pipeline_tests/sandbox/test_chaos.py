"""Chaos is random, repeatable, and lets everybody through in the end."""

import pytest
from urllib3.exceptions import HTTPError

from revops_pipeline.sandbox import TRANSIENT, Fault, Portal, Sandbox
from revops_pipeline.sandbox.faults import Faults
from revops_pipeline_tests.sandbox.conftest import Client
from revops_pipeline_tests.sandbox.helpers import people

CONTACTS = "/crm/v3/objects/contacts"


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(Portal.empty(), rate_limit=0, search_limit=0) as running:
        yield running


def outcome(http, method, path, body=None):
    try:
        reply = http(method, path, body)
    except HTTPError as error:
        return type(error).__name__
    return reply.status if reply.status != 200 else f"{len(reply.body)} bytes"


def test_the_same_seed_and_the_same_requests_meet_the_same_chaos(sandbox):
    def run(seed):
        portal = Portal.empty()
        people(portal, 120)
        sandbox.reset(portal, seed)
        sandbox.faults.add("chaos:probability=0.5")
        http = Client(sandbox)
        requests = [("GET", f"{CONTACTS}?limit=40"), ("POST", f"{CONTACTS}/search", {"limit": 9})]
        told = [outcome(http, *requests[number % 2]) for number in range(60)]
        return told, dict(sandbox.faults.counts)

    first = run(5)
    assert first == run(5)
    assert first != run(6)
    assert 10 <= first[1]["chaos"] <= 45
    assert sum(first[1].values()) == 2 * first[1]["chaos"]


@pytest.mark.parametrize("in_a_row", [1, 3])
def test_one_request_is_struck_so_many_times_in_a_row_and_then_gets_through(sandbox, in_a_row):
    sandbox.reset(Portal.empty())
    sandbox.faults.add(f"chaos:probability=1,names=http_500,in_a_row={in_a_row}")
    http = Client(sandbox)
    expected = ([500] * in_a_row + [200]) * 2
    assert [http.get("/crm/v3/owners").status for _ in expected] == expected
    bodies = [{"limit": 1}, {"limit": 2}]
    for body in bodies:
        statuses = [http.post(f"{CONTACTS}/search", body).status for _ in range(in_a_row + 1)]
        assert statuses == expected[: in_a_row + 1]


def test_a_reader_that_retries_comes_to_the_end_and_has_every_row(sandbox):
    portal = Portal.empty()
    wanted = people(portal, 500)
    sandbox.reset(portal, seed=3)
    sandbox.faults.add("chaos:probability=0.6")
    http, got, after = Client(sandbox), [], ""
    while True:
        for _ in range(6):
            try:
                reply = http.get(f"{CONTACTS}?limit=50&after={after}")
                page = reply.json if reply.status == 200 else None
            except (HTTPError, ValueError):
                page = None
            if page is not None:
                break
        assert page is not None
        got += [record["id"] for record in page["results"]]
        after = page.get("paging", {}).get("next", {}).get("after")
        if after is None:
            break
    assert list(dict.fromkeys(got)) == wanted
    assert sandbox.faults.counts["chaos"] > 5


def test_chaos_chooses_from_what_it_is_told_and_where(sandbox):
    sandbox.reset(Portal.empty())
    names = "http_503+unauthorized"
    sandbox.faults.add(f"chaos:probability=1,names={names},in_a_row=99,path_contains=/owners")
    http = Client(sandbox)
    assert {http.get("/crm/v3/owners").status for _ in range(20)} == {503, 401}
    assert http.get(CONTACTS).status == 200


def test_what_chaos_cannot_spoil_does_not_count(sandbox):
    sandbox.reset(Portal.empty())
    sandbox.faults.add("chaos:probability=1,names=empty_page+unordered_search,in_a_row=1")
    http = Client(sandbox)
    assert [http.get("/account-info/v3/details").status for _ in range(4)] == [200] * 4
    assert sandbox.faults.counts["chaos"] == 0


@pytest.mark.parametrize("names", ["merge_new_id", "chaos", "http_500+gremlins"])
def test_chaos_chooses_only_from_faults_of_single_requests(names):
    with pytest.raises(ValueError, match=names.rpartition("+")[2]):
        Faults([f"chaos:names={names}"])


def test_by_default_chaos_needs_no_patience():
    assert not {"timeout", "slow_drip", "http_429", "unauthorized"} & {*TRANSIENT}
    assert Fault("chaos").names == TRANSIENT
