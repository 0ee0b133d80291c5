"""What the QBR API may answer instead of a page: no cursor leads into a loop, nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse

from revops_pipeline.sandbox.qbr import front
from revops_pipeline.sandbox.qbr_world import QbrWorld
from revops_pipeline.sources.qbr import QbrCadence
from revops_pipeline.sources.stream import PermanentError, TransientError
from revops_pipeline_tests.sources.reviews import Reviews, answer_with, portal, serving


@pytest.fixture
def reviews(tmp_path: Path) -> Iterator[Reviews]:
    with serving(tmp_path) as running:
        yield running


def test_an_expired_cursor_costs_one_reading_from_the_beginning(
    reviews: Reviews, caplog: pytest.LogCaptureFixture
) -> None:
    reviews.run()
    reviews.world.expire_cursors()
    reviews.world.delete(reviews.world.places()[5])
    old = reviews.state()["next_cursor"]
    assert reviews.run().counts.deleted == 1
    assert reviews.cursors()[:2] == [old, None]
    assert len(reviews.cursors()) == 10, "the refused one, eight pages, the last one again"
    assert "reading from the first page" in caplog.text
    reviews.expect_equal()
    reviews.run()
    assert old not in reviews.cursors()


@pytest.mark.parametrize("status", [400, 404, 410, 422])
def test_however_a_cursor_is_refused_a_long_list_is_read_again_and_compared_when_due(
    reviews: Reviews, status: int
) -> None:
    records = {None: [{"record_id": "1"}], "b": [{"record_id": "2"}], "c": [{"record_id": "3"}]}
    following = {None: "b", "b": "c", "c": None}

    def page(request: Request) -> JSONResponse:
        cursor = request.query_params.get("cursor")
        if cursor not in records:
            return JSONResponse({"message": "unknown"}, status)
        return JSONResponse({"records": records[cursor], "next_cursor": following[cursor]})

    answer_with(reviews, page)
    reviews.cadence = QbrCadence(cheap_pages=2, compare_hours=24)
    reviews.run(page_size=1)
    records[None], following["b"], following["d"] = [{"record_id": "0"}], "d", None
    records["d"] = records.pop("c")
    entry = reviews.run(page_size=1)
    assert reviews.cursors() == ["c", None, "b", "d", "d"], "a full last page is asked for again"
    assert (entry.counts.inserted, entry.counts.deleted) == (1, 0), "which are gone is not asked"
    reviews.clock += 24 * 3600
    assert reviews.run(page_size=1).counts.deleted == 1
    assert set(reviews.stored()) == {"0", "2", "3"}


@pytest.mark.parametrize("place", [0, 5])
def test_a_list_that_ends_too_early_once_deletes_nothing(reviews: Reviews, place: int) -> None:
    reviews.run()
    cursors = reviews.cursors()
    failing, cut = [cursors[3]], list[str | None]()

    def page(request: Request) -> JSONResponse:
        cursor = request.query_params.get("cursor")
        if cursor in failing:
            return JSONResponse({"message": "later"}, 500)
        records, following = reviews.world.page(cursor, 100) or ([], None)
        if cursor in cut:
            cut.remove(cursor)
            following = None
        return JSONResponse({"records": records, "next_cursor": following})

    answer_with(reviews, page)
    with pytest.raises(TransientError):  # the next run goes on in the middle of the list
        reviews.run()
    failing.clear()
    cut += [cursors[place]] * 2  # also when it is asked for once more, as a full last page is
    with pytest.raises(TransientError, match="ended early"):
        reviews.run()
    assert len(reviews.stored()) == 755
    assert reviews.run().counts.deleted == 0


def test_a_full_page_that_lost_its_cursor_once_is_asked_for_again(reviews: Reviews) -> None:
    lost: list[str | None] = []

    def page(request: Request) -> JSONResponse:
        cursor = request.query_params.get("cursor")
        records, following = reviews.world.page(cursor, 100) or ([], None)
        if not lost:
            lost.append(following)
            return JSONResponse({"records": records})
        return JSONResponse({"records": records, "next_cursor": following})

    answer_with(reviews, page)
    reviews.run()
    assert lost != [None]
    assert len(reviews.stored()) == 755


def test_a_record_that_is_no_object_is_rejected_by_itself(reviews: Reviews) -> None:
    body = {"records": [{"record_id": "1"}, {"record_id": "2"}, "text"], "next_cursor": None}
    answer_with(reviews, lambda _: JSONResponse(body))
    reviews.run()
    assert set(reviews.stored()) == {"1", "2"}
    told = "select field, value from ops.rejected_documents"
    assert reviews.query(told) == [("record", '"text"')]


def test_a_few_reviews_that_are_all_gone_at_once_are_kept_for_an_hour(reviews: Reviews) -> None:
    records = [{"record_id": str(i)} for i in range(5)]
    answer_with(reviews, lambda _: JSONResponse({"records": records, "next_cursor": None}))
    reviews.run()
    records.clear()
    assert reviews.run().counts.deleted == 0
    assert len(reviews.stored()) == 5


def test_the_cursor_of_a_page_itself_beside_a_null_next_one_is_an_end(reviews: Reviews) -> None:
    def page(request: Request) -> JSONResponse:
        cursor = request.query_params.get("cursor")
        following = None if cursor else "b"
        body = {"records": [{"record_id": cursor or "a"}], "next_cursor": following}
        return JSONResponse(body | {"cursor": cursor})

    answer_with(reviews, page)
    reviews.run()
    assert set(reviews.stored()) == {"a", "b"}


def test_an_expired_cursor_of_a_list_that_is_one_page_now_is_forgotten(
    reviews: Reviews,
) -> None:
    reviews.world = QbrWorld.generate(portal(), 4, records=120)
    reviews.front = reviews.server.front = front(reviews.world)
    reviews.run()
    old = reviews.state()["next_cursor"]
    for place in reviews.world.places()[90:]:
        reviews.world.delete(place)
    reviews.world.expire_cursors()
    reviews.run()
    reviews.expect_equal()
    reviews.run()
    assert reviews.cursors() == [None]
    assert reviews.state().get("next_cursor") != old


def test_a_list_of_other_reviews_is_not_taken_for_the_stored_ones_and_what_became_of_them(
    reviews: Reviews,
) -> None:
    """As another organisation's key would give at the same address."""
    reviews.run()
    reviews.world = QbrWorld.generate(portal(), 5)
    reviews.front = reviews.server.front = front(reviews.world)
    with pytest.raises(PermanentError, match=r"none of the first 100 .*`revops state reset qbr`"):
        reviews.run()
    assert len(reviews.stored()) == 755


