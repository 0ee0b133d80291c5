"""A query job that breaks, is killed, lost or waited for loses nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from revops_pipeline.sandbox import Portal
from revops_pipeline.sandbox.salesforce_world import SalesforceWorld
from revops_pipeline.sources import salesforce_bulk, salesforce_jobs
from revops_pipeline.sources.salesforce_api import SalesforceApi
from revops_pipeline.sources.salesforce_bulk import JobFailed, Waits
from revops_pipeline.sources.salesforce_rows import Record
from revops_pipeline.sources.stream import PermanentError, TransientError
from revops_pipeline_tests.sources.forked import Crash, forked
from revops_pipeline_tests.sources.salesforce_org import Org, orgs, some
from revops_pipeline_tests.sources.salesforce_runs import (
    BULK,
    BULK_CENSUS,
    FAST,
    REST,
    STREAM,
    asked,
    run,
)


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(salesforce_bulk, "RECORDS", 5)


@pytest.fixture
def org(tmp_path: Path) -> Iterator[Org]:
    portal = Portal.generate(contacts=40, companies=15, deals=2, seed=3)
    with orgs(tmp_path / "w.duckdb") as serve:
        yield serve(SalesforceWorld.generate(portal, 3))


def stored(org: Org) -> dict[str, Any]:
    return {i: orjson.loads(document) for i, document in org.rows(STREAM).items()}


def count(org: Org) -> int:
    """How many rows are stored, deleted ones included."""
    return len(org.rows(STREAM, "true"))


@pytest.fixture
def slow(org: Org, monkeypatch: pytest.MonkeyPatch) -> Org:
    """Each answer is landed before the next one comes."""
    monkeypatch.setattr("revops_pipeline.warehouse.pending.FLUSH_BYTES", 1)
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
    assert count(slow) == expected
    assert set(slow.rows(STREAM)) == set(slow.world.truth()[STREAM])
    # What was landed is not fetched again.
    assert len(asked(slow, "GET", "/results")) <= -(-expected // 5) + 1


@pytest.mark.parametrize("nth", range(1, 14))
def test_a_run_killed_at_any_request_ends_with_the_same_table(org: Org, nth: int) -> None:
    assert forked(lambda: run(org, BULK, [STREAM]), Crash("while reading", nth)) == "killed"
    run(org, BULK, [STREAM])
    assert count(org) == len(org.world.records["Contact"])
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


def test_records_that_change_after_a_job_are_in_the_next_window(org: Org) -> None:
    org.front.faults.add("http_500:probability=1,path_contains=/results,skip=2")
    with pytest.raises(TransientError):
        run(org, streams=[STREAM])
    org.front.faults.clear()
    for record in list(org.world.live("Contact"))[:4]:
        org.world.update("Contact", record["Id"], {"Title": "Later"})
    run(org, streams=[STREAM])
    run(org, streams=[STREAM])
    assert stored(org) == org.world.truth()[STREAM]


def test_requests_that_are_used_up_stop_a_job_and_what_came_is_stored(org: Org) -> None:
    org.world.daily_limit = org.world.used + 20
    with pytest.raises(Exception, match="daily_floor"):
        org.run(cadence=BULK, streams=[STREAM], waits=FAST, daily_floor=0.6)
    org.world.daily_limit = 100_000
    run(org, streams=[STREAM])
    assert org.world.jobs_made == 1
    assert set(org.rows(STREAM)) == set(org.world.truth()[STREAM])


def test_a_load_lets_go_of_a_job_that_is_waited_for_when_all_is_stopped(
    org: Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reading ends at the next look, not when the job does."""
    begun = time.monotonic()
    org.world.job_looks = 10_000
    describe = SalesforceApi.describe

    def used_up(api: SalesforceApi, name: str) -> Any:
        if name == "Contract":
            raise PermanentError("the requests of the day are used up")
        return describe(api, name)

    monkeypatch.setattr(SalesforceApi, "describe", used_up)
    with pytest.raises(PermanentError, match="used up"):
        org.run(cadence=BULK, waits=Waits(first=0.01, most=0.01, limit=60))
    assert time.monotonic() - begun < 20


@pytest.mark.parametrize("kind", ["list", "census", "changes"])
def test_a_job_under_way_is_forgotten_where_jobs_are_switched_off(org: Org, kind: str) -> None:
    if kind != "list":
        run(org, streams=[STREAM])
        for record in list(org.world.live("Contact")):
            org.world.update("Contact", record["Id"], {"Title": "All"})
    org.front.faults.add("http_500:probability=1,path_contains=/results,skip=1")
    with pytest.raises(TransientError):
        run(org, BULK_CENSUS if kind == "census" else BULK, [STREAM])
    org.front.faults.clear()
    assert org.state(STREAM)["bulk"]["kind"] == kind
    made = org.world.jobs_made
    run(org, REST, [STREAM])
    assert "bulk" not in org.state(STREAM)
    assert stored(org) == org.world.truth()[STREAM]
    org.world.update("Contact", some(org.world, "Contact"), {"Title": "Later"})
    run(org, REST, [STREAM])
    assert stored(org) == org.world.truth()[STREAM]
    assert org.world.jobs_made == made


def test_results_without_an_id_fail_the_run_and_the_next_makes_another_job(
    org: Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A job's results never change: asked again, it would give the same."""
    records = salesforce_jobs.csv_records

    def keyless(*arguments: Any) -> list[Record]:
        return [{**record, "Id": None} for record in records(*arguments)]

    monkeypatch.setattr(salesforce_jobs, "csv_records", keyless)
    with pytest.raises(TransientError, match="record of Contact came without its Id"):
        run(org, streams=[STREAM])
    monkeypatch.undo()
    monkeypatch.setattr(salesforce_bulk, "RECORDS", 5)
    run(org, streams=[STREAM])
    assert org.world.jobs_made == 2
    assert stored(org) == org.world.truth()[STREAM]
