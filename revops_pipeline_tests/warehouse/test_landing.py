"""Rows land once, whole, with their state, or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from revops_pipeline.sources.stream import Identity, Mode, Rows, Stream
from revops_pipeline.warehouse.base import Batch, WarehouseBusy, WarehouseError
from revops_pipeline.warehouse.duckdb import DuckDBWarehouse

RECORDS = Stream("shop", "orders", Mode.UPSERT, "One row per order.")
LINES = Stream("shop", "lines", Mode.CHILDREN, "One row per order line.")
PRICES = Stream("shop", "prices", Mode.SNAPSHOT, "One row per price.")
SHOP = Identity("shop 1", "http://shop")


def rows(*records: tuple[str, str, str | None], deleted: str | None = None) -> Rows:
    """(id, document, version) triples."""
    return Rows(
        [r[0] for r in records],
        [r[1].encode() for r in records],
        [r[2] for r in records],
        [deleted for _ in records],
    )


@pytest.fixture
def warehouse(tmp_path: Path) -> DuckDBWarehouse:
    return DuckDBWarehouse(tmp_path / "w.duckdb", wait_seconds=1)


def land(warehouse: DuckDBWarehouse, *batches: Batch) -> dict[str, Any]:
    with warehouse.session("test") as session:
        session.ensure([RECORDS, LINES, PRICES])
        return session.land(batches, run_id="r", identity=SHOP)


def table(warehouse: DuckDBWarehouse, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(warehouse.path), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_an_older_version_never_replaces_a_newer_one(warehouse: DuckDBWarehouse) -> None:
    land(warehouse, Batch(RECORDS, rows(("1", "new", "2026-02-01T00:00:00Z"))))
    land(warehouse, Batch(RECORDS, rows(("1", "old", "2026-01-01T00:00:00Z"))))
    assert table(warehouse, "select document from raw.shop_orders") == [("new",)]


def test_a_replaced_version_is_kept_with_the_time_it_held(warehouse: DuckDBWarehouse) -> None:
    land(warehouse, Batch(RECORDS, rows(("1", "a", "2026-01-01T00:00:00Z"))))
    land(warehouse, Batch(RECORDS, rows(("1", "b", "2026-01-02T00:00:00Z"))))
    assert table(
        warehouse,
        "select h.document, h.valid_from < h.valid_to, h.valid_to = r.loaded_at "
        "from raw.shop_orders_history h, raw.shop_orders r",
    ) == [("a", True, True)]


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"),
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00.500Z"),
        ("2026-01-01T01:00:00+02:00", "2026-01-01T00:00:00Z"),
        (None, "2026-01-01 00:00:00"),
    ],
)
def test_a_page_with_one_record_twice_lands_its_latest_version(
    warehouse: DuckDBWarehouse, earlier: str | None, later: str
) -> None:
    twice = rows(("1", "b", later), ("1", "a", earlier))
    land(warehouse, Batch(RECORDS, twice))
    assert table(warehouse, "select id, document from raw.shop_orders") == [("1", "b")]


def test_a_full_read_deletes_what_it_did_not_meet_and_restores_what_it_did(
    warehouse: DuckDBWarehouse,
) -> None:
    both = rows(("1", "a", None), ("2", "b", None))
    land(warehouse, Batch(PRICES, both, snapshot=["1", "2"]))
    land(warehouse, Batch(PRICES, rows(("1", "a", None)), snapshot=["1"]))
    live = "select id from raw.shop_prices where deleted_at is null order by id"
    assert table(warehouse, live) == [("1",)]
    land(warehouse, Batch(PRICES, both, snapshot=["1", "2"]))
    assert table(warehouse, live) == [("1",), ("2",)]


def test_children_are_replaced_for_the_parents_read_and_for_no_others(
    warehouse: DuckDBWarehouse,
) -> None:
    def lines(*ids: str, parents: list[str], empty: bool = False) -> Batch:
        part = rows(*((i, "x", None) for i in ids))
        part.parents, part.empty = parents, parents if empty else []
        return Batch(LINES, part)

    land(warehouse, lines("1:a", "1:b", "2:c", parents=["1", "2"]))
    land(warehouse, lines("1:b", parents=["1"]))
    live = "select id from raw.shop_lines where deleted_at is null order by id"
    assert table(warehouse, live) == [("1:b",), ("2:c",)]
    land(warehouse, lines(parents=["2"]))
    assert table(warehouse, live) == [("1:b",), ("2:c",)], "silence is no word"
    land(warehouse, lines(parents=["2"], empty=True))
    assert table(warehouse, live) == [("1:b",)]


def test_the_change_sequence_moves_only_when_a_row_does(warehouse: DuckDBWarehouse) -> None:
    sequence = "select change_seq from ops.extract_state where stream = 'orders'"
    batch = Batch(RECORDS, rows(("1", "a", None)), {"cursor": 1})
    land(warehouse, batch)
    assert table(warehouse, sequence) == [(1,)]
    land(warehouse, Batch(RECORDS, batch.rows, {"cursor": 2}))
    assert table(warehouse, sequence) == [(1,)]
    land(warehouse, Batch(RECORDS, rows(("1", "b", None))))
    assert table(warehouse, sequence) == [(2,)]


def test_rows_and_cursor_fail_together(warehouse: DuckDBWarehouse) -> None:
    land(warehouse, Batch(RECORDS, rows(("1", "a", None)), {"cursor": 1}))
    with pytest.raises(TypeError):
        land(warehouse, Batch(RECORDS, rows(("2", "b", None)), {"cursor": object()}))
    assert table(warehouse, "select id from raw.shop_orders") == [("1",)]
    assert table(warehouse, "select state from ops.extract_state") == [('{"cursor": 1}',)]


operations = st.lists(
    st.lists(
        st.tuples(st.sampled_from("abcdef"), st.sampled_from("xyz"), st.integers(1, 5)), max_size=6
    ),
    min_size=1,
    max_size=8,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(operations)
def test_whatever_lands_in_whatever_order_the_latest_version_of_each_record_is_there(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[tuple[str, str, int]]]
) -> None:
    path = tmp_path_factory.mktemp("land") / "w.duckdb"
    expected: dict[str, tuple[int, str]] = {}
    with DuckDBWarehouse(path).session("test") as session:
        session.ensure([RECORDS])
        for batch in batches:
            # As with every vendor, a record's document tells its version too.
            versions = [(i, f"{d}{v}", f"2026-01-0{v}T00:00:00Z") for i, d, v in batch]
            session.land([Batch(RECORDS, rows(*versions))], run_id="r", identity=SHOP)
            for i, d, v in batch:
                if i not in expected or v >= expected[i][0]:
                    expected[i] = (v, f"{d}{v}")
        stored = dict(session.query("select id, document from raw.shop_orders"))
        history = session.query("select id, valid_from, valid_to from raw.shop_orders_history")
    assert stored == {i: d for i, (_, d) in expected.items()}
    assert all(start <= end for _, start, end in history)


def child(code: str, *args: str) -> subprocess.Popen[str]:
    script = textwrap.dedent(code)
    return subprocess.Popen(
        [sys.executable, "-c", script, *args], stdout=subprocess.PIPE, text=True, cwd=os.getcwd()
    )


def test_a_second_writer_waits_and_then_names_the_first(warehouse: DuckDBWarehouse) -> None:
    holder = child(
        """
        import sys, time
        from pathlib import Path
        from revops_pipeline.warehouse.duckdb import DuckDBWarehouse
        with DuckDBWarehouse(Path(sys.argv[1])).session("a long load"):
            print("held", flush=True)
            time.sleep(60)
        """,
        str(warehouse.path),
    )
    try:
        assert holder.stdout is not None
        holder.stdout.readline()
        with (
            pytest.raises(
                WarehouseBusy, match=rf"process {holder.pid} \(a long load.*kill {holder.pid}"
            ),
            warehouse.session("second"),
        ):
            pass
    finally:
        holder.kill()
        holder.wait()
    # The lock goes with the process that held it.
    with warehouse.session("second") as session:
        session.ensure([RECORDS])


def test_a_shell_that_has_the_file_open_is_named(warehouse: DuckDBWarehouse) -> None:
    land(warehouse, Batch(RECORDS))
    shell = child(
        """
        import sys, time, duckdb
        connection = duckdb.connect(sys.argv[1])
        print("open", flush=True)
        time.sleep(60)
        """,
        str(warehouse.path),
    )
    try:
        assert shell.stdout is not None
        shell.stdout.readline()
        with (
            pytest.raises(WarehouseBusy, match=rf"{shell.pid}.*Close that program"),
            warehouse.session("x"),
        ):
            pass
    finally:
        shell.kill()
        shell.wait()


@pytest.mark.parametrize("kind", ["folder", "parent is a file", "no database"])
def test_a_file_that_cannot_be_written_is_named_with_the_variable(
    tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "x.duckdb"
    if kind == "folder":
        path.mkdir()
    elif kind == "parent is a file":
        path.write_text("")
        path = path / "w.duckdb"
    else:
        path.write_text("this is no database" * 1000)
    with (
        pytest.raises(WarehouseError, match="REVOPS_DUCKDB_PATH"),
        DuckDBWarehouse(path, wait_seconds=0.1).session("x"),
    ):
        pass


WRITER = """
import sys
from pathlib import Path
from revops_pipeline_tests.warehouse.test_landing import RECORDS, SHOP, rows
from revops_pipeline.warehouse.base import Batch
from revops_pipeline.warehouse.duckdb import DuckDBWarehouse
with DuckDBWarehouse(Path(sys.argv[1])).session("writer") as session:
    session.ensure([RECORDS])
    for turn in range(1, 100000):
        batch = rows(*((str(i), f"v{turn}", f"2026-01-01T00:{turn // 60 % 60:02}:{turn % 60:02}Z") for i in range(50)))
        session.land([Batch(RECORDS, batch, {"turn": turn})], run_id="r", identity=SHOP)
        print(turn, flush=True)
