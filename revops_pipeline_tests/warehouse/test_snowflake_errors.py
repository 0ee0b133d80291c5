"""What can go wrong with an account is told with the variable or the grant that puts it right.

The emulator lets everybody in and grants everything, so a server in front of it answers as a
Snowflake is expected to (see `snowflake_proxy`); the connector is the real one throughout.
"""

from __future__ import annotations

import importlib
import socket
from pathlib import Path
from typing import Any

import pytest

from revops_pipeline.sources.stream import Rows
from revops_pipeline.warehouse.base import Batch, LogEntry, Warehouse, WarehouseBusy, WarehouseError
from revops_pipeline_tests.snowflake.emulator import Emulator
from revops_pipeline_tests.warehouse.conftest import SECRET, Account
from revops_pipeline_tests.warehouse.snowflake_proxy import (
    Answer,
    Cut,
    Proxy,
    Rule,
    login,
    refused,
    sql_of,
    statement,
)
from revops_pipeline_tests.warehouse.test_landing import LINES, RECORDS, SHOP
from revops_pipeline_tests.warehouse.test_snowflake_landing import children, doc, rows

NO_WAREHOUSE = (
    "No active warehouse selected in the current session.  Select an active warehouse with the "
    "'use warehouse' command."
)
SUSPENDED = (
    "Warehouse 'TESTING' is suspended.  Use 'alter warehouse TESTING resume;' command if you need "
    "to use it again."
)
NO_RIGHT = "SQL access control error:\nInsufficient privileges to operate on schema '{}'"
REFUSALS = {
    "wrong password": (
        login(refused("390100", "Incorrect username or password was specified.", "08001")),
        ["the login was refused", "SNOWFLAKE_USER and SNOWFLAKE_PASSWORD"],
    ),
    "unknown role": (
        login(
            refused(
                "390189",
                "Role 'LOADER' specified in the connect string does not exist or not authorized. "
                "Contact your local system administrator, or attempt to login with another role, "
                "e.g. PUBLIC.",
                "08001",
            )
        ),
        ["SNOWFLAKE_ROLE", "grant role LOADER to user ANN"],
    ),
    "key that the user does not have": (
        login(refused("390144", "JWT token is invalid. [0a1b]", "08001")),
        ["SNOWFLAKE_PRIVATE_KEY_PATH", "set rsa_public_key"],
    ),
    "locked user": (
        login(refused("390102", "User temporarily locked. Try again later.", "08001")),
        ["ANN is disabled or locked"],
    ),
    "no warehouse": (
        statement("insert into ops.changes", refused("000606", NO_WAREHOUSE, "57P03")),
        ["SNOWFLAKE_WAREHOUSE", "grant usage on warehouse TESTING to role LOADER"],
    ),
    "suspended warehouse": (
        statement("merge into raw.shop_orders", refused("000608", SUSPENDED, "57P03")),
        ["alter warehouse TESTING resume", "auto_resume = true"],
    ),
    "used-up quota": (
        statement(
            "copy into",
            refused(
                "090073",
                "Warehouse 'TESTING' cannot be resumed because resource monitor 'LIMIT' has "
                "exceeded its quota.",
                "22000",
            ),
        ),
        ["resource monitor"],
    ),
    "no right on a schema": (
        statement(
            "create table if not exists raw.", refused("003001", NO_RIGHT.format("RAW"), "42501")
        ),
        [
            "grant usage, create table, create view, create stage on schema TEST_",
            ".RAW to role LOADER",
        ],
    ),
    "no right to make schemas": (
        statement(
            "create schema if not exists raw",
            refused(
                "003001",
                "SQL access control error:\nInsufficient privileges to operate on database 'TEST'",
                "42501",
            ),
        ),
        ["grant usage, create schema on database TEST_"],
    ),
    "no database": (
        statement(
            "update raw.shop_orders",
            refused(
                "090105",
                "Cannot perform UPDATE. This session does not have a current database. Call 'USE "
                "DATABASE', or use a qualified name.",
                "22000",
            ),
        ),
        ["SNOWFLAKE_DATABASE", "grant usage on database TEST_"],
    ),
}


def insert_and_delete(warehouse: Warehouse) -> None:
    with warehouse.session("loading") as session:
        session.ensure([RECORDS])
        for part in (rows(("1", doc(1), None)), Rows(gone=["1"])):
            session.land([Batch(RECORDS, part)], run_id="r", identity=SHOP)
            session.settle()


@pytest.mark.parametrize("case", REFUSALS)
def test_a_refusal_names_the_variable_or_the_grant(
    account: Account, emulated: Emulator, case: str
) -> None:
    rule, told = REFUSALS[case]
    with Proxy(int(emulated.variables["SNOWFLAKE_PORT"]), [rule]) as proxy:
        warehouse = account(port=proxy.port)
        with pytest.raises(WarehouseError) as error:
            insert_and_delete(warehouse)
    assert not isinstance(error.value, WarehouseBusy)
    message = str(error.value)
    for part in told:
        assert part in message
    assert SECRET not in message
    assert "\n" not in message


def test_an_account_that_does_not_answer_may_answer_later(account: Account) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        warehouse = account(port=free.getsockname()[1], login_seconds=1)
        with pytest.raises(
            WarehouseBusy, match=r"cannot be reached at 127\.0\.0\.1.*SNOWFLAKE_ACCOUNT"
        ):
            warehouse.session("x").__enter__()


def test_a_key_that_cannot_be_read_is_named(account: Account, tmp_path: Path) -> None:
    (tmp_path / "key.p8").write_text("no key")
    warehouse = account(password=None, private_key_path=tmp_path / "key.p8")
    with pytest.raises(WarehouseError, match="SNOWFLAKE_PRIVATE_KEY_PATH"):
        warehouse.session("x").__enter__()


