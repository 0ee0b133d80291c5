"""What no time of update tells: deleted, restored and imported rows, by the log and by comparison."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from revops_pipeline.sources.servicenow import Cadence
from revops_pipeline.sources.stream import TransientError
from revops_pipeline.warehouse.base import LogEntry
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
    told = r"stored incident were not there .*`revops state reset servicenow incident`"
    with pytest.raises(TransientError, match=told):
        desk.run(["incident"])
    assert desk.live("incident") == before


def test_without_the_key_of_what_was_deleted_the_log_is_as_good_as_refused(desk: Desk) -> None:
    desk.world.columns["sys_audit_delete"].remove("documentkey")
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


# -- old times -------------------------------------------------------------------------------------


def day_after(desk: Desk, cadence: Cadence | None) -> dict[str, LogEntry]:
    desk.world.portal.clock.advance(25 * HOUR_MS)
    return desk.run(cadence=cadence)


@pytest.mark.parametrize("cadence", [None, LARGE], ids=["small", "large"])
def test_a_row_that_an_import_made_older_is_read_and_read_once(
    desk: Desk, cadence: Cadence | None
) -> None:
    desk.run(cadence=cadence)
    desk.world.update(desk.world.ids("incident")[0], at="2020-01-01 00:00:00", priority="1")
    desk.world.update(desk.world.ids("cmdb_ci")[0], at="", sys_updated_on="", name="Unstamped")
    assert day_after(desk, cadence)["incident"].counts.updated == 1
    desk.expect_equal()
    again = day_after(desk, cadence)
    assert {name: e.read for name, e in again.items()} == dict.fromkeys(again, 0)
    desk.world.update(desk.world.ids("incident")[0], priority="2")
    assert desk.run(cadence=cadence)["incident"].counts.updated == 1
    desk.expect_equal()


def test_a_version_of_the_same_second_is_told_by_the_count_of_changes(desk: Desk) -> None:
    desk.run()
    changed = desk.world.ids("incident")[0]
    desk.world.update(changed, at=desk.world.row(changed)["sys_updated_on"], priority="1")
    desk.run()
    desk.expect_equal()


def test_a_deleted_row_that_comes_back_in_an_older_version_is_live_again(desk: Desk) -> None:
    desk.run()
    back = desk.world.ids("incident")[0]
    desk.world.delete(back)
    desk.run()
    desk.world.restore(back)
    desk.world.update(back, at="2020-01-01 00:00:00", priority="1")
    desk.run()
    desk.expect_equal()


def test_a_comparison_reads_nothing_that_the_run_has_just_read(desk: Desk) -> None:
    desk.run()
    desk.world.portal.clock.advance(HOUR_MS)
    for sys_id in desk.world.ids("problem")[:3]:
        desk.world.update(sys_id, priority="1")
    new = desk.world.add("problem", short_description="new")
    entries = desk.run()
    assert new in desk.live("problem")
    assert (entries["problem"].read, entries["task"].read) == (4, 4)
