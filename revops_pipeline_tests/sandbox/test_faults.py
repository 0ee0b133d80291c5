"""Every fault does what its name says, as often as asked, and nowhere else."""

import socket
import time

import orjson
import pytest
import urllib3
from urllib3.exceptions import ProtocolError, ReadTimeoutError

from revops_pipeline.sandbox import Fault, Portal, Sandbox
from revops_pipeline.sandbox.faults import Faults, available
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


def test_page_faults_leave_single_records_and_searches_alone(http, faults, generated):
    faults.add("empty_page:probability=1")
    faults.add("repeat_page:probability=1")
    id_ = next(generated.portal.live("contacts"))["id"]
    assert http.get(f"{CONTACTS}/{id_}").json["id"] == id_
    assert http.post(f"{CONTACTS}/search", {}).json["results"]


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


def test_every_fault_of_the_list_is_there():
    assert available() == [
        "cut_connection",
        "cut_json",
        "empty_page",
        "http_429",
        "http_429_no_retry_after",
        "http_500",
        "repeat_page",
        "timeout",
        "unauthorized",
    ]
