"""A tick starts a run only when none is really in flight; the sensor only when HubSpot changed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from types import SimpleNamespace

import dagster as dg
import psutil
import pytest

from revops_pipeline import settings
from revops_pipeline.definitions import defs
from revops_pipeline.orchestration import runs, sensors
from revops_pipeline.orchestration.resources import HOST_TAG, PID_TAG, STARTED_TAG, worker_tags
from revops_pipeline_tests.orchestration.conftest import Project

SCHEDULES = {
    "every_minute_schedule": "* * * * *",
    "every_five_minutes_schedule": "*/5 * * * *",
    "every_hour_schedule": "0 * * * *",
}


def tick(instance: dg.DagsterInstance, name: str = "every_minute_schedule") -> dg.SkipReason | None:
    schedule = defs.resolve_schedule_def(name)
    data = schedule.evaluate_tick(dg.build_schedule_context(instance=instance))
    if data.run_requests:
        return None
    return dg.SkipReason(data.skip_message)


def in_flight(instance: dg.DagsterInstance, status: dg.DagsterRunStatus) -> dg.DagsterRun:
    return instance.create_run_for_job(defs.resolve_job_def("hubspot_job"), status=status)


def started(instance: dg.DagsterInstance, tags: dict[str, str]) -> dg.DagsterRun:
    run = in_flight(instance, dg.DagsterRunStatus.STARTED)
    instance.add_run_tags(run.run_id, tags)
    return run


@pytest.mark.parametrize(("name", "cron"), SCHEDULES.items())
def test_the_three_schedules_run_hubspot_job_and_are_stopped_by_default(
    name: str, cron: str
) -> None:
    schedule = defs.resolve_schedule_def(name)
    assert schedule.cron_schedule == cron
    assert schedule.job_name == "hubspot_job"
    assert schedule.default_status is dg.DefaultScheduleStatus.STOPPED


def test_a_tick_starts_a_run_when_nothing_is_in_flight(instance: dg.DagsterInstance) -> None:
    assert tick(instance) is None


def test_a_tick_skips_with_a_reason_while_a_run_is_in_flight(instance: dg.DagsterInstance) -> None:
    run = started(instance, worker_tags())
    skipped = tick(instance, "every_five_minutes_schedule")
    assert skipped is not None
    assert run.run_id in str(skipped.skip_message)
    assert "in flight" in str(skipped.skip_message)


def test_a_queued_run_waits_for_the_daemon_however_long_it_takes(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "START_SECONDS", -1.0)
    run = in_flight(instance, dg.DagsterRunStatus.NOT_STARTED)
    queued = SimpleNamespace(status=dg.DagsterRunStatus.QUEUED, tags=run.tags)
    assert runs._dead(queued, datetime.now(UTC)) is None
    assert runs._dead(run, datetime.now(UTC))


def test_a_run_whose_worker_is_gone_is_reported_failed_and_holds_nobody_up(
    instance: dg.DagsterInstance,
) -> None:
    gone = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    tags = {PID_TAG: str(gone.pid), HOST_TAG: os.uname().nodename}
    tags[STARTED_TAG] = f"{psutil.Process(gone.pid).create_time():.2f}"
    run = started(instance, tags)
    assert tick(instance) is not None
    gone.kill()
    gone.wait()
    assert tick(instance) is None
    record = instance.get_run_by_id(run.run_id)
    assert record is not None
    assert record.status is dg.DagsterRunStatus.FAILURE


def test_a_run_that_hangs_long_after_its_time_is_ended_and_holds_nobody_up(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "END_SECONDS", 0.1)
    deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True); "
    hung = subprocess.Popen(
        [sys.executable, "-c", f"{deaf}time.sleep(60)"], stdout=subprocess.PIPE, text=True
    )
    assert hung.stdout
    hung.stdout.readline()
    tags = {PID_TAG: str(hung.pid), HOST_TAG: os.uname().nodename}
    tags[STARTED_TAG] = f"{psutil.Process(hung.pid).create_time():.2f}"
    run = started(instance, {**tags, **runs.longest()})
    assert tick(instance) is not None
    record = instance.get_run_record_by_id(run.run_id)
    assert record
    now = datetime.now(UTC).timestamp()
    assert runs._hangs(record.dagster_run, now - 22_000) is None
    monkeypatch.setattr(
        runs, "_hangs", lambda run, _started, hangs=runs._hangs: hangs(run, now - 23_000)
    )
    assert tick(instance) is None
    assert hung.wait(10) == -9
    record = instance.get_run_record_by_id(run.run_id)
    assert record
    assert record.dagster_run.status is dg.DagsterRunStatus.FAILURE
    told = [e.message for e in instance.all_logs(run.run_id)]
    assert any("max_runtime_seconds" in line for line in told)


def test_the_limit_of_a_run_is_a_setting() -> None:
    settings.CONFIG_FILE.write_text("max_runtime_seconds: 60")
    assert runs.longest() == {"dagster/max_runtime": "660"}


def test_a_process_number_given_to_another_program_is_not_taken_for_the_worker(
    instance: dg.DagsterInstance,
) -> None:
    started(instance, {**worker_tags(), STARTED_TAG: "1.00"})
    assert tick(instance) is None


def test_a_run_that_never_started_stops_counting_after_a_while(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_flight(instance, dg.DagsterRunStatus.STARTING)
    assert tick(instance) is not None
    monkeypatch.setattr(runs, "START_SECONDS", -1.0)
    assert tick(instance) is None


def test_each_run_puts_its_worker_on_record(project: Project) -> None:
    result = project.materialize("raw/product_teams")
    run = project.instance.get_run_by_id(result.run_id)
    assert run is not None
    assert run.tags[PID_TAG] == str(os.getpid())


def look(instance: dg.DagsterInstance, cursor: str | None) -> tuple[bool, str | None, str]:
    """(a run is asked for, the next cursor, why not)."""
    context = dg.build_sensor_context(instance=instance, cursor=cursor, definitions=defs)
    data = sensors.hubspot_change_sensor.evaluate_tick(context)
    return bool(data.run_requests), data.cursor, str(data.skip_message)


def test_the_sensor_starts_a_run_only_when_hubspot_changed(project: Project) -> None:
    asked, cursor, _ = look(project.instance, None)
    assert asked
    requests = project.sandbox.stats.requests
    asked, cursor, why = look(project.instance, cursor)
    assert not asked
    assert "nothing changed" in why
    assert project.sandbox.stats.requests - requests == 3
    contact = min(r["id"] for r in project.portal.live("contacts"))
    project.portal.update("contacts", contact, {"firstname": "Changed"})
    asked, cursor, _ = look(project.instance, cursor)
    assert asked
    asked, _, _ = look(project.instance, cursor)
    assert not asked


def test_the_sensor_waits_for_the_run_in_flight_and_then_sees_the_change(project: Project) -> None:
    _, cursor, _ = look(project.instance, None)
    contact = min(r["id"] for r in project.portal.live("contacts"))
    project.portal.update("contacts", contact, {"firstname": "Changed"})
    run = started(project.instance, worker_tags())
    asked, kept, why = look(project.instance, cursor)
    assert not asked
    assert run.run_id in why
    project.instance.report_run_failed(run)
    asked, _, _ = look(project.instance, kept or cursor)
    assert asked


def test_the_sensor_does_without_what_the_token_may_not_see(project: Project) -> None:
    project.portal.missing_scopes = {"companies"}
    asked, cursor, _ = look(project.instance, None)
    assert asked
    deal = min(r["id"] for r in project.portal.live("deals"))
    project.portal.update("deals", deal, {"amount": "7"})
    asked, cursor, _ = look(project.instance, cursor)
    assert asked
    assert not look(project.instance, cursor)[0]


def test_the_sensor_forgets_what_a_fast_clock_had_it_look_for(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    ten_days_on = time.time() + 864_000
    with monkeypatch.context() as fast:
        fast.setattr(sensors.time, "time", lambda: ten_days_on)
        _, cursor, _ = look(project.instance, None)
    contact = min(r["id"] for r in project.portal.live("contacts"))
    project.portal.update("contacts", contact, {"firstname": "Changed"})
    asked, cursor, _ = look(project.instance, cursor)
    assert asked
    assert not look(project.instance, cursor)[0]


def test_the_sensor_says_which_variable_is_missing(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HUBSPOT_API_KEY")
    asked, _, why = look(project.instance, None)
    assert not asked
    assert "HUBSPOT_API_KEY" in why
