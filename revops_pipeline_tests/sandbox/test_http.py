"""What the sandbox says over plain HTTP, above all when it says no."""

import time

import pytest

from revops_pipeline.sandbox import Portal, Sandbox
from revops_pipeline_tests.sandbox.conftest import Client

CONTACTS = "/crm/v3/objects/contacts"


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}])
def test_without_the_right_token_nothing_is_told(http, headers):
    reply = http.get(CONTACTS, headers=headers)
    assert reply.status == 401
    assert reply.json["category"] == "INVALID_AUTHENTICATION"
    assert reply.json["status"] == "error"
    assert reply.json["correlationId"]


@pytest.mark.parametrize(
    "path",
    [
        f"{CONTACTS}?limit=101",
        f"{CONTACTS}?limit=0",
        f"{CONTACTS}?limit=many",
        f"{CONTACTS}?after=elsewhere",
        "/crm/v3/objects/unicorns/1",
        "/crm/v3/owners?limit=501",
        f"{CONTACTS}/1?idProperty=firstname",
    ],
)
def test_a_question_hubspot_does_not_take_is_400(http, path):
    reply = http.get(path)
    assert (reply.status, reply.json["category"]) == (400, "VALIDATION_ERROR")


def test_the_largest_pages_allowed_are_served(http):
    assert len(http.get(f"{CONTACTS}?limit=100").json["results"]) == 100
    assert len(http.get(CONTACTS).json["results"]) == 10
    assert len(http.post(f"{CONTACTS}/search", {"limit": 200}).json["results"]) == 200
    assert len(http.post(f"{CONTACTS}/search", {}).json["results"]) == 10


def filters(count: int, groups: int = 1) -> dict[str, object]:
    one = {"propertyName": "email", "operator": "HAS_PROPERTY"}
    return {"filterGroups": [{"filters": [one] * count}] * groups}


@pytest.mark.parametrize(
    "body",
    [
        {"limit": 201},
        {"after": "9801", "limit": 200},
        {"after": "10000", "limit": 1},
        filters(1, groups=6),
        filters(11),
        filters(6, groups=5),
        {"filters": [{"propertyName": "no_such_thing", "operator": "HAS_PROPERTY"}]},
        {"filters": [{"propertyName": "email", "operator": "RHYMES_WITH", "value": "x"}]},
        {"filters": [{"propertyName": "createdate", "operator": "GT", "value": "soon"}]},
        {"filters": [{"propertyName": "email", "operator": "IN", "value": "x"}]},
        {"sorts": ["no_such_thing"]},
        {"filters": ["email"]},
    ],
)
def test_a_search_beyond_the_documented_limits_is_400(http, body):
    reply = http.post(f"{CONTACTS}/search", body)
    assert (reply.status, reply.json["status"]) == (400, "error")


def test_batches_above_their_size_are_400(http):
    inputs = [{"id": str(number)} for number in range(1001)]
    assert http.post(f"{CONTACTS}/batch/read", {"inputs": inputs[:101]}).status == 400
    path = "/crm/v4/associations/contacts/companies/batch/read"
    assert http.post(path, {"inputs": inputs}).status == 400
    assert http.post(path, {"inputs": inputs[:1000]}).status == 207


def test_the_last_result_a_search_can_reach_is_the_ten_thousandth():
    with Sandbox(Portal.generate(10_050, 10, 0), search_limit=0, rate_limit=0) as sandbox:
        http = Client(sandbox)
        last = http.post(f"{CONTACTS}/search", {"after": "9800", "limit": 200})
        assert last.json["total"] == 10_050
        assert len(last.json["results"]) == 200
        after = last.json["paging"]["next"]["after"]
        assert http.post(f"{CONTACTS}/search", {"after": after, "limit": 200}).status == 400


def test_what_does_not_exist_is_404_with_a_body(http):
    for path in (
        f"{CONTACTS}/1",
        "/crm/v3/nowhere",
        "/crm/v3/owners/1",
        "/crm/v3/pipelines/deals/x",
    ):
        reply = http.get(path)
        assert reply.status == 404
        assert reply.json["category"] == "OBJECT_NOT_FOUND"


def test_broken_json_is_400_and_a_wrong_method_405(http):
    reply = http("POST", f"{CONTACTS}/search", None, fields={"a": "b"})
    assert reply.status == 400
    assert "JSON" in reply.json["message"]
    assert http("PUT", f"{CONTACTS}/search").status == 405


def test_a_url_too_long_is_414_and_the_same_list_by_post_is_not(http):
    names = [f"property_number_{number}" for number in range(1000)]
    assert http.get(f"{CONTACTS}?properties={','.join(names)}").status == 414
    body = {"properties": names, "inputs": [{"id": "98022"}]}
    assert http.post(f"{CONTACTS}/batch/read", body).status == 200


def test_missing_ids_of_a_batch_are_named_beside_what_was_found(http, generated):
    id_ = next(generated.portal.live("deals"))["id"]
    reply = http.post("/crm/v3/objects/deals/batch/read", {"inputs": [{"id": id_}, {"id": "3"}]})
    assert reply.status == 207
    assert [record["id"] for record in reply.json["results"]] == [id_]
    assert reply.json["errors"][0]["context"]["ids"] == ["3"]


