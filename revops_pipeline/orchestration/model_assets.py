"""dbt's models as assets, built in two calls with matching between them."""

from collections.abc import Collection, Iterator, Mapping
from graphlib import TopologicalSorter
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, dbt_assets
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage
from dagster_dbt.dbt_manifest import validate_manifest

from revops_pipeline.orchestration import check_results, currency_rates
from revops_pipeline.orchestration.account_checks import CHECKS
from revops_pipeline.orchestration.broken_by import broken_by
from revops_pipeline.orchestration.check_results import Result, told_again
from revops_pipeline.orchestration.failures import RETRY_POLICY, typed_failures
from revops_pipeline.orchestration.link_assets import MATCHED_FROM, MATCHED_TABLES
from revops_pipeline.orchestration.named_settings import require_names
from revops_pipeline.orchestration.resources import Revops
from revops_pipeline.orchestration.staleness import (
    checks_of,
    forget,
    made_of,
    made_of_each,
    plan,
    reads,
    remember,
)
from revops_pipeline.orchestration.tables import REJECTS, reject_counts, table_metadata
from revops_pipeline.redaction import redacted
from revops_pipeline.sources.catalog import ALL_STREAMS
from revops_pipeline.transform import runner as dbt
from revops_pipeline.warehouse.base import Session
from revops_pipeline.warehouse.hidden import held_fields

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
    """A job also builds, and reports, what its tables are made of where that is missing or old."""
    keys = {".".join(key.path): key for key in context.selected_asset_keys}
    tables = _of_job(context, stage) if _is_job(context) else frozenset(keys)
    with typed_failures():
        with revops.warehouse.session(f"checking {stage}") as session:
            session.ensure(ALL_STREAMS if stage == "staging" else ())
            if stage == "staging":
                currency_rates.bring_up_to_date(session, revops.config, context.run.run_id)
            planned = plan(session, tables, _manifest(), revops.common)
            # A person who asks for a table gets it built.
            stale = planned.stale if _is_job(context) else tables
            require_names(session, revops.config, stale)
            tests = reads(_manifest())
            states = made_of_each(tests, planned.states)
            kept = table_metadata(session, [keys[t] for t in keys.keys() - stale])
            if _is_job(context):
                due, known = _due(tables, stale, states, check_results.last(session))
            else:
                due, known = _asked_for(context, tests, planned.there | stale), []
            if stale:
                forget(session, stale, context.run.run_id)
            held = held_fields(session)
        yield from _unchanged(context, kept)
        yield from told_again(r for r in known if keys.get(r.table) in kept)
        if not stale and not due:
            context.log.info(f"{stage}: nothing it is built from has changed; not built again")
            return
        variables = {**revops.config.dbt_vars(), "held_fields": held}
        events, error = _invoke(context, revops, stage, stale, due, variables)
        with revops.warehouse.session(f"recording {stage}") as session:
            built = table_metadata(session, [dg.AssetKey(table.split(".")) for table in stale])
            broken = broken_by(session, events)
            told = list(_with_counts(session, _translated(context, events, built), broken))
            found = [event for event in told if isinstance(event, check_results.Evaluated)]
            existing = tests.keys() | {check.name for check in CHECKS}
            check_results.keep(session, found, context.run.run_id, states, existing)
            if stale and error is None and _is_job(context):
                wanted = {table: planned.wanted[table] for table in stale}
                remember(session, wanted, context.run.run_id)
    for name, rows in broken.items():
        context.log.warning(f"check {name}: {'; '.join(rows)}")
    yield from told
    if error is not None:
        raise dg.Failure(redacted(f"dbt, {stage}: {error}"), allow_retries=False) from None


def _due(
    tables: Collection[str],
    stale: Collection[str],
    made_of: Mapping[str, str],
    last: Mapping[str, Result],
) -> tuple[list[str], list[Result]]:
    """The tests that a job has to run: those that read what it builds, and those of which no result
    holds; and the results that do."""
    due = set(checks_of(_manifest(), stale, tables))
    held = []
    for name in checks_of(_manifest(), tables, tables):
        if name in last and name not in due and last[name].holds(made_of[name]):
            held.append(last[name])
        else:
            due.add(name)
    return sorted(due), held


