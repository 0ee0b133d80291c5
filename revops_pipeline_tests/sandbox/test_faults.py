"""Every fault does what its name says, as often as asked, and nowhere else."""

import socket
import time

import orjson
import pytest
import urllib3
from urllib3.exceptions import ProtocolError, ReadTimeoutError

from revops_pipeline.sandbox import Fault, Portal, Sandbox
from revops_pipeline.sandbox.faults import Faults, available, describe
from revops_pipeline_tests.sandbox.conftest import Client

CONTACTS = "/crm/v3/objects/contacts"


@pytest.fixture
def faults(generated):
    yield generated.faults
    generated.faults.clear()


@pytest.mark.parametrize(
    ("name", "status"),
    [("http_500", 500), ("http_429", 429), ("http_429_no_retry_after", 429), ("unauthorized", 401)],
)
def test_a_status_fault_strikes_each_path_as_often_as_told_and_then_never(
    http, faults, name, status
):
    faults.add(Fault(name, times=2))
    for path in (CONTACTS, "/crm/v3/owners"):
        assert [http.get(path).status for _ in range(4)] == [status, status, 200, 200]
    assert faults.counts[name] >= 4


def test_429_faults_differ_in_the_header_alone(http, faults):
    faults.add(Fault("http_429", times=1))
    assert "retry-after" in http.get(CONTACTS).headers
    faults.clear()
    faults.add(Fault("http_429_no_retry_after", times=1))
    silent = http.get(CONTACTS)
    assert "retry-after" not in silent.headers
    assert silent.json["policyName"] == "TEN_SECONDLY_ROLLING"


def test_a_time_out_hangs_until_the_client_gives_up_and_does_not_block_others(http, faults):
    faults.add(Fault("timeout", times=1, path_contains="/deals"))
    with pytest.raises(ReadTimeoutError):
        http.get("/crm/v3/objects/deals", timeout=urllib3.Timeout(0.2))
    assert http.get(CONTACTS).status == 200
    assert http.get("/crm/v3/objects/deals").status == 200


def test_an_answer_that_hangs_does_not_keep_the_sandbox_from_stopping():
    with Sandbox(Portal.empty(), faults=[Fault("timeout")]) as sandbox:
        address = sandbox.url.removeprefix("http://").split(":")
        waiting = socket.create_connection((address[0], int(address[1])))
        head = (
            f"GET {CONTACTS} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {sandbox.token}\r\n\r\n"
        )
        waiting.sendall(head.encode())
        deadline = time.monotonic() + 5
        while not sandbox.faults.counts["timeout"] and time.monotonic() < deadline:
            time.sleep(0.01)
        assert sandbox.faults.counts["timeout"] == 1
        started = time.monotonic()
    assert time.monotonic() - started < 3
    waiting.close()


