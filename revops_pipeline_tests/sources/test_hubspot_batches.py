"""A batch answer that does not tell of everything it was asked for deletes and loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from revops_pipeline.sandbox import Portal, Sandbox
from revops_pipeline.sources.hubspot import Cadence
from revops_pipeline.sources.hubspot_api import HubSpotApi
from revops_pipeline.sources.stream import TransientError, Window
from revops_pipeline_tests.conftest import Pipeline
from revops_pipeline_tests.sources.copies import differences

MINUTE_MS = 60_000
SHORT = r"answered for \d+ of \d+ records; the read is not complete"


@pytest.fixture
def world(serve: Callable[..., Sandbox], tmp_path: Path) -> Pipeline:
    """A portal that was read once, in which an hour has passed since."""
    portal = Portal.generate(contacts=230, companies=12, deals=15, seed=4)
    portal.clock.stop()
    pipeline = Pipeline(serve(portal), tmp_path / "w.duckdb")
    pipeline.cadence = Cadence(cheap_requests=0, engagement_minutes=0)
    pipeline.run()
    portal.clock.advance(61 * MINUTE_MS)
    return pipeline


def expect_equal(pipeline: Pipeline) -> None:
    assert differences(pipeline.path, pipeline.portal) == []


def expect_short_answers_to_be_seen(pipeline: Pipeline, path: str) -> None:
    """For good, they fail the run; for once, what they leave out is asked for again."""
    pipeline.sandbox.faults.add(f"short_batch:probability=1,path_contains={path}")
    with pytest.raises(TransientError, match=SHORT):
        pipeline.run()
    pipeline.sandbox.faults.remove("short_batch")
    pipeline.sandbox.faults.add(f"short_batch:times=1,path_contains={path}")
    pipeline.run()
    assert pipeline.sandbox.faults.counts["short_batch"] >= 2
    expect_equal(pipeline)


def test_associations_that_an_answer_leaves_out_are_not_deleted(world: Pipeline) -> None:
    before = world.live("contact_companies")
    world.sandbox.faults.add("short_batch:probability=1,path_contains=contacts/companies/batch")
    with pytest.raises(TransientError, match=r"associations contacts → companies " + SHORT):
        world.run()
    assert world.live("contact_companies") == before
    world.sandbox.faults.clear()
    expect_short_answers_to_be_seen(world, "associations")


def test_a_record_that_the_census_misses_and_a_short_answer_too_is_not_gone(
    world: Pipeline,
) -> None:
    portal, faults = world.portal, world.sandbox.faults
    contact = min(r["id"] for r in portal.live("contacts"))
    census = Window("contacts", "census", {"known": [contact], "histories": []})

    def restore(_request: Any) -> None:  # when the list is past the record's page
        if contact in {r["id"] for r in portal.archived("contacts")}:
            portal.restore("contacts", contact)

    def told_gone() -> bool:
        portal.archive("contacts", contact)
        rows = [page.rows["contacts"] for page in world.source().read(census)]
        assert contact in rows[-1].ids
        return any(contact in r.gone for r in rows)

    faults.between_pages = restore
    faults.add("short_batch:times=1,path_contains=objects/contacts/batch/read")
    assert not told_gone()
    faults.add("short_batch:probability=1,path_contains=objects/contacts/batch/read")
    with pytest.raises(TransientError, match="a batch read of contacts " + SHORT):
        told_gone()


def test_rows_whose_properties_travel_by_batch_read_are_not_lost(
    serve: Callable[..., Sandbox], tmp_path: Path
) -> None:
    portal = Portal.generate(contacts=120, companies=5, deals=5, seed=4)
    for number in range(400):
        name = f"a_property_with_a_long_name_{number:03}"
        definition = {"name": name, "label": name, "type": "string", "fieldType": "text"}
        portal.define("contacts", definition)
    pipeline = Pipeline(serve(portal), tmp_path / "w.duckdb")
    expect_short_answers_to_be_seen(pipeline, "objects/contacts/batch/read")


def test_histories_that_an_answer_leaves_out_are_read(world: Pipeline) -> None:
    for deal in [r["id"] for r in world.portal.live("deals")]:
        world.portal.update("deals", deal, {"dealstage": "closedwon"})
    expect_short_answers_to_be_seen(world, "objects/deals/batch/read")


def test_a_record_that_was_merged_is_no_gap_in_an_answer(world: Pipeline) -> None:
    """HubSpot answers with its survivor, under the survivor's id, and names it nowhere."""
    portal, api = world.portal, connect(world)
    first, second, third = sorted(r["id"] for r in portal.live("contacts"))[:3]
    survivor = portal.merge("contacts", first, second)
    found = api.batch_read("contacts", [second, third, "4"], ["email"])
    assert {r["id"] for r in found} == {survivor, third}
    assert api.batch_read("contacts", [second], [], archived=True) == []


def test_an_answer_that_is_not_complete_is_no_answer(
    world: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = connect(world)
    answer = {"status": "CANCELED", "results": []}
    monkeypatch.setattr(api.http, "post", lambda *_, read: read(answer))
    with pytest.raises(TransientError, match="CANCELED"):
        api.batch_read("contacts", ["1"], [])


def test_a_circle_of_page_tokens_in_associations_is_an_error(
    world: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    api, asked = connect(world), list[dict[str, str]]()

    def post(_path: str, body: dict[str, Any], read: Callable[[Any], Any]) -> Any:
        [one] = body["inputs"]
        asked.append(one)
        assert len(asked) < 10, "it goes round"
        following = {"a": "b", "b": "a"}.get(one.get("after", ""), "a")
        result = {"from": {"id": "7"}, "to": [], "paging": {"next": {"after": following}}}
        return read({"status": "COMPLETE", "results": [result]})

    monkeypatch.setattr(api.http, "post", post)
    with pytest.raises(TransientError, match=r"deals → contacts of 7 repeat their page token 'a'"):
        api.associations("deals", "contacts", ["7"])


def connect(pipeline: Pipeline) -> HubSpotApi:
    return HubSpotApi(
        base_url=pipeline.sandbox.url, token=pipeline.sandbox.token, search_per_second=0
    )
