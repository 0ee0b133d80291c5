"""What lands in Snowflake is what lands in DuckDB, however much of it is gathered for one merge."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from revops_pipeline.sources.stream import Identity, Rows
from revops_pipeline.warehouse import snowflake_gathered
from revops_pipeline.warehouse.base import (
    Batch,
    Counts,
    LogEntry,
    Session,
    Warehouse,
    WrongIdentity,
)
from revops_pipeline.warehouse.duckdb import DuckDBWarehouse
from revops_pipeline_tests.snowflake.emulator import Emulator
from revops_pipeline_tests.warehouse.conftest import Account
from revops_pipeline_tests.warehouse.snowflake_proxy import Proxy
from revops_pipeline_tests.warehouse.test_landing import LINES, PRICES, RECORDS, SHOP, rows

STREAMS = [RECORDS, LINES, PRICES]
DAY = "2026-01-0{}T00:00:00Z"


def doc(value: Any) -> str:
    return json.dumps({"v": value}, sort_keys=True)


def land(session: Session, *batches: Batch) -> dict[str, Any]:
    return session.land(batches, run_id="r", identity=SHOP)


def children(parents: list[str], *ids: str, value: int = 0, empty: Sequence[str] = ()) -> Batch:
    part = rows(*((i, doc(value), None) for i in ids))
    part.parents, part.empty = parents, list(empty)
    return Batch(LINES, part)


def script(seed: int) -> list[Batch]:
    """Pages as a vendor sends them: edits, old versions, archived and restored, re-read parents,
    full reads, records that are gone for good and some that come back."""
    chance = random.Random(seed)
    batches: list[Batch] = []
    for turn in range(chance.randint(3, 9)):
        what = chance.choice(["records", "children", "snapshot", "gone"])
        ids = chance.sample("abcdef", chance.randint(0, 5))
        if what == "records":
            version = chance.randint(1, 5)
            deleted = DAY.format(version) if chance.random() < 0.3 else None
            part = rows(
                *((i, doc([i, version]), DAY.format(version)) for i in ids), deleted=deleted
            )
            batches.append(Batch(RECORDS, part, {"turn": turn}))
        elif what == "children":
            parents = chance.sample("pqr", chance.randint(1, 3))
            found = [f"{p}:{i}" for p in parents for i in ids if chance.random() < 0.6]
            told = [p for p in parents if chance.random() < 0.5]  # which have none, in words
            batches.append(children(parents, *found, value=chance.randint(1, 2), empty=told))
        elif what == "snapshot":
            part = rows(*((i, doc(chance.randint(1, 2)), None) for i in ids))
            batches.append(Batch(PRICES, part, snapshot=sorted(ids)))
        else:
            batches.append(Batch(RECORDS, Rows(gone=ids)))
    return batches


def stored(session: Session, history: bool) -> dict[str, Any]:
    """All rows; without history, of the lines only those that are live: one that came and went
    between two merges is never stored, nor is the version that it had then."""
    found: dict[str, Any] = {}
    for stream in STREAMS:
        for table in (stream.table, f"{stream.table}_history")[: 1 + history]:
            found[table] = sorted(
                (i, json.dumps(json.loads(d)), str(updated), digest, deleted is not None)
                for i, d, updated, digest, deleted in session.query(
                    "select id, document, source_updated_at, content_hash, deleted_at "
                    f"from raw.{table}"
                )
                if history or stream is not LINES or deleted is None
            )
    found["states"] = sorted(session.query("select stream, state from ops.extract_state"))
    return found


def landed(warehouse: Warehouse, batches: list[Batch], *, gathered: bool) -> None:
    """Lands the batches for one merge, or each for one of its own."""
    with warehouse.session("test") as session:
        session.ensure(STREAMS)
        for batch in batches:
            land(session, batch)
            if not gathered:
                session.settle()


@pytest.mark.parametrize(
    "seed", [0, 1, 2, *(pytest.param(s, marks=pytest.mark.slow) for s in range(3, 12))]
)
@pytest.mark.parametrize("gathered", [True, False], ids=["in one merge", "one by one"])
def test_the_same_batches_leave_the_same_rows_as_in_duckdb(
    account: Account, tmp_path: Path, seed: int, gathered: bool
) -> None:
    batches, reference, warehouse = script(seed), DuckDBWarehouse(tmp_path / "w"), account()
    for batch in batches:  # a table that was empty when a session began is filled unchecked
        landed(reference, [batch], gathered=False)
    landed(warehouse, batches, gathered=gathered)
    with reference.session("test") as one, warehouse.session("test") as other:
        expected = stored(one, history=not gathered)
        assert stored(other, history=not gathered) == expected
    assert any(expected.values())


@pytest.mark.parametrize("gathered", [True, False], ids=["in one merge", "one by one"])
def test_a_parent_that_comes_without_children_keeps_them_unless_the_vendor_says_so(
    account: Account, gathered: bool
) -> None:
    """And one that two pages of a reading name has the children of both."""
    warehouse = account()
    landed(warehouse, [children(["p", "q"], "p:1", "p:2", "q:1", "q:2")], gathered=True)
    pages = [children(["p"]), children(["q"], "q:1"), children([], "q:3")]
    with warehouse.session("test") as session:
        kept: list[str] = []
        for batch in pages:
            kept += land(session, batch).get("lines", Counts()).emptied
            if not gathered:
                kept += session.settle()["lines"].emptied
        kept += session.settle().get("lines", Counts()).emptied
        live = "select id from raw.shop_lines where deleted_at is null order by 1"
        assert kept == ["p"]
        assert [i for (i,) in session.query(live)] == ["p:1", "p:2", "q:1", "q:3"]
        land(session, children(["p"], empty=["p"]))
        session.settle()
        assert [i for (i,) in session.query(live)] == ["q:1", "q:3"]


def test_a_run_sends_one_merge_a_stream_however_many_pages_it_has(
    account: Account, emulated: Emulator
) -> None:
    with account().session("test") as session:
        session.ensure(STREAMS)
        before = len(emulated.statements)
        for page in range(20):
            land(
                session, Batch(RECORDS, rows((str(page), doc(page), DAY.format(1))), {"page": page})
            )
            land(session, children([str(page)], f"{page}:x"))
        counts = session.settle()
    sent = [" ".join(s.split()) for s in emulated.statements[before:]]
    merges = [s for s in sent if s.startswith("merge into raw.")]
    assert [m.split()[2] for m in merges] == ["raw.shop_orders", "raw.shop_lines"]
    assert len([s for s in sent if s.startswith("copy into")]) == 1
    assert (counts["orders"].inserted, counts["lines"].inserted) == (20, 20)
    inside = sent[sent.index("begin") : sent.index("commit")]
    assert any(s.startswith("merge into ops.extract_state") for s in inside)
    ddl = re.compile(r"(create|drop|alter|truncate|use|put|copy)\b")
    assert not [s for s in inside if ddl.match(s)]


def test_a_merge_never_meets_a_record_twice(account: Account) -> None:
    """Snowflake refuses a MERGE whose source has two rows for one of the target's."""
    with account().session("test") as session:
        session.ensure([RECORDS])
        land(session, Batch(RECORDS, rows(("1", doc("first"), DAY.format(1)))))
        session.settle()
        for version in (3, 2, 4):
            land(session, Batch(RECORDS, rows(("1", doc(version), DAY.format(version)))))
        [counts] = session.settle().values()
        [(document,)] = session.query("select document from raw.shop_orders")
    assert json.loads(document) == {"v": 4}
    assert (counts.updated, counts.unchanged) == (1, 2)


