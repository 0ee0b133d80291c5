"""One object that may not be read leaves all others read, and itself as it was until it may be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from revops_pipeline.sandbox import Portal, Sandbox
from revops_pipeline.sandbox.salesforce_world import SalesforceWorld
from revops_pipeline.sources.hubspot import Cadence
from revops_pipeline.sources.salesforce_bulk import BulkJobs, Waits
from revops_pipeline.sources.stream import ObjectRefused, PermanentError
from revops_pipeline_tests.conftest import Pipeline
from revops_pipeline_tests.sources.copies import differences
from revops_pipeline_tests.sources.salesforce_org import CHANGES, Org, orgs
from revops_pipeline_tests.sources.salesforce_runs import BULK, FAST
from revops_pipeline_tests.sources.servicenow_desk import Desk, desks

NOTED = "select stream, reason from ops.refused_objects order by stream"


@pytest.fixture
def org(tmp_path: Path) -> Iterator[Org]:
    with orgs(tmp_path / "w.duckdb") as serve:
        yield serve(SalesforceWorld.generate(Portal.generate(20, 8, 8, 3), 3))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with desks(tmp_path / "w.duckdb") as serve:
        yield serve()


@pytest.fixture
def portal(serve: Callable[..., Sandbox], tmp_path: Path) -> Pipeline:
    """Read once, by searches and sweeps, and lived in since."""
    portal = Portal.generate(contacts=60, companies=20, deals=30, seed=3)
    portal.clock.stop()
    pipeline = Pipeline(serve(portal), tmp_path / "w.duckdb")
    pipeline.cadence = Cadence(cheap_requests=0, engagement_minutes=0)
    pipeline.run()
    portal.clock.advance(3_660_000)
    for kind in ("contacts", "companies", "deals", "emails"):
        portal.update(kind, min(r["id"] for r in portal.live(kind)), {"hs_object_source": "x"})
    return pipeline


@pytest.mark.parametrize(
    ("missing", "streams", "scope"),
    [
        ("emails", {"emails", "email_associations"}, "sales-email-read"),
        ("owners", {"owners"}, "crm.objects.owners.read"),
        (
            "deals",
            {
                *("deals", "deal_companies", "deal_contacts", "deal_stage_history", "pipelines"),
                *(f"{k}_associations" for k in ("call", "email", "meeting", "note", "task")),
            },
            "crm.objects.deals.read",
        ),
        (
            "associations",
            {
                *("contact_companies", "deal_companies", "deal_contacts"),
                *(f"{k}_associations" for k in ("call", "email", "meeting", "note", "task")),
            },
            "crm.objects.companies.read",
        ),
    ],
)
def test_what_a_hubspot_token_may_not_read_is_named_and_all_else_is_read(
    portal: Pipeline, missing: str, streams: set[str], scope: str
) -> None:
    before = {name: portal.live(name) for name in streams}
    portal.portal.archive("deals", max(r["id"] for r in portal.portal.live("deals")))
    portal.portal.missing_scopes = {missing}
    with pytest.raises(ObjectRefused, match=rf"{min(streams)}.* may not be read.*") as error:
        portal.run()
    assert scope in str(error.value)
    noted = dict(portal.query(NOTED))
    assert noted.keys() == streams
    assert {name: portal.live(name) for name in streams} == before
    left = {line.split()[0] for line in differences(portal.path, portal.portal)}
    assert left <= streams, "all others are as the portal is"
    portal.portal.missing_scopes = set()
    portal.run()
    assert portal.query(NOTED) == []
    assert differences(portal.path, portal.portal) == []


def test_a_first_read_without_one_scope_reads_the_others_and_later_that_one(
    serve: Callable[..., Sandbox], tmp_path: Path
) -> None:
    pipeline = Pipeline(serve(), tmp_path / "w.duckdb")
    pipeline.portal.missing_scopes = {"companies"}
    with pytest.raises(ObjectRefused, match=r"crm\.objects\.companies\.read"):
        pipeline.run()
    assert len(pipeline.live("contacts")) == 60
    assert len(pipeline.live("deals")) == 30
    assert pipeline.live("companies") == set()
    pipeline.portal.missing_scopes = set()
    pipeline.run()
    assert differences(pipeline.path, pipeline.portal) == []


def test_a_list_that_is_refused_for_its_associations_is_read_without_them(
    serve: Callable[..., Sandbox], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A portal may refuse a list of deals to a token that may not see their companies."""
    from revops_pipeline.sources import http

    pipeline, once = Pipeline(serve(), tmp_path / "w.duckdb"), http.HttpSession._once

    def strict(session: Any, method: str, path: str, body: bytes | None) -> Any:
        if "objects/deals?" in path and "associations=" in path:
            raise http.Refused("HubSpot: deals answered 403", 403)
        return once(session, method, path, body)

    monkeypatch.setattr(http.HttpSession, "_once", strict)
    with pytest.raises(ObjectRefused, match=r"deal_companies, deal_contacts may not be read"):
        pipeline.run()
    assert len(pipeline.live("deals")) == 30
    assert pipeline.live("contact_companies")
    monkeypatch.undo()
    pipeline.run()
    assert differences(pipeline.path, pipeline.portal) == []


