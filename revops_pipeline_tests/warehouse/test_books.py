"""Books that only grow: what people decided, and what became of links; on both warehouses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from revops_pipeline.warehouse.base import Entries, Session, Warehouse
from revops_pipeline.warehouse.books import (
    CHANGE_COLUMNS,
    LINK_CHANGES,
    LINK_OVERRIDES,
    OVERRIDE_COLUMNS,
)
from revops_pipeline.warehouse.duckdb import DuckDBWarehouse
from revops_pipeline_tests.warehouse.conftest import Account

NOW = datetime(2026, 1, 2, 3, 4, 5)
PAIR = ("product", "7", "hubspot", "1")
MADE = (NOW, "run", *PAIR, "made", None, None, "exact", 0.96)
DROPPED = (NOW, "run", *PAIR, "dropped", "exact", 0.96, None, None)
COLUMNS = {"id": "varchar", "score": "double"}
Opened = Callable[[], Warehouse]


@pytest.fixture(params=["duckdb", "snowflake"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Opened:
    if request.param == "duckdb":
        return lambda: DuckDBWarehouse(tmp_path / "w.duckdb")
    account: Account = request.getfixturevalue("account")
    return account


def journal(*rows: tuple[Any, ...]) -> Entries:
    return Entries(LINK_CHANGES, CHANGE_COLUMNS, rows)


def noted(session: Session) -> list[tuple[Any, ...]]:
    columns = ", ".join(CHANGE_COLUMNS)
    return session.query(f"select {columns} from {LINK_CHANGES} order by change")


def test_what_is_noted_about_a_change_stands_beside_it(opened: Opened) -> None:
    with opened().session("test") as session:
        session.ensure([])
        session.replace_table("marts.t", COLUMNS, [("a", 1.0)], ["id"], journal(MADE))
        assert noted(session) == [MADE]
        session.replace_table("marts.t", COLUMNS, [("a", 1.0)], ["id"], journal(DROPPED))
        assert noted(session) == [MADE]  # nothing changed, nothing to note
        session.replace_table("marts.t", COLUMNS, [], ["id"], journal(DROPPED))
        assert noted(session) == [DROPPED, MADE]


def test_a_change_that_cannot_be_noted_is_not_made(opened: Opened) -> None:
    broken = Entries("ops.nowhere", CHANGE_COLUMNS, [MADE])
    with opened().session("test") as session:
        session.ensure([])
        session.replace_table("marts.t", COLUMNS, [("a", 1.0)], ["id"])
    with pytest.raises(Exception, match=r"(?i)nowhere"), opened().session("test") as session:
        session.replace_table("marts.t", COLUMNS, [("b", 2.0)], ["id"], broken)
    with opened().session("test") as session:
        assert session.query("select id from marts.t") == [("a",)]


def test_decisions_are_added_with_what_they_leave_open(opened: Opened) -> None:
    decided = ("hubspot", "1", None, None, "no_link", "ana", "it's nobody's", NOW)
    with opened().session("test") as session:
        session.ensure([])
        session.append(Entries(LINK_OVERRIDES, OVERRIDE_COLUMNS, [decided]))
        columns = ", ".join(OVERRIDE_COLUMNS)
        assert session.query(f"select {columns} from {LINK_OVERRIDES}") == [decided]


def test_a_warehouse_of_before_gets_the_books_it_lacks(opened: Opened) -> None:
    with opened().session("test") as session:
        session.ensure([])
        session.record_build("staging", "as it was", "run")
        inner: Any = session
        run = inner._wire.run if hasattr(inner, "_wire") else inner._connection.execute
        for table in (LINK_OVERRIDES, LINK_CHANGES):
            run(f"drop table {table}")
    with opened().session("test") as session:
        session.ensure([])
        assert noted(session) == []
        assert session.query("select fingerprint from ops.build_state") == [("as it was",)]