def _asked_for(
    context: dg.AssetExecutionContext,
    tests: Mapping[str, frozenset[str]],
    there: frozenset[str],
) -> list[str]:
    """The tests that somebody selected by hand. With a table, those can be run of which all that they
    read is there; alone, what is missing is a failure."""
    names = sorted(key.name for key in context.selected_asset_check_keys)
    if not context.selected_asset_keys:
        return names
    for name in names:
        if missing := sorted(tests[name] - there):
            context.log.warning(f"{name} is not evaluated: {', '.join(missing)} was never built")
    return [name for name in names if tests[name] <= there]


def _is_job(context: dg.AssetExecutionContext) -> bool:
    """A job of ours, not what somebody selected by hand."""
    return not context.job_name.startswith("__") and bool(context.selected_asset_keys)


def _of_job(context: dg.AssetExecutionContext, stage: str) -> frozenset[str]:
    """Of the stage, what any of the job's tables is made of."""
    tables = {".".join(key.path) for key in context.job_def.asset_layer.selected_asset_keys}
    if not tables.isdisjoint(MATCHED_TABLES):
        tables |= MATCHED_FROM
    return made_of(_manifest(), tables, f"stage_{stage}")


def _unchanged(
    context: dg.AssetExecutionContext, tables: dict[dg.AssetKey, dict[str, Any]]
) -> Iterator[Event]:
    dependencies = context.assets_def.asset_deps
    order = TopologicalSorter({key: dependencies[key] for key in tables})
    for key in order.static_order():
        if key in tables:
            yield dg.MaterializeResult(key, metadata={**tables[key], "unchanged": True})


def _invoke(
    context: dg.AssetExecutionContext,
    revops: Revops,
    stage: str,
    tables: Collection[str],
    tests: Collection[str],
    variables: Mapping[str, Any],
) -> tuple[list[dict[str, Any]], BaseException | None]:
    """Builds these tables and runs these tests, and no others."""
    names = [table.partition(".")[2] for table in sorted(tables)] + sorted(tests)
    args = ["build" if tables else "test", "--select", " ".join(names)]
    args += ["--indirect-selection", "empty", "--exclude-resource-type", "unit_test"]
    purpose = f"dbt {stage}, run {context.run.run_id[:8]}"
    with revops.warehouse.locked(purpose):
        return dbt.invoke(
            args,
            variables=variables,
            purpose=purpose,
            wait_seconds=revops.config.writer_wait_seconds,
        )


def _translated(
    context: dg.AssetExecutionContext,
    events: list[dict[str, Any]],
    tables: dict[dg.AssetKey, dict[str, Any]],
) -> Iterator[Event]:
    """dagster-dbt's events, a model's with the row count and columns of its table.

    Our jobs do not select the checks: what is planned and then skipped, because nothing changed,
    would stand as unknown. They are evaluated with every build all the same, as an op's are. The
    same way a table is recorded that the job did not select and had to build.
    """
    for raw in events:
        message = DbtCoreCliEventMessage(raw_event=raw, event_history_metadata={})
        is_test = raw["info"]["name"] == "LogTestResult"
        within = context if is_test and not _is_job(context) else None
        for event in message.to_default_asset_events(_manifest(), TRANSLATOR, within):
            if isinstance(event, dg.AssetMaterialization):
                key = event.asset_key
                metadata = {**event.metadata, **tables.get(key, {}), "unchanged": False}
                if key in context.selected_asset_keys:
                    yield dg.Output(None, key.to_python_identifier(), metadata=metadata)
                else:
                    yield dg.AssetMaterialization(key, metadata=metadata)
            else:
                yield event


def _with_counts(
    session: Session, events: Iterator[Event], broken: Mapping[str, list[str]]
) -> Iterator[Event]:
    """A check that is broken names by what. One of the rejects shows how many values of each kind
    there are, also of that which it lets pass."""
    for event in events:
        if not isinstance(event, check_results.Evaluated):
            yield event
            continue
        metadata = dict(event.metadata)
        if rows := broken.get(event.check_name or ""):
            metadata["broken_by"] = dg.MetadataValue.json(rows)
        if event.asset_key == REJECTS:
            metadata |= reject_counts(session)
        yield event.with_metadata(metadata)


def _manifest() -> Any:
    return validate_manifest(MANIFEST)
