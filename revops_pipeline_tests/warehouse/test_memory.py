"""What DuckDB may use is enough, however many ids there are and however long their documents; and
when it is not, or when the disk is full, that is what is said."""

from __future__ import annotations

import errno
import random
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from pydantic import ValidationError

from revops_pipeline.config import Config
from revops_pipeline.connections import open_warehouse
from revops_pipeline.settings import Settings
from revops_pipeline.sources.id_set import IdSet
from revops_pipeline.sources.stream import Page, Rows, Window
from revops_pipeline.warehouse import duckdb_landing
from revops_pipeline.warehouse.base import Batch, Counts, WarehouseError
from revops_pipeline.warehouse.books import utc_now
from revops_pipeline.warehouse.duckdb import DuckDBWarehouse
from revops_pipeline.warehouse.memory import default_memory, memory_for_models
from revops_pipeline.warehouse.readers import Event, Pages
from revops_pipeline.warehouse.snowflake_gathered import Gathered
from revops_pipeline_tests.warehouse.conftest import Account
from revops_pipeline_tests.warehouse.test_landing import LINES, PRICES, RECORDS, SHOP

GIB = 2**30


def payments(version: int, numbers: range, chance: random.Random) -> Rows:
    ids = [f"ch_{chance.getrandbits(96):024x}" for _ in numbers]
    documents = [f'{{"id":"{i}","version":{version}}}'.encode() for i in ids]
    return Rows(ids, documents, [f"2026-01-0{version}T00:00:00Z"] * len(ids), [None] * len(ids))


