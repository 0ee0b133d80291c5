"""Rates of currencies on their way from their file to the tables that are built with them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from revops_pipeline.config import Config
from revops_pipeline.orchestration.currency_rates import TABLE, bring_up_to_date
from revops_pipeline.orchestration.staleness import plan, remember
from revops_pipeline.warehouse.base import Session
from revops_pipeline.warehouse.duckdb import DuckDBWarehouse

# Two tables, of which one is made of rates.
NODES: dict[str, Any] = {
    name: {"schema": "staging", "name": name, "resource_type": "model"}
    for name in ("with", "without")
}
MANIFEST = {
    "nodes": NODES,
    "sources": {"rates": {"schema": "ops", "name": "currency_rates"}},
    "parent_map": {"with": ["rates"], "without": []},
}
TABLES = [f"staging.{name}" for name in NODES]


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with DuckDBWarehouse(tmp_path / "w.duckdb").session("test") as opened:
        opened.ensure(())
        yield opened


def stale(session: Session) -> set[str]:
    """What has to be built; then it is."""
    planned = plan(session, TABLES, MANIFEST, "the models")
    remember(session, planned.wanted, "run")
    for table in TABLES:
        session.query(f"create table if not exists {table} (id int)")
    return set(planned.stale)


def test_rates_that_are_edited_build_what_is_made_of_them_and_nothing_else(
    session: Session, tmp_path: Path
) -> None:
    file = tmp_path / "rates.csv"
    config = Config.model_validate({"currency": {"rates": file}})
    bring_up_to_date(session, Config(), "run")
    assert session.query(f"select * from {TABLE}") == []
    stale(session)
    file.write_text("currency,valid_from,rate\nEUR,2026-01-01,1.08\n")
    bring_up_to_date(session, config, "run")
    eur = ("EUR", date(2026, 1, 1), Decimal("1.0800000000"))
    assert session.query(f"select * from {TABLE}") == [eur]
    assert stale(session) == {"staging.with"}
    bring_up_to_date(session, config, "run")
    assert stale(session) == set()
    bring_up_to_date(session, Config(), "run")  # the setting is taken away
    assert session.query(f"select * from {TABLE}") == []
    assert stale(session) == {"staging.with"}
