"""A load ends when its time is over, keeps what it read, and the next one goes on from there."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from revops_pipeline.sources.stream import (
    Identity,
    Known,
    Mode,
    OutOfTime,
    Page,
    Rows,
    Source,
    State,
    Stream,
    Window,
)
from revops_pipeline.warehouse.deadline import Deadline
from revops_pipeline.warehouse.duckdb import DuckDBWarehouse
from revops_pipeline.warehouse.load import load

ORDERS = Stream("shop", "orders", Mode.UPSERT, "One row per order.", resumable=True)


class Drip(Source):
    """Two pages at once; what comes after them comes when it likes."""

    name = "shop"
    streams = (ORDERS,)

    def __init__(self, more: threading.Event, *, identity: bool = True) -> None:
        self._more, self._known = more, identity
        self.began: list[int] = []

    def identity(self) -> Identity:
        if not self._known:
            self._more.wait(30)
        return Identity("shop 1", "http://shop")

    def plan(self, stream: str, state: State, known: Known) -> list[Window]:
        return [Window(stream, stream, bounds={"page": state.get("page", 0)})]

    def read(self, window: Window) -> Iterator[Page]:
        first = int(window.bounds["page"])
        self.began.append(first)
        for page in range(first, first + 2):
            rows = Rows([f"{page}"], [b"{}"], [None], [None])
            yield Page({"orders": rows}, patch={"page": page + 1})
        self._more.wait(30)

    def progress(self) -> str:
        return ""


def ids(warehouse: DuckDBWarehouse) -> list[str]:
    with warehouse.session("test") as session:
        return [i for (i,) in session.query("select id from raw.shop_orders order by id")]


def test_a_load_whose_time_is_over_stores_what_it_read_and_the_next_goes_on_from_there(
    tmp_path: Path,
) -> None:
    warehouse, more = DuckDBWarehouse(tmp_path / "w.duckdb"), threading.Event()
    with pytest.raises(OutOfTime, match=r"max_runtime_seconds.*next run goes on"):
        load(Drip(more), warehouse, run_id="1", deadline=Deadline(time.monotonic() + 1))
    assert ids(warehouse) == ["0", "1"]
    with warehouse.session("test") as session:
        logged = session.query("select verified, error from ops.extract_log")
    assert logged[0][0] is False
    assert "max_runtime_seconds" in logged[0][1]
    more.set()
    second = Drip(more)
    load(second, warehouse, run_id="2", deadline=Deadline(time.monotonic() + 60))
    assert second.began == [2]
    assert ids(warehouse) == ["0", "1", "2", "3"]


def test_a_vendor_that_never_says_whose_data_it_has_holds_nobody_up(tmp_path: Path) -> None:
    more = threading.Event()
    warehouse = DuckDBWarehouse(tmp_path / "w.duckdb")
    with pytest.raises(OutOfTime):
        load(
            Drip(more, identity=False),
            warehouse,
            run_id="1",
            deadline=Deadline(time.monotonic() + 0.5),
        )
    with warehouse.session("test"):  # the writer's lock is free
        more.set()
