"""Whether the vendors still show all that they showed: fields, and records. Warnings, for what is
stored stays; evaluated by every load, and alone by `make check`."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from revops_pipeline.orchestration.failures import typed_failures
from revops_pipeline.orchestration.resources import Revops
from revops_pipeline.sources.catalog import STREAMS
from revops_pipeline.warehouse.base import Session

FIELDS, ROWS = dg.AssetKey(["ops", "hidden_fields"]), dg.AssetKey(["ops", "hidden_rows"])
# The sources that count the records that they do not show.
_COUNTING = ("servicenow",)
_QUERIES = {
    FIELDS: "select stream || '.' || field, hidden_since, rows_held from ops.hidden_fields "
    "where source = ? order by 1",
    ROWS: "select stream, counted_at, rows_hidden from ops.hidden_rows "
    "where source = ? and rows_hidden > 0 order by 1",
}
_SAID = {FIELDS: "{} hidden since {:%Y-%m-%d %H:%M} UTC, {:,} values held", ROWS: "{2:,} of {0}"}


def _specs() -> list[dg.AssetCheckSpec]:
    fields = [
        dg.AssetCheckSpec(
            _name(FIELDS, source),
            asset=FIELDS,
            description=f"Every field of {source} that was read before, and every standard one, "
            "can be read.",
        )
        for source in STREAMS
    ]
    rows = [
        dg.AssetCheckSpec(
            _name(ROWS, source),
            asset=ROWS,
            description=f"The access rules of {source} hide no record from the pipeline's user.",
        )
        for source in _COUNTING
    ]
    return [*fields, *rows]


def _name(key: dg.AssetKey, source: str) -> str:
    return f"{source}_hides_no_{'field' if key == FIELDS else 'row'}"


@dg.multi_asset_check(name="look_for_what_is_hidden", specs=_specs(), can_subset=True)
def hidden_checks(
    context: dg.AssetCheckExecutionContext, revops: Revops
) -> Iterator[dg.AssetCheckResult]:
    """The checks alone, on the tables as they are."""
    with typed_failures(), revops.warehouse.session("looking for what is hidden") as session:
        session.ensure(())
        found = [each for source in STREAMS for each in _found(session, source)]
    for said in found:
        if dg.AssetCheckKey(said["asset_key"], said["check_name"]) in (
            context.selected_asset_check_keys
        ):
            yield dg.AssetCheckResult(**said)


def evaluated(session: Session, source: str) -> list[dg.AssetCheckEvaluation]:
    """The same of one source, after its load."""
    return [
        dg.AssetCheckEvaluation(
            **{k: v for k, v in said.items() if k != "metadata"},
            metadata={k: dg.MetadataValue.json(v) for k, v in said["metadata"].items()},
        )
        for said in _found(session, source)
    ]


def _found(session: Session, source: str) -> Iterator[dict[str, Any]]:
    for key in (FIELDS, ROWS) if source in _COUNTING else (FIELDS,):
        hidden = [_SAID[key].format(*row) for row in session.query(_QUERIES[key], [source])]
        yield {
            "asset_key": key,
            "check_name": _name(key, source),
            "passed": not hidden,
            "severity": dg.AssetCheckSeverity.WARN,
            "metadata": {"hidden": hidden},
        }
