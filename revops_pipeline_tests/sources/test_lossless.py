"""Twenty-five ways in which well-known extractors have lost or doubled rows, tried on HubSpot.

Numbered as in the table of public issues they come from. The portal's clock stands still, so that
an hour takes no time; searches are used however small the portal is.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from revops_pipeline.sandbox import Portal, Sandbox
from revops_pipeline.sources import hubspot_read
from revops_pipeline.sources.hubspot import Cadence
from revops_pipeline.sources.hubspot_streams import MODIFIED
from revops_pipeline.sources.stream import PermanentError, TransientError
from revops_pipeline.warehouse.duckdb_session import DuckDBSession
from revops_pipeline_tests.conftest import Pipeline
from revops_pipeline_tests.sources.copies import differences
from revops_pipeline_tests.sources.forked import Crash, forked

MINUTE_MS = 60_000
DAY_MS = 24 * 60 * MINUTE_MS
CEILING = 100
Serve = Callable[..., Sandbox]


@pytest.fixture
def world(serve: Serve, tmp_path: Path) -> Pipeline:
    """A portal of several pages a type, read once, in which an hour has passed since."""
    portal = Portal.generate(contacts=450, companies=40, deals=60, seed=4)
    portal.clock.stop()
    pipeline = Pipeline(serve(portal, retry_after=0), tmp_path / "w.duckdb")
    pipeline.cadence = Cadence(cheap_requests=0, engagement_minutes=0)
    pipeline.run()
    portal.clock.advance(61 * MINUTE_MS)
    return pipeline


@pytest.fixture
def low_ceiling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubspot_read, "SEARCH_CEILING", CEILING - 5)
    monkeypatch.setattr(hubspot_read, "SEARCH_PAGE", 20)


def edit(pipeline: Pipeline, count: int, kind: str = "contacts", name: str = "jobtitle") -> None:
    portal = pipeline.portal
    for record in sorted(r["id"] for r in portal.live(kind))[:count]:
        portal.update(kind, record, {name: f"Changed at {portal.clock.now()}"})


def expect_equal(pipeline: Pipeline) -> None:
    assert differences(pipeline.path, pipeline.portal) == []


def stored(pipeline: Pipeline, table: str = "contacts") -> list[tuple[Any, ...]]:
    return pipeline.query(
        f"select * exclude (loaded_at, run_id) from raw.hubspot_{table} order by id"
    )


@pytest.mark.parametrize("fault", ["unordered_search", "unstable_search:times=1"])
def test_01_a_search_that_does_not_sort_loses_nothing(world: Pipeline, fault: str) -> None:
    edit(world, 450)
    world.sandbox.faults.add(fault)
    world.run()
    expect_equal(world)


@pytest.mark.parametrize("minutes", [1, 9, 55])
def test_02_what_the_search_index_shows_late_is_read_when_it_does(
    world: Pipeline, minutes: int
) -> None:
    world.sandbox.faults.add(f"index_lag:ms={minutes * MINUTE_MS}")
    edit(world, 5)
    for _ in range(10):  # the cursor passes the edits long before the index shows them
        world.run()
        world.portal.clock.advance(20 * MINUTE_MS)
    expect_equal(world)


@pytest.mark.parametrize("fault", ["short_page", "empty_page"])
def test_03_a_short_or_empty_page_is_not_the_end_while_there_is_a_token(
    serve: Serve, tmp_path: Path, fault: str
) -> None:
    portal = Portal.generate(contacts=450, companies=40, deals=60, seed=4)
    pipeline = Pipeline(serve(portal), tmp_path / "w.duckdb")
    pipeline.sandbox.faults.add(f"{fault}:times=3")
    pipeline.run()
    expect_equal(pipeline)


def test_04_more_results_than_a_search_pages_through_are_bisected_by_time(
    world: Pipeline, low_ceiling: None
) -> None:
    """By time and not by id, whose order as text and as number differ."""
    world.sandbox.faults.add(f"search_ceiling:size={CEILING}")
    moments = [r["id"] for r in world.portal.live("contacts")]
    for record in moments:
        world.portal.clock.advance(10)
        world.portal.update("contacts", record, {"jobtitle": "Bulk"})
    assert world.run()["contacts"].windows > 5
    expect_equal(world)


def test_05_more_rows_in_one_millisecond_than_a_search_pages_through_are_read(
    world: Pipeline, low_ceiling: None
) -> None:
    world.sandbox.faults.add(f"search_ceiling:size={CEILING}")
    world.sandbox.faults.add("one_millisecond")
    world.run()
    expect_equal(world)


def test_06_associations_are_read_to_the_last_page(serve: Serve, tmp_path: Path) -> None:
    portal = Portal.generate(contacts=20, companies=5, deals=5, seed=4)
    pipeline = Pipeline(serve(portal), tmp_path / "w.duckdb")
    pipeline.sandbox.faults.add("many_associations:size=700")
    pipeline.run()
    deal = min(portal.store("deals").live_ids)
    assert len(portal.associations.of("deals", "contacts", deal)) >= 700
    expect_equal(pipeline)


def test_07_a_change_of_associations_alone_is_seen_within_the_hour(world: Pipeline) -> None:
    deals = sorted(r["id"] for r in world.portal.live("deals"))
    contacts = sorted(r["id"] for r in world.portal.live("contacts"))
    world.portal.associate("deals", deals[0], "contacts", contacts[7], label="Decision maker")
    edge = next(e for e in world.portal.edges("deals", "companies") if e["from_id"] != deals[0])
    world.portal.dissociate("deals", edge["from_id"], "companies", edge["to_id"])
    world.portal.clock.advance(MINUTE_MS)
    world.run()
    expect_equal(world)


def test_08_archived_records_do_not_stay_live_and_come_back_when_restored(world: Pipeline) -> None:
    contact = min(r["id"] for r in world.portal.live("contacts"))
    world.portal.archive("contacts", contact)
    world.run()
    assert contact in world.deleted("contacts")
    expect_equal(world)
    world.portal.restore("contacts", contact)
    world.portal.clock.advance(61 * MINUTE_MS)
    world.run()
    expect_equal(world)


@pytest.mark.parametrize("new_id", [True, False], ids=["a new id", "the survivor's id"])
@pytest.mark.parametrize("kind", ["contacts", "companies", "deals"])
def test_09_merged_records_count_once_from_the_next_run_on(
    world: Pipeline, kind: str, new_id: bool
) -> None:
    first, second, third = sorted(r["id"] for r in world.portal.live(kind))[:3]
    survivor = world.portal.merge(kind, first, second, new_id=new_id)
    world.run()
    assert {first, second} & world.live(kind) == {first, second} & {survivor}
    last = world.portal.merge(kind, third, survivor, new_id=new_id)
    world.run()
    assert {first, second, third, survivor, last} & world.live(kind) == {last}
    world.portal.clock.advance(DAY_MS + MINUTE_MS)  # what others are linked with: their own turn
    world.run()
    expect_equal(world)


def test_10_each_type_is_asked_by_its_own_modified_time(world: Pipeline) -> None:
    """By the wrong name a search finds nothing, without an error."""
    for kind in ("contacts", "companies", "deals", "calls"):
        edit(world, 1, kind, "hs_call_title" if kind == "calls" else "description")
        entries = world.run()
        assert entries[kind].counts.updated >= 1, MODIFIED.get(kind)
    expect_equal(world)


def test_11_reading_everything_again_doubles_nothing(world: Pipeline) -> None:
    before = stored(world)
    world.write("update ops.extract_state set state = '{}'")
    world.run()
    assert stored(world) == before
    assert world.query("select count(*) from raw.hubspot_contacts_history") == [(0,)]


def test_12_a_record_without_history_does_not_hide_those_behind_it(world: Pipeline) -> None:
    kept = sorted(r["id"] for r in world.portal.live("deals"))
    bare = world.portal.create("deals", {"dealname": "Never had a stage"})
    world.portal.update("deals", kept[-1], {"dealstage": "closedwon"})
    assert world.portal.history("deals", bare, "dealstage") == []
    world.run()
    expect_equal(world)


def test_13_rows_that_share_the_time_of_the_cursor_are_read(world: Pipeline) -> None:
    moment = world.portal.clock.now()
    first, second = sorted(r["id"] for r in world.portal.live("contacts"))[:2]
    world.portal.update("contacts", first, {"jobtitle": "Seen"}, modified_at=moment)
    world.run()
    world.portal.update("contacts", second, {"jobtitle": "The same moment"}, modified_at=moment)
    world.run()
    expect_equal(world)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_14_the_time_zone_of_the_machine_moves_no_window(
    world: Pipeline, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    with monkeypatch.context() as patched:
        patched.setenv("TZ", zone)
        time.tzset()
        edit(world, 3)
        world.run()
    time.tzset()
    expect_equal(world)


@pytest.mark.parametrize("act", ["create", "edit", "archive", "delete", "merge", "restore"])
def test_15_pages_that_shift_under_the_reader_lose_nothing(world: Pipeline, act: str) -> None:
    edit(world, 450)
    world.sandbox.faults.add(f"{act}_mid_scan:times=2")
    world.run()
    world.sandbox.faults.clear()
    world.portal.clock.advance(DAY_MS + MINUTE_MS)  # deleted for good is found by the census
    world.run()
    expect_equal(world)


def test_16_engagements_keep_up_with_their_edits_and_have_all_their_parts(world: Pipeline) -> None:
    call = world.portal.create("calls", {"hs_call_title": "First"})
    for kind in ("contacts", "companies", "deals"):
        for record in sorted(r["id"] for r in world.portal.live(kind))[:3]:
            world.portal.associate("calls", call, kind, record)
    world.run()
    world.portal.update("calls", call, {"hs_call_title": "Edited long after"})
    world.run()
    assert len([i for i in world.live("call_associations") if i.startswith(f"{call}:")]) == 9
    expect_equal(world)


def test_17_an_error_in_the_middle_of_paging_is_no_success(world: Pipeline) -> None:
    edit(world, 450)
    before = state(world)
    world.sandbox.faults.add("http_500:probability=1,skip=1,path_contains=contacts/search")
    with pytest.raises(TransientError, match="contacts/search answered 500"):
        world.run()
    assert state(world)["cursor"] == before["cursor"]
    [(verified, error)] = world.query(
        "select verified, error from ops.extract_log where stream = 'contacts' "
        "order by finished_at desc limit 1"
    )
    assert not verified
    assert "answered 500" in error
    world.sandbox.faults.clear()
    world.run()
    expect_equal(world)


def state(pipeline: Pipeline, stream: str = "contacts") -> dict[str, Any]:
    [(text,)] = pipeline.query(f"select state from ops.extract_state where stream = '{stream}'")
    loaded: dict[str, Any] = orjson.loads(text)
    return loaded


@pytest.mark.parametrize(
    "point", ["after the rows, before the cursor", "after the cursor, before the commit"]
)
def test_18_rows_and_cursor_are_stored_together_or_not_at_all(world: Pipeline, point: str) -> None:
    edit(world, 30)
    before, rows = state(world), stored(world)
    assert forked(world.run, Crash(point, 1)) == "killed"
    assert (state(world), stored(world)) == (before, rows)
    world.run()
    expect_equal(world)


def test_19_rows_that_come_late_behind_the_cursor_are_read(world: Pipeline) -> None:
    """An import that carries its own modified times, of this morning."""
    world.run()
    late = world.portal.clock.now() - 5 * 60 * MINUTE_MS
    world.portal.create("contacts", {"email": "late@made-up.example"}, modified_at=late)
    world.portal.clock.advance(DAY_MS)
    world.run()
    expect_equal(world)


def test_20_a_stream_that_could_not_be_read_fails_the_run(world: Pipeline) -> None:
    world.portal.missing_scopes = {"companies"}
    with pytest.raises(PermanentError, match=r"companies.*scope"):
        world.run()


def test_21_more_properties_than_a_url_holds_lose_no_property(serve: Serve, tmp_path: Path) -> None:
    portal = Portal.generate(contacts=120, companies=10, deals=10, seed=4)
    for number in range(400):
        name = f"a_property_with_a_long_name_{number:03}"
        definition = {"name": name, "label": name, "type": "string", "fieldType": "text"}
        portal.define("contacts", definition)
    contact = min(r["id"] for r in portal.live("contacts"))
    portal.update("contacts", contact, {"a_property_with_a_long_name_399": "x"})
    pipeline = Pipeline(serve(portal), tmp_path / "w.duckdb")
    pipeline.sandbox.faults.add("http_414:size=8000")
    pipeline.run()
    expect_equal(pipeline)


def test_22_a_state_stored_by_an_older_version_is_read_on(world: Pipeline) -> None:
    now = world.portal.clock.now()
    old = {"cursor": now - MINUTE_MS, "deep_at": now - MINUTE_MS, "archived_at": now - MINUTE_MS}
    old |= {"archived_pages": 1, "gone": "99aa06d3014798d8"}
    text = orjson.dumps(old).decode()
    world.write(f"update ops.extract_state set state = '{text}' where stream = 'contacts'")
    world.write("delete from ops.extract_state where stream like '%_history'")
    edit(world, 3)
    entries = world.run()
    assert entries["contacts"].counts.inserted == 0
    expect_equal(world)


def test_23_a_field_that_nobody_declared_is_kept_whatever_it_holds(world: Pipeline) -> None:
    world.portal.define(
        "contacts",
        {"name": "sizes", "label": "Sizes", "type": "number", "fieldType": "number"},
    )
    contact = min(r["id"] for r in world.portal.live("contacts"))
    world.portal.update("contacts", contact, {"sizes": "1;2;3"})
    world.run()
    [(document,)] = world.query(f"select document from raw.hubspot_contacts where id = '{contact}'")
    assert orjson.loads(document)["properties"]["sizes"] == "1;2;3"
    expect_equal(world)


def test_24_a_429_on_a_post_is_waited_out(world: Pipeline) -> None:
    edit(world, 450)
    for path in ("contacts/search", "batch/read"):
        world.sandbox.faults.add(f"http_429_no_retry_after:times=2,path_contains={path}")
    world.run()
    assert world.sandbox.faults.counts["http_429_no_retry_after"] >= 3
    expect_equal(world)


def test_25_a_load_that_failed_does_not_poison_the_next(
    world: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(world, 30)
    with monkeypatch.context() as patched:
        patched.setattr(DuckDBSession, "_write_states", lambda *_args: os.stat("/nowhere"))
        with pytest.raises(FileNotFoundError):
            world.run()
    world.run()
    expect_equal(world)
