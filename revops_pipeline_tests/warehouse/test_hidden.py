"""What a vendor shows no more is told and held, on both warehouses, until it is shown again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from revops_pipeline.sources.stream import (
    RETURNED,
    Fields,
    Identity,
    Known,
    Mode,
    Page,
    PermanentError,
    Rows,
    Source,
    State,
    Stream,
    Window,
)
from revops_pipeline.warehouse.base import Warehouse
from revops_pipeline.warehouse.duckdb import DuckDBWarehouse
from revops_pipeline.warehouse.hidden import FieldPolicy, held_fields
from revops_pipeline.warehouse.load import load

ODD = 'it\'s "odd"/~ '
ORDERS = Stream(
    *("shop", "orders", Mode.UPSERT, "One row per order."),
    standard=frozenset(("price", "day")),
    fields_under="properties",
)
LISTED = "select stream, field, rows_held from ops.hidden_fields order by field"
HELD = "select id, field, value from ops.held_values order by id, field"
Record = Mapping[str, Any]


class Shop(Source):
    """Orders with all the fields that are shown; `planned` is the state of the last plan."""

    name = "shop"
    streams = (ORDERS,)
    way_to_see = "ask the keeper"

    def __init__(self, orders: Mapping[str, Record], shown: set[str], hidden: int = 0) -> None:
        self._orders, self._shown, self._hidden = orders, frozenset(shown), hidden
        self.planned: State = {}

    def identity(self) -> Identity:
        return Identity("shop 1", "http://shop")

    def plan(self, stream: str, state: State, known: Known) -> list[Window]:
        self.planned = state
        return [Window(stream, "all", settled={"cursor": 1})]

    def read(self, window: Window) -> Iterator[Page]:
        for id_, order in self._orders.items():
            document = {"properties": {n: order.get(n) for n in sorted(self._shown)}}
            yield Page({"orders": Rows([id_], [json.dumps(document).encode()], [None], [None])})

    def fields(self, stream: str, *, ask: bool = False) -> Fields | None:
        return Fields(self._shown, self._shown)

    def hidden_rows(self) -> Mapping[str, int]:
        return {"orders": self._hidden}

    def progress(self) -> str:
        return ""


class Store:
    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse, self.log = warehouse, list[str]()

    def run(self, source: Source, policy: FieldPolicy | None = None) -> None:
        self.log.clear()
        load(source, self.warehouse, run_id="r", log=self.log.append, fields=policy)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with self.warehouse.session("looking") as session:
            session.ensure([ORDERS])
            return session.query(sql)


@pytest.fixture(params=["duckdb", "snowflake"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "duckdb":
        return Store(DuckDBWarehouse(tmp_path / "w.duckdb"))
    account: Callable[[], Warehouse] = request.getfixturevalue("account")
    return Store(account())


@pytest.fixture
def local(tmp_path: Path) -> Store:
    return Store(DuckDBWarehouse(tmp_path / "w.duckdb"))


ALL = {"price", "day", "note", ODD}
FIRST = {
    "1": {"price": "1.00", "day": "a", "note": "", ODD: "x"},
    "2": {"price": "2.00", "day": "b", ODD: None},
    "3": {"price": None, "day": "c"},
}


def test_a_hidden_field_keeps_each_records_newest_value_and_returns_as_it_is_sent(
    store: Store,
) -> None:
    store.run(Shop(FIRST, ALL))
    second = {**FIRST, "1": {**FIRST["1"], "price": "1.50"}}
    store.run(Shop(second, ALL))
    assert store.query(LISTED) == store.query(HELD) == []
    new = {**second, "4": {"price": "4.00", "day": "d"}}
    hiding = Shop(new, ALL - {"price", ODD, "note"})
    store.run(hiding)
    held = [("1", ODD, '"x"'), ("1", "price", '"1.50"'), ("2", "price", '"2.00"')]
    assert store.query(HELD) == held
    # Nobody ever wrote a note.
    assert store.query(LISTED) == [("orders", ODD, 1), ("orders", "price", 2)]
    [told] = [line for line in store.log if "cannot be read" in line]
    assert ODD in told
    assert "price" in told
    assert "ask the keeper" in told
    since = store.query("select hidden_since from ops.hidden_fields")
    store.run(Shop({**new, "2": {**new["2"], "day": "z"}}, ALL - {"price", ODD, "note"}))
    assert store.query(HELD) == held
    assert store.query("select hidden_since from ops.hidden_fields") == since
    with store.warehouse.session("looking") as session:
        assert held_fields(session) == {"shop_orders": sorted((ODD, "price"))}
    back = Shop(new, ALL)
    store.run(back)
    assert back.planned[RETURNED] == sorted((ODD, "price"))
    assert store.query(LISTED) == store.query(HELD) == []
    assert any("can be read again" in line for line in store.log)


def test_what_staging_is_built_from_changes_with_what_is_held(local: Store) -> None:
    local.run(Shop(FIRST, ALL))
    local.run(Shop(FIRST, ALL - {"price"}))
    [(before,)] = local.query("select change_seq from ops.extract_state")
    local.run(Shop(FIRST, ALL - {"price"}), FieldPolicy(gone={"orders": ["price"]}))
    assert local.query(LISTED) == local.query(HELD) == []
    [(after,)] = local.query("select change_seq from ops.extract_state")
    assert after > before
    local.run(Shop(FIRST, ALL - {"price"}), FieldPolicy(gone={"orders": ["price"]}))
    assert local.query("select change_seq from ops.extract_state") == [(after,)]
    assert local.query(LISTED) == []


def test_a_standard_field_is_told_from_the_first_run_on_and_no_other(store: Store) -> None:
    store.run(Shop(FIRST, {"price"}))
    store.run(Shop(FIRST, {"price"}))
    assert store.query(LISTED) == [("orders", "day", 0)]
    store.run(Shop(FIRST, {"price"}), FieldPolicy(fails=True))  # it never was there


@pytest.mark.parametrize("earlier", [False, True], ids=["at once", "hidden for a while"])
def test_a_load_that_is_to_fail_names_the_field_and_stores_nothing_without_it(
    local: Store, earlier: bool
) -> None:
    local.run(Shop(FIRST, ALL))
    if earlier:
        local.run(Shop(FIRST, ALL - {"price"}))
    before = local.query("select document, state from raw.shop_orders, ops.extract_state")
    failing = Shop({"9": {"day": "q"}}, ALL - {"price"})
    with pytest.raises(PermanentError, match=r"orders came without price.*ask the keeper") as told:
        local.run(failing, FieldPolicy(fails=True))
    assert "shop.gone_fields" in str(told.value)
    assert local.query("select document, state from raw.shop_orders, ops.extract_state") == before
    local.run(Shop(FIRST, ALL), FieldPolicy(fails=True))
    assert local.query(LISTED) == []


def test_the_values_of_a_load_that_was_killed_amid_are_held_by_the_next(
    local: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("revops_pipeline.warehouse.pending.FLUSH_SECONDS", 0.0)
    local.run(Shop(FIRST, ALL))

    class Dying(Shop):
        def read(self, window: Window) -> Iterator[Page]:
            yield next(super().read(window))
            raise PermanentError("killed")

    with pytest.raises(PermanentError, match="killed"):
        local.run(Dying(FIRST, ALL - {"price"}))
    assert local.query(HELD) == [("1", "price", '"1.00"')]
    local.run(Shop(FIRST, ALL - {"price"}))
    assert local.query(HELD) == [("1", "price", '"1.00"'), ("2", "price", '"2.00"')]


def test_rows_that_are_hidden_are_counted_until_none_is(store: Store) -> None:
    counted = "select source, stream, rows_hidden from ops.hidden_rows"
    store.run(Shop(FIRST, ALL))
    assert store.query(counted) == []
    store.run(Shop(FIRST, ALL, hidden=1234))
    assert store.query(counted) == [("shop", "orders", 1234)]
    assert any("1,234 rows are hidden" in line for line in store.log)
    store.run(Shop(FIRST, ALL))
    assert store.query(counted) == [("shop", "orders", 0)]


def test_a_reset_forgets_what_was_hidden(store: Store) -> None:
    store.run(Shop(FIRST, ALL))
    store.run(Shop(FIRST, ALL - {ODD}, hidden=2))
    assert store.query(LISTED) == [("orders", ODD, 1)]
    with store.warehouse.session("resetting") as session:
        session.reset("shop")
    assert store.query(LISTED) == store.query(HELD) == []
    assert store.query("select stream from ops.hidden_rows") == []
    store.run(Shop(FIRST, ALL - {ODD}))
    assert store.query(LISTED) == []