def test_much_is_stored_before_the_end(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snowflake_gathered, "FILE_BYTES", 3_000)
    monkeypatch.setattr(snowflake_gathered, "SETTLE_BYTES", 10_000)
    warehouse = account()
    seen = []
    with warehouse.session("test") as session:
        session.ensure([RECORDS])
        for page in range(12):
            found = land(
                session, Batch(RECORDS, rows((str(page), doc("x" * 1_000), None)), {"page": page})
            )
            seen.append(sum(c.inserted for c in found.values()))
    assert sum(seen) == 10
    with warehouse.session("test") as session:
        assert session.query("select count(*) from raw.shop_orders") == [(12,)]
        assert session.states("shop", SHOP) == {"orders": {"page": 11}}


def test_a_failed_run_stores_neither_rows_nor_cursor_of_what_was_gathered(account: Account) -> None:
    warehouse = account()

    def fail() -> None:
        with warehouse.session("test") as session:
            session.ensure([RECORDS])
            land(session, Batch(RECORDS, rows(("1", doc(1), None)), {"cursor": 1}))
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        fail()
    with warehouse.session("test") as session:
        assert session.states("shop", SHOP) == {}
        assert session.query("select * from raw.shop_orders") == []


def test_the_change_sequence_moves_only_when_a_row_does(account: Account) -> None:
    warehouse = account()
    sequence = "select change_seq from ops.extract_state where stream = 'orders'"
    seen = []
    for value, cursor in ((1, 1), (1, 2), (2, 3)):
        with warehouse.session("test") as session:
            session.ensure([RECORDS])
            land(session, Batch(RECORDS, rows(("1", doc(value), None)), {"cursor": cursor}))
            seen += session.query(sequence)
    assert seen == [(1,), (1,), (2,)]


def test_rows_of_another_account_are_refused(account: Account) -> None:
    with account().session("test") as session:
        session.ensure([RECORDS])
        land(session, Batch(RECORDS, rows(("1", doc(1), None))))
        session.settle()
        with pytest.raises(WrongIdentity, match="set SNOWFLAKE_DATABASE to another database"):
            session.states("shop", Identity("shop 2", "http://shop"))


