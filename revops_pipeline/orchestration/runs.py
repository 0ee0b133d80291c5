"""Which runs are really in flight.

A run whose worker was killed stays "started" in Dagster's storage, and whatever waits for it
waits for ever. Each run therefore records its worker's process; a dead one is reported failed. So is
one that hangs: a load ends by itself when its time is over, and a run that is at work long after that
is ended from outside, by Dagster's daemon or by the next tick.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime

import dagster as dg
import psutil
from dagster._core.storage.dagster_run import IN_PROGRESS_RUN_STATUSES
from dagster._core.storage.tags import MAX_RUNTIME_SECONDS_TAG

from revops_pipeline.config import Config
from revops_pipeline.orchestration.resources import HOST_TAG, PID_TAG, STARTED_TAG
from revops_pipeline.settings import SettingsError, load_config

# Until its worker's process is on record, a run is given this long to start.
START_SECONDS = 60.0
# What a load has read lands after its time is over, and a build may be under way.
GRACE_SECONDS = 600
# The daemon, where one runs, looks at the same limit and ends a run first.
DAEMON_SECONDS = 120.0
# A worker that is asked to end; then it is killed, which loses nothing: all is in transactions.
END_SECONDS = 5.0

_STATUSES = [*IN_PROGRESS_RUN_STATUSES, dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.QUEUED]


def longest() -> dict[str, str]:
    """The tag by which Dagster ends a run of a job; a wrong settings file is told of by the run."""
    try:
        config = load_config()
    except SettingsError:
        config = Config()
    return {MAX_RUNTIME_SECONDS_TAG: str(int(config.max_runtime_seconds) + GRACE_SECONDS)}


def run_in_flight(instance: dg.DagsterInstance, jobs: tuple[str, ...]) -> str | None:
    """Id of a run of these jobs that is queued or has a living worker; dead ones are failed, and
    those that hang are ended."""
    alive = None
    for job in jobs:
        records = instance.get_run_records(dg.RunsFilter(job_name=job, statuses=_STATUSES))
        for record in records:
            run = record.dagster_run
            if reason := _dead(run, record.create_timestamp):
                instance.report_run_failed(run, f"reported failed: {reason}")
            elif reason := _hangs(run, record.start_time):
                _end_worker(run)
                instance.report_run_failed(run, f"ended: {reason}")
            else:
                alive = run.run_id
    return alive


def _dead(run: dg.DagsterRun, created: datetime) -> str | None:
    """Why no process works on the run any more; None if one does or may yet."""
    if run.status is dg.DagsterRunStatus.QUEUED:
        return None
    pid = run.tags.get(PID_TAG)
    if pid is None:
        age = (datetime.now(UTC) - created.astimezone(UTC)).total_seconds()
        return f"no worker within {START_SECONDS:.0f} s" if age > START_SECONDS else None
    if run.tags.get(HOST_TAG) != os.uname().nodename:
        return None
    try:
        started = psutil.Process(int(pid)).create_time()
    except psutil.NoSuchProcess:
        return f"its worker, process {pid}, is gone"
    if f"{started:.2f}" != run.tags.get(STARTED_TAG):
        return f"its worker, process {pid}, is gone and the number was given to another"
    return None


def _hangs(run: dg.DagsterRun, started: float | None) -> str | None:
    """Why it is ended from outside; None while its time is not over. `started` is in epoch seconds."""
    limit = run.tags.get(MAX_RUNTIME_SECONDS_TAG)
    if started is None or limit is None:
        return None
    seconds = datetime.now(UTC).timestamp() - started
    if seconds < float(limit) + DAEMON_SECONDS:
        return None
    return (
        f"at work for {seconds:.0f} s, long after its time (max_runtime_seconds in "
        "config/revops.yml) was over; the next run goes on from what it stored"
    )


def _end_worker(run: dg.DagsterRun) -> None:
    """The process that the run put on record, unless it is this one or of another machine."""
    pid = int(run.tags.get(PID_TAG, 0))
    if not pid or pid == os.getpid() or run.tags.get(HOST_TAG) != os.uname().nodename:
        return
    try:
        worker = psutil.Process(pid)
        worker.terminate()
        if psutil.wait_procs([worker], timeout=END_SECONDS)[1]:
            worker.kill()
    except psutil.NoSuchProcess:
        return
