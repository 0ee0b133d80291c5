"""The schedules of the sources that are read some times a day: at which hours they tick."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import dagster as dg
import pytest
from dagster._utils.schedules import cron_string_iterator

from revops_pipeline import settings
from revops_pipeline.definitions import defs
from revops_pipeline.orchestration import schedules
from revops_pipeline.orchestration.resources import worker_tags
from revops_pipeline.settings import SettingsError, load_config

SLOW = ("qbr", "salesforce", "servicenow")
FREQUENCIES = (60, 180, 360, 720, 1440)
WINDOWS = ((0, 23), (6, 20), (1, 11), (7, 11), (22, 4), (22, 21), (23, 0), (9, 9))


def write(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str) -> None:
    file = tmp_path / "revops.yml"
    file.write_text(text)
    monkeypatch.setattr(settings, "CONFIG_FILE", file)


def week_of(schedule: dg.ScheduleDefinition) -> list[datetime]:
    """Its ticks, and the first one after."""
    assert isinstance(schedule.cron_schedule, str)
    start = datetime(2026, 3, 2, tzinfo=UTC)
    ticks = cron_string_iterator(
        start.timestamp(), schedule.cron_schedule, schedule.execution_timezone
    )
    found = [next(ticks)]
    while found[-1] < start + timedelta(days=7):
        found.append(next(ticks))
    return found


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("minutes", FREQUENCIES)
def test_a_slow_source_is_read_each_day_within_its_hours_and_at_the_distance_asked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, minutes: int, window: tuple[int, int]
) -> None:
    first, last = window
    text = f"salesforce:\n  freshness_minutes: {minutes}\n  sync_hours: [{first}, {last}]\n"
    write(monkeypatch, tmp_path, text)
    schedule = schedules._slow_schedule("salesforce")
    assert schedule.execution_timezone == "UTC"
    open_hours = {(first + step) % 24 for step in range((last - first) % 24 + 1)}

    ticks = week_of(schedule)
    assert {t.hour for t in ticks} <= open_hours
    assert {t.minute for t in ticks} == {0}
    gaps = {b - a for a, b in pairwise(ticks)}
    assert max(gaps) <= timedelta(days=1)
    asked = timedelta(minutes=minutes)
    # Over the closed hours it is longer: no tick may be there.
    longer = gaps - {asked}
    assert len(longer) <= 1
    closed = timedelta(hours=24 - len(open_hours))
    assert all(asked < gap <= asked + closed for gap in longer)
    if minutes < 60 * len(open_hours):
        assert asked in gaps


def test_no_hour_that_a_schedule_ticks_at_is_skipped(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    write(monkeypatch, tmp_path, "qbr:\n  freshness_minutes: 180\n  sync_hours: [22, 4]\n")
    schedule = schedules._slow_schedule("qbr")
    assert schedule.cron_schedule == "0 1,4,22 * * *"
    assert "1, 4, 22 h UTC" in (schedule.description or "")
    for tick in week_of(schedule):
        context = dg.build_schedule_context(instance=instance, scheduled_execution_time=tick)
        assert schedule.evaluate_tick(context).run_requests


@pytest.mark.parametrize(
    ("source", "cron"),
    {
        "qbr": "0 0 * * *",
        "salesforce": "0 0,6,12,18 * * *",
        "servicenow": "0 0,3,6,9,12,15,18,21 * * *",
    }.items(),
)
def test_each_slow_source_has_a_schedule_of_its_own_job_stopped_by_default(
    source: str, cron: str
) -> None:
    schedule = defs.resolve_schedule_def(f"{source}_schedule")
    assert schedule.cron_schedule == cron
    assert schedule.job_name == f"{source}_job"
    assert schedule.default_status is dg.DefaultScheduleStatus.STOPPED


@pytest.mark.parametrize("source", SLOW)
def test_a_slow_schedule_skips_while_a_run_that_reads_its_source_is_in_flight(
    instance: dg.DagsterInstance, source: str
) -> None:
    schedule = defs.resolve_schedule_def(f"{source}_schedule")

    def start(job: str) -> dg.DagsterRun:
        run = instance.create_run_for_job(
            defs.resolve_job_def(job), status=dg.DagsterRunStatus.STARTED
        )
        instance.add_run_tags(run.run_id, worker_tags())
        return run

    def tick() -> str | None:
        data = schedule.evaluate_tick(dg.build_schedule_context(instance=instance))
        return None if data.run_requests else str(data.skip_message)

    other = SLOW[SLOW.index(source) - 1]
    for job in (f"{other}_job", "hubspot_job"):
        start(job)
    assert tick() is None
    for job in (f"{source}_job", "revops_job"):
        run = start(job)
        assert run.run_id in (tick() or "")
        instance.report_run_failed(run)
    assert tick() is None


@pytest.mark.parametrize("source", SLOW)
@pytest.mark.parametrize("minutes", [0, 30, 90, 2880])
def test_another_frequency_is_refused_with_those_that_can_be(
    tmp_path: Path, source: str, minutes: int
) -> None:
    file = tmp_path / "revops.yml"
    file.write_text(f"{source}:\n  freshness_minutes: {minutes}\n")
    with pytest.raises(SettingsError, match=rf"{source}.freshness_minutes: .*180.* or 1440"):
        load_config(file)


@pytest.mark.parametrize("hours", ["[6, 24]", "[-1, 5]", "[6]", "6"])
def test_hours_that_no_day_has_are_refused_by_name(tmp_path: Path, hours: str) -> None:
    file = tmp_path / "revops.yml"
    file.write_text(f"qbr:\n  sync_hours: {hours}\n")
    with pytest.raises(SettingsError, match=r"qbr\.sync_hours"):
        load_config(file)
