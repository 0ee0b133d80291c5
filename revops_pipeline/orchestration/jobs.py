"""One job a source, and one for everything that is configured."""

from __future__ import annotations

import dagster as dg

from revops_pipeline.settings import VARIABLES, SettingsError, configured, load_settings
from revops_pipeline.sources.catalog import STREAMS

# Every HubSpot view also reads the product's own tables.
_READ = {"hubspot": ("hubspot", "product")}
_TITLES = {
    "hubspot": "HubSpot, the product database",
    "qbr": "Quarterly business reviews",
    "salesforce": "Salesforce",
    "servicenow": "ServiceNow",
}


def _source_job(name: str) -> dg.UnresolvedAssetJobDefinition:
    """The source and all that depends on it, with the models that this reads beside it; other
    sources' raw tables are read as they are.

    Checks are evaluated with every build, but not selected: see `model_assets._translated`.
    """
    read = _READ.get(name, (name,))
    others = dg.AssetSelection.groups(*(n for n in STREAMS if n not in read))
    built = dg.AssetSelection.groups(*read).downstream()
    return dg.define_asset_job(
        f"{name}_job",
        selection=((built | built.upstream()) - others).without_checks(),
        description=f"{_TITLES[name]}, and all that is built from them.",
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
    )


checks_job = dg.define_asset_job(
    "checks_job",
    selection=dg.AssetSelection.all_asset_checks(),
    description="The asset checks alone, on the tables as they are.",
)
