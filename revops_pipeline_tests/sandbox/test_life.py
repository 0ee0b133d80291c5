"""A portal lives thousands of days in a second, and what it serves is what it says it holds."""

from random import Random

import pytest

from revops_pipeline.sandbox import ACTS, Clock, Life, Portal, Sandbox
from revops_pipeline_tests.sandbox.conftest import Client

START = "2026-03-01T12:00:00Z"


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(Portal.empty(), rate_limit=0, search_limit=0) as running:
        yield running


def lived(seed: int, steps: int) -> tuple[Portal, list[str]]:
    portal = Portal.generate(12, 6, 8, seed, activities=10)
    portal.clock = Clock.standing(START)
    life = Life(portal, Random(seed))
    return portal, [life.step() for _ in range(steps)]


def read(http, type_, names, archived):
    path = f"/crm/v3/objects/{type_}?limit=100&properties={names}&archived={archived}"
    return {r["id"]: r for page in http.pages(path) for r in page["results"]}


def check_records(http, portal, truth):
    for name, records in truth.objects.items():
        names = ",".join(portal.store(name).definitions)
        assert read(http, name, names, "false") == records.live
        assert read(http, name, names, "true") == records.archived
        search = http.post(f"/crm/v3/objects/{name}/search", {"limit": 200}).json
        assert {r["id"] for r in search["results"]} == records.live.keys()
        known = [*records.live, *records.archived, *records.deleted, *records.merged]
        assert len(known) == len({*known})


def check_what_is_gone(http, truth):
    for name, records in truth.objects.items():
        path = f"/crm/v3/objects/{name}"
        for id_ in records.deleted:
            for archived in ("true", "false"):
                assert http.get(f"{path}/{id_}?archived={archived}").status == 404
        for old, new in records.merged.items():
            reply = http.get(f"{path}/{old}")
            assert reply.status == (200 if new in records.live else 404)
            if reply.status == 200:
                assert reply.json["id"] == new


def edge(result, to):
    types = to["associationTypes"]
    return {
        "from_id": result["from"]["id"],
        "to_id": str(to["toObjectId"]),
        "is_primary": any(type_["label"] == "Primary" for type_ in types),
        "labels": sorted(t["label"] for t in types if t["category"] == "USER_DEFINED"),
    }


def check_edges(http, truth):
    for (from_type, to_type), edges in truth.edges.items():
        ids = list(truth.objects[from_type].live)
        path = f"/crm/v4/associations/{from_type}/{to_type}/batch/read"
        body = {"inputs": [{"id": id_} for id_ in ids]}
        results = http.post(path, body).json["results"] if ids else []
        shown = [edge(result, to) for result in results for to in result["to"]]
        assert {f"{e['from_id']}:{e['to_id']}": e for e in shown} == edges
        inline = {
            (f"{record['id']}:{link['id']}", link["type"].endswith("unlabeled"))
            for page in http.pages(f"/crm/v3/objects/{from_type}?limit=100&associations={to_type}")
            for record in page["results"]
            for link in record.get("associations", {}).get(to_type, {}).get("results", ())
            if link["type"].startswith(from_type[:4])
        }
        primary = {key for key, plain in inline if not plain}
        assert {key for key, _ in inline} == edges.keys()
        if {from_type, to_type} in ({"deals", "companies"}, {"contacts", "companies"}):
            assert primary == {key for key, e in edges.items() if e["is_primary"]}


@pytest.mark.parametrize("seed", range(4))
def test_what_is_read_over_http_is_the_truth_at_every_moment(sandbox, seed):
    portal, _ = lived(seed, 0)
    sandbox.reset(portal)
    http, life = Client(sandbox), Life(portal, Random(seed))
    for _ in range(5):
        for _ in range(80):
            life.step()
        truth = portal.truth()
        check_records(http, portal, truth)
        check_what_is_gone(http, truth)
        check_edges(http, truth)


def test_the_same_seed_lives_the_same_life():
    first, again, other = lived(1, 300), lived(1, 300), lived(2, 300)
    assert first[1] == again[1] != other[1]
    assert first[0].truth() == again[0].truth()


def test_every_act_happens_and_leaves_its_traces():
    portal, told = lived(9, 2_000)
    assert {line.split()[0] for line in told} >= ACTS.keys() - {"relabel"}
    assert any(line.endswith("as Former") for line in told)
    contacts = portal.truth().objects["contacts"]
    assert contacts.deleted
    assert contacts.merged
    assert set(contacts.merged.values()) - contacts.merged.keys()
    assert portal.clock.now() > Clock.standing(START).now() + 3_600_000


def test_a_life_may_be_confined_to_some_types():
    portal = Portal.generate(12, 6, 8, activities=10)
    before = portal.truth().objects
    life = Life(portal, Random(1), types=("deals",))
    for _ in range(300):
        life.step()
    after = portal.truth().objects
    assert after["deals"] != before["deals"]
    assert {n: t for n, t in after.items() if n in ("companies", "notes")} == {
        n: t for n, t in before.items() if n in ("companies", "notes")
    }


def test_an_act_without_anything_to_do_it_to_is_none():
    life = Life(Portal.empty(), Random(1))
    for act in ACTS.keys() - {"create", "wait"}:
        assert life.act(act, "contacts") is None
    assert life.act("merge", "calls") is None