def test_a_refused_token_stops_everything_and_is_no_refused_object(portal: Pipeline) -> None:
    portal.sandbox.faults.add("unauthorized:probability=1,path_contains=objects/companies")
    with pytest.raises(PermanentError, match="HUBSPOT_API_KEY") as error:
        portal.run()
    assert not isinstance(error.value, ObjectRefused)
    assert portal.query(NOTED) == []


def too_large(
    monkeypatch: pytest.MonkeyPatch, org: Org, name: str, status: int = 400, code: str = ""
) -> None:
    """Salesforce's answer to a user without View All Data in an organisation of many parents."""
    session, failure = type(org.api().http), org.api().http.failure
    once = session._once

    def refusing(self: Any, method: str, path: str, body: bytes | None) -> Any:
        if f"FROM+{name}" in path:
            raise failure("GET queryAll", status, code or "OPERATION_TOO_LARGE", "too many parents")
        return once(self, method, path, body)

    monkeypatch.setattr(session, "_once", refusing)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "OPERATION_TOO_LARGE"),
        (400, "INVALID_TYPE"),
        (403, "INSUFFICIENT_ACCESS"),
        (404, "NOT_FOUND"),
    ],
)
def test_an_object_that_salesforce_refuses_is_named_and_all_others_are_read(
    org: Org, monkeypatch: pytest.MonkeyPatch, status: int, code: str
) -> None:
    too_large(monkeypatch, org, "Task", status, code)
    with pytest.raises(ObjectRefused, match=r"tasks may not be read.*'View All Data'.*leave tasks"):
        org.run(cadence=CHANGES)
    assert [stream for stream, _ in org.query(NOTED)] == ["tasks"]
    truth = org.world.truth()
    assert all(len(org.rows(s)) == len(truth[s]) for s in truth if s != "tasks")
    monkeypatch.undo()
    org.run(cadence=CHANGES)
    org.expect_equal()
    assert org.query(NOTED) == []


def test_an_object_that_is_left_out_is_not_said_to_be_refused_any_more(
    org: Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    too_large(monkeypatch, org, "Task")
    with pytest.raises(ObjectRefused):
        org.run(cadence=CHANGES)
    from revops_pipeline.sources.salesforce import Cadence as SalesforceCadence

    org.run(cadence=SalesforceCadence(objects=("accounts",)))
    assert org.query(NOTED) == []


def test_a_query_job_that_is_refused_is_no_job_that_failed(
    org: Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another job would end the same way: the object is refused, and no job of it is kept."""
    look = BulkJobs._look

    def ended(jobs: BulkJobs, job: str) -> dict[str, Any]:
        told = look(jobs, job)
        if told.get("object") == "Contact":
            why = "OPERATION_TOO_LARGE: exceeded 100000 distinct who/what's"
            return told | {"state": "Failed", "errorMessage": why}
        return told

    monkeypatch.setattr(BulkJobs, "_look", ended)
    with pytest.raises(ObjectRefused, match=r"contacts may not be read.*OPERATION_TOO_LARGE"):
        org.run(cadence=BULK, waits=FAST)
    assert len(org.rows("accounts")) == len(org.world.truth()["accounts"])
    assert "bulk" not in org.state("contacts")
    monkeypatch.undo()
    org.run(cadence=BULK, waits=Waits(first=0.001, most=0.005, limit=5))
    org.expect_equal()


def test_a_table_that_servicenow_refuses_is_named_and_all_others_are_read(desk: Desk) -> None:
    desk.run()
    before = desk.live("problem")
    desk.world.denied = {"problem"}
    desk.world.delete(desk.world.ids("problem")[0])
    desk.world.update(desk.world.ids("incident")[0], close_notes="seen")
    with pytest.raises(ObjectRefused, match=r"problem may not be read.*servicenow\.tables"):
        desk.run()
    assert desk.live("problem") == before
    assert desk.live("incident") == desk.world.truth()["incident"]
    desk.world.denied = set()
    desk.run()
    desk.expect_equal()
