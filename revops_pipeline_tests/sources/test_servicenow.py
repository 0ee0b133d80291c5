"""What is ServiceNow's own: keys of whole seconds, hidden rows, deletions, limits, switches."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import orjson
import pytest

from revops_pipeline.sandbox import Portal
from revops_pipeline.sandbox.servicenow_app import DEFAULT_PASSWORD, DEFAULT_USER, NO_ROLES_USER
from revops_pipeline.sandbox.servicenow_world import ServiceNowWorld
from revops_pipeline.sources import servicenow_read
from revops_pipeline.sources.http import Retry
from revops_pipeline.sources.servicenow import Cadence, ServiceNow
from revops_pipeline.sources.servicenow_api import ServiceNowApi, _rows
from revops_pipeline.sources.servicenow_streams import STREAMS
from revops_pipeline.sources.stream import PermanentError, TransientError
from revops_pipeline.warehouse.base import LogEntry
from revops_pipeline.warehouse.duckdb import DuckDBWarehouse
from revops_pipeline.warehouse.load import load
from revops_pipeline_tests.sandbox.servicenow_instance import ServedInstance

HOUR_MS = 3_600_000


class Desk:
    """One instance into one warehouse file, run by run."""

    def __init__(self, served: ServedInstance, path: Path) -> None:
        self.served, self.world, self.path = served, served.world, path
        self.progress = ""

    def run(
        self, streams: list[str] | None = None, cadence: Cadence | None = None, **options: Any
    ) -> dict[str, LogEntry]:
        settings = {
            "instance_url": self.served.url,
            "username": DEFAULT_USER,
            "password": DEFAULT_PASSWORD,
            "retry": Retry(attempts=3, base_seconds=0.005),
            **options,
        }
        source = ServiceNow(ServiceNowApi(**settings), cadence or Cadence(page_size=30))
        try:
            return load(
                source, DuckDBWarehouse(self.path, wait_seconds=5), run_id="test", streams=streams
            )
        finally:
            self.progress = source.progress()

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.path), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def live(self, table: str) -> dict[str, Any]:
        sql = f"select id, document from raw.servicenow_{table} where deleted_at is null"
        return {i: orjson.loads(document) for i, document in self.query(sql)}

    def state(self, table: str) -> dict[str, Any]:
        with DuckDBWarehouse(self.path, wait_seconds=5).session("a look") as session:
            return session.states("servicenow").get(table, {})

    def expect_equal(self) -> None:
        for table, expected in self.world.truth().items():
            assert self.live(table) == expected, table


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    started: list[ServedInstance] = []

    def start(world: ServiceNowWorld | None = None, **options: Any) -> Desk:
        world = world or ServiceNowWorld.generate(Portal.generate(40, 20, 5, 3), 3)
        served = ServedInstance(world, **options)
        started.append(served.__enter__())
        return Desk(served, tmp_path / "w.duckdb")

    yield start
    for served in started:
        served.__exit__()


@pytest.fixture
def desk(serve: Callable[..., Desk]) -> Desk:
    return serve()


# -- keys and seconds ------------------------------------------------------------------------------


def test_more_rows_in_one_second_than_a_page_holds_are_all_read(desk: Desk) -> None:
    desk.run()
    for sys_id in desk.world.ids("incident"):
        desk.world.update(sys_id, at="2026-11-30 10:00:00", close_notes="bulk")
    desk.world.portal.clock.stop("2026-11-30T10:00:01Z")
    entries = desk.run(cadence=Cadence(page_size=7))
    assert entries["incident"].counts.updated == len(desk.world.ids("incident")) > 70
    desk.expect_equal()


def test_a_row_written_in_the_second_that_was_just_read_is_in_the_next_run(desk: Desk) -> None:
    first, second = desk.world.ids("incident")[:2]
    desk.world.portal.clock.stop("2026-11-30T10:00:00Z")
    desk.world.update(first)
    desk.run()
    desk.world.update(second, close_notes="the same second")
    desk.run()
    desk.expect_equal()


def test_rows_that_change_while_they_are_read_are_neither_lost_nor_doubled(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask, world = ServiceNowApi.page, desk.world

    def page(self: ServiceNowApi, table: str, *arguments: Any, **options: Any) -> Any:
        answer = ask(self, table, *arguments, **options)
        if table == "incident" and len(world.ids("incident")) > 50:
            ids = world.ids("incident")
            world.update(ids[0], close_notes="moved behind")
            world.delete(ids[-1])
            world.add("incident", short_description="new")
            world.delete(ids[-2])
        return answer

    monkeypatch.setattr(ServiceNowApi, "page", page)
    desk.run(cadence=Cadence(page_size=10))
    desk.run(cadence=Cadence(page_size=10))
    monkeypatch.undo()
    desk.run()
    desk.expect_equal()


def test_a_first_read_goes_on_where_it_was_killed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("revops_pipeline.warehouse.load.FLUSH_SECONDS", 0.0)
    ask, pages = ServiceNowApi.page, [0]

    def page(self: ServiceNowApi, table: str, *arguments: Any, **options: Any) -> Any:
        pages[0] += table == "incident"
        if pages[0] > 3:
            raise PermanentError("killed")
        return ask(self, table, *arguments, **options)

    monkeypatch.setattr(ServiceNowApi, "page", page)
    with pytest.raises(PermanentError, match="killed"):
        desk.run(["incident"], Cadence(page_size=10))
    monkeypatch.undo()
    assert "cursor" not in desk.state("incident")
    assert len(desk.live("incident")) == 30
    entries = desk.run(["incident"], Cadence(page_size=10))
    assert entries["incident"].read == len(desk.world.ids("incident")) - 30
    desk.run()
    desk.expect_equal()


def test_an_increment_that_broke_off_is_not_read_from_its_beginning_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("revops_pipeline.warehouse.load.FLUSH_SECONDS", 0.0)
    desk.run()
    for minute, sys_id in enumerate(desk.world.ids("incident")[:60]):
        desk.world.update(sys_id, at=f"2026-11-30 {10 + minute // 6}:{minute % 6}0:00")
    desk.world.portal.clock.stop("2026-11-30T23:00:00Z")
    ask, pages = ServiceNowApi.page, [0]

    def page(self: ServiceNowApi, *arguments: Any, **options: Any) -> Any:
        pages[0] += 1
        if pages[0] > 4:
            raise PermanentError("killed")
        return ask(self, *arguments, **options)

    monkeypatch.setattr(ServiceNowApi, "page", page)
    with pytest.raises(PermanentError, match="killed"):
        desk.run(["incident"], Cadence(page_size=10))
    monkeypatch.undo()
    assert desk.run(["incident"])["incident"].read < 45
    desk.run()
    desk.expect_equal()


def test_rows_without_a_time_of_update_are_read_too(desk: Desk) -> None:
    desk.world.add("incident", at="", sys_updated_on="", short_description="imported")
    desk.run()
    desk.expect_equal()
    desk.world.add("incident", at="", sys_updated_on="", short_description="imported later")
    desk.run()
    desk.expect_equal()


@pytest.mark.parametrize("hours", [-5, 5])
def test_a_machine_with_a_wrong_clock_misses_no_change(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    import time

    monkeypatch.setattr(
        "revops_pipeline.sources.servicenow_api.clock", lambda: time.time() + hours * 3600
    )
    desk.run()
    desk.world.update(desk.world.ids("incident")[0], close_notes="seen")
    desk.world.portal.clock.advance(20 * 60_000)
    desk.world.update(desk.world.ids("incident")[1], close_notes="seen too")
    desk.run(cadence=Cadence(cheap_rows=0))
    desk.expect_equal()


# -- deletions -------------------------------------------------------------------------------------

LARGE = Cadence(page_size=30, cheap_rows=0)  # as if each table were too large to be compared often


def test_a_large_tables_deletions_are_known_from_the_log_at_once(desk: Desk) -> None:
    desk.run(cadence=LARGE)
    desk.run(cadence=LARGE)
    incident, user = desk.world.ids("incident")[0], desk.world.ids("sys_user")[0]
    desk.world.delete(incident)
    desk.world.delete(user)
    desk.run(cadence=LARGE)
    desk.expect_equal()


def test_without_the_log_they_are_known_from_the_daily_comparison(desk: Desk) -> None:
    desk.world.denied = {"sys_audit_delete"}
    desk.run(cadence=LARGE)
    desk.run(cadence=LARGE)
    gone = desk.world.ids("incident")[0]
    desk.world.delete(gone)
    desk.run(cadence=LARGE)
    assert gone in desk.live("incident")
    assert "sys_audit_delete may not be read" in desk.progress
    desk.world.portal.clock.advance(25 * HOUR_MS)
    desk.run(cadence=LARGE)
    desk.expect_equal()


def test_a_record_that_was_deleted_and_restored_stays(desk: Desk) -> None:
    desk.run(cadence=LARGE)
    desk.run(cadence=LARGE)
    back = desk.world.ids("incident")[0]
    desk.world.delete(back)
    desk.world.restore(back)
    desk.run(cadence=LARGE)
    desk.expect_equal()


def test_a_restored_record_comes_back_although_its_time_is_old(desk: Desk) -> None:
    desk.run()
    back = desk.world.ids("incident")[0]
    desk.world.delete(back)
    desk.run()
    desk.expect_equal()
    desk.world.restore(back)
    desk.run()
    desk.expect_equal()


def test_a_table_that_shows_nothing_any_more_is_not_taken_for_empty(desk: Desk) -> None:
    desk.run()
    before = desk.live("incident")
    for sys_id in desk.world.ids("incident"):
        desk.world.delete(sys_id)
    with pytest.raises(PermanentError, match=r"shows no row.*state reset servicenow incident"):
        desk.run(["incident"])
    assert desk.live("incident") == before


# -- what access rules hide ------------------------------------------------------------------------


def test_hidden_rows_end_no_read_and_are_counted(serve: Callable[..., Desk]) -> None:
    desk = serve()
    by_time = sorted(
        desk.world.truth()["incident"].values(), key=lambda r: (r["sys_updated_on"], r["sys_id"])
    )
    # A whole page and a half in the middle, and the very last row.
    desk.world.hidden = {r["sys_id"] for r in [*by_time[20:35], by_time[-1]]}
    desk.run(cadence=Cadence(page_size=10))
    desk.expect_equal()
    assert re.search(r"rows of incident are hidden", desk.progress)


def test_rows_that_are_hidden_later_stay_as_they_are_stored(desk: Desk) -> None:
    desk.run()
    before = desk.live("incident")
    desk.world.hidden = set(desk.world.ids("incident")[:5])
    desk.world.delete(desk.world.ids("incident")[7])
    desk.run()
    assert len(desk.live("incident")) == len(before) - 1
    assert desk.world.hidden <= desk.live("incident").keys()


# -- refusals and bad answers ----------------------------------------------------------------------


def test_a_wrong_password_fails_at_once_and_names_the_variable(desk: Desk) -> None:
    with pytest.raises(PermanentError, match="SERVICENOW_PASSWORD") as error:
        desk.run(password="very-wrong-secret")
    assert "very-wrong-secret" not in str(error.value)
    assert desk.served.front.requests == 1


def test_a_user_without_roles_is_told_which_role_is_missing(desk: Desk) -> None:
    with pytest.raises(PermanentError, match=r"SERVICENOW_USERNAME.*read rule"):
        desk.run(username=NO_ROLES_USER)


def test_a_table_that_may_not_be_read_is_named_with_its_switch(desk: Desk) -> None:
    desk.world.denied = {"problem"}
    with pytest.raises(PermanentError, match=r"problem.*ACL.*servicenow\.tables"):
        desk.run()


def test_an_address_where_nothing_listens_is_named_with_its_variable(desk: Desk) -> None:
    with pytest.raises(TransientError, match=r"127\.0\.0\.1:9 .*SERVICENOW_INSTANCE_URL"):
        desk.run(instance_url="http://127.0.0.1:9")


def test_a_used_up_hour_stops_the_load_and_keeps_what_was_read(serve: Callable[..., Desk]) -> None:
    desk = serve(hourly_limit=9)
    with pytest.raises(PermanentError, match=r"hourly limit \(9 requests.*sys_rate_limit_rules"):
        desk.run(cadence=Cadence(page_size=10))
    assert sum(len(desk.live(s.name)) for s in STREAMS) > 30
    assert "limit of 9 requests an hour" in desk.progress


def test_a_record_without_its_id_is_no_page() -> None:
    with pytest.raises(TransientError, match=r"record of incident without its sys_id.*field rule"):
        _rows({"result": [{"sys_id": "", "number": "INC1"}]}, "incident")


def test_an_answer_that_broke_off_is_no_page_although_its_status_is_200() -> None:
    answer = {"result": [], "error": {"message": "Transaction cancelled"}, "status": "failure"}
    with pytest.raises(TransientError, match="Transaction cancelled"):
        _rows(answer, "incident")


def test_an_instance_that_is_too_slow_for_a_page_is_asked_for_a_smaller_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = ServiceNowApi.page

    def page(
        self: ServiceNowApi, table: str, query: str, limit: int, *rest: Any, **more: Any
    ) -> Any:
        if table == "incident" and limit > 100:
            raise TransientError("Transaction cancelled: maximum execution time exceeded")
        return ask(self, table, query, limit, *rest, **more)

    monkeypatch.setattr(ServiceNowApi, "page", page)
    desk.run(cadence=Cadence(page_size=400))
    desk.expect_equal()


def test_an_instance_that_ignores_the_key_is_not_read_in_a_circle(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        servicenow_read, "_updated", lambda *_: "ORDERBYsys_updated_on^ORDERBYsys_id"
    )
    with pytest.raises(TransientError, match="does not follow the one before"):
        desk.run(["incident"], Cadence(page_size=10))


# -- switches and columns --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("switch", "table"),
    [
        ("incidents", "incident"),
        ("tasks", "task"),
        ("problems", "problem"),
        ("change_requests", "change_request"),
    ],
)
def test_a_table_that_is_switched_off_is_not_asked_for(desk: Desk, switch: str, table: str) -> None:
    desk.world.denied = {table}
    desk.run(cadence=Cadence(tables={switch: False}))
    assert desk.live(table) == {}
    assert all(desk.live(s.name) for s in STREAMS if s.name != table)


def test_only_the_columns_that_are_named_are_read_and_the_key_always(desk: Desk) -> None:
    desk.run(["incident"], fields={"incident": ["number", "priority"]})
    document = next(iter(desk.live("incident").values()))
    assert set(document) == {"number", "priority", "sys_id", "sys_updated_on", "sys_class_name"}


def test_a_new_column_is_kept(desk: Desk) -> None:
    desk.run()
    desk.world.add_column("incident", "u_region")
    changed = desk.world.ids("incident")[0]
    desk.world.update(changed, u_region="EMEA")
    desk.run()
    assert desk.live("incident")[changed]["u_region"] == "EMEA"


def test_an_instance_is_known_by_its_id_wherever_it_is(
    desk: Desk, serve: Callable[..., Desk]
) -> None:
    desk.run()
    moved = serve(desk.world)
    assert moved.served.url != desk.served.url
    assert {e.counts.changed for e in moved.run().values()} == {0}


def test_where_the_id_may_not_be_read_the_address_is_the_identity(desk: Desk) -> None:
    desk.world.denied = {"sys_properties"}
    desk.run()
    sql = "select distinct identity_key, identity_address from ops.extract_state"
    assert desk.query(sql) == [(None, desk.served.url)]
