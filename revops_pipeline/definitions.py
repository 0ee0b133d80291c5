"""The map: everything Dagster sees, and the policies that hold for all of it."""

from __future__ import annotations

import dagster as dg

from revops_pipeline.orchestration.freshness import with_freshness
from revops_pipeline.orchestration.hidden_checks import hidden_checks
from revops_pipeline.orchestration.jobs import checks_job, revops_job, source_jobs
from revops_pipeline.orchestration.link_assets import decided_assets, link_assets
from revops_pipeline.orchestration.model_assets import mart_assets, staging_assets
from revops_pipeline.orchestration.published_assets import read_copy
from revops_pipeline.orchestration.raw_assets import source_assets, told_assets
from revops_pipeline.orchestration.resources import Revops
from revops_pipeline.orchestration.schedules import (
    every_five_minutes_schedule,
    every_hour_schedule,
    every_minute_schedule,
    slow_schedules,
)
from revops_pipeline.orchestration.sensors import hubspot_change_sensor

assets = with_freshness(
    [
        *(*source_assets, told_assets, decided_assets),
        *(staging_assets, link_assets, mart_assets, read_copy),
    ]
)

defs = dg.Definitions(
    assets=assets,
    jobs=[*source_jobs.values(), revops_job(), checks_job],
    schedules=[
        every_minute_schedule,
        every_five_minutes_schedule,
        every_hour_schedule,
        *slow_schedules,
    ],
    sensors=[hubspot_change_sensor],
    asset_checks=[hidden_checks],
    resources={"revops": Revops()},
    # Eight trivial assets take 4 s in one process and 30 s in one process each.
    executor=dg.in_process_executor,
)
