"""What was not empty and answers empty is asked for again, then kept, and believed the second time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from copy import deepcopy
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
    Window,
)
from revops_pipeline.warehouse import emptied, pending
from revops_pipeline.warehouse.base import LogEntry
from revops_pipeline.warehouse.duckdb import DuckDBWarehouse
from revops_pipeline.warehouse.load import load

LINES = Stream("shop", "lines", Mode.CHILDREN, "One row per order line.")
WHOLE = Stream("shop", "shelves", Mode.SNAPSHOT, "One row per shelf, read whole.")
COMPARED = Stream("shop", "orders", Mode.UPSERT, "One row per order, compared by id.")
STREAMS = (LINES, WHOLE, COMPARED)


def children(parent: str, names: range, *, parents: bool = True) -> Rows:
    ids, none = [f"{parent}:{i}" for i in names], [None] * len(names)
    return Rows(ids, [b"{}"] * len(ids), [*none], [*none], [parent] if parents else [])


class Shop(Source):
    """Gives the pages that it is made with, one list for each reading; the last one for good."""

    name = "shop"
    streams = STREAMS

    def __init__(self, stream: Stream, *readings: list[Rows]) -> None:
        self._stream, self._readings = stream, list(readings)
        self.read_times = 0

    def identity(self) -> Identity:
        return Identity("shop 1", "http://shop")

    def plan(self, stream: str, state: State, known: Known) -> list[Window]:
        compared = {"known": known.live_ids(stream)} if stream == "orders" else {}
        return [Window(stream, stream, compared, settled={"cursor": 1})]

    def read(self, window: Window) -> Iterator[Page]:
        self.read_times += 1
        pages = self._readings.pop(0) if len(self._readings) > 1 else self._readings[0]
        met = {i for rows in pages for i in rows.ids}
        for rows in pages:
            yield Page({window.stream: deepcopy(rows)})
        if gone := sorted(set(window.bounds.get("known", ())) - met):
            yield Page({window.stream: Rows(gone=gone)})

    def progress(self) -> str:
        return ""


class World:
    """A warehouse, and runs that begin some minutes after one another."""

    def __init__(self, path: Path, stream: Stream, monkeypatch: pytest.MonkeyPatch) -> None:
        self.path, self.stream = path, stream
        self.log: list[str] = []
        self._now = time.time()
        monkeypatch.setattr(emptied.time, "time", lambda: self._now)

    def load(self, *readings: list[Rows], minutes: int = 0, **options: Any) -> LogEntry:
        self._now += 60 * minutes
        self.log.clear()
        self.shop = Shop(self.stream, *readings)
        streams = [self.stream.name]
        warehouse = DuckDBWarehouse(self.path)
        options |= {"run_id": "r", "streams": streams, "log": self.log.append}
        return load(self.shop, warehouse, **options)[self.stream.name]

    def live(self) -> set[str]:
        with DuckDBWarehouse(self.path).session("a look") as session:
            found = session.query(
                f"select id from raw.{self.stream.table} where deleted_at is null"
            )
        return {i for (i,) in found}

    @property
    def warnings(self) -> list[str]:
        return [line for line in self.log if line.startswith("warning: ")]


@pytest.fixture
def family(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A parent with a hundred children, and one with two."""
    world = World(tmp_path / "w.duckdb", LINES, monkeypatch)
    world.load([children("1", range(100)), children("2", range(2))])
    return world


def test_one_empty_answer_deletes_none_of_a_hundred_children(family: World) -> None:
    full = [children("1", range(100)), children("2", range(2))]
    entry = family.load([children("1", range(0)), children("2", range(2))], full)
    assert (entry.counts.changed, len(family.live()), family.warnings) == (0, 102, [])
    assert family.shop.read_times == 2, "asked again, and there they were"


def test_a_parent_that_stays_empty_is_kept_with_a_warning_and_believed_an_hour_later(
    family: World,
) -> None:
    empty = [children("1", range(0)), children("2", range(1))]
    entry = family.load(empty)
    assert entry.counts.deleted == 1, "a child that is gone of a parent with others is gone"
    assert len(family.live()) == 101
    [said] = family.warnings
    assert "such as 1" in said
    assert "deletions: {lines: accept}" in said
    family.load(empty, minutes=59)
    assert len(family.live()) == 101
    assert family.load(empty, minutes=2).counts.deleted == 100
    assert family.live() == {"2:0"}
    assert family.warnings == []


def test_a_parent_that_had_children_in_between_is_not_believed_the_next_time(
    family: World,
) -> None:
    empty = [children("1", range(0))]
    family.load(empty)
    family.load([children("1", range(100))], minutes=30)
    family.load(empty, minutes=45)
    assert len(family.live()) == 102


def test_what_a_vendor_says_in_words_or_the_settings_accept_is_believed_at_once(
    family: World,
) -> None:
    told = children("2", range(0))
    told.empty = ["2"]
    assert family.load([told]).counts.deleted == 2
    assert family.load([children("1", range(0))], accepted=["lines"]).counts.deleted == 100
    assert family.shop.read_times == 1


@pytest.mark.parametrize("flushes", ["together", "apart"])
def test_a_parent_that_two_pages_name_has_the_children_of_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flushes: str
) -> None:
    if flushes == "apart":
        monkeypatch.setattr(pending, "FLUSH_BYTES", 0)
    world = World(tmp_path / "w.duckdb", LINES, monkeypatch)
    pages = [children("1", range(5)), children("1", range(5, 10))]
    for _ in range(2):
        world.load(pages)
        assert len(world.live()) == 10
    world.load([children("1", range(5)), children("1", range(5, 8))])
    assert len(world.live()) == 8, "and a later reading replaces them"


@pytest.mark.parametrize("stream", [WHOLE, COMPARED], ids=lambda stream: stream.mode.value)
def test_a_small_table_that_answers_empty_is_kept_and_believed_an_hour_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stream: Stream
) -> None:
    world = World(tmp_path / "w.duckdb", stream, monkeypatch)
    ids = [str(i) for i in range(20)]
    full = [Rows(ids, [b"{}"] * 20, [None] * 20, [None] * 20)]
    world.load(full)
    assert world.load([Rows()], full).counts.changed == 0
    assert (world.shop.read_times, world.warnings) == (2, [])
    for minutes in (0, 30):
        entry = world.load([Rows()], minutes=minutes)
        assert (entry.counts.deleted, len(world.live())) == (0, 20)
        assert "came without a row, twice" in world.warnings[0]
    assert world.load([Rows()], minutes=31).counts.deleted == 20
    world.load(full)
    assert world.load([Rows()], accepted=[stream.name]).counts.deleted == 20


def test_a_clock_that_was_once_fast_keeps_nothing_for_ever(
    family: World,
) -> None:
    empty = [children("1", range(0))]
    family.load(empty, minutes=60 * 24 * 10)
    family.load(empty, minutes=-60 * 24 * 10)
    assert len(family.live()) == 102
    assert family.load(empty, minutes=61).counts.deleted == 100