def test_what_snowflake_repeats_of_the_password_or_the_session_is_not_told(
    account: Account, emulated: Emulator
) -> None:
    tokens: list[str] = []

    def repeated(path: str, body: dict[str, Any]) -> Answer | None:
        if path.startswith("/session/v1/login-request"):
            return refused("390100", f"Incorrect password: {body['data']['PASSWORD']}", "08001")
        return None

    def of_session(_path: str, body: dict[str, Any]) -> Answer | None:
        if "create schema" in sql_of(body):
            tokens.extend(importlib.import_module("fakesnow.server").sessions)
            return refused("001003", f"no \x1b[2J: {' '.join(tokens)}", "42000")
        return None

    for rule, told in ((repeated, "Incorrect password: ***"), (of_session, r"no \x1b[2J: ")):
        port = int(emulated.variables["SNOWFLAKE_PORT"])
        with Proxy(port, [rule]) as proxy, pytest.raises(WarehouseError) as error:
            insert_and_delete(account(port=proxy.port))
        message = str(error.value)
        assert told in message
        assert SECRET not in message
        assert not any(token in message for token in tokens)
    assert tokens


def test_another_transaction_in_the_way_is_worth_another_try(
    account: Account, emulated: Emulator
) -> None:
    locked = refused(
        "000625",
        "Statement '01a' has locked table 'SHOP_ORDERS' in transaction 1700 and this lock has not "
        "yet been released.",
        "57014",
    )
    rule = statement("merge into raw.shop_orders", locked)
    with Proxy(int(emulated.variables["SNOWFLAKE_PORT"]), [rule]) as proxy:
        warehouse = account(port=proxy.port)
        with pytest.raises(WarehouseBusy, match="SHOP_ORDERS"):
            insert_and_delete(warehouse)


def pages(turn: int) -> list[Batch]:
    records = rows(*((str(i), doc([i, turn]), f"2026-01-0{turn}T00:00:00Z") for i in range(4)))
    return [
        Batch(RECORDS, records, {"turn": turn}),
        children(["1", "2"], *(f"1:{turn}", "2:a"), value=turn),
    ]


def run(account: Account, turn: int, **options: int) -> None:
    with account(**options).session(f"run {turn}") as session:
        session.ensure([RECORDS, LINES])
        session.land(pages(turn), run_id=f"run {turn}", identity=SHOP)
        session.settle()


def tables(account: Account) -> list[Any]:
    """Everything that is stored, except when and by which run."""
    with account().session("looking") as session:
        return [
            sorted(session.query(f"select {columns} from {table}"), key=str)
            for table, columns in {
                "raw.shop_orders": "id, document, source_updated_at, content_hash",
                "raw.shop_orders_history": "id, document",
                "raw.shop_lines": "id, document, deleted_at is null",
                "raw.shop_lines_history": "id, document",
                "ops.extract_state": "stream, state, change_seq",
            }.items()
        ]


def cut_at(part: str) -> Rule:
    def rule(_path: str, body: dict[str, object]) -> None:
        if part in sql_of(body):
            raise Cut

    return rule


@pytest.mark.parametrize(
    "moment",
    [
        *(
            pytest.param(early, marks=pytest.mark.slow)
            for early in ("copy into ops.landing", "begin")
        ),
        *("merge into raw.shop_lines", "commit"),
    ],
)
def test_a_connection_cut_before_the_commit_changes_nothing_that_the_next_run_does_not_mend(
    account: Account, emulated: Emulator, moment: str
) -> None:
    run(account, 1)
    before = tables(account)
    with Proxy(int(emulated.variables["SNOWFLAKE_PORT"]), [cut_at(moment)]) as proxy:
        with pytest.raises(WarehouseBusy, match="the connection was cut"):
            run(account, 2, port=proxy.port, network_seconds=1, login_seconds=1)
        assert proxy.cut
    assert tables(account) == before
    run(account, 2)
    after = tables(account)
    assert after != before
    run(account, 2)
    assert tables(account) == after


LOST = refused("390111", "Session no longer exists.  New login required to access the service.")


@pytest.mark.parametrize("moment", ["copy into", "merge into raw.shop_lines", "commit"])
def test_a_session_that_is_lost_is_opened_again_and_its_work_done_once(
    account: Account, emulated: Emulator, moment: str
) -> None:
    """Also when it is the answer to the COMMIT that was lost: what is stored is not stored twice."""
    with Proxy(int(emulated.variables["SNOWFLAKE_PORT"]), lost={moment: LOST}) as proxy:
        run(account, 1, port=proxy.port)
        assert proxy.lost == {}
        assert sum(sql == "commit" for sql, _ in proxy.tags) == 1 + (moment == "commit")
    [orders, history, lines, _, states] = tables(account)
    assert (len(orders), history, len(lines)) == (4, [], 2)
    assert [(name, sequence) for name, _, sequence in states] == [("lines", 1), ("orders", 1)]


def test_a_log_whose_answer_was_lost_is_written_once(account: Account, emulated: Emulator) -> None:
    lost = {"insert into ops.extract_log": LOST}
    with Proxy(int(emulated.variables["SNOWFLAKE_PORT"]), lost=lost) as proxy:
        with account(port=proxy.port).session("x") as session:
            session.ensure([RECORDS])
            session.write_log([LogEntry("shop", "orders", "r"), LogEntry("shop", "lines", "r")])
            assert session.query("select count(*) from ops.extract_log") == [(2,)]
        assert proxy.lost == {}
