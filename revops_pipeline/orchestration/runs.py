"""Which runs are really in flight.

A run whose worker was killed stays "started" in Dagster's storage, and whatever waits for it
waits for ever. Each run therefore records its worker's process; a dead one is reported failed.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime

import dagster as dg
import psutil
from dagster._core.storage.dagster_run import IN_PROGRESS_RUN_STATUSES

from revops_pipeline.orchestration.resources import HOST_TAG, PID_TAG, STARTED_TAG

# Until its worker's process is on record, a run is given this long to start.
START_SECONDS = 60.0

_STATUSES = [*IN_PROGRESS_RUN_STATUSES, dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.QUEUED]


def run_in_flight(instance: dg.DagsterInstance, jobs: tuple[str, ...]) -> str | None:
    """Id of a run of these jobs that is queued or has a living worker; dead ones are failed."""
    alive = None
    for job in jobs:
        records = instance.get_run_records(dg.RunsFilter(job_name=job, statuses=_STATUSES))
        for record in records:
            run = record.dagster_run
            if reason := _dead(run, record.create_timestamp):
                instance.report_run_failed(run, f"reported failed: {reason}")
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
