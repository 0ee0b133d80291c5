"""When a table counts as late: by the cadence that its source is meant to have."""

from __future__ import annotations

from datetime import timedelta

import dagster as dg

from revops_pipeline.settings import SettingsError, load_config


def _policies() -> dict[str, dg.FreshnessPolicy]:
    """By asset group. A wrong settings file is told of by the run; here the defaults hold."""
    try:
        config = load_config()
    except SettingsError:
        return {}
    minutes = {
        "qbr": config.qbr.freshness_minutes,
        "salesforce": config.salesforce.freshness_minutes,
        "servicenow": config.servicenow.freshness_minutes,
    }
    return {
        group: dg.FreshnessPolicy.time_window(
            # One missed sync is worth a warning, a second one an alarm.
            warn_window=timedelta(minutes=late),
            fail_window=timedelta(minutes=2 * late),
        )
        for group, late in minutes.items()
    }


# An hour without a run is worth a warning, a day an alarm, whatever cadence is chosen.
_USUAL = dg.FreshnessPolicy.time_window(
    fail_window=timedelta(hours=24), warn_window=timedelta(hours=1)
)


def with_freshness(asset: dg.AssetsDefinition) -> dg.AssetsDefinition:
    policies = _policies()
    return asset.map_asset_specs(
        lambda spec: spec.replace_attributes(
            freshness_policy=policies.get(spec.group_name or "", _USUAL)
        )
    )
