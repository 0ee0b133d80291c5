"""What HubSpot says by halves, in silence or by a wrong clock is asked about, and never taken for all."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from revops_pipeline.sandbox import Portal, Sandbox
from revops_pipeline.sources import hubspot_api
from revops_pipeline.sources.hubspot import Cadence
from revops_pipeline.sources.stream import TransientError
from revops_pipeline.warehouse import emptied
from revops_pipeline_tests.conftest import Pipeline
from revops_pipeline_tests.sources.altered import alter
from revops_pipeline_tests.sources.copies import differences

MINUTE_MS = 60_000
EDGES = "associations/deals/contacts/batch"
LIST = r"GET .*objects/contacts\?"


@pytest.fixture
def world(serve: Callable[..., Sandbox], tmp_path: Path) -> Pipeline:
    """A portal read once, by searches and sweeps, in which an hour has passed since."""
    portal = Portal.generate(contacts=230, companies=12, deals=15, seed=4)
    portal.clock.stop()
    pipeline = Pipeline(serve(portal), tmp_path / "w.duckdb")
    pipeline.cadence = Cadence(cheap_requests=0, engagement_minutes=0)
    pipeline.run()
    portal.clock.advance(61 * MINUTE_MS)
    return pipeline


def expect_equal(pipeline: Pipeline) -> None:
    assert differences(pipeline.path, pipeline.portal) == []


def linked(pipeline: Pipeline) -> tuple[str, set[str]]:
    """A deal with contacts, and its rows."""
    edges = pipeline.live("deal_contacts")
    deal = min(i.split(":")[0] for i in edges)
    return deal, {i for i in edges if i.startswith(f"{deal}:")}


# -- empty answers ----------------------------------------------------------------------------


def silent(deal: str) -> Callable[[Any, Any], Any]:
    """The association endpoint tells of a deal, and of none of its contacts."""

    def change(asked: Any, answer: Any) -> Any:
        if {"id": deal} not in asked["inputs"]:
            return None
        rest = [r for r in answer["results"] if str(r["from"]["id"]) != deal]
        return {**answer, "results": [*rest, {"from": {"id": deal}, "to": []}]}

    return change


def test_one_silent_answer_deletes_no_association(
    world: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    deal, rows = linked(world)
    assert alter(monkeypatch, EDGES, silent(deal), times=1) == []
    world.run()
    assert rows <= world.live("deal_contacts")
    expect_equal(world)


def test_a_deal_that_stays_silently_without_contacts_keeps_them_for_an_hour(
    world: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    deal, rows = linked(world)
    now = time.time()
    monkeypatch.setattr(emptied.time, "time", lambda: now)
    alter(monkeypatch, EDGES, silent(deal))
    world.run()
    assert rows <= world.live("deal_contacts")
    assert any(
        "deal_contacts: 1 of those that had any came with none" in line for line in world.log
    )
    now += 3660
    world.portal.clock.advance(61 * MINUTE_MS)
    world.run()
    assert not rows & world.live("deal_contacts")


def test_the_last_association_of_a_record_that_is_removed_goes_with_the_next_run(
    serve: Callable[..., Sandbox], tmp_path: Path
) -> None:
    """Also where lists alone are read, which tell nothing of a record that is associated with none."""
    pipeline = Pipeline(serve(), tmp_path / "w.duckdb")
    pipeline.run()
    deal, rows = linked(pipeline)
    for row in rows:
        pipeline.portal.dissociate("deals", deal, "contacts", row.split(":")[1])
    pipeline.run(["deals", "deal_contacts"])
    assert not rows & pipeline.live("deal_contacts")
    expect_equal(pipeline)


# -- answers that count and do not name -------------------------------------------------------


def unnamed(*, counting: bool) -> Callable[[Any, Any], Any]:
    """As other servers answer for several: who is associated with nothing is not said."""

    def change(asked: Any, answer: Any) -> Any:
        if len(asked["inputs"]) == 1 or not answer.get("errors"):
            return None
        rest = {k: v for k, v in answer.items() if k not in ("errors", "numErrors")}
        return rest | ({"numErrors": len(answer["errors"])} if counting else {})

    return change


@pytest.mark.parametrize("counting", [True, False], ids=["they count", "they say nothing"])
def test_records_that_a_batch_does_not_name_are_asked_for_by_themselves(
    world: Pipeline, monkeypatch: pytest.MonkeyPatch, counting: bool
) -> None:
    changed = alter(monkeypatch, "associations/.*/batch", unnamed(counting=counting))
    world.run()
    assert changed
    expect_equal(world)


# -- ends that may be none --------------------------------------------------------------------


def ended(after: int, paging: Any) -> Callable[[Any, Any], Any]:
    """The page behind so many says that it is the last one."""

    def change(asked: Any, answer: Any) -> Any:
        if "paging" not in answer or ("after=" in asked) != (after > 0):
            return None
        rest = {k: v for k, v in answer.items() if k != "paging"}
        return rest | ({} if paging is None else {"paging": paging})

    return change


@pytest.mark.parametrize("paging", [None, {}, {"next": {}}, {"next": {"after": None}}])
@pytest.mark.parametrize("after", [0, 1])
def test_a_first_read_that_ends_on_a_full_page_is_counted_and_goes_on_in_the_next_run(
    serve: Callable[..., Sandbox],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    paging: Any,
    after: int,
) -> None:
    portal = Portal.generate(contacts=450, companies=5, deals=5, seed=4)
    pipeline = Pipeline(serve(portal), tmp_path / "w.duckdb")
    alter(monkeypatch, LIST, ended(after, paging))
    with pytest.raises(TransientError, match=r"ended after \d+ records, and a search counts 450"):
        pipeline.run()
    [(verified,)] = pipeline.query("select verified from ops.extract_log where stream = 'contacts'")
    assert not verified
    monkeypatch.undo()
    pipeline.run()
    expect_equal(pipeline)


def test_a_first_read_goes_on_to_its_end_where_a_record_came_back_behind_it(
    serve: Callable[..., Sandbox], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    portal = Portal.empty()
    ids = [portal.create("contacts", {"email": f"{n}@x.example"}) for n in range(401)]
    first = ids[0]
    portal.archive("contacts", first)
    pipeline = Pipeline(serve(portal), tmp_path / "w.duckdb")
    alter(monkeypatch, LIST, ended(1, None))
    with pytest.raises(TransientError, match="ended after 200 records"):
        pipeline.run()
    monkeypatch.undo()
    portal.restore("contacts", first)
    pipeline.run()
    expect_equal(pipeline)


def test_a_page_that_lost_its_token_for_a_moment_is_asked_for_again(
    serve: Callable[..., Sandbox], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline = Pipeline(
        serve(Portal.generate(contacts=450, companies=5, deals=5, seed=4)), tmp_path / "w.duckdb"
    )
    assert alter(monkeypatch, LIST, ended(0, None), times=1) == []
    pipeline.run()
    expect_equal(pipeline)


def test_a_portal_that_ends_on_a_full_page_indeed_is_whole(
    serve: Callable[..., Sandbox], tmp_path: Path
) -> None:
    portal = Portal.generate(contacts=200, companies=5, deals=5, seed=4)
    pipeline = Pipeline(serve(portal), tmp_path / "w.duckdb")
    assert pipeline.run()["contacts"].verified
    expect_equal(pipeline)


# -- clocks -----------------------------------------------------------------------------------


@pytest.mark.parametrize("days", [10, -10])
@pytest.mark.parametrize("whose", ["HubSpot's", "the machine's"])
def test_one_run_by_a_wrong_clock_misses_no_edit(
    serve: Callable[..., Sandbox],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    days: int,
    whose: str,
) -> None:
    portal = Portal.generate(contacts=230, companies=12, deals=15, seed=4)
    pipeline = Pipeline(serve(portal), tmp_path / "w.duckdb")
    pipeline.cadence = Cadence(cheap_requests=0, engagement_minutes=5)
    pipeline.run()
    with monkeypatch.context() as wrong:
        shift = timedelta(days=days)
        if whose == "HubSpot's":
            wrong.setattr(hubspot_api, "instant", lambda _: datetime.now(UTC) + shift)
        else:  # and no Date by which to put it right
            wrong.setattr(hubspot_api, "instant", lambda _: None)
            wrong.setattr(hubspot_api, "clock", lambda: time.time() + shift.total_seconds())
        portal.clock.advance(6 * MINUTE_MS)
        pipeline.run()
    long_ago = portal.clock.now() - 3 * 60 * MINUTE_MS
    for kind in ("contacts", "deals", "calls"):
        edited = min(r["id"] for r in portal.live(kind))
        portal.update(kind, edited, {"hs_object_source": "Seen"}, modified_at=long_ago)
    deal = max(r["id"] for r in portal.live("deals"))
    portal.update("deals", deal, {"dealstage": "closedlost"}, modified_at=long_ago)
    portal.archive("contacts", max(r["id"] for r in portal.live("contacts")))
    pipeline.run()
    if days > 0:
        expect_equal(pipeline)
    else:  # it was read from before that
        portal.clock.advance(6 * MINUTE_MS)
        pipeline.run()
        expect_equal(pipeline)
    before = pipeline.sandbox.stats.requests
    pipeline.run()
    assert pipeline.sandbox.stats.requests - before < 30, "and that was it"


# -- bad records ------------------------------------------------------------------------------

REJECTED = "select stream, id, field, reason from ops.rejected_documents order by 1, 2"


def spoilt(record_id: str, change: Callable[[dict[str, Any]], Any]) -> Callable[[Any, Any], Any]:
    def spoil(_asked: Any, answer: Any) -> Any:
        found = [r for r in answer["results"] if r.get("id") == record_id]
        for record in found:
            change(record)
        return answer if found else None

    return spoil


@pytest.mark.parametrize("bad", [None, {"a": 1}, True, "", [7], 1.5])
def test_a_record_whose_id_is_none_is_rejected_by_itself_and_deletes_nothing(
    serve: Callable[..., Sandbox], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bad: Any
) -> None:
    pipeline = Pipeline(serve(), tmp_path / "w.duckdb")
    pipeline.run()
    before = pipeline.live("contacts")
    lost, edited = sorted(before)[:2]
    pipeline.portal.update("contacts", edited, {"jobtitle": "Seen"})
    alter(
        monkeypatch, r"objects/contacts(\?|/batch/read)", spoilt(lost, lambda r: r.update(id=bad))
    )
    assert pipeline.run()["contacts"].verified
    assert pipeline.live("contacts") == before
    assert {row[:3] for row in pipeline.query(REJECTED)} == {("contacts", "", "id")}
    monkeypatch.undo()
    pipeline.run()
    expect_equal(pipeline)


@pytest.mark.parametrize("number", [int, float])
def test_an_id_that_comes_as_a_number_is_the_id(
    serve: Callable[..., Sandbox],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: type[int] | type[float],
) -> None:
    pipeline = Pipeline(serve(), tmp_path / "w.duckdb")
    pipeline.run()
    before = pipeline.live("contacts")
    one = min(before)
    alter(monkeypatch, LIST, spoilt(one, lambda r: r.update(id=number(r["id"]))))
    pipeline.run()
    assert pipeline.live("contacts") == before
    assert pipeline.query(REJECTED) == []


def test_a_record_without_an_id_once_is_asked_for_again(
    serve: Callable[..., Sandbox], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline = Pipeline(serve(), tmp_path / "w.duckdb")
    lost = min(r["id"] for r in pipeline.portal.live("contacts"))
    assert alter(monkeypatch, LIST, spoilt(lost, lambda r: r.pop("id")), times=1) == []
    pipeline.run()
    expect_equal(pipeline)
    assert pipeline.query(REJECTED) == []


def test_a_value_of_a_history_without_its_time_is_rejected_by_itself(
    serve: Callable[..., Sandbox], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline = Pipeline(serve(), tmp_path / "w.duckdb")
    deal = next(r["id"] for r in pipeline.portal.live("deals") if r["properties"]["dealstage"])
    timeless = spoilt(deal, lambda r: r["propertiesWithHistory"]["dealstage"][0].pop("timestamp"))
    alter(monkeypatch, r"objects/deals\?.*propertiesWithHistory", timeless)
    assert pipeline.run()["deal_stage_history"].verified
    assert [row[:3] for row in pipeline.query(REJECTED)] == [
        ("deal_stage_history", deal, "dealstage")
    ]


def test_an_association_without_an_id_is_rejected_and_its_record_keeps_what_it_has(
    world: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    deal, rows = linked(world)

    def change(_asked: Any, answer: Any) -> Any:
        found = [r for r in answer["results"] if str(r["from"]["id"]) == deal and r["to"]]
        for result in found:
            result["to"][0].pop("toObjectId", None)
        return answer if found else None

    alter(monkeypatch, EDGES, change)
    world.run()
    assert rows <= world.live("deal_contacts")
    assert [row[:3] for row in world.query(REJECTED)] == [("deal_contacts", deal, "association")]
    monkeypatch.undo()
    world.run()
    expect_equal(world)


def test_an_owner_without_an_id_keeps_the_stored_ones(
    serve: Callable[..., Sandbox], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline = Pipeline(serve(), tmp_path / "w.duckdb")
    pipeline.run()
    before = pipeline.live("owners")
    alter(monkeypatch, "owners", spoilt(min(before), lambda r: r.pop("id")))
    pipeline.run()
    assert pipeline.live("owners") == before
    assert [row[0] for row in pipeline.query(REJECTED)] == ["owners"]
