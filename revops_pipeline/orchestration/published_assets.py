"""What readers open: a copy of the warehouse file, published when all tables of a run are there."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from revops_pipeline.orchestration.failures import RETRY_POLICY, typed_failures
from revops_pipeline.orchestration.link_assets import link_assets
from revops_pipeline.orchestration.model_assets import mart_assets, staging_assets
from revops_pipeline.orchestration.raw_assets import OWNERS
from revops_pipeline.orchestration.refusals import speak_of_refusals
from revops_pipeline.orchestration.resources import WAREHOUSE_KIND, Revops
from revops_pipeline.warehouse.read_copy import publish


def _last_tables() -> list[dg.AssetKey]:
    """Those that no other is made of: once they are there, all are."""
    built = [staging_assets, link_assets, mart_assets]
    keys = {key for assets in built for key in assets.keys}
    read = {key for assets in built for deps in assets.asset_deps.values() for key in deps}
    return sorted(keys - read)


@dg.asset(
    key=["published", "read_copy"],
    deps=_last_tables(),
    group_name="published",
    kinds={WAREHOUSE_KIND},
    owners=OWNERS,
    retry_policy=RETRY_POLICY,
    description="The newest copy of the DuckDB file, for dashboards and notebooks: each table of "
    "staging, marts and ops, row by row. Written when something changed; a run that fails publishes "
    "nothing. Where the warehouse is a service its readers read the marts themselves.",
)
def read_copy(
    context: dg.AssetExecutionContext, revops: Revops
) -> Iterator[dg.MaterializeResult[Any]]:
    with typed_failures():
        yield dg.MaterializeResult(metadata=_publish(context, revops))
    speak_of_refusals(context, revops)


def _publish(context: dg.AssetExecutionContext, revops: Revops) -> dict[str, Any]:
    warehouse = revops.warehouse
    if warehouse.file is None:
        return _not_published(f"readers of {warehouse.describe()} read the marts themselves")
    if not revops.config.read_copy.enabled:
        return _not_published("read_copy.enabled is false in config/revops.yml")
    with warehouse.session("publishing the read copy") as session:
        path = publish(session, warehouse.file, context.run.run_id)
    if path is None:
        context.log.info("nothing has changed since the last read copy; not published again")
        return {"unchanged": True}
    return {"unchanged": False, "path": str(path), "bytes": path.stat().st_size}


def _not_published(why: str) -> dict[str, Any]:
    return {"unchanged": True, "published": False, "why": why}
