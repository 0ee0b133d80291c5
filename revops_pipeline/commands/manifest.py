"""`revops manifest`."""

from __future__ import annotations

from revops_pipeline.transform import runner as dbt


def ensure_manifest() -> int:
    """Builds the manifest unless it is that of the files as they are."""
    try:
        dbt.require_manifest()
        dbt.require_current_manifest()
    except dbt.ManifestError:
        dbt.build_manifest()
    return 0
