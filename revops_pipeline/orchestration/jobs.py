"""One job a source, and one for everything that is configured."""

from __future__ import annotations

import dagster as dg

from revops_pipeline.orchestration.runs import longest
from revops_pipeline.settings import VARIABLES, SettingsError, configured, load_settings

# Every HubSpot view also reads the product's own tables.
_READ = {"hubspot": ("hubspot", "product")}
_TITLES = {
    "hubspot": "HubSpot, the product database",
    "qbr": "Quarterly business reviews",
    "salesforce": "Salesforce",
    "servicenow": "ServiceNow",
}


def _source_job(name: str) -> dg.UnresolvedAssetJobDefinition:
    """The source and all that depends on it. Other systems' raw tables are read as they are, and
    their models are built and reported only where they are missing or old (`model_assets._build`):
    Dagster's record of a table that cannot have changed is what a run with no news would cost most.

    Checks are evaluated with every build, but not selected: see `model_assets._translated`.
    """
    return dg.define_asset_job(
        f"{name}_job",
        selection=dg.AssetSelection.groups(*_READ.get(name, (name,))).downstream().without_checks(),
        description=f"{_TITLES[name]}, and all that is built from them.",
        tags=longest(),
    )


source_jobs = {name: _source_job(name) for name in _TITLES}
hubspot_job = source_jobs["hubspot"]

# Every source has one asset group of its name.
_ALL = dg.AssetSelection.all()


def revops_job() -> dg.UnresolvedAssetJobDefinition:
    """What is configured when the definitions load, and every model; wrong settings fail in the run."""
    try:
        settings = load_settings()
        left_out = [name for name in VARIABLES if not configured(settings, name)]
    except SettingsError:
        left_out = []
    selection = _ALL - dg.AssetSelection.groups(*left_out) if left_out else _ALL
    return dg.define_asset_job(
        "revops_job",
        selection=selection.without_checks(),
        description="Every configured source, and all that is built from them.",
        tags=longest(),
    )


checks_job = dg.define_asset_job(
    "checks_job",
    selection=dg.AssetSelection.all_asset_checks(),
    description="The asset checks alone, on the tables as they are.",
    tags=longest(),
)