def test_cut_json_arrives_complete_by_length_and_broken_by_content(http, faults):
    whole = http.get(CONTACTS)
    faults.add(Fault("cut_json", times=1))
    cut = http.get(CONTACTS)
    assert cut.status == 200
    assert cut.body == whole.body[: len(whole.body) // 2]
    with pytest.raises(orjson.JSONDecodeError):
        orjson.loads(cut.body)
    assert http.get(CONTACTS).body == whole.body


def test_a_cut_connection_breaks_in_the_middle_of_the_body(http, faults):
    faults.add(Fault("cut_connection", times=1))
    with pytest.raises(ProtocolError, match="IncompleteRead"):
        http.get(CONTACTS)
    assert http.get(CONTACTS).status == 200


def test_a_repeated_page_brings_the_same_rows_under_a_new_token_once(http, faults, generated):
    faults.add(Fault("repeat_page", times=1))
    pages = http.pages(f"{CONTACTS}?limit=100")
    assert pages[0]["results"] == pages[1]["results"]
    assert pages[0]["paging"]["next"]["after"] != pages[1]["paging"]["next"]["after"]
    ids = [record["id"] for page in pages for record in page["results"]]
    expected = [record["id"] for record in generated.portal.live("contacts")]
    assert len(ids) == len(expected) + 100
    assert list(dict.fromkeys(ids)) == expected


def test_every_page_repeated_still_comes_to_an_end(http, faults):
    faults.add(Fault("repeat_page"))
    assert len(http.pages("/crm/v3/objects/deals?limit=100")) == 6 + 5


def test_an_empty_page_has_a_token_behind_which_its_rows_are(http, faults, generated):
    faults.add(Fault("empty_page", times=2))
    pages = http.pages(f"{CONTACTS}?limit=100")
    assert pages[0]["results"] == []
    ids = [record["id"] for page in pages for record in page["results"]]
    assert ids == [record["id"] for record in generated.portal.live("contacts")]
    assert sum(page["results"] == [] for page in pages) == 2


def test_page_faults_leave_single_records_and_descriptions_alone(http, faults, generated):
    faults.add("empty_page:probability=1")
    faults.add("short_page:probability=1")
    id_ = next(generated.portal.live("contacts"))["id"]
    assert http.get(f"{CONTACTS}/{id_}").json["id"] == id_
    for path in ("properties/contacts", "pipelines/deals"):
        answer = http.get(f"/crm/v3/{path}").json
        assert answer["results"]
        assert "paging" not in answer


def test_a_probability_strikes_about_that_often_and_by_the_seed(generated):
    def run(seed: int) -> list[int]:
        with Sandbox(Portal.empty(), rate_limit=0, faults=["http_500"], seed=seed) as sandbox:
            http = Client(sandbox)
            return [http.get("/crm/v3/owners").status for _ in range(200)]

    first = run(1)
    assert 1 <= first.count(500) <= 30
    assert first == run(1) != run(2)


def test_a_fault_is_confined_to_its_paths(http, faults):
    faults.add("http_500:probability=1,path_contains=/deals")
    assert http.get("/crm/v3/objects/deals").status == 500
    assert http.get(CONTACTS).status == 200
    faults.remove("http_500")
    assert http.get("/crm/v3/objects/deals").status == 200


@pytest.mark.parametrize(
    "text", ["http_501", "http_500:probability=2", "http_500:often", "http_500:times=x"]
)
def test_a_fault_that_cannot_be_is_refused_by_name(text):
    with pytest.raises(ValueError, match="http_50"):
        Faults([text])


def test_every_fault_says_what_it_does_in_a_line():
    told = describe()
    assert list(told) == available()
    assert len(told) == len(available())
    assert all(line.endswith(".") and "\n" not in line for line in told.values())


@pytest.mark.parametrize("status", [502, 503, 504])
def test_gateways_fail_in_bursts_over_all_paths(http, faults, status):
    faults.add(f"http_{status}:probability=1,burst=3,times=1,path_contains=/objects")
    paths = [CONTACTS, "/crm/v3/objects/deals", "/crm/v3/objects/companies"]
    assert [http.get(path).status for path in paths] == [status] * 3
    assert [http.get(path).status for path in paths] == [200] * 3


def test_a_burst_goes_on_where_chance_alone_would_not(generated):
    fault = Fault("http_500", probability=0.05, burst=4)
    with Sandbox(Portal.empty(), rate_limit=0, faults=[fault], seed=4) as sandbox:
        http = Client(sandbox)
        statuses = "".join(str(http.get("/crm/v3/owners").status // 100) for _ in range(150))
    runs = [run for run in statuses.split("2") if run]
    assert runs
    assert all(len(run) % 4 == 0 for run in runs)


def test_a_token_is_refused_in_the_middle_after_the_requests_that_were_let_through(http, faults):
    faults.add("unauthorized:times=1,skip=2,path_contains=/contacts")
    assert [http.get(CONTACTS).status for _ in range(5)] == [200, 200, 401, 200, 200]


@pytest.mark.parametrize("name", ["http_429", "http_429_no_retry_after"])
def test_searches_are_refused_by_their_own_limit(http, faults, name):
    faults.add(f"{name}:times=1")
    refused = http.post(f"{CONTACTS}/search", {})
    assert (refused.status, refused.json["policyName"]) == (429, "SECONDLY")
    assert ("retry-after" in refused.headers) is (name == "http_429")
    assert http.post(f"{CONTACTS}/search", {}).status == 200


def test_long_urls_are_refused_and_short_ones_not(http, faults):
    faults.add("http_414:probability=1,size=200")
    assert http.get(f"{CONTACTS}?properties=email").status == 200
    long = http.get(f"{CONTACTS}?properties={','.join(['email'] * 40)}")
    assert (long.status, long.body) == (414, b"")


def test_a_reset_connection_gives_no_byte_and_the_next_one_works(http, faults):
    faults.add("connection_reset:times=1")
    with pytest.raises(ProtocolError, match="ConnectionResetError"):
        http.get(CONTACTS)
    assert http.get(CONTACTS).status == 200


def test_a_slow_drip_takes_its_time_and_arrives_whole(http, faults):
    whole = http.get(f"{CONTACTS}?limit=50")
    faults.add("slow_drip:times=1,ms=10")
    started = time.monotonic()
    dripped = http.get(f"{CONTACTS}?limit=50", timeout=urllib3.Timeout(read=0.1))
    assert time.monotonic() - started > 0.15
    assert dripped.body == whole.body


def test_faults_combine(http, faults):
    faults.add("short_page:times=1,size=7")
    faults.add("http_500:times=1")
    faults.add("cut_json:times=1,skip=2")
    path = f"{CONTACTS}?limit=50"
    assert http.get(path).status == 500
    assert len(http.get(path).json["results"]) == 7
    with pytest.raises(orjson.JSONDecodeError):
        orjson.loads(http.get(path).body)
    assert len(http.get(path).json["results"]) == 50
