"""One step a source: its streams are read at the same time and land in their raw tables."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from revops_pipeline.connections import accepted_deletions, field_policy, product_layout
from revops_pipeline.orchestration.failures import RETRY_POLICY, typed_failures
from revops_pipeline.orchestration.hidden_checks import FIELDS, ROWS, evaluated
from revops_pipeline.orchestration.refusals import (
    EXTRACT,
    Verdict,
    check_specs,
    fail_if_refused,
    goes_on,
    refused,
    stale,
    verdicts,
)
from revops_pipeline.orchestration.resources import WAREHOUSE_KIND, Revops
from revops_pipeline.orchestration.tables import table_metadata
from revops_pipeline.sources.catalog import STREAMS
from revops_pipeline.sources.product_rows import limits as product_limits
from revops_pipeline.sources.stream import Stream
from revops_pipeline.warehouse.base import LogEntry, Session
from revops_pipeline.warehouse.limits import limit_documents
from revops_pipeline.warehouse.load import load

OWNERS = ["team:revops"]

Event = dg.MaterializeResult[Any] | dg.AssetObservation | dg.Output[None] | Verdict


def raw_key(stream: Stream) -> dg.AssetKey:
    return dg.AssetKey(["raw", stream.table])


def raw_specs(streams: tuple[Stream, ...], kind: str) -> list[dg.AssetSpec]:
    return [
        dg.AssetSpec(
            raw_key(stream),
            group_name=stream.source,
            kinds={kind, WAREHOUSE_KIND},
            owners=OWNERS,
            description=f"{stream.description} The record is kept whole, as JSON, in `document`.",
            skippable=True,
        )
        for stream in streams
    ]


def _source(name: str, kind: str, described: str) -> dg.AssetsDefinition:
    """One step that brings a source's streams up to date."""
    streams = STREAMS[name]

    @dg.multi_asset(
        name=f"{EXTRACT}{name}",
        specs=raw_specs(streams, kind),
        check_specs=check_specs(streams, raw_key),
        can_subset=True,
        retry_policy=RETRY_POLICY,
        description=described,
    )
    def extract(context: dg.AssetExecutionContext, revops: Revops) -> Iterator[Event]:
        if not context.selected_asset_keys:
            yield from _checks(context, revops, name, streams)
            return
        if name == "product":  # hubspot_job reads it too, and does without
            with typed_failures():
                there = revops.configured(name)
            if not there:
                context.log.warning(
                    "the product database is not configured (PRODUCT_DATABASE_URL or "
                    "PRODUCT_SCHEMA): its raw tables are read as they are, empty if nothing ever "
                    "filled them"
                )
                yield from _untouched(context, revops, streams)
                return
        yield from _extract(context, revops, name, streams)

    return extract


source_assets = [
    _source("hubspot", "hubspot", "HubSpot's records and associations, brought up to date."),
    _source("product", "sql", "Users, teams and payments of the product's database, up to date."),
    _source("qbr", "python", "Quarterly business reviews, brought up to date."),
    _source("salesforce", "salesforce", "Salesforce's objects, brought up to date."),
    _source("servicenow", "servicenow", "ServiceNow's tickets and what they hang on, up to date."),
]

# Written with the rows, by whichever source lands them.
told_assets = dg.AssetsDefinition(
    specs=[
        dg.AssetSpec(
            ["ops", "rejected_documents"],
            group_name="staging",
            kinds={WAREHOUSE_KIND},
            owners=OWNERS,
            description="One row per value that could not be used as it was sent, or record that "
            "never became a row.",
        ),
        dg.AssetSpec(
            FIELDS,
            group_name="staging",
            kinds={WAREHOUSE_KIND},
            owners=OWNERS,
            description="One row per field that a system showed once, or should show, and shows not.",
        ),
        dg.AssetSpec(
            ROWS,
            group_name="staging",
            kinds={WAREHOUSE_KIND},
            owners=OWNERS,
            description="One row per stream of which a system hides records: how many, when counted.",
        ),
    ]
)


def _checks(
    context: dg.AssetExecutionContext, revops: Revops, name: str, streams: tuple[Stream, ...]
) -> Iterator[Event]:
    """The checks alone, on the tables as they are."""
    with revops.warehouse.session(f"looking at {name}") as session:
        session.ensure(streams)
        reasons = refused(session, name)
    asked = {s: raw_key(s) for s in streams if _asks(context, s)}
    yield from verdicts(context, revops.config, asked, reasons)


def _asks(context: dg.AssetExecutionContext, stream: Stream) -> bool:
    return any(key.asset_key == raw_key(stream) for key in context.selected_asset_check_keys)


def _extract(
    context: dg.AssetExecutionContext, revops: Revops, name: str, streams: tuple[Stream, ...]
) -> Iterator[Event]:
    chosen = [s for s in streams if raw_key(s) in context.selected_asset_keys]
    tables: dict[dg.AssetKey, dict[str, Any]] = {}
    hidden: list[dg.AssetCheckEvaluation] = []

    def describe(session: Session) -> None:
        tables.update(table_metadata(session, map(raw_key, chosen)))
        hidden.extend(evaluated(session, name))

    with typed_failures():
        entries = load(
            revops.source(name),
            revops.warehouse,
            run_id=context.run.run_id,
            streams=[s.name for s in chosen],
            log=context.log.info,
            finally_=describe,
            fields=field_policy(name, revops.config),
            tolerant=True,
            deadline=revops.deadline,
            accepted=accepted_deletions(name, revops.config),
        )
    yield from hidden
    reasons = {s.name: str(e.error) for s in chosen if (e := entries[s.name]).refused}
    for stream in chosen:
        if stream.name in reasons:
            context.log.warning(f"{stream.table} stays as it was: {reasons[stream.name]}")
            yield from stale(raw_key(stream), reasons[stream.name])
            continue
        key = raw_key(stream)
        yield dg.MaterializeResult(key, metadata={**tables[key], **_metadata(entries[stream.name])})
    yield from verdicts(context, revops.config, {s: raw_key(s) for s in chosen}, reasons)
    if not goes_on(context):
        fail_if_refused(revops.config, {s: reasons[s.name] for s in chosen if s.name in reasons})


def _untouched(
    context: dg.AssetExecutionContext, revops: Revops, streams: tuple[Stream, ...]
) -> Iterator[dg.MaterializeResult[Any]]:
    with revops.warehouse.session("creating empty tables") as session:
        session.ensure(streams)
        # What is stored of a database that is configured no more is limited all the same.
        limits = product_limits(product_layout(revops.config))
        limit_documents(session, streams, limits, session.states("product"), context.log.info)
        tables = table_metadata(session, map(raw_key, streams))
    for stream in streams:
        if (key := raw_key(stream)) in context.selected_asset_keys:
            yield dg.MaterializeResult(key, metadata={**tables[key], "configured": False})


def _metadata(entry: LogEntry) -> dict[str, Any]:
    return {
        "rows_read": entry.read,
        "rows_inserted": entry.counts.inserted,
        "rows_updated": entry.counts.updated,
        "rows_deleted": entry.counts.deleted,
        "rows_unchanged": entry.counts.unchanged,
        "pages": entry.pages,
        "checkpoints": entry.checkpoints,
        "verified": entry.verified,
        "unchanged": not entry.counts.changed,
        "seconds": round(entry.seconds, 3),
    }
