"""What a query job brings is what REST would have brought, and a job that breaks loses nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from revops_pipeline.sandbox import Portal
from revops_pipeline.sandbox.salesforce_world import SalesforceWorld
from revops_pipeline.sources import salesforce_bulk, salesforce_jobs
from revops_pipeline.sources.salesforce import Cadence
from revops_pipeline.sources.salesforce_bulk import JobFailed, Waits
from revops_pipeline.sources.stream import TransientError
from revops_pipeline_tests.sources.forked import Crash, forked
from revops_pipeline_tests.sources.salesforce_org import Org, orgs

REST = Cadence(cheap_requests=0, bulk_rows=0)
BULK = Cadence(cheap_requests=0, bulk_rows=5)
BULK_CENSUS = Cadence(cheap_requests=0, census_hours=-1, bulk_rows=5)
FAST = Waits(first=0.001, most=0.005, limit=5)
STREAM = "contacts"
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


def run(org: Org, cadence: Cadence = BULK, streams: list[str] | None = None) -> dict[str, Any]:
    return org.run(cadence=cadence, streams=streams, waits=FAST)


def raw(org: Org, stream: str) -> list[tuple[Any, ...]]:
    """Everything of the rows but when and by which run they came."""
    return org.query(
        "select id, document, source_updated_at, content_hash, deleted_at "
        f"from raw.salesforce_{stream} order by id"
    )


def asked(org: Org, method: str, part: str) -> list[str]:
    return [a.path for a in org.server.asked if a.method == method and part in a.path]


def expect_equal(org: Org) -> None:
    for stream, records in org.world.truth().items():
        stored = {i: orjson.loads(d) for i, d in org.rows(stream).items()}
        assert stored == records, stream


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
    expect_equal(org)


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
    expect_equal(org)


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
    expect_equal(org)


@pytest.fixture
def slow(org: Org, monkeypatch: pytest.MonkeyPatch) -> Org:
    """Each answer is landed before the next one comes."""
    monkeypatch.setattr("revops_pipeline.warehouse.load.FLUSH_BYTES", 1)
    run(org, BULK, ["users"])  # the file and its tables are there
    org.front.latency_ms = 60
    org.server.asked.clear()
    org.world.jobs_made = 0
    return org


@pytest.mark.parametrize("nth", [2, 3, 5, 7, 8])
def test_a_run_killed_between_pages_of_results_goes_on_with_the_same_job(
    slow: Org, nth: int
) -> None:
    expected = len(slow.world.records["Contact"])
    assert -(-expected // 5) >= 6
    crash = Crash("after the commit", nth)
    assert forked(lambda: run(slow, BULK, [STREAM]), crash) == "killed"
    run(slow, BULK, [STREAM])
    assert slow.world.jobs_made == 1
    assert slow.query(f"select count(*) from raw.salesforce_{STREAM}") == [(expected,)]
    assert set(slow.rows(STREAM)) == set(slow.world.truth()[STREAM])
    # What was landed is not fetched again.
    assert len(asked(slow, "GET", "/results")) <= -(-expected // 5) + 1


@pytest.mark.parametrize("nth", range(1, 15))
def test_a_run_killed_at_any_request_ends_with_the_same_table(org: Org, nth: int) -> None:
    assert forked(lambda: run(org, BULK, [STREAM]), Crash("while reading", nth)) == "killed"
    run(org, BULK, [STREAM])
    assert len(raw(org, STREAM)) == len(org.world.records["Contact"])
    assert set(org.rows(STREAM)) == set(org.world.truth()[STREAM])


def test_a_census_that_is_killed_goes_on_with_its_job_and_deletes_what_is_gone_alone(
    slow: Org,
) -> None:
    run(slow, BULK, [STREAM])
    slow.world.purge("Contact", next(slow.world.live("Contact"))["Id"])
    crash = Crash("after the commit", 3)
    assert forked(lambda: run(slow, BULK_CENSUS, [STREAM]), crash) == "killed"
    made = slow.world.jobs_made
    run(slow, BULK, [STREAM])
    assert slow.world.jobs_made == made == 2
    assert set(slow.rows(STREAM)) == set(slow.world.truth()[STREAM])


def test_a_failed_job_is_told_with_its_reason_and_the_next_run_makes_another(org: Org) -> None:
    org.front.faults.add("failed_job:times=1")
    with pytest.raises(JobFailed, match=r"of Contact ended as Failed .*timed out.*bulk_rows: 0"):
        run(org, streams=[STREAM])
    org.front.faults.clear()
    run(org, streams=[STREAM])
    assert org.world.jobs_made == 2
    assert set(org.rows(STREAM)) == set(org.world.truth()[STREAM])


def test_a_job_that_is_deleted_between_pages_is_made_anew(org: Org) -> None:
    org.front.faults.add("deleted_job:probability=1,path_contains=750Fk0000000001")
    entries = run(org, streams=[STREAM])
    assert org.front.faults.counts["deleted_job"] == 1
    assert (org.world.jobs_made, entries[STREAM].verified) == (2, True)
    assert set(org.rows(STREAM)) == set(org.world.truth()[STREAM])


def test_a_job_that_is_always_deleted_ends_the_run_and_not_before_some_attempts(org: Org) -> None:
    org.front.faults.add("deleted_job:probability=1")
    with pytest.raises(TransientError, match="job of Contact is deleted before it is read"):
        run(org, streams=[STREAM])
    org.front.faults.clear()
    run(org, streams=[STREAM])
    assert set(org.rows(STREAM)) == set(org.world.truth()[STREAM])


def test_a_job_that_is_older_than_a_week_is_made_anew(org: Org) -> None:
    org.front.faults.add("http_500:probability=1,path_contains=/results,skip=2")
    with pytest.raises(TransientError):
        run(org, streams=[STREAM])
    org.front.faults.clear()
    org.world.clock.advance(8 * 24 * 3_600_000)
    run(org, streams=[STREAM])
    assert org.world.jobs_made == 2
    assert set(org.rows(STREAM)) == set(org.world.truth()[STREAM])


def test_a_field_that_came_while_a_job_was_under_way_is_asked_for_by_another_job(org: Org) -> None:
    org.front.faults.add("http_500:probability=1,path_contains=/results,skip=2")
    with pytest.raises(TransientError):
        run(org, streams=[STREAM])
    org.front.faults.clear()
    org.world.objects["Contact"].fields["Shoe_Size__c"] = "double"
    for record in org.world.records["Contact"].values():
        record["Shoe_Size__c"] = 44.5
    run(org, streams=[STREAM])
    assert {orjson.loads(d)["Shoe_Size__c"] for d in org.rows(STREAM).values()} == {44.5}


@pytest.mark.parametrize(
    "fault", ["cut_json", "lost_rows", "wrong_record_count", "cut_connection", "http_503"]
)
def test_a_page_of_results_that_is_broken_is_asked_for_again(org: Org, fault: str) -> None:
    org.front.faults.add(f"{fault}:times=2,path_contains=/results")
    entries = run(org, streams=[STREAM])
    assert org.front.faults.counts[fault] == 2
    assert (org.world.jobs_made, entries[STREAM].verified) == (1, True)
    assert set(org.rows(STREAM)) == set(org.world.truth()[STREAM])


@pytest.mark.parametrize("fault", ["lost_rows", "wrong_record_count", "cut_json", "repeat_token"])
def test_results_that_stay_broken_fail_the_run_and_the_next_makes_another_job(
    org: Org, fault: str
) -> None:
    org.front.faults.add(f"{fault}:probability=1,path_contains=/results")
    told = "repeats where" if fault == "repeat_token" else "says that it has|broken CSV"
    with pytest.raises(TransientError, match=told):
        run(org, streams=[STREAM])
    org.front.faults.clear()
    run(org, streams=[STREAM])
    assert org.world.jobs_made == 2
    assert set(org.rows(STREAM)) == set(org.world.truth()[STREAM])


def test_a_job_with_fewer_results_than_it_counts_is_never_settled(
    org: Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    processed = salesforce_bulk._processed
    monkeypatch.setattr(salesforce_bulk, "_processed", lambda j, told: processed(j, told) + 1)
    with pytest.raises(TransientError, match="Contact gave fewer records"):
        run(org, streams=[STREAM])
    assert org.world.jobs_made == 3  # each reading asks anew
    monkeypatch.undo()
    monkeypatch.setattr(salesforce_bulk, "RECORDS", 5)
    assert run(org, streams=[STREAM])[STREAM].verified


def test_a_job_that_takes_too_long_is_waited_for_by_the_next_run(org: Org) -> None:
    org.world.job_looks = 10_000
    short = Waits(first=0.001, most=0.002, limit=0.02)
    with pytest.raises(TransientError, match=r"still InProgress .*waits for the same job"):
        org.run(cadence=BULK, streams=[STREAM], waits=short)
    org.world.job_looks = 0
    run(org, streams=[STREAM])
    assert org.world.jobs_made == 1
    assert set(org.rows(STREAM)) == set(org.world.truth()[STREAM])


def test_a_session_that_ends_while_a_job_is_read_is_renewed(org: Org) -> None:
    org.front.faults.add("unauthorized:times=1,path_contains=/results")
    assert run(org, streams=[STREAM])[STREAM].verified
    assert (org.front.sessions.logins, org.world.jobs_made) == (2, 1)


def test_waits_grow_up_to_the_most(org: Org, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(salesforce_bulk.time, "sleep", slept.append)
    org.world.job_looks = 6
    jobs = org.source(waits=Waits(first=1, most=4, limit=100))._api.jobs
    job = jobs.start("SELECT Id FROM Contact", deleted=True)
    assert list(jobs.wait(job))[-1] == len(org.world.records["Contact"])
    assert slept == [1, 1.5, 2.25, 3.375, 4, 4]


def test_records_that_change_after_a_job_are_in_the_next_window(org: Org) -> None:
    org.front.faults.add("http_500:probability=1,path_contains=/results,skip=2")
    with pytest.raises(TransientError):
        run(org, streams=[STREAM])
    org.front.faults.clear()
    for record in list(org.world.live("Contact"))[:4]:
        org.world.update("Contact", record["Id"], {"Title": "Later"})
    run(org, streams=[STREAM])
    run(org, streams=[STREAM])
    stored = {i: orjson.loads(d) for i, d in org.rows(STREAM).items()}
    assert stored == org.world.truth()[STREAM]


def test_requests_that_are_used_up_stop_a_job_and_what_came_is_stored(org: Org) -> None:
    org.world.daily_limit = org.world.used + 20
    with pytest.raises(Exception, match="daily_floor"):
        org.run(cadence=BULK, streams=[STREAM], waits=FAST, daily_floor=0.6)
    org.world.daily_limit = 100_000
    run(org, streams=[STREAM])
    assert org.world.jobs_made == 1
    assert set(org.rows(STREAM)) == set(org.world.truth()[STREAM])


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


def test_a_load_lets_go_of_a_job_that_is_waited_for_when_another_stream_fails(org: Org) -> None:
    """The reading ends at the next look, not when the job does."""
    begun = time.monotonic()
    org.world.job_looks = 10_000
    org.world.hidden.add("Contract")
    with pytest.raises(Exception, match="cannot see the object Contract"):
        org.run(cadence=BULK, waits=Waits(first=0.01, most=0.01, limit=60))
    assert time.monotonic() - begun < 20
