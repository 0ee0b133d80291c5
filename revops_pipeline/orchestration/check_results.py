"""What each check found when it was last evaluated, kept in the warehouse beside the tables.

A check is evaluated when a table that it reads was built. Dagster takes one for not evaluated as soon
as its table is materialised again, and a run with no news materialises every table, marked unchanged:
so the last result is told again, with the time at which it was found. What is told again was true of
the same tables; a blocking check that failed is never told again but evaluated anew.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

import dagster as dg

from revops_pipeline.warehouse.base import Session, table_exists
from revops_pipeline.warehouse.books import utc_now

TABLE = "ops.check_results"
COLUMNS = {
    **dict.fromkeys(("table_name", "check_name"), "varchar"),
    "passed": "boolean",
    **dict.fromkeys(("severity", "metadata", "made_of"), "varchar"),
    "evaluated_at": "timestamp",
    "run_id": "varchar",
}

Evaluated = dg.AssetCheckResult | dg.AssetCheckEvaluation


class Result(NamedTuple):
    """`made_of` is a digest of the states of what was read; `evaluated_at` is UTC."""

    table: str
    check: str
    passed: bool
    severity: str
    metadata: str
    made_of: str
    evaluated_at: datetime
    run_id: str

    def holds(self, made_of: str) -> bool:
        """Whether it need not be evaluated anew of tables of this state."""
        blocks = not self.passed and self.severity == dg.AssetCheckSeverity.ERROR.value
        return self.made_of == made_of and not blocks


def last(session: Session) -> dict[str, Result]:
    """The last result of each check, by its name."""
    if not table_exists(session, TABLE):
        return {}
    rows = session.query(f"select {', '.join(COLUMNS)} from {TABLE}")
    return {result.check: result for result in (Result(*row) for row in rows)}


def keep(
    session: Session,
    found: Iterable[Evaluated],
    run_id: str,
    made_of: Mapping[str, str] | None = None,
    existing: Collection[str] | None = None,
) -> None:
    """Puts what was found in the place of what was known. Where the `existing` checks are given, the
    results of others go."""
    now = utc_now().replace(microsecond=0)
    new = {}
    for result in found:
        assert result.asset_key is not None
        assert result.check_name is not None
        new[result.check_name] = Result(
            table=".".join(result.asset_key.path),
            check=result.check_name,
            passed=result.passed,
            severity=result.severity.value,
            metadata=_plain(result.metadata),
            made_of=(made_of or {}).get(result.check_name, ""),
            evaluated_at=now,
            run_id=run_id,
        )
    if new:
        rows = {**last(session), **new}
        if existing is not None:
            rows = {name: result for name, result in rows.items() if name in existing}
        session.replace_table(TABLE, COLUMNS, list(rows.values()), ["check_name"])


def told_again(results: Iterable[Result]) -> list[dg.AssetCheckEvaluation]:
    """As Dagster's events of this run."""
    return [
        dg.AssetCheckEvaluation(
            asset_key=dg.AssetKey(result.table.split(".")),
            check_name=result.check,
            passed=result.passed,
            severity=dg.AssetCheckSeverity(result.severity),
            metadata=_when(result),
            description=f"Evaluated at {result.evaluated_at:%Y-%m-%d %H:%M:%S} UTC; nothing that "
            "the check reads has changed since.",
        )
        for result in results
    ]


def _when(result: Result) -> dict[str, dg.MetadataValue[Any]]:
    found = {name: _value(v) for name, v in json.loads(result.metadata).items()}
    at = result.evaluated_at.replace(tzinfo=UTC)
    return {
        **found,
        "evaluated_at": dg.MetadataValue.timestamp(at),
        "evaluated_by_run": dg.MetadataValue.dagster_run(result.run_id),
        "unchanged": dg.MetadataValue.bool(True),
    }


def _value(kept: Any) -> dg.MetadataValue[Any]:
    match kept:
        case bool():
            return dg.MetadataValue.bool(kept)
        case int():
            return dg.MetadataValue.int(kept)
        case float():
            return dg.MetadataValue.float(kept)
        case str():
            return dg.MetadataValue.text(kept)
        case _:
            return dg.MetadataValue.json(kept)


def _plain(metadata: Mapping[str, Any]) -> str:
    """What can be kept of it as JSON: numbers, texts, lists."""
    values = {name: getattr(value, "value", value) for name, value in metadata.items()}
    kept = {n: v for n, v in values.items() if isinstance(v, (bool, int, float, str, list))}
    return json.dumps(kept, sort_keys=True, default=str)