def test_times_with_a_zone_are_stored_as_utc(account: Account) -> None:
    texts = ["2026-01-01T10:00:00+02:00", "2026-01-01T08:00:00Z", "2026-01-01T08:00:00", "never"]
    with account().session("test") as session:
        session.ensure([RECORDS])
        land(session, Batch(RECORDS, rows(*((t, doc(1), t) for t in texts))))
        found = dict(session.query("select id, source_updated_at from raw.shop_orders"))
    assert [str(found[t]) for t in texts] == ["2026-01-01 08:00:00"] * 3 + ["None"]


def test_a_document_over_16_mib_is_listed_and_costs_no_other_record(account: Account) -> None:
    warehouse = account()
    large = doc("x" * (16 * 1024 * 1024))
    just_fits = doc("x" * (16 * 1024 * 1024 - 20))
    with warehouse.session("test") as session:
        session.ensure([RECORDS])
        batch = rows(("big", large, None), ("fits", just_fits, None), ("small", doc(1), None))
        land(session, Batch(RECORDS, batch, {"cursor": 1}))
        counts = session.settle()["orders"]
        assert (counts.inserted, counts.rejected) == (2, 1)
        listed = session.query(
            "select source, stream, id, bytes, reason from ops.rejected_documents"
        )
        [(source, stream, record, size, reason)] = listed
        assert (source, stream, record, size) == ("shop", "orders", "big", len(large))
        assert "16,777,216" in reason
        assert session.states("shop") == {"orders": {"cursor": 1}}
        land(session, Batch(RECORDS, rows(("big", doc("shorter now"), None))))
        assert session.query("select * from ops.rejected_documents") == []


def test_a_column_named_order_is_kept(account: Account, emulated: Emulator) -> None:
    """Quoted, and in upper case: quotes make Snowflake, though not the emulator, mind the case."""
    columns = {"id": "varchar", "order": "double", "at": "timestamp", "note": "varchar"}
    with account().session("test") as session:
        session.ensure([])
        first = [("a", 1.0, None, None), ("b", None, None, None)]
        assert session.replace_table("marts.sorted", columns, first, ["id"]).inserted == 2
        assert session.replace_table("marts.sorted", columns, first, ["id"]).unchanged == 2
        counts = session.replace_table("marts.sorted", columns, [("a", 2.0, None, "x")], ["id"])
        assert (counts.inserted, counts.deleted) == (1, 2)
        assert session.query('select id, "ORDER", note from marts.sorted') == [("a", 2.0, "x")]
        assert session.replace_table("marts.sorted", columns, [], ["id"]).deleted == 1
    made = [s for s in emulated.statements if s.startswith("create table if not exists marts.")]
    assert '"ORDER" double' in made[-1]


def test_log_builds_and_resets_are_as_in_duckdb(account: Account) -> None:
    with account().session("test") as session:
        session.ensure([RECORDS])
        land(session, Batch(RECORDS, rows(("1", doc(1), None)), {"cursor": 1}))
        entries = [LogEntry("shop", "orders", "r", read=1, reported=1, verified=True)]
        session.write_log([*entries, LogEntry("shop", "lines", "r", error="it's gone")])
        logged = (
            "select stream, rows_reported, verified, error from ops.extract_log order by stream"
        )
        assert session.query(logged) == [
            ("lines", None, False, "it's gone"),
            ("orders", 1, True, None),
        ]
        for fingerprint in ("a", "b"):
            session.record_build("staging", fingerprint, "r")
        assert session.query("select build, fingerprint from ops.build_state") == [("staging", "b")]
        assert session.reset("shop") == ["orders"]
        for table in ("raw.shop_orders", "ops.extract_state", "ops.build_state"):
            assert session.query(f"select * from {table}") == []
        land(session, Batch(RECORDS, rows(("1", doc(1), None)), {"cursor": 1}))
        assert session.query("select change_seq from ops.extract_state") == [(1,)]


def login_step(sql: str) -> bool:
    """What the connector sends by itself."""
    return sql.startswith("put ") or not sql


def test_every_statement_is_tagged_with_its_purpose_and_run(
    account: Account, emulated: Emulator
) -> None:
    with Proxy(int(emulated.variables["SNOWFLAKE_PORT"])) as proxy:
        with account(port=proxy.port).session("loading shop, run 1a2b3c4d") as session:
            session.ensure([RECORDS])
            land(session, Batch(RECORDS, rows(("1", doc(1), None))))
            session.settle()
            session.purpose("checking staging")
            session.query("select 1")
        tags = dict(proxy.tags)
        merge = next(tag for sql, tag in proxy.tags if sql.startswith("merge into raw."))
    assert merge == "revops: loading shop, run 1a2b3c4d: raw.shop_orders"
    assert tags["select 1"] == "revops: checking staging"
    assert all(tag.startswith("revops: ") for sql, tag in proxy.tags if not login_step(sql))
