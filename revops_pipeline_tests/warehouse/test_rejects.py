"""What could not be used is told, once, for as long as it is so; on both warehouses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from revops_pipeline.sources.stream import Page, Reject, Rows, Window
from revops_pipeline.warehouse.base import Batch, Counts, Session, Warehouse
from revops_pipeline.warehouse.duckdb import DuckDBWarehouse
from revops_pipeline.warehouse.load import load
from revops_pipeline_tests.warehouse.conftest import Account
from revops_pipeline_tests.warehouse.test_landing import RECORDS, SHOP
from revops_pipeline_tests.warehouse.test_load import Shop

TOLD = "select source, stream, id, field, value, reason from ops.rejected_documents order by id"
Opened = Callable[[], Warehouse]


@pytest.fixture(params=["duckdb", "snowflake"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Opened:
    if request.param == "duckdb":
        return lambda: DuckDBWarehouse(tmp_path / "w.duckdb")
    account: Account = request.getfixturevalue("account")
    return account


def land(session: Session, ids: list[str], *rejects: Reject, gone: tuple[str, ...] = ()) -> Counts:
    session.ensure([RECORDS])
    part = Rows(ids, [b"{}" for _ in ids], [None for _ in ids], [None for _ in ids])
    part.gone, part.rejects = [*gone], [*rejects]
    counts = session.land([Batch(RECORDS, part)], run_id="r", identity=SHOP)
    return (counts or session.settle())["orders"]


def test_what_is_rejected_is_listed_once_however_often_it_is_read(opened: Opened) -> None:
    nameless = Reject("", "id", "no id", "a record without its id")
    odd = Reject("7", "amount", "x" * 600, "not an amount")
    with opened().session("test") as session:
        counts = land(session, ["7"], nameless, odd, odd)
        assert (counts.told, counts.rejected) == (2, 0)
        listed = session.query(TOLD)
        assert listed == [
            ("shop", "orders", "", "id", "no id", "a record without its id"),
            ("shop", "orders", "7", "amount", "x" * 500, "not an amount"),
        ]
        stamps = "select rejected_at, bytes from ops.rejected_documents order by id"
        first = session.query(stamps)
        assert [size for _, size in first] == [5, 600]
        assert land(session, ["7"], nameless, odd).told == 0
        assert session.query(stamps) == first


@pytest.mark.parametrize("how", ["lands", "is gone", "has another fault"])
def test_what_is_no_more_so_is_told_no_more(opened: Opened, how: str) -> None:
    faults = [Reject(i, "amount", "?", "not an amount") for i in ("1", "2")]
    with opened().session("test") as session:
        land(session, ["1", "2"], *faults)
    with opened().session("later") as session:
        other = Reject("1", "amount", "!", "not an amount")
        ids, rejects = ([], []) if how == "is gone" else (["1"], [other] * (how != "lands"))
        land(session, ids, *rejects, gone=("1",) * (how == "is gone"))
        left = [(i, value) for _, _, i, _, value, _ in session.query(TOLD)]
    assert left == [("1", "!")] * (how == "has another fault") + [("2", "?")]


def test_what_was_rejected_goes_with_a_reset(opened: Opened) -> None:
    with opened().session("test") as session:
        land(session, [], Reject("1", "amount", "?", "not an amount"))
        session.settle()
        session.reset("shop")
        assert session.query(TOLD) == []


def test_a_warehouse_of_an_earlier_version_gets_its_list(opened: Opened) -> None:
    warehouse = opened()
    with warehouse.session("test") as session:
        land(session, ["1"])
        session.settle()
    if isinstance(warehouse, DuckDBWarehouse):
        with duckdb.connect(str(warehouse.path)) as connection:
            connection.execute("drop table ops.rejected_documents")
    else:
        with warehouse.wire("an earlier version") as wire:  # type: ignore[attr-defined]
            wire.run(
                "create or replace table ops.rejected_documents (source varchar, stream varchar, "
                "id varchar, bytes number(18, 0), reason varchar, run_id varchar, "
                "rejected_at timestamp_ntz)"
            )
            wire.run("insert into ops.rejected_documents (id, stream) values ('0', 'orders')")
    with opened().session("later") as session:
        land(session, ["1"], Reject("1", "amount", "?", "not an amount"))
        session.settle()
        assert ("shop", "orders", "1", "amount", "?", "not an amount") in session.query(TOLD)


class Strict(Shop):
    """Says how many orders it has, and sends one of them without its id."""

    def __init__(self) -> None:
        self.reads = 0

    def plan(self, stream: str, state: Any, known: Any) -> list[Window]:
        return [Window(stream, stream)] if stream == "orders" else []

    def read(self, window: Window) -> Iterator[Page]:
        self.reads += 1
        window.reported = 2
        reject = Reject("", "id", "{}", "a record without its id")
        yield Page({"orders": Rows(["1"], [b"{}"], [None], [None], rejects=[reject])})


def test_a_record_that_is_rejected_counts_as_read(tmp_path: Path) -> None:
    log: list[str] = []
    source = Strict()
    entries = load(source, DuckDBWarehouse(tmp_path / "w.duckdb"), run_id="r", log=log.append)
    assert (entries["orders"].verified, source.reads) == (True, 1)
    assert any("ops.rejected_records" in line for line in log)