def test_cursors_that_expire_while_they_are_used_end_in_an_error_and_no_loop(
    reviews: Reviews,
) -> None:
    def expiring(request: Request) -> JSONResponse:
        if "cursor" in request.query_params:
            return JSONResponse({"message": "expired"}, 400)
        return JSONResponse({"qbr_records": [{"record_id": "1"}], "next_cursor": "c1"})

    answer_with(reviews, expiring)
    with pytest.raises(TransientError, match="QBR_PAGE_SIZE"):
        reviews.run()
    assert len(reviews.server.asked) == 4


def test_a_repeated_cursor_is_an_error_and_no_loop(reviews: Reviews) -> None:
    reviews.front.faults.add("repeat_page:probability=1")
    with pytest.raises(TransientError, match="repeats its cursor"):
        reviews.run()
    assert len(reviews.server.asked) == 2
    reviews.front.faults.clear()
    reviews.run()
    reviews.expect_equal()


def test_an_empty_page_with_a_cursor_is_asked_again_and_then_an_error(reviews: Reviews) -> None:
    reviews.front.faults.add("empty_page:times=2,skip=2")
    assert reviews.run().pages == 8
    reviews.expect_equal()
    reviews.front.faults.add("empty_page:probability=1")
    with pytest.raises(TransientError, match="empty page"):
        reviews.run(page_size=50)
    assert len(reviews.server.asked) <= 5
    reviews.front.faults.clear()
    reviews.run()
    reviews.expect_equal()


def test_an_empty_list_deletes_nothing_and_says_so(reviews: Reviews) -> None:
    reviews.run()
    answer_with(reviews, lambda _: JSONResponse({"qbr_records": [], "next_cursor": None}))
    with pytest.raises(TransientError, match=r"755 records are stored.*revops state reset qbr"):
        reviews.run()
    assert len(reviews.stored()) == 755


@pytest.mark.parametrize("records", ["qbr_records", "records", "data", "qbr_data"])
@pytest.mark.parametrize("cursor", ["next_cursor", "cursor"])
def test_pages_are_read_under_any_of_their_names(
    reviews: Reviews, records: str, cursor: str
) -> None:
    pages = {
        None: {records: [{"record_id": "1"}], cursor: "b", "has_more": True},
        "b": {records: [{"record_id": "2"}], cursor: "c", "has_more": False},
    }
    answer_with(reviews, lambda r: JSONResponse(pages[r.query_params.get("cursor")]))
    reviews.run()
    assert set(reviews.stored()) == {"1", "2"}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"qbr_records": [], "has_more": True}, "gives no cursor"),
        ({"rows": []}, "it has rows"),
        ({}, "it has nothing"),
        ([], "no object"),
        ({"qbr_records": ["text"]}, "without a list of records"),
    ],
)
def test_an_answer_that_is_no_page_is_an_error_and_not_an_end(
    reviews: Reviews, body: Any, message: str
) -> None:
    answer_with(reviews, lambda _: JSONResponse(body))
    with pytest.raises(TransientError, match=message):
        reviews.run()