def test_a_missing_scope_is_403_and_named(generated, http):
    generated.portal.missing_scopes = {"deals"}
    try:
        reply = http.get("/crm/v3/objects/deals")
        assert (reply.status, reply.json["category"]) == (403, "MISSING_SCOPES")
        assert "crm.objects.deals.read" in reply.json["message"]
        assert http.get(CONTACTS).status == 200
        assert http.post("/crm/v4/associations/deal/company/batch/read", {}).status == 403
    finally:
        generated.portal.missing_scopes = set()


def test_every_answer_but_a_search_counts_down_the_limits(http, generated):
    with Sandbox(generated.portal, rate_limit=190) as sandbox:
        client = Client(sandbox)
        left = []
        for _ in range(2):
            headers = client.get(CONTACTS).headers
            assert headers["X-HubSpot-RateLimit-Max"] == "190"
            assert headers["X-HubSpot-RateLimit-Interval-Milliseconds"] == "10000"
            assert int(headers["X-HubSpot-RateLimit-Daily-Remaining"]) < 625_000
            assert headers["X-HubSpot-RateLimit-Daily"] == "625000"
            left.append(headers["X-HubSpot-RateLimit-Remaining"])
        assert left == ["189", "188"]
        searched = client.post(f"{CONTACTS}/search", {}).headers
        assert not any("ratelimit" in name.lower() for name in searched)
    assert http.get(CONTACTS).headers["X-HubSpot-RateLimit-Max"] == "1000000"


@pytest.mark.parametrize("told", [True, False])
def test_one_request_too_many_is_429_and_says_when_only_if_told_to(portal, told):
    with Sandbox(portal, rate_limit=2, retry_after=told) as sandbox:
        http = Client(sandbox)
        assert [http.get(CONTACTS).status for _ in range(3)] == [200, 200, 429]
        reply = http.get(CONTACTS)
        assert reply.json["policyName"] == "TEN_SECONDLY_ROLLING"
        assert ("retry-after" in reply.headers) is told
        assert sandbox.stats.too_many == 2
        assert http.get("/_sandbox/stats").json["requests"] == 4


def test_the_search_limit_is_its_own_and_recovers_within_a_second(portal):
    with Sandbox(portal, rate_limit=1, search_limit=2) as sandbox:
        http = Client(sandbox)
        statuses = [http.post(f"{CONTACTS}/search", {}) for _ in range(3)]
        assert [reply.status for reply in statuses] == [200, 200, 429]
        assert statuses[-1].json["policyName"] == "SECONDLY"
        assert http.get(CONTACTS).status == 200
        time.sleep(float(statuses[-1].headers["retry-after"]) + 0.05)
        assert http.post(f"{CONTACTS}/search", {}).status == 200


def test_the_day_ends_when_its_requests_are_used_up(portal):
    with Sandbox(portal, daily_limit=1) as sandbox:
        http = Client(sandbox)
        assert [http.get(CONTACTS).status for _ in range(2)] == [200, 429]
        assert http.get(CONTACTS).json["policyName"] == "DAILY"


def test_latency_delays_answers_without_queueing_them(portal):
    from concurrent.futures import ThreadPoolExecutor

    with Sandbox(portal, latency_ms=200) as sandbox, ThreadPoolExecutor(8) as pool:
        started = time.monotonic()
        list(pool.map(lambda _: Client(sandbox).get(CONTACTS), range(8)))
        took = time.monotonic() - started
    assert 0.2 <= took < 0.9


DATED = "2026-09"


@pytest.mark.parametrize(
    ("numbered", "dated"),
    [
        (f"/crm/v3/objects/{kind}", f"/crm/objects/{DATED}/{kind}")
        for kind in ("contacts", "companies", "deals")
    ]
    + [
        ("/crm/v3/properties/deals", f"/crm/properties/{DATED}/deals"),
        ("/crm/v3/pipelines/deals", f"/crm/pipelines/{DATED}/deals"),
        ("/crm/v3/pipelines/deals/default", f"/crm/pipelines/{DATED}/deals/default"),
        ("/crm/v3/owners/", f"/crm/owners/{DATED}"),
        ("/crm/v3/owners?archived=true", f"/crm/owners/{DATED}?archived=true"),
        ("/account-info/v3/details", f"/account-info/{DATED}/details"),
        ("/crm/v3/objects/contacts?archived=true", f"/crm/objects/{DATED}/contact?archived=true"),
    ],
)
def test_numbered_and_dated_paths_answer_alike(http, numbered, dated):
    one, other = http.get(numbered), http.get(dated)
    assert one.status == 200
    # Lists are compared without their paging, whose link names the path.
    assert one.json.get("results", one.json) == other.json.get("results", other.json)


def test_posts_answer_alike_under_both_paths_but_for_the_type_of_associated_ids(http, generated):
    ids = [{"id": record["id"]} for record in list(generated.portal.live("deals"))[:20]]
    for path in ("deals/search", "deals/batch/read"):
        replies = [
            http.post(f"/crm/{base}/{path}", {"inputs": ids}).json["results"]
            for base in ("v3/objects", f"objects/{DATED}")
        ]
        assert replies[0] == replies[1] != []
    ends = "deals/companies/batch/read"
    numbered = http.post(f"/crm/v4/associations/{ends}", {"inputs": ids}).json["results"]
    dated = http.post(f"/crm/associations/{DATED}/{ends}", {"inputs": ids}).json["results"]
    for row in numbered:
        for to in row["to"]:
            assert isinstance(to["toObjectId"], int)
            to["toObjectId"] = str(to["toObjectId"])
    assert numbered == dated != []
