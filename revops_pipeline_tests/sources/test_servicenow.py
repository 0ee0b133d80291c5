"""ServiceNow arrives whole and keeps up: keys of whole seconds, clocks, switches, columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from revops_pipeline.sandbox.servicenow_world import time_text
from revops_pipeline.sources.servicenow import Cadence
from revops_pipeline.sources.servicenow_api import ServiceNowApi
from revops_pipeline.sources.servicenow_streams import STREAMS
from revops_pipeline.sources.stream import PermanentError, TransientError
from revops_pipeline_tests.sources.servicenow_desk import HOUR_MS, LARGE, Desk, desks


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    with desks(tmp_path / "w.duckdb") as served:
        yield served


@pytest.fixture
def desk(serve: Callable[..., Desk]) -> Desk:
    return serve()


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
    monkeypatch.setattr("revops_pipeline.warehouse.pending.FLUSH_SECONDS", 0.0)
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
    monkeypatch.setattr("revops_pipeline.warehouse.pending.FLUSH_SECONDS", 0.0)
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


@pytest.mark.parametrize("cadence", [Cadence(page_size=30), LARGE], ids=["small", "large"])
def test_a_time_that_was_wrong_once_loses_no_change(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, cadence: Cadence
) -> None:
    """What was edited between the run that was told a wrong time and the next one is behind every
    cursor, and is found all the same."""
    desk.run(cadence=cadence)
    now = desk.world.portal.clock.now
    year = 365 * 24 * HOUR_MS
    monkeypatch.setattr(desk.world.portal.clock, "now", lambda: now() + year)
    desk.run(cadence=cadence)
    monkeypatch.undo()
    edited, gone = desk.world.ids("incident")[:2]
    desk.world.update(edited, at=time_text(now() // 1000 - 3 * 3600), close_notes="seen")
    desk.world.delete(gone, audited=False)
    desk.run(cadence=cadence)
    desk.expect_equal()
    told = desk.state("incident")
    assert max(told["cursor"], told["census_at"]) <= now() / 1000 + 60
    again = desk.run(cadence=cadence)
    assert {name: e.read for name, e in again.items()} == dict.fromkeys(again, 0)


def test_a_first_read_that_began_at_a_wrong_time_ends_at_the_right_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = desk.world.portal.clock.now
    monkeypatch.setattr(desk.world.portal.clock, "now", lambda: now() + 365 * 24 * HOUR_MS)
    desk.served.front.faults.add("http_500:skip=2,probability=1,path_contains=/incident")
    with pytest.raises(TransientError):
        desk.run(["incident"], Cadence(page_size=10))
    monkeypatch.undo()
    desk.served.front.faults.clear()
    assert len(desk.live("incident")) == 20
    desk.run(["incident"])
    assert desk.state("incident")["cursor"] <= now() / 1000 + 60
    desk.run()
    desk.expect_equal()


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


@pytest.mark.parametrize("cadence", [Cadence(page_size=30), LARGE], ids=["small", "large"])
def test_a_table_that_was_switched_off_for_a_while_is_right_when_it_is_on_again(
    desk: Desk, cadence: Cadence
) -> None:
    desk.run(cadence=cadence)
    desk.run(cadence=cadence)
    before = desk.live("problem")
    edited, deleted, *_ = desk.world.ids("problem")
    desk.world.update(edited, priority="1")
    desk.world.delete(deleted)
    desk.world.add("problem", short_description="new")
    desk.run(cadence=replace(cadence, tables={"problems": False}))
    assert desk.live("problem") == before
    desk.world.portal.clock.advance(3 * HOUR_MS)
    desk.run(cadence=cadence)
    desk.expect_equal()


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
