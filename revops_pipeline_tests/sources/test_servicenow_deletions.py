"""What no time of update tells: deleted, restored and imported rows, by the log and by comparison."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from revops_pipeline.sources.stream import PermanentError
from revops_pipeline_tests.sources.servicenow_desk import HOUR_MS, LARGE, Desk, desks


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with desks(tmp_path / "w.duckdb") as served:
        yield served()


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
