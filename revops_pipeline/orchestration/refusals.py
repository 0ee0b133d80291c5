"""What a run does about objects that the credentials may not read: it says so, it does not call
their tables fresh, and unless a setting makes it a warning it fails once all else is built."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import dagster as dg
from dagster._core.definitions.source_asset import SYSTEM_METADATA_KEY_SOURCE_ASSET_OBSERVATION

from revops_pipeline.config import Config
from revops_pipeline.connections import only_warns
from revops_pipeline.orchestration.resources import Revops
from revops_pipeline.sources.catalog import STREAMS
from revops_pipeline.sources.stream import Stream
from revops_pipeline.warehouse.base import Session

CHECK = "may_be_read"
EXTRACT, LAST = "extract_", "published__read_copy"
"""How the steps are called that read a source, and the last one of a job."""

Verdict = dg.AssetCheckResult | dg.AssetCheckEvaluation


def check_specs(streams: Iterable[Stream], key: Any) -> list[dg.AssetCheckSpec]:
    return [
        dg.AssetCheckSpec(
            CHECK,
            asset=key(stream),
            description="The credentials may read the object; if not, the table stays as it was.",
        )
        for stream in streams
    ]


def stale(key: dg.AssetKey, reason: str) -> Iterator[dg.AssetObservation | dg.Output[None]]:
    """What is reported of a table instead of a materialisation. The output lets the steps go on that
    read the table: Dagster would skip them without one, and by this mark records nothing for it."""
    yield dg.AssetObservation(key, metadata={"stale": True, "reason": reason})
    unrecorded = {SYSTEM_METADATA_KEY_SOURCE_ASSET_OBSERVATION: True}
    yield dg.Output(None, key.to_python_identifier(), metadata=unrecorded)


def refused(session: Session, source: str) -> dict[str, str]:
    """Why, by stream: what the last run met that tried."""
    return dict(
        session.query("select stream, reason from ops.refused_objects where source = ?", [source])
    )


def verdicts(
    context: dg.AssetExecutionContext,
    config: Config,
    streams: Mapping[Stream, dg.AssetKey],
    reasons: Mapping[str, str],
) -> Iterator[Verdict]:
    """The check of each stream. Our jobs do not select checks: theirs are evaluations that stand by
    themselves, as those of dbt's tests are."""
    selected = {(k.asset_key, k.name) for k in context.selected_asset_check_keys}
    for stream, key in streams.items():
        reason = reasons.get(stream.name)
        warns = only_warns(config, stream)
        told: dict[str, Any] = {
            "passed": reason is None,
            "severity": dg.AssetCheckSeverity.WARN if warns else dg.AssetCheckSeverity.ERROR,
            "metadata": {"reason": reason} if reason else {},
        }
        if (key, CHECK) in selected:
            yield dg.AssetCheckResult(asset_key=key, check_name=CHECK, **told)
        else:
            told["metadata"] = {k: dg.MetadataValue.text(v) for k, v in told["metadata"].items()}
            yield dg.AssetCheckEvaluation(asset_key=key, check_name=CHECK, **told)


def goes_on(context: dg.AssetExecutionContext) -> bool:
    """Whether the run has a last step that will speak of what was refused."""
    return any(node.name == LAST for node in context.job_def.nodes)


def fail_if_refused(config: Config, reasons: Mapping[Stream, str]) -> None:
    """Raises dg.Failure naming what may not be read, unless it is only warned of."""
    told = {s: reason for s, reason in reasons.items() if not only_warns(config, s)}
    if told:
        names = ", ".join(stream.table for stream in told)
        raise dg.Failure(
            f"not everything may be read: {names} stay as they were, all else was read and built. "
            f"{'; '.join(dict.fromkeys(told.values()))}. To be warned only: on_refused_object: warn "
            "under the source in config/revops.yml",
            allow_retries=False,
        )


def speak_of_refusals(context: dg.AssetExecutionContext, revops: Revops) -> None:
    """At the end of a run: raises dg.Failure for what its extractions were refused."""
    nodes = {node.name for node in context.job_def.nodes}
    read = [name for name in STREAMS if EXTRACT + name in nodes]
    if not read:
        return
    with revops.warehouse.session("looking for refused objects") as session:
        found = {name: refused(session, name) for name in read}
    reasons = {s: found[n][s.name] for n in read for s in STREAMS[n] if s.name in found[n]}
    fail_if_refused(revops.config, reasons)
