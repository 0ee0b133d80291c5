"""QBR's own: page by page with checkpoints, every edit seen, and no cursor leads into a loop."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from revops_pipeline.sandbox.qbr import front
from revops_pipeline.sandbox.qbr_world import QbrWorld, new_review
from revops_pipeline.sources.qbr import QbrCadence
from revops_pipeline.sources.stream import PermanentError, Window
from revops_pipeline.warehouse.base import WrongIdentity
from revops_pipeline.warehouse.duckdb import DuckDBWarehouse
from revops_pipeline.warehouse.load import load
from revops_pipeline_tests.sources.forked import Crash, forked
from revops_pipeline_tests.sources.reviews import Reviews, portal, serving


@pytest.fixture
def reviews(tmp_path: Path) -> Iterator[Reviews]:
    with serving(tmp_path) as running:
        yield running


def test_755_records_are_seven_full_pages_and_a_rest_with_seven_checkpoints(
    reviews: Reviews, caplog: pytest.LogCaptureFixture
) -> None:
    source, log = reviews.source(), list[str]()
    with caplog.at_level(logging.INFO, "revops_pipeline.sources"):
        found = load(source, DuckDBWarehouse(reviews.path), run_id="test", log=log.append)
    entry = found["records"]
    assert (entry.read, entry.pages, entry.counts.inserted) == (755, 8, 755)
    assert (entry.checkpoints, entry.verified) == (7, True)
    assert source.progress() == "8 requests"
    assert log == [f"Checkpoint saved after {n}00 records" for n in range(1, 8)]
    assert "Fetching data with params: {'page_size': 100}" in caplog.messages
    last = reviews.cursors()[-1]
    assert f"Fetching data with params: {{'page_size': 100, 'cursor': '{last}'}}" in caplog.messages
    assert caplog.messages[-1] == "No more pages to fetch"
    reviews.expect_equal()


def test_the_next_page_is_on_its_way_while_one_is_stored_and_no_other(reviews: Reviews) -> None:
    source = reviews.source()
    pages = source.read(Window("records", "all", {"cursor": None}))
    next(pages)  # and its consumer takes its time
    deadline = time.monotonic() + 5
    while not source.progress().startswith("2 requests") and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.1)
    assert source.progress().startswith("2 requests")
    pages.close()


def test_the_state_is_the_cursor_that_leads_to_the_last_page(reviews: Reviews) -> None:
    reviews.run()
    assert reviews.state()["next_cursor"] == reviews.cursors()[-1]
    page = reviews.world.page(reviews.state()["next_cursor"], 100)
    assert page is not None
    assert (len(page[0]), page[1]) == (55, None)
    reviews.run()
    assert reviews.state()["next_cursor"] == reviews.cursors()[0], "read first, and kept"


def test_each_later_run_reads_new_records_first_and_then_compares_all_others(
    reviews: Reviews,
) -> None:
    reviews.run()
    first, *_, last = reviews.world.places()
    reviews.world.edit(first, health_score=1.5)
    reviews.world.delete(last)
    reviews.world.add(new_review(reviews.world, Random(1)))
    entry = reviews.run()
    counts = entry.counts
    assert (counts.inserted, counts.updated, counts.deleted, counts.unchanged) == (1, 1, 1, 753)
    assert entry.pages == 8
    assert len(set(reviews.cursors())) == 8
    assert len(reviews.cursors()) == 9, "the end of the list twice, for something is gone"
    reviews.expect_equal()
    reviews.run()
    assert len(reviews.cursors()) == len(set(reviews.cursors())) == 8


@pytest.mark.parametrize("nth", [1, 4, 8])
def test_a_killed_read_goes_on_where_it_was_and_sees_everything_once(
    reviews: Reviews, nth: int
) -> None:
    reviews.front = reviews.server.front = front(reviews.world, latency_ms=60)
    assert forked(reviews.run, Crash("before a landing", nth + 1)) == "killed"
    position = reviews.state().get("next_cursor")
    assert bool(position) == (nth > 1), "each page is stored while the next is on its way"
    reviews.world.edit(reviews.world.places()[0], health_score=2.5)
    entry = reviews.run()
    assert reviews.cursors()[0] == position
    assert entry.pages == 8
    last = reviews.world.page(reviews.state()["next_cursor"], 100)
    assert last is not None
    assert len(last[0]) == 55
    reviews.expect_equal()


@pytest.mark.parametrize("size", [0, 201, -1, "x", "", "1.5", "１００", None])
def test_a_page_size_outside_1_to_200_is_refused_before_any_request(
    reviews: Reviews, size: Any
) -> None:
    reviews.server.asked.clear()
    with pytest.raises(PermanentError, match="QBR_PAGE_SIZE"):
        reviews.source(page_size=size)
    assert reviews.server.asked == []


@pytest.mark.parametrize(("size", "pages"), [(1, 12), (6, 2), (12, 1), (200, 1)])
def test_any_page_size_reads_the_same(reviews: Reviews, size: int, pages: int) -> None:
    reviews.world = QbrWorld.generate(portal(), 4, records=12)
    reviews.front = reviews.server.front = front(reviews.world)
    assert reviews.run(page_size=size).pages == pages
    reviews.expect_equal()
    assert reviews.run(page_size=5).counts.changed == 0


def test_an_empty_key_is_refused_by_name(reviews: Reviews) -> None:
    for key in ("", "  ", "a\nb"):
        with pytest.raises(PermanentError, match="QBR_API_KEY"):
            reviews.source(key=key)


def test_a_record_without_its_id_is_kept_under_its_content(reviews: Reviews) -> None:
    for record in ({"industry": "A"}, {"record_id": "", "industry": "B"}, {"record_id": "Unknown"}):
        reviews.world.add(record)
    reviews.run()
    nameless = reviews.stored("id like 'no-id:%'")
    assert [d.get("industry") for d in nameless.values()].count(None) == 1
    assert len(nameless) == 3
    assert len(reviews.stored()) == 758
    assert reviews.run().counts.changed == 0


def test_two_records_of_one_id_are_both_kept_and_do_not_take_turns(reviews: Reviews) -> None:
    first, *_, last = (reviews.world.record(place) for place in reviews.world.places())
    reviews.world.add(first | {"health_score": 11})  # the other is on the first page
    reviews.world.add(last | {"health_score": 12})  # both are on the last one
    reviews.world.add(last)  # the same once more is no other
    for _ in range(3):
        counts = reviews.run().counts
    assert counts.changed == 0
    assert len(reviews.stored()) == 757
    scores = [d["health_score"] for i, d in reviews.stored().items() if i.startswith("twice:")]
    assert sorted(scores) == sorted([first["health_score"], 12])
    assert reviews.stored()[first["record_id"]]["health_score"] == 11, "met first: the last page"


def test_a_field_nobody_knows_is_kept_in_raw(reviews: Reviews) -> None:
    place = reviews.world.places()[7]
    reviews.world.edit(place, next_best_action={"call": ["today"]})
    reviews.run()
    record = reviews.world.record(place)
    assert reviews.stored()[record["record_id"]]["next_best_action"] == {"call": ["today"]}


def test_a_long_list_is_read_on_from_the_cursor_and_compared_when_it_is_due(
    reviews: Reviews,
) -> None:
    reviews.cadence = QbrCadence(cheap_pages=3, compare_hours=24)
    reviews.run()
    first, *_, last = reviews.world.places()
    reviews.world.edit(first, health_score=1.5)
    reviews.world.edit(last, health_score=2.5)
    assert reviews.run().counts.updated == 1, "the last page"
    assert len(reviews.server.asked) == 1
    reviews.clock += 24 * 3600
    assert reviews.run().counts.updated == 1, "the first one, too"
    reviews.expect_equal()


def test_a_clock_that_was_ahead_does_not_put_comparisons_off(reviews: Reviews) -> None:
    reviews.cadence = QbrCadence(cheap_pages=3, compare_hours=24)
    reviews.clock += 1000 * 24 * 3600
    reviews.run()
    reviews.clock -= 1000 * 24 * 3600
    assert reviews.run().pages == 8


def test_a_sandbox_that_moves_is_the_same_account_and_another_one_is_refused(
    reviews: Reviews,
) -> None:
    reviews.run(account="portal 1")
    reviews.server.front = Starlette(routes=[Mount("/qbr", reviews.front)])  # type: ignore[assignment]
    elsewhere = f"{reviews.server.url}/qbr"
    assert reviews.run(account="portal 1", base_url=elsewhere).counts.changed == 0
    with pytest.raises(WrongIdentity, match="revops state reset qbr"):
        reviews.run(account="portal 2", base_url=elsewhere)
