"""One job a source, and one for everything that is configured."""

from __future__ import annotations

import dagster as dg

from revops_pipeline.settings import VARIABLES, SettingsError, configured, load_settings

# Decisions of people, which are nobody's downstream.
_OVERRIDES = dg.AssetSelection.assets(["staging", "account_link_override_seed"]).without_checks()

# Checks are evaluated with every build, but not selected: see `model_assets._translated`.
# Every HubSpot view also reads the product's own tables.
hubspot_job = dg.define_asset_job(
    "hubspot_job",
    selection=dg.AssetSelection.groups("hubspot", "product").downstream().without_checks()
    | _OVERRIDES,
    description="HubSpot, the product database, and all that is built from them.",
)

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
