"""The map: everything Dagster sees, and the policies that hold for all of it."""

from __future__ import annotations

from datetime import timedelta

import dagster as dg

from revops_pipeline.orchestration.jobs import checks_job, hubspot_job, revops_job
from revops_pipeline.orchestration.link_assets import link_assets
from revops_pipeline.orchestration.model_assets import mart_assets, staging_assets
from revops_pipeline.orchestration.raw_assets import hubspot_assets, product_assets
from revops_pipeline.orchestration.resources import Revops
from revops_pipeline.orchestration.schedules import (
    every_five_minutes_schedule,
    every_hour_schedule,
    every_minute_schedule,
)
from revops_pipeline.orchestration.sensors import hubspot_change_sensor

# An hour without a run is worth a warning, a day an alarm, whatever cadence is chosen.
FRESHNESS = dg.FreshnessPolicy.time_window(
    fail_window=timedelta(hours=24), warn_window=timedelta(hours=1)
)

assets = [
    asset.map_asset_specs(lambda spec: spec.replace_attributes(freshness_policy=FRESHNESS))
    for asset in (hubspot_assets, product_assets, staging_assets, link_assets, mart_assets)
]

defs = dg.Definitions(
    assets=assets,
    jobs=[hubspot_job, revops_job(), checks_job],
    schedules=[every_minute_schedule, every_five_minutes_schedule, every_hour_schedule],
    sensors=[hubspot_change_sensor],
    resources={"revops": Revops()},
    # Eight trivial assets take 4 s in one process and 30 s in one process each.
    executor=dg.in_process_executor,
)
