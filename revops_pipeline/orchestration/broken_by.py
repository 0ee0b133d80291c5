"""Which rows break a check: a check that only counts them sends people looking."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from revops_pipeline.redaction import redacted
from revops_pipeline.transform.runner import FAILING
from revops_pipeline.warehouse.base import Session

_SHOWN = 5
_LENGTH = 200


def broken_by(session: Session, events: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """The first rows that broken tests found, by the test's name, from dbt's events."""
    found = {}
    for event in events:
        if sql := event.get(FAILING):
            rows = session.query(f"select * from ({sql}) as found limit {_SHOWN}")
            name = event["data"]["node_info"]["node_name"]
            found[name] = sorted(_said(row) for row in rows)
    return found


def _said(row: Iterable[Any]) -> str:
    return redacted(", ".join("NULL" if v is None else str(v) for v in row))[:_LENGTH]
