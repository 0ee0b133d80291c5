"""Two runs on one database do no harm, and a killed one is in nobody's way for long."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from typing import Any

import pytest

from revops_pipeline.warehouse import snowflake_lock
from revops_pipeline.warehouse.base import Batch, Session, WarehouseBusy, WarehouseError
from revops_pipeline.warehouse.snowflake import SnowflakeWarehouse
from revops_pipeline_tests.warehouse.conftest import Account
from revops_pipeline_tests.warehouse.test_landing import RECORDS, SHOP
from revops_pipeline_tests.warehouse.test_snowflake_landing import doc, rows


def note(**changes: Any) -> str:
    return json.dumps(
        {"pid": 1, "started": 1.0, "host": "another", "purpose": "a long load"} | changes
    )


def hold(warehouse: SnowflakeWarehouse, holder: str, expires: str) -> None:
    """The lease as somebody else left it."""
    with warehouse.session("making the tables") as session:
        session.ensure([RECORDS])
    with warehouse.wire("somebody else") as wire:
        wire.run(
            "update ops.writer_lock set token = 'theirs', holder = ?, "
            f"expires_at = dateadd('second', {expires}, sysdate())",
            [holder],
        )


def write(session: Session, value: int) -> None:
    session.land([Batch(RECORDS, rows(("1", doc(value), None)))], run_id="r", identity=SHOP)
    session.settle()


def test_a_second_writer_waits_and_then_names_the_first(account: Account) -> None:
    warehouse = account(wait_seconds=0.5)
    with (
        warehouse.session("a long load"),
        pytest.raises(WarehouseBusy, match=rf"process {os.getpid()} on .* \(a long load\)"),
        warehouse.locked("second"),
    ):
        pass
    with warehouse.locked("second"):
        pass


def test_a_lease_that_ran_out_is_taken(account: Account) -> None:
    warehouse = account(wait_seconds=0)
    hold(warehouse, note(), "30")
    with pytest.raises(WarehouseBusy, match=r"another.*a long load.*within 300 s"):
        warehouse.locked("next").__enter__()
    with warehouse.wire("time goes by") as wire:
        wire.run("update ops.writer_lock set expires_at = dateadd('second', -1, sysdate())")
    with warehouse.locked("next"):
        pass


def test_a_killed_process_of_this_machine_is_not_waited_for(account: Account) -> None:
    warehouse = account(wait_seconds=0)
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    here = os.uname().nodename
    hold(warehouse, note(pid=process.pid, host=here), "300")
    with warehouse.locked("next"):
        pass
    hold(warehouse, note(pid=os.getppid(), started=1.0, host=here), "300")  # its number was reused
    with warehouse.locked("next"):
        pass


def test_a_holder_that_renewed_after_it_was_looked_at_keeps_its_lease(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse = account(wait_seconds=0)
    hold(warehouse, note(), "300")
    stale = ("theirs", note(), False)
    monkeypatch.setattr(snowflake_lock.WriterLock, "_look", lambda _self: stale)
    with pytest.raises(WarehouseBusy):
        warehouse.locked("next").__enter__()


def test_who_lost_the_lease_stores_nothing(account: Account) -> None:
    warehouse = account()

    def held_up() -> None:
        with warehouse.session("held up") as session:
            session.ensure([RECORDS])
            write(session, 1)
            with warehouse.wire("another run") as wire:
                wire.run("update ops.writer_lock set token = 'theirs'")
            write(session, 2)

    with pytest.raises(WarehouseBusy, match="another one writes now"):
        held_up()
    with warehouse.wire("looking") as wire:
        [(document,)] = wire.query("select document from raw.shop_orders")
        assert json.loads(document) == {"v": 1}
        assert wire.query("select token from ops.writer_lock") == [("theirs",)]


def test_two_runs_at_once_end_with_the_rows_of_both(account: Account) -> None:
    with account().session("making the tables") as session:
        session.ensure([RECORDS])
    failures: list[BaseException] = []

    def run(name: str) -> None:
        try:
            for turn in range(3):
                with account(wait_seconds=30).session(name) as session:
                    part = rows(
                        *((f"{i}", doc(i), None) for i in range(20)), (name, doc(turn), None)
                    )
                    session.land([Batch(RECORDS, part, {name: turn})], run_id=name, identity=SHOP)
        except BaseException as error:  # noqa: BLE001 - told in the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=run, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with account().session("looking") as session:
        assert session.query("select count(*), count(distinct id) from raw.shop_orders") == [
            (22, 22)
        ]
        [(state, sequence)] = session.query("select state, change_seq from ops.extract_state")
        assert json.loads(state) == {"one": 2, "two": 2}
        assert sequence == 6
        assert session.query("select count(*) from raw.shop_orders_history") == [(4,)]


def test_a_lease_is_renewed_while_it_is_held(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse = account()
    with warehouse.locked("making the table"):
        pass
    monkeypatch.setattr(snowflake_lock, "LEASE_SECONDS", 0.3)
    seen = set()
    with warehouse.locked("dbt"), warehouse.wire("looking") as wire:
        for _ in range(4):
            seen.add(wire.query("select expires_at from ops.writer_lock")[0][0])
            time.sleep(0.15)
    assert len(seen) > 1


def test_a_lock_without_its_row_says_how_to_have_it_back(account: Account) -> None:
    warehouse = account()
    with warehouse.locked("making the table"):
        pass
    with warehouse.wire("somebody") as wire:
        wire.run("delete from ops.writer_lock")
    with pytest.raises(WarehouseError, match="drop that table"):
        warehouse.locked("next").__enter__()
