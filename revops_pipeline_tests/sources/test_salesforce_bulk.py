"""What a query job brings is what REST would have brought, and a job that breaks loses nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from revops_pipeline.sandbox import Portal
from revops_pipeline.sandbox.salesforce_world import SalesforceWorld
from revops_pipeline.sources import http, salesforce_bulk, salesforce_jobs
from revops_pipeline.sources.salesforce import Cadence
from revops_pipeline.sources.salesforce_bulk import Waits
from revops_pipeline_tests.sources.salesforce_org import Org, orgs
from revops_pipeline_tests.sources.salesforce_runs import (
    BULK,
    BULK_CENSUS,
    FAST,
    REST,
    STREAM,
    asked,
    run,
)

BEFORE = "2026-10-30T12:00:00Z"
ODD = (
    {"LastName": 'He said "go", then\nleft\r\n', "Title": "", "Email": None},
    {"LastName": "Zoë 🚀 — Ωmega", "Title": "true", "Department": "12"},
    {"LastName": "null", "Title": '"', "Department": ",", "Phone": "0012e4"},
    {"LastName": " padded ", "Title": "\n", "HasOptedOutOfEmail": True},
)
ODD_ACCOUNTS = (
    {"Name": "Numbers", "AnnualRevenue": 1.6147805824397e13, "NumberOfEmployees": 12_000_000},
    {"Name": "Fractions", "AnnualRevenue": 0.1, "NRR__c": -12.345, "NPS_Score__c": 71},
    {"Name": "Zero", "AnnualRevenue": 0, "NRR__c": 0.00001, "NumberOfEmployees": 0},
    {"Name": "Dates", "Last_Login_Date__c": "2026-02-28", "AnnualRevenue": None},
    {"Name": "Large", "AnnualRevenue": 9_007_199_254_740_992, "ARR__c": 1e21},
)


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(salesforce_bulk, "RECORDS", 5)


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[[SalesforceWorld], Org]]:
    with orgs(tmp_path / "w.duckdb") as served:
        yield served


@pytest.fixture
def org(serve: Callable[[SalesforceWorld], Org]) -> Org:
    world = SalesforceWorld.generate(Portal.generate(contacts=40, companies=15, deals=2, seed=3), 3)
    for values in ODD:
        world.create("Contact", values, BEFORE)
    for values in ODD_ACCOUNTS:
        world.create("Account", values, BEFORE)
    world.update("Contact", world.create("Contact", {}, BEFORE), {"IsDeleted": True}, BEFORE)
    return serve(world)


def raw(org: Org, stream: str) -> list[tuple[Any, ...]]:
    """Everything of the rows but when and by which run they came."""
    return org.query(
        "select id, document, source_updated_at, content_hash, deleted_at "
        f"from raw.salesforce_{stream} order by id"
    )


@pytest.mark.parametrize("stream", ["accounts", "contacts", "opportunities", "cases", "tasks"])
def test_a_backfill_by_job_is_byte_for_byte_the_backfill_by_rest(org: Org, stream: str) -> None:
    run(org, REST, [stream])
    by_rest = raw(org, stream)
    org.path.unlink()
    run(org, BULK, [stream])
    assert len(asked(org, "POST", "/jobs/query")) == 1
    assert len(by_rest) > 10
    assert raw(org, stream) == by_rest


def test_all_streams_are_read_by_job_and_equal_the_organisation(org: Org) -> None:
    entries = run(org)
    assert all(entry.verified for entry in entries.values())
    assert len(asked(org, "POST", "/jobs/query")) >= 5
    org.expect_equal()


def test_an_increment_by_rest_after_a_backfill_by_job_finds_nothing_changed(org: Org) -> None:
    run(org)
    jobs = len(asked(org, "POST", "/jobs/query"))
    again = run(org, Cadence(cheap_requests=0, census_hours=-1, bulk_rows=0))
    assert {name: e.counts.changed for name, e in again.items()} == dict.fromkeys(again, 0)
    assert sum(e.read for e in again.values()) > 100
    assert len(asked(org, "POST", "/jobs/query")) == jobs


def test_a_quiet_run_after_a_backfill_by_job_reads_no_record_of_before(org: Org) -> None:
    old = Cadence(cheap_requests=0, overlap_minutes=0, bulk_rows=5)
    run(org, old)
    again = run(org, old)
    assert {name: e.read for name, e in again.items()} == dict.fromkeys(again, 0)
    assert len(asked(org, "POST", "/jobs/query")) < 9


@pytest.mark.parametrize("limit", [0, 100_000], ids=["never", "below the limit"])
def test_no_job_is_made(org: Org, limit: int) -> None:
    run(org, Cadence(bulk_rows=limit))
    run(org, Cadence(bulk_rows=limit, census_hours=-1))
    assert not asked(org, "POST", "/jobs/query")
    org.expect_equal()


def test_the_limit_is_the_number_of_records_deleted_ones_included(org: Org) -> None:
    count = len(org.world.records["Contact"])
    run(org, Cadence(bulk_rows=count), [STREAM])
    assert not asked(org, "POST", "/jobs/query")
    org.path.unlink()
    run(org, Cadence(bulk_rows=count - 1), [STREAM])
    assert len(asked(org, "POST", "/jobs/query")) == 1


def test_a_mass_update_is_read_by_job_and_a_small_change_by_rest(org: Org) -> None:
    run(org, streams=[STREAM])
    jobs = len(asked(org, "POST", "/jobs/query"))
    org.world.clock.advance(30 * 60_000)
    [first, *_] = org.world.live("Contact")
    org.world.update("Contact", first["Id"], {"Title": "One"})
    run(org, streams=[STREAM])
    assert len(asked(org, "POST", "/jobs/query")) == jobs
    for record in list(org.world.live("Contact")):
        org.world.update("Contact", record["Id"], {"Title": "All"})
    entries = run(org, streams=[STREAM])
    assert len(asked(org, "POST", "/jobs/query")) == jobs + 1
    assert entries[STREAM].verified
    assert {orjson.loads(d)["Title"] for d in org.rows(STREAM).values()} == {"All"}


def test_a_census_by_job_finds_what_no_stamp_tells(org: Org) -> None:
    run(org)
    gone = next(org.world.live("Contact"))["Id"]
    org.world.purge("Contact", gone)
    quiet = next(org.world.live("Account"))["Id"]
    org.world.set_quietly("Account", quiet, {"Churn_Risk_Score__c": 99})
    run(org, BULK_CENSUS)
    org.expect_equal()


def test_waits_grow_up_to_the_most(org: Org, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(salesforce_bulk.time, "sleep", slept.append)
    org.world.job_looks = 6
    jobs = org.source(waits=Waits(first=1, most=4, limit=100))._api.jobs
    job = jobs.start("SELECT Id FROM Contact", deleted=True)
    assert list(jobs.wait(job))[-1] == len(org.world.records["Contact"])
    assert slept == [1, 1.5, 2.25, 3.375, 4, 4]


def test_a_large_answer_is_landed_in_pages_and_noted_once_whole(org: Org) -> None:
    source = org.source(cadence=BULK, waits=FAST)
    source.identity()
    [window] = source.plan(STREAM, {}, None)  # type: ignore[arg-type]
    described = source._describe(STREAM)
    assert described is not None
    reading = salesforce_jobs.JobReading(source._api.jobs, window, described, page_size=2)
    pages = [page for page in reading.pages(anew=False) if page.rows]
    assert [len(page.rows[STREAM]) for page in pages[:4]] == [2, 2, 1, 2]
    assert [page.patch is not None for page in pages[:3]] == [False, False, True]
    assert reading.complete


def test_a_page_of_results_that_has_no_room_is_asked_for_in_smaller_ones(
    org: Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        org.world.create("Contact", {"LastName": f"{number}" * 30_000}, BEFORE)
    monkeypatch.setattr(salesforce_bulk, "FEWEST", 1)
    monkeypatch.setattr(http, "MIB", 200)
    run(org, BULK)
    asked_for = [a.query for a in org.server.asked if a.path.endswith("/results")]
    assert any("maxRecords=5" in query for query in asked_for)
    assert any("maxRecords=1" in query for query in asked_for)
    assert set(org.rows(STREAM)) == set(org.world.truth()[STREAM])
