"""What faults do to pages: rows come late, twice or not at all, and a patient reader gets them all."""

import itertools

import pytest

from revops_pipeline.sandbox import Life, Portal
from revops_pipeline_tests.sandbox.helpers import people

CONTACTS = "/crm/v3/objects/contacts"


@pytest.fixture
def faults(generated):
    yield generated.faults
    generated.faults.clear()


def ids(pages):
    return [record["id"] for page in pages for record in page["results"]]


def searched(http, **body):
    pages, after = [], None
    while True:
        asked = {**body, "limit": 200, **({"after": after} if after else {})}
        pages.append(http.post(f"{CONTACTS}/search", asked).json)
        after = pages[-1].get("paging", {}).get("next", {}).get("after")
        if after is None:
            return pages


@pytest.fixture
def expected(generated):
    return [record["id"] for record in generated.portal.live("contacts")]


@pytest.mark.parametrize("fault", ["short_page", "short_page:size=3", "empty_page", "repeat_page"])
@pytest.mark.parametrize("searching", [False, True])
def test_rows_behind_a_spoilt_page_are_found_by_its_token(http, faults, expected, fault, searching):
    join = "," if ":" in fault else ":"
    faults.add(f"{fault}{join}times=3")
    pages = searched(http) if searching else http.pages(f"{CONTACTS}?limit=100")
    assert list(dict.fromkeys(ids(pages))) == expected
    assert len(pages) > -(-len(expected) // (200 if searching else 100))
    assert faults.counts[fault.partition(":")[0]] >= 3


@pytest.mark.parametrize("searching", [False, True])
def test_every_page_empty_at_first_still_comes_to_an_end(http, faults, expected, searching):
    faults.add("empty_page:probability=1")
    pages = searched(http) if searching else http.pages(f"{CONTACTS}?limit=100")
    assert ids(pages) == expected
    assert [not page["results"] for page in pages] == [True, False] * (len(pages) // 2)


def test_a_short_last_page_has_a_token_too(scenario, portal):
    wanted = people(portal, 9)
    scenario.sandbox.faults.add("short_page:probability=1")
    pages = scenario.pages(f"{CONTACTS}?limit=100")
    assert [len(page["results"]) for page in pages] == [4, 2, 1, 1, 1]
    assert ids(pages) == wanted


def test_owners_and_associations_come_short_as_well(scenario, portal):
    company = portal.create("companies", {}, {"contacts": people(portal, 6)})
    paths = ("/crm/v3/owners", f"/crm/v4/objects/companies/{company}/associations/contacts")
    whole = [scenario.pages(path)[0]["results"] for path in paths]
    scenario.sandbox.faults.add("short_page:probability=1,size=2")
    for path, rows in zip(paths, whole, strict=True):
        pages = scenario.pages(path)
        assert max(len(page["results"]) for page in pages) == 2
        assert list(itertools.chain(*(page["results"] for page in pages))) == rows


def test_a_repeated_token_leads_in_a_circle_until_the_fault_ends(http, faults):
    faults.add("repeat_token:times=1")
    first = http.get(f"{CONTACTS}?limit=10").json["paging"]["next"]["after"]
    path = f"{CONTACTS}?limit=10&after={first}"
    assert http.get(path).json["paging"]["next"]["after"] == first
    assert http.get(path).json["paging"]["next"]["after"] != first
    body = {"limit": 10, "after": "20"}
    assert http.post(f"{CONTACTS}/search", body).json["paging"]["next"]["after"] == "20"


@pytest.mark.parametrize("searching", [False, True])
def test_the_last_rows_of_a_page_come_again_on_the_next(http, faults, expected, searching):
    faults.add("duplicate_rows:times=2,size=4")
    found = ids(searched(http) if searching else http.pages(f"{CONTACTS}?limit=100"))
    assert len(found) == len(expected) + 8
    assert list(dict.fromkeys(found)) == expected


ACTS = ["create", "edit", "archive", "restore", "delete", "merge"]


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("searching", [False, True])
def test_the_portal_changes_between_two_pages(scenario, portal, act, searching):
    for id_ in people(portal, 450)[::9]:
        portal.archive("contacts", id_)
    before, version = portal.truth().objects["contacts"], portal.version
    scenario.sandbox.faults.add(f"{act}_mid_scan:probability=1")
    if searching:
        searched(scenario)
    else:
        scenario.pages(f"{CONTACTS}?limit=100")
    after = portal.truth().objects["contacts"]
    assert portal.version > version
    assert after != before
    pages = 2 if searching else 4
    strikes = scenario.sandbox.faults.counts[f"{act}_mid_scan"]
    assert pages - 1 <= strikes <= pages
    gone = before.live.keys() - after.live.keys()
    came = after.live.keys() - before.live.keys()
    assert {"create": (0, 1), "edit": (0, 0), "restore": (0, 1)}.get(act, (1, 0))[0] == bool(gone)
    assert bool(came) == (act in ("create", "restore") or (act == "merge" and came != set()))


def test_a_test_may_do_anything_between_two_pages(scenario, portal):
    wanted = people(portal, 5)
    seen = []

    def between(request):
        seen.append(request.query)
        portal.archive("contacts", wanted[len(seen) - 1])

    scenario.sandbox.faults.between_pages = between
    pages = scenario.pages(f"{CONTACTS}?limit=2")
    assert ids(pages) == wanted
    assert len(seen) == 2
    assert len(list(portal.archived("contacts"))) == 2
    scenario.sandbox.faults.clear()
    assert ids(scenario.pages(f"{CONTACTS}?limit=2")) == wanted[2:]


def test_what_happens_between_pages_is_the_same_for_the_same_seed(scenario):
    def run(seed):
        portal = Portal.empty()
        people(portal, 250)
        scenario.sandbox.reset(portal, seed)
        scenario.sandbox.faults.add("archive_mid_scan:probability=0.7")
        scenario.pages(f"{CONTACTS}?limit=10")
        return list(portal.truth().objects["contacts"].archived)

    assert run(1) == run(1) != run(2)


def test_every_act_between_pages_is_one_that_life_knows():
    assert all(hasattr(Life, act) for act in ACTS)


def test_a_short_batch_leaves_results_out_and_does_not_name_them(scenario, portal):
    inputs = {"inputs": [{"id": id_} for id_ in people(portal, 5)]}
    scenario.sandbox.faults.add("short_batch:times=1")
    for left in (2, 5):
        answer = scenario.post(f"{CONTACTS}/batch/read", inputs).json
        assert len(answer["results"]) == left
        assert "errors" not in answer
    portal.create("companies", {}, {"contacts": [inputs["inputs"][0]["id"]]})
    scenario.sandbox.faults.add("short_batch:times=1")
    answer = scenario.post("/crm/v4/associations/contacts/companies/batch/read", inputs).json
    assert answer["results"] == []
    assert len(answer["errors"]) == 4
