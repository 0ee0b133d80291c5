"""What is read of a source lands early where it can, and never a part of what belongs together."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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
from revops_pipeline.warehouse import pending
from revops_pipeline.warehouse.duckdb import DuckDBWarehouse
from revops_pipeline.warehouse.duckdb_session import DuckDBSession
from revops_pipeline.warehouse.load import load

QUICK = Stream("shop", "quick", Mode.UPSERT, "One row per quick thing.")
ORDERS = Stream("shop", "orders", Mode.UPSERT, "One row per order.")
LINES = Stream("shop", "lines", Mode.CHILDREN, "One row per order line.")


class Shop(Source):
    """Orders come with their lines; the sweep of all lines waits until it is let go on."""

    name = "shop"
    streams = (QUICK, ORDERS, LINES)

    def __init__(self, go_on: threading.Event) -> None:
        self._go_on, self._swept = go_on, threading.Event()

    def identity(self) -> Identity:
        return Identity("shop 1", "http://shop")

    def plan(self, stream: str, state: State, known: Known) -> list[Window]:
        return [Window(stream, stream, settled={"cursor": 1})]

    def read(self, window: Window) -> Iterator[Page]:
        if window.stream == "lines":
            yield Page({"lines": Rows(["1:a"], [b"{}"], [None], [None], ["1"])})
            self._swept.set()
            assert self._go_on.wait(20), "nothing of another stream has landed meanwhile"
            return
        assert self._swept.wait(20)
        page = {window.stream: Rows(["1"], [b"{}"], [None], [None])}
        if window.stream == "orders":
            page["lines"] = Rows(["1:a", "1:b"], [b"{}"] * 2, [None] * 2, [None] * 2, ["1"])
        yield Page(page)

    def progress(self) -> str:
        return ""


def test_a_stream_that_is_read_lands_while_others_are_and_none_without_what_came_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    landed: list[set[str]] = []
    quick = threading.Event()
    land = DuckDBSession.land

    def noting(session: DuckDBSession, batches: Any, **options: Any) -> Any:
        landed.append({b.stream.name for b in batches if b.rows.ids})
        counts = land(session, batches, **options)
        if "quick" in landed[-1]:
            quick.set()
        return counts

    monkeypatch.setattr(DuckDBSession, "land", noting)
    monkeypatch.setattr(pending, "DONE_FLUSH_BYTES", 1)
    monkeypatch.setattr(pending, "FLUSH_SECONDS", 60.0)
    load(Shop(quick), DuckDBWarehouse(tmp_path / "w.duckdb"), run_id="r")
    assert [names for names in landed if names] == [{"quick"}, {"orders", "lines"}]


class Odd(Shop):
    """Its vendor sends what its code does not know."""

    def __init__(self, rows: Rows | None) -> None:
        self._rows = rows

    def read(self, window: Window) -> Iterator[Page]:
        if self._rows is None:
            raise KeyError("id")
        yield Page({window.stream: self._rows})


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (None, r"shop: an answer while quick was read .*\(KeyError\)"),
        (Rows([7], [b"{}"], [None], [None]), "a record of quick has an id that is no text"),  # type: ignore[list-item]
        (Rows([""], [b"{}"], [None], [None]), "a record of quick has an id that is no text"),
    ],
)
def test_whatever_a_source_stumbles_over_is_an_error_that_names_source_and_stream(
    tmp_path: Path, rows: Rows | None, told: str
) -> None:
    with pytest.raises(TransientError, match=told):
        load(Odd(rows), DuckDBWarehouse(tmp_path / "w.duckdb"), run_id="r", streams=["quick"])