"""


def test_a_writer_killed_at_any_moment_leaves_rows_and_state_of_one_turn(
    warehouse: DuckDBWarehouse,
) -> None:
    for kill_after in (1, 7, 30, 90):
        writer = child(WRITER, str(warehouse.path))
        assert writer.stdout is not None
        for _ in range(kill_after):
            writer.stdout.readline()
        os.kill(writer.pid, signal.SIGKILL)
        told = kill_after + len(writer.stdout.readlines())
        writer.wait()
        with warehouse.session("after the kill") as session:
            [(state,)] = session.query("select state from ops.extract_state")
            documents = session.query("select distinct document from raw.shop_orders")
            [(count, distinct)] = session.query(
                "select count(*), count(distinct id) from raw.shop_orders"
            )
        turn = int(state.split(":")[1].strip(" }"))
        assert told - 1 <= turn <= told + 1
        assert documents == [(f"v{turn}",)]
        assert count == distinct == 50
        for part in warehouse.path.parent.glob("w.duckdb*"):
            part.unlink()


def test_the_log_of_many_small_sessions_stays_short(
    warehouse: DuckDBWarehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("revops_pipeline.warehouse.duckdb_session.LOG_BYTES", 20_000)
    log = warehouse.path.with_name("w.duckdb.wal")
    sizes = []
    for turn in range(30):
        document = f"{turn}" * 2_000
        land(warehouse, Batch(RECORDS, rows(("1", document, f"2026-01-01T00:00:{turn:02}Z"))))
        sizes.append(log.stat().st_size if log.exists() else 0)
    assert max(sizes) < 40_000
    assert table(warehouse, "select document from raw.shop_orders") == [("29" * 2_000,)]
