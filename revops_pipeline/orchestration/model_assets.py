"""dbt's models as assets, built in two calls with matching between them."""

import hashlib
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, dbt_assets
from dagster_dbt.asset_utils import get_subset_selection_for_context
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage

from revops_pipeline.orchestration.failures import RETRY_POLICY, typed_failures
from revops_pipeline.orchestration.fingerprint import fingerprint, is_current
from revops_pipeline.orchestration.resources import Revops
from revops_pipeline.orchestration.tables import table_metadata
from revops_pipeline.sources import hubspot, product
from revops_pipeline.transform import runner as dbt

ALL_STREAMS = (*hubspot.STREAMS, *product.STREAMS)
TRANSLATOR = DagsterDbtTranslator()
MANIFEST = dbt.require_manifest()

Event = dg.Output[Any] | dg.AssetCheckResult | dg.AssetObservation | Any


def _stage(name: str) -> dict[str, Any]:
    return {
        "manifest": MANIFEST,
        "select": f"tag:stage_{name}",
        "name": f"build_{name}",
        "dagster_dbt_translator": TRANSLATOR,
        "retry_policy": RETRY_POLICY,
    }


@dbt_assets(**_stage("staging"))
def staging_assets(context: dg.AssetExecutionContext, revops: Revops) -> Iterator[Event]:
    """Typed, de-duplicated, renamed tables; raw tables of sources never read are empty."""
    yield from _build(context, revops, "staging")


@dbt_assets(**_stage("marts"))
def mart_assets(context: dg.AssetExecutionContext, revops: Revops) -> Iterator[Event]:
    """What a revenue team reads; needs the links that matching wrote."""
    yield from _build(context, revops, "marts")


def _build(context: dg.AssetExecutionContext, revops: Revops, stage: str) -> Iterator[Event]:
    with typed_failures():
        with revops.warehouse.session(f"checking {stage}") as session:
            if stage == "staging":
                session.ensure(ALL_STREAMS)
            wanted = fingerprint(session, revops.settings, revops.config)
            build = _build_name(context, stage)
            if build and is_current(session, build, wanted):
                context.log.info(f"{stage}: nothing it is built from has changed; not built again")
                yield from _unchanged(context, table_metadata(session, context.selected_asset_keys))
                return
        events, error = _invoke(context, revops, stage)
        with revops.warehouse.session(f"recording {stage}") as session:
            tables = table_metadata(session, context.selected_asset_keys)
            if build and error is None:
                session.record_build(build, wanted, context.run_id)
    yield from _translated(context, events, tables)
    if error is not None:
        raise dg.Failure(f"dbt, {stage}: {error}", allow_retries=False) from None


def _build_name(context: dg.AssetExecutionContext, stage: str) -> str | None:
    """What a job's build is remembered by; a person who asks for a table gets it built."""
    if context.job_name.startswith("__") or not context.selected_asset_keys:
        return None
    if not context.is_subset:
        return stage
    chosen = "\n".join(sorted(key.to_user_string() for key in context.selected_asset_keys))
    return f"{stage} {hashlib.sha256(chosen.encode()).hexdigest()[:12]}"


def _unchanged(
    context: dg.AssetExecutionContext, tables: dict[dg.AssetKey, dict[str, Any]]
) -> Iterator[Event]:
    dependencies = context.assets_def.asset_deps
    order = TopologicalSorter({k: dependencies[k] for k in context.selected_asset_keys})
    for key in order.static_order():
        if key not in context.selected_asset_keys:
            continue
        yield dg.MaterializeResult(key, metadata={**tables.get(key, {}), "unchanged": True})


def _invoke(
    context: dg.AssetExecutionContext, revops: Revops, stage: str
) -> tuple[list[dict[str, Any]], BaseException | None]:
    command = "build" if context.selected_asset_keys else "test"
    selection, indirect = ["--select", f"tag:stage_{stage}"], None
    if context.is_subset:
        selection, indirect = get_subset_selection_for_context(
            context=context,
            manifest=_manifest(),
            select=f"tag:stage_{stage}",
            exclude=None,
            selector=None,
            dagster_dbt_translator=TRANSLATOR,
            current_dbt_indirect_selection_env=None,
        )
    args = [command, *selection, "--indirect-selection", indirect or "buildable"]
    args += ["--exclude-resource-type", "unit_test"]
    database = Path(revops.warehouse.describe())
    with revops.warehouse.locked(f"dbt {stage}, run {context.run_id[:8]}"):
        return dbt.invoke(args, database=database, variables=revops.config.dbt_vars())


def _translated(
    context: dg.AssetExecutionContext,
    events: list[dict[str, Any]],
    tables: dict[dg.AssetKey, dict[str, Any]],
) -> Iterator[Event]:
    """dagster-dbt's events, a model's with the row count and columns of its table."""
    for raw in events:
        message = DbtCoreCliEventMessage(raw_event=raw, event_history_metadata={})
        for event in message.to_default_asset_events(_manifest(), TRANSLATOR, context):
            if isinstance(event, dg.Output):
                key = context.assets_def.keys_by_output_name[event.output_name]
                extra = {**tables.get(key, {}), "unchanged": False}
                yield dg.Output(
                    None, event.output_name, metadata={**(event.metadata or {}), **extra}
                )
            else:
                yield event


def _manifest() -> Any:
    from dagster_dbt.dbt_manifest import validate_manifest

    return validate_manifest(MANIFEST)