def test_random_ids_are_landed_edited_and_reset_in_less_memory_than_their_index_would_take(
    tmp_path: Path,
) -> None:
    """A primary key of these needs more than 24 MB."""
    warehouse = DuckDBWarehouse(tmp_path / "w.duckdb", memory="24MB")
    total, page = 240_000, 20_000
    for version in (1, 2):
        chance = random.Random(1)  # the same ids again
        with warehouse.session("test") as session:
            session.ensure([RECORDS])
            for start in range(0, total, page):
                part = payments(version, range(start, start + page), chance)
                if version == 2:
                    part = Rows(
                        *(c[::50] for c in (part.ids, part.documents, part.updated, part.deleted))
                    )
                found = session.land([Batch(RECORDS, part)], run_id="r", identity=SHOP)["orders"]
                expected = Counts(page) if version == 1 else Counts(updated=page // 50)
                assert found == expected
    with warehouse.session("test") as session:
        assert session.query("select count(*) from raw.shop_orders") == [(total,)]
        assert session.query("select count(*) from raw.shop_orders_history") == [(total // 50,)]
        session.reset("shop")
        assert session.query("select count(*) from raw.shop_orders") == [(0,)]


def long_texts(version: int, count: int, size: int) -> Rows:
    """Texts of random letters, which are stored in as many bytes as they have."""
    chance = random.Random(version)
    texts = [chance.randbytes(size // 2).hex() for _ in range(count)]
    documents = [f'{{"text":"{text}"}}'.encode() for text in texts]
    stamps: list[str | None] = [f"2026-01-0{version}T00:00:00Z"] * count
    return Rows([str(i) for i in range(count)], documents, stamps, [None] * count)


def test_a_page_of_long_texts_is_landed_and_updated_a_portion_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duckdb_landing, "PORTION_BYTES", 1_000_000)
    portions: list[int] = []
    insert = duckdb.DuckDBPyConnection.register
    warehouse = DuckDBWarehouse(tmp_path / "w.duckdb", memory="96MB")
    with warehouse.session("test") as session:
        session.ensure([RECORDS])
        connection = session._connection  # type: ignore[attr-defined]

        class Noting:
            def __getattr__(self, name: str) -> object:
                return getattr(connection, name)

            def register(self, name: str, table: object) -> None:
                if name == "portion":
                    portions.append(table.nbytes)  # type: ignore[attr-defined]
                insert(connection, name, table)

        session._connection = Noting()  # type: ignore[attr-defined]
        for version in (1, 2):
            rows = long_texts(version, 1_000, 30_000)
            session.land([Batch(RECORDS, rows)], run_id="r", identity=SHOP)
        stored = session.query("select id, document from raw.shop_orders")
        assert dict(stored) == dict(zip(rows.ids, map(bytes.decode, rows.documents), strict=True))
    assert max(portions) < 1_200_000
    assert len(portions) > 50


def test_pages_of_long_texts_wait_in_no_greater_number_than_memory_is_meant_for() -> None:
    def page(size: int) -> Event:
        rows = Rows(["1"], [b"x" * size], [None], [None])
        return Event(Window("orders", "all"), Page({"orders": rows}))

    waiting = Pages(48)
    for _ in range(4):
        waiting.put(page(6_000_000), block=False)
    assert waiting.full()


def test_too_little_memory_names_the_setting_and_not_the_rollback(tmp_path: Path) -> None:
    warehouse = DuckDBWarehouse(tmp_path / "w.duckdb", memory="16MB")

    def land() -> None:
        with warehouse.session("test") as session:
            session.ensure([RECORDS])
            rows = long_texts(1, 200, 300_000)
            session.land([Batch(RECORDS, rows)], run_id="r", identity=SHOP)

    with pytest.raises(WarehouseError) as told:
        land()
    assert "warehouse.memory in config/revops.yml" in str(told.value)
    assert "rollback" not in str(told.value)
    with warehouse.session("test") as session:
        assert session.query("select * from raw.shop_orders") == []


def test_a_full_disk_names_the_file_and_the_way_out(tmp_path: Path) -> None:
    warehouse = DuckDBWarehouse(tmp_path / "w.duckdb")

    def fail() -> None:
        with warehouse.session("test") as session:
            session.ensure([RECORDS])
            with session.transaction():  # type: ignore[attr-defined]
                # As DuckDB does, which leaves nothing to roll back after a failed commit.
                session.query("rollback")
                raise duckdb.IOException("Could not write file: No space left on device")

    with pytest.raises(WarehouseError, match="no space left") as told:
        fail()
    assert str(warehouse.path) in str(told.value)
    assert "REVOPS_DUCKDB_PATH" in str(told.value)


def test_a_full_disk_under_what_waits_for_snowflake_says_so_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pq, "write_table", full)
    gathered = Gathered("r", SHOP, "shop")
    gathered.add(Batch(RECORDS, Rows(["1"], [b"{}"], [None], [None])), utc_now())
    with pytest.raises(WarehouseError, match="TMPDIR"):
        gathered.files()


def test_what_went_wrong_in_snowflake_is_told_and_not_the_rollback(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    with account().wire("test") as wire:
        run = wire.run

        def without_rollback(sql: str, *more: Any) -> int:
            if sql == "rollback":
                raise OSError("the connection was reset")
            return run(sql, *more)

        monkeypatch.setattr(wire, "run", without_rollback)
        with pytest.raises(KeyError, match="the cause"), wire.transaction():
            raise KeyError("the cause")


def test_what_is_no_more_is_found_among_many_ids_as_among_few(tmp_path: Path) -> None:
    ids = [f"p{n}" for n in range(120_000)]
    rows = Rows(ids, [b"{}"] * len(ids), [None] * len(ids), [None] * len(ids))
    there = IdSet()
    there.update(i for i in ids if i not in ("p7", "p77777"))
    assert not there.is_few
    with DuckDBWarehouse(tmp_path / "w.duckdb").session("test") as session:
        session.ensure([PRICES])
        session.land([Batch(PRICES, rows)], run_id="r", identity=SHOP)
        batch = Batch(PRICES, snapshot=there)
        assert session.land([batch], run_id="r", identity=SHOP)["prices"].deleted == 2
        gone = "select id from raw.shop_prices where deleted_at is not null order by id"
        assert session.query(gone) == [("p7",), ("p77777",)]


# What a file of the second version holds: a primary key, and a replaced version where it lay.
SECOND_VERSION = """
    create schema raw; create schema staging; create schema marts; create schema ops;
    create table raw.shop_{0}_versions (id varchar not null, document varchar not null,
        source_updated_at timestamp, content_hash varchar not null, deleted_at timestamp,
        run_id varchar not null, loaded_at timestamp not null, version bigint not null,
        superseded_at timestamp, primary key (id, version));
    create table raw.shop_{0}_past (id varchar, document varchar, source_updated_at timestamp,
        content_hash varchar, deleted_at timestamp, run_id varchar, loaded_at timestamp,
        valid_from timestamp, valid_to timestamp);
    create view raw.shop_{0} as select id, document, source_updated_at, content_hash, deleted_at,
        run_id, loaded_at from raw.shop_{0}_versions where superseded_at is null;
    create view raw.shop_{0}_history as select * from raw.shop_{0}_past union all select id,
        document, source_updated_at, content_hash, deleted_at, run_id, loaded_at, loaded_at,
        superseded_at from raw.shop_{0}_versions where superseded_at is not null;
    insert into raw.shop_{0}_versions values
        ('1:a', 'a', null, 'h1', null, 'r1', '2026-02-01', 0, '2026-02-02'),
        ('1:a', 'a2', null, 'h2', null, 'r2', '2026-02-02', 1, null),
        ('1:b', 'b', null, 'h3', null, 'r1', '2026-02-01', 0, null);
"""


@pytest.mark.parametrize("stream", [RECORDS, LINES], ids=lambda s: s.name)
def test_a_file_with_primary_keys_is_read_and_written_on(tmp_path: Path, stream: object) -> None:
    assert stream in (RECORDS, LINES)
    stream = RECORDS if stream is RECORDS else LINES
    warehouse = DuckDBWarehouse(tmp_path / "w.duckdb")
    with duckdb.connect(str(warehouse.path)) as connection:
        connection.execute(SECOND_VERSION.format(stream.name))
    with warehouse.session("test") as session:
        session.ensure([stream])
        rows = Rows(["1:a", "1:c"], [b"a3", b"c"], [None] * 2, [None] * 2, ["1"])
        counts = session.land([Batch(stream, rows)], run_id="r", identity=SHOP)[stream.name]
        table = f"raw.{stream.table}"
        live = session.query(
            f"select id, document from {table} where deleted_at is null order by 1"
        )
        history = session.query(f"select id, document from {table}_history order by 1, 2")
    gone = stream is LINES  # a child that did not come with its parent
    assert (counts.inserted, counts.updated, counts.deleted) == (1, 1, int(gone))
    assert live == [("1:a", "a3"), *([] if gone else [("1:b", "b")]), ("1:c", "c")]
    assert history == [("1:a", "a"), ("1:a", "a2"), *([("1:b", "b")] if gone else [])]


def test_a_record_that_comes_twice_in_one_transaction_is_stored_once(tmp_path: Path) -> None:
    pages = [Rows(["1"], [d], [None], [None]) for d in (b"a", b"b", b"b")]
    with DuckDBWarehouse(tmp_path / "w.duckdb").session("test") as session:
        session.ensure([RECORDS])
        batches = [Batch(RECORDS, page) for page in pages]
        counts = session.land(batches, run_id="r", identity=SHOP)["orders"]
        assert session.query("select document from raw.shop_orders") == [("b",)]
    assert (counts.inserted, counts.updated, counts.unchanged) == (1, 1, 1)


@pytest.mark.parametrize(
    ("limit", "expected"), [("max\n", None), (f"{GIB}\n", "268MB"), (f"{GIB // 4}", "256MB")]
)
def test_a_quarter_of_what_a_container_may_use_is_the_default(
    tmp_path: Path, limit: str, expected: str | None
) -> None:
    file = tmp_path / "memory.max"
    file.write_text(limit)
    machine = default_memory(("/nowhere",))
    assert default_memory((str(file),)) == (expected or machine)
    assert 256 <= int(machine.removesuffix("MB")) <= 2000


def test_memory_is_a_setting_of_the_loader_and_models_get_what_they_need() -> None:
    config = Config.model_validate({"warehouse": {"memory": "512MB"}})
    warehouse = open_warehouse(Settings(), config)
    assert isinstance(warehouse, DuckDBWarehouse)
    assert warehouse.memory == "512MB"
    assert [memory_for_models(m) for m in ("512MB", "4GiB", "0.9 GB")] == [
        "1000MB",
        "4GiB",
        "1000MB",
    ]
    with pytest.raises(ValidationError):
        Config.model_validate({"warehouse": {"memory": "much"}})
