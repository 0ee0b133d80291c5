"""What ServiceNow hides, refuses, cuts off or answers in a wrong order loses no row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from revops_pipeline.sandbox.servicenow_app import NO_ROLES_USER
from revops_pipeline.sandbox.servicenow_world import ServiceNowWorld
from revops_pipeline.sources import servicenow_api, servicenow_read
from revops_pipeline.sources.servicenow import Cadence
from revops_pipeline.sources.servicenow_api import ServiceNowApi, _rows
from revops_pipeline.sources.servicenow_streams import STREAMS
from revops_pipeline.sources.servicenow_walk import Walk, _last, stamp_of
from revops_pipeline.sources.stream import PermanentError, TransientError
from revops_pipeline_tests.sources.servicenow_desk import Desk, desks


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    with desks(tmp_path / "w.duckdb") as served:
        yield served


@pytest.fixture
def desk(serve: Callable[..., Desk]) -> Desk:
    return serve()


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
        _rows({"result": [{"sys_id": "", "number": "INC1"}]}, "incident", 10)


def test_an_answer_that_broke_off_is_no_page_although_its_status_is_200() -> None:
    answer = {"result": [], "error": {"message": "Transaction cancelled"}, "status": "failure"}
    with pytest.raises(TransientError, match="Transaction cancelled"):
        _rows(answer, "incident", 10)


def test_a_record_without_its_id_fails_the_run_and_the_next_good_answer_goes_on(
    desk: Desk,
) -> None:
    desk.run()
    desk.world.update(desk.world.ids("incident")[0], close_notes="seen")
    before, state = desk.live("incident"), desk.state("incident")
    desk.world.columns["incident"].remove("sys_id")
    told = r"record of incident without its sys_id.*field rule hides sys_id.*servicenow\.tables"
    with pytest.raises(TransientError, match=told):
        desk.run()
    assert (desk.live("incident"), desk.state("incident")) == (before, state)
    desk.world.columns["incident"].append("sys_id")
    desk.run()
    desk.expect_equal()


def test_an_answer_without_its_total_is_no_page_and_nothing_counts_as_deleted(desk: Desk) -> None:
    desk.run()
    before = desk.live("incident")
    desk.world.hidden = set(desk.world.ids("incident")[:5])
    desk.world.update(desk.world.ids("incident")[9], close_notes="seen")
    desk.served.front.faults.add("lost_total:probability=1,path_contains=/incident")
    with pytest.raises(TransientError, match=r"incident without X-Total-Count.*a proxy"):
        desk.run()
    assert desk.live("incident") == before
    desk.served.front.faults.clear()
    desk.run()
    assert desk.live("incident").keys() == before.keys()
    assert desk.live("incident")[desk.world.ids("incident")[9]]["close_notes"] == "seen"


def test_a_total_that_one_answer_lacks_is_asked_for_again(desk: Desk) -> None:
    desk.served.front.faults.add("lost_total:times=2")
    desk.run()
    desk.expect_equal()


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
        servicenow_read, "by_time", lambda *_: "ORDERBYsys_updated_on^ORDERBYsys_id"
    )
    with pytest.raises(TransientError, match="does not follow the one before"):
        desk.run(["incident"], Cadence(page_size=10))


ONCE = Cadence(page_size=10, cheap_rows=0)  # what a page loses, no comparison brings back


def test_an_instance_that_sorts_by_time_alone_is_not_believed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind the last row of a page, rows of the same second with smaller ids would be missed."""
    for sys_id in desk.world.ids("incident"):
        desk.world.update(sys_id, at="2026-11-30 10:00:00")
    desk.world.portal.clock.stop("2026-11-30T10:00:01Z")
    sort = ServiceNowWorld._by_time

    def by_time_alone(self: ServiceNowWorld, table: str) -> list[Any]:
        return sorted(sort(self, table), key=lambda r: (r["sys_updated_on"], r["sys_id"][::-1]))

    monkeypatch.setattr(ServiceNowWorld, "_by_time", by_time_alone)
    with pytest.raises(TransientError, match="incident does not follow the one before"):
        desk.run(["incident"], ONCE)
    assert "cursor" not in desk.state("incident")
    monkeypatch.undo()
    desk.run(["incident"], ONCE)
    assert desk.live("incident") == desk.world.truth()["incident"]


@pytest.mark.parametrize("ids", [["CAR", "a-chair", "b"], ["a-chair", "b", "CAR"]])
def test_ids_that_an_import_brought_may_be_sorted_as_the_database_likes(ids: list[str]) -> None:
    walk = Walk("cmdb_ci", lambda *_: "", stamp_of, 10)
    at = "2026-11-30 10:00:00"
    rows = [{"sys_updated_on": at, "sys_id": i} for i in ("0" * 32, *ids, "f" * 32)]
    assert _last(walk, rows, None) == (at, "f" * 32)


@pytest.mark.parametrize("seed", range(3))
def test_a_row_that_a_page_lacks_under_the_true_total_is_asked_for_again(
    desk: Desk, seed: int
) -> None:
    desk.served.front.faults.reseed(seed)
    desk.served.front.faults.add("lost_row:times=1,skip=2,path_contains=/incident")
    desk.run(["incident"], ONCE)
    assert desk.served.front.faults.counts["lost_row"] == 1
    assert desk.live("incident") == desk.world.truth()["incident"]


def test_one_record_without_its_id_is_rejected_and_nothing_is_deleted(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.run(streams=["incident"])
    lost, edited, gone = desk.world.ids("incident")[:3]
    desk.world.update(edited, close_notes="seen")
    desk.world.update(lost, close_notes="seen, too")
    desk.world.update(desk.world.ids("incident")[5], close_notes="seen as well")
    before = desk.live("incident")

    def without(answer: Any, table: str, limit: int) -> Any:
        for row in answer["result"]:
            if row.get("sys_id") == lost:
                row["sys_id"] = {"not": "an id"}
        return _rows(answer, table, limit)

    with monkeypatch.context() as patched:
        patched.setattr(servicenow_api, "_rows", without)
        assert desk.run(streams=["incident"])["incident"].verified
    assert desk.live("incident").keys() == before.keys()
    assert desk.live("incident")[edited]["close_notes"] == "seen"
    assert desk.live("incident")[lost] == before[lost]
    told = "select distinct id, field from ops.rejected_documents where stream = 'incident'"
    assert desk.query(told) == [("", "sys_id")]
    desk.world.delete(gone)
    desk.run(streams=["incident"])
    assert desk.live("incident") == desk.world.truth()["incident"]


def test_a_full_page_whose_total_says_that_it_is_all_is_not_taken_for_the_end(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a server answers that counts what it sends, and not what there is."""
    total = servicenow_api._total
    monkeypatch.setattr(
        servicenow_api, "_total", lambda headers, table: min(total(headers, table), 10)
    )
    desk.run(streams=["incident"], cadence=Cadence(page_size=10))
    assert desk.live("incident") == desk.world.truth()["incident"]
