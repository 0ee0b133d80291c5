"""Versions are compared as instants, and one that cannot be used freezes no record; on both
warehouses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from revops_pipeline.sources.stream import Rows
from revops_pipeline.warehouse.base import Batch, Session, Warehouse
from revops_pipeline.warehouse.duckdb import DuckDBWarehouse
from revops_pipeline_tests.warehouse.conftest import Account
from revops_pipeline_tests.warehouse.test_landing import RECORDS, SHOP

CLOCK = datetime(2026, 3, 1, 12)
LATER, EARLIER = "2026-01-02T02:30:00+01:00", "2026-01-02T02:45:00+02:00"
UNUSABLE = ["never", "", "2026-03-03T00:00:00Z", "9999-12-31T00:00:00Z"]
TOLD = "select id, field, value from ops.rejected_documents order by id, field"
Opened = Callable[[], Warehouse]


@pytest.fixture(params=["duckdb", "snowflake"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Opened:
    if request.param == "duckdb":
        return lambda: DuckDBWarehouse(tmp_path / "w.duckdb")
    account: Account = request.getfixturevalue("account")
    return account


def land(session: Session, *pages: list[tuple[str, str, str | None]], **more: Any) -> list[Any]:
    """Pages of (id, document, version), each landed by itself and stored with the last; what is
    stored then: id, document, version."""
    session.ensure([RECORDS])
    for page in pages:
        ids, documents, versions = map(list, zip(*page, strict=True))
        packed = [f'{{"v":"{d}"}}'.encode() for d in documents]
        part = Rows(ids, packed, versions, more.get("deleted") or [None] * len(ids))
        clock = more.get("clock", CLOCK)
        session.land([Batch(RECORDS, part)], run_id="r", identity=SHOP, clock=clock)
    value = session.text_at(("v",))
    return session.query(f"select id, {value}, source_updated_at from raw.shop_orders order by 1")


@pytest.mark.parametrize("apart", [True, False], ids=["two pages", "one page"])
def test_of_two_versions_with_offsets_the_later_instant_stands(opened: Opened, apart: bool) -> None:
    both = [("1", "earlier", EARLIER), ("1", "later", LATER)]
    with opened().session("test") as session:
        for order in (both, both[::-1]):
            found = land(session, *([[one] for one in order] if apart else [order]))
            assert found == [("1", "later", datetime(2026, 1, 2, 1, 30))]


@pytest.mark.parametrize("version", [*UNUSABLE, 1767314700000], ids=str)
def test_a_record_whose_version_cannot_be_used_is_stored_and_told_and_replaced_by_the_next(
    opened: Opened, version: str | int
) -> None:
    with opened().session("test") as session:
        found = land(session, [("1", "a", "2026-01-05T00:00:00Z"), ("2", "a", None)])
        found = land(session, [("1", "b", version)])
        assert found == [("1", "b", None), ("2", "a", None)]
        assert session.query(TOLD) == [("1", "source_updated_at", str(version))]
        found = land(session, [("1", "c", "2026-01-04T00:00:00Z")])
        assert found[0] == ("1", "c", datetime(2026, 1, 4))
        assert session.query(TOLD) == []


@pytest.mark.parametrize("apart", [True, False], ids=["two pages", "one page"])
def test_a_version_that_cannot_be_used_replaces_what_came_before_it_and_nothing_after(
    opened: Opened, apart: bool
) -> None:
    came = [("1", "a", LATER), ("1", "b", "never"), ("2", "c", "never"), ("2", "d", EARLIER)]
    with opened().session("test") as session:
        found = land(session, *([[one] for one in came] if apart else [came]))
    assert [(i, v) for i, v, _ in found] == [("1", "b"), ("2", "d")]


def test_a_record_deleted_at_a_time_that_cannot_be_used_is_deleted_once(opened: Opened) -> None:
    warehouse, live = opened(), "select id from raw.shop_orders where deleted_at is null"
    page = [("1", "a", LATER), ("2", "a", LATER)]
    for turn in range(2):
        with warehouse.session("test") as session:
            later = CLOCK + timedelta(minutes=turn)
            land(session, page, deleted=["some day", None], clock=later)
            assert session.query(live) == [("2",)]
            assert session.query(TOLD) == [("1", "deleted_at", "some day")]
            history = session.query("select count(*) from raw.shop_orders_history")
            assert history == [(0,)], f"read {turn + 1} times"


def test_a_version_of_the_year_9999_that_is_stored_already_is_replaced(opened: Opened) -> None:
    warehouse = opened()
    with warehouse.session("test") as session:
        land(session, [("1", "a", LATER)])
    frozen = "set source_updated_at = '9999-12-31 00:00:00'"
    if isinstance(warehouse, DuckDBWarehouse):
        with duckdb.connect(str(warehouse.path)) as connection:
            connection.execute(f"update raw.shop_orders_versions {frozen}")
    else:
        with warehouse.wire("as an earlier version did") as wire:  # type: ignore[attr-defined]
            wire.run(f"update raw.shop_orders {frozen}")
    with warehouse.session("test") as session:
        assert land(session, [("1", "b", LATER)]) == [("1", "b", datetime(2026, 1, 2, 1, 30))]
