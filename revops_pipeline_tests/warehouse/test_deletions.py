"""What is not met any more is deleted, but not most of a table on the word of one answer, and no row
of one account on the word of another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from revops_pipeline.sources.stream import (
    Identity,
    Known,
    Mode,
    Page,
    Rows,
    Source,
    State,
    Stream,
    TransientError,
    Window,
)
from revops_pipeline.warehouse import load as loading
from revops_pipeline.warehouse.base import LogEntry, WrongIdentity
from revops_pipeline.warehouse.duckdb import DuckDBWarehouse
from revops_pipeline.warehouse.load import load

COMPARED = Stream("shop", "orders", Mode.UPSERT, "One row per order, compared by id.")
WHOLE = Stream("shop", "shelves", Mode.SNAPSHOT, "One row per shelf, read whole.")


def rows(ids: list[str]) -> Rows:
    none = [None] * len(ids)
    return Rows(list(ids), [b"{}"] * len(ids), [*none], [*none])


class Shop(Source):
    """Shows the ids it is given, of orders page by page, and says which of those stored are gone."""

    name = "shop"
    streams = (COMPARED, WHOLE)

    def __init__(self, ids: range, identity: Identity | None = None) -> None:
        self._ids = [str(i) for i in ids]
        self._identity = identity or Identity("shop 1", "http://shop")
        self.short = False

    def identity(self) -> Identity:
        return self._identity

    def plan(self, stream: str, state: State, known: Known) -> list[Window]:
        bounds = {"known": known.live_ids(stream)} if stream == "orders" else {}
        return [Window(stream, stream, bounds, settled={"cursor": len(self._ids)})]

    def read(self, window: Window) -> Iterator[Page]:
        gone = sorted(set(window.bounds.get("known", ())) - set(self._ids))
        for part in range(0, len(gone), 7):
            yield Page({window.stream: Rows(gone=gone[part : part + 7])})
        yield Page({window.stream: rows(self._ids)})

    def verify(self, window: Window, distinct: int) -> bool:
        return not self.short

    def progress(self) -> str:
        return ""


class Warehouse:
    def __init__(self, folder: Path) -> None:
        self.path = folder / "w.duckdb"

    def load(self, shop: Shop, stream: Stream) -> LogEntry:
        warehouse = DuckDBWarehouse(self.path, wait_seconds=5)
        return load(shop, warehouse, run_id="r", streams=[stream.name])[stream.name]

    def live(self, stream: Stream) -> int:
        with duckdb.connect(str(self.path), read_only=True) as connection:
            found = connection.execute(
                f"select count(*) from raw.{stream.table} where deleted_at is null"
            ).fetchone()
        assert found
        return int(found[0])

    def state(self, stream: Stream) -> State:
        with DuckDBWarehouse(self.path).session("test") as session:
            return session.states("shop")[stream.name]


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path)


@pytest.mark.parametrize("stream", [COMPARED, WHOLE], ids=lambda stream: stream.mode.value)
def test_most_of_a_table_is_not_deleted_because_it_was_not_met(
    warehouse: Warehouse, stream: Stream
) -> None:
    warehouse.load(Shop(range(100)), stream)
    for there in (0, 49):
        with pytest.raises(
            TransientError, match=rf"{100 - there} of the 100 .*reset shop {stream.name}"
        ):
            warehouse.load(Shop(range(there)), stream)
        assert warehouse.live(stream) == 100
        assert warehouse.state(stream)["cursor"] == 100, "nothing counts as read"
    assert warehouse.load(Shop(range(50)), stream).counts.deleted == 50
    assert warehouse.state(stream)["cursor"] == 50


@pytest.mark.parametrize("stream", [COMPARED, WHOLE], ids=lambda stream: stream.mode.value)
def test_all_but_one_of_a_few_rows_may_go(warehouse: Warehouse, stream: Stream) -> None:
    warehouse.load(Shop(range(20)), stream)
    assert warehouse.load(Shop(range(1)), stream).counts.deleted == 19


def test_what_a_read_that_was_not_complete_did_not_meet_is_not_deleted(
    warehouse: Warehouse,
) -> None:
    warehouse.load(Shop(range(10)), COMPARED)
    shop = Shop(range(9))
    shop.short = True
    with pytest.raises(TransientError):
        warehouse.load(shop, COMPARED)
    assert warehouse.live(COMPARED) == 10


def test_an_account_that_once_said_who_it_is_must_go_on_saying_it(warehouse: Warehouse) -> None:
    """One address serves many accounts: silence, and then another key, would mix two of them."""
    warehouse.load(Shop(range(3), Identity(None, "http://shop")), COMPARED)
    warehouse.load(Shop(range(3)), COMPARED)
    unknown = Shop(range(2), Identity(None, "http://shop"))
    with pytest.raises(TransientError, match=r"does not say whose data .* of shop 1"):
        warehouse.load(unknown, COMPARED)
    with pytest.raises(WrongIdentity, match=r"reads shop 2 at http://shop\. They are not mixed"):
        warehouse.load(Shop(range(2), Identity("shop 2", "http://shop")), COMPARED)
    assert warehouse.live(COMPARED) == 3


def test_a_source_that_is_reset_while_it_is_loaded_begins_anew(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "IDLE_SECONDS", 0.01)
    warehouse.load(Shop(range(3)), COMPARED)
    there = DuckDBWarehouse(warehouse.path)

    class Slow(Shop):
        def read(self, window: Window) -> Iterator[Page]:
            with there.session("as a person does meanwhile") as session:
                session.reset("shop")
            yield from super().read(window)

    with pytest.raises(TransientError, match="shop was reset while it was loaded"):
        warehouse.load(Slow(range(3)), COMPARED)
    assert warehouse.live(COMPARED) == 0
    assert warehouse.load(Shop(range(3)), COMPARED).counts.inserted == 3
