"""Runs of HubSpot side by side and one after another: whose rows, how many requests, how it is told."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from revops_pipeline.sandbox import Portal, Sandbox
from revops_pipeline.sources import hubspot_api
from revops_pipeline.sources.hubspot_api import HubSpotApi
from revops_pipeline.sources.stream import PermanentError
from revops_pipeline.warehouse.base import WrongIdentity
from revops_pipeline_tests.conftest import Pipeline
from revops_pipeline_tests.sources.copies import differences

# Account; of contacts, companies and deals: properties, a list (no dearer than a search), the list
# of archived ones and a sweep of associations each, and a search for each history; owners live and
# archived; pipelines.
QUIET_REQUESTS = 1 + 3 * 4 + 3 + 2 + 1


def ids(records: Any) -> set[str]:
    return {r["id"] for r in records}


def expect_equal(pipeline: Pipeline) -> None:
    """The raw tables hold what the portal holds: ids, documents, deletions, edges, histories."""
    assert differences(pipeline.path, pipeline.portal) == []


def test_rows_of_another_portal_are_refused_and_nothing_changes(
    pipeline: Pipeline, serve: Callable[..., Sandbox]
) -> None:
    pipeline.run()
    before = pipeline.live("contacts")
    other = Pipeline(
        serve(Portal.generate(contacts=9, companies=3, deals=3, seed=99)), pipeline.path
    )
    with pytest.raises(WrongIdentity, match=r"portal \d+ .*revops state reset hubspot"):
        other.run()
    assert pipeline.live("contacts") == before


def test_the_same_portal_at_another_address_is_the_same_portal(
    pipeline: Pipeline, serve: Callable[..., Sandbox]
) -> None:
    pipeline.run()
    moved = Pipeline(serve(pipeline.portal), pipeline.path)
    assert moved.run()["contacts"].counts.changed == 0


def test_a_record_in_the_bin_while_histories_are_listed_has_its_own_by_the_next_day(
    pipeline: Pipeline,
) -> None:
    portal = pipeline.portal
    portal.clock.stop()
    pipeline.run(["deals"])
    deal = next(r["id"] for r in portal.live("deals") if r["properties"]["dealstage"])
    portal.archive("deals", deal)
    pipeline.run(["deal_stage_history"])
    portal.restore("deals", deal)  # which HubSpot does not call a modification
    pipeline.run()
    told = f"select count(*) from raw.hubspot_deal_stage_history where id like '{deal}:%'"
    assert pipeline.query(told) == [(0,)]
    portal.clock.advance(24 * 3_600_000 + 60_000)
    pipeline.run()
    expect_equal(pipeline)


def test_an_increment_asks_for_no_more_than_what_changed(pipeline: Pipeline) -> None:
    pipeline.run()
    before = pipeline.sandbox.stats.requests
    pipeline.run()
    assert pipeline.sandbox.stats.requests - before == QUIET_REQUESTS


def test_associations_beyond_the_first_page_are_read(pipeline: Pipeline) -> None:
    portal = pipeline.portal
    portal.inline_association_limit = 3
    portal.association_page_limit = 2
    deal = min(ids(portal.live("deals")))
    for contact in sorted(ids(portal.live("contacts")))[:11]:
        portal.associate("deals", deal, "contacts", contact)
    pipeline.run()
    expect_equal(pipeline)


def test_a_stream_alone_leaves_the_others_as_they_are(pipeline: Pipeline) -> None:
    pipeline.run(streams=["owners"])
    assert pipeline.live("owners")
    pipeline.run(streams=["deals"])
    pipeline.run()
    expect_equal(pipeline)


def test_the_daily_budget_keeps_a_floor_for_others_and_says_so(
    serve: Callable[..., Sandbox], tmp_path: Path
) -> None:
    pipeline = Pipeline(serve(daily_limit=100), tmp_path / "w.duckdb")
    pipeline.run(daily_floor=0.1)
    pipeline.run(daily_floor=0.1)
    with pytest.raises(PermanentError, match=r"requests left today.*daily_floor"):
        pipeline.run(daily_floor=0.9)
    assert pipeline.sandbox.stats.requests < 80


def test_the_portals_time_zone_and_currency_are_kept_from_the_answer_that_tells_its_id(
    pipeline: Pipeline,
) -> None:
    pipeline.portal.time_zone = "Asia/Kolkata"
    pipeline.run(streams=["account"])
    fields = ("timeZone", "zone", "companyCurrency", "utcOffset")
    texts = ", ".join(f"json_extract_string(document, '{field}')" for field in fields)
    told = pipeline.query(f"select {texts} from raw.hubspot_account")
    assert told == [("Asia/Kolkata", "Asia/Kolkata", "USD", "+05:30")]


def test_a_token_that_may_not_ask_for_the_account_reads_everything_else(
    pipeline: Pipeline,
) -> None:
    pipeline.portal.missing_scopes = {"details"}
    pipeline.run()
    assert pipeline.query("select count(*) from raw.hubspot_account") == [(0,)]
    expect_equal(pipeline)


def test_what_stops_the_question_whose_data_it_is_stops_the_run(
    serve: Callable[..., Sandbox], tmp_path: Path
) -> None:
    """Only a token that may not ask, or a server that does not know, has no portal id."""
    pipeline = Pipeline(serve(daily_limit=100), tmp_path / "w.duckdb")
    assert "portal" in str(connect(pipeline).account())
    with pytest.raises(PermanentError, match="daily_floor"):
        connect(pipeline, daily_floor=0.995).account()
    pipeline.sandbox.faults.add("http_414:size=1,probability=1")
    with pytest.raises(PermanentError, match="414"):
        connect(pipeline).account()
    pipeline.sandbox.faults.clear()
    pipeline.portal.missing_scopes = {"details"}
    assert connect(pipeline).account() is None
    assert connect(pipeline, version="1999-09").account() is None
    with pytest.raises(PermanentError, match="HUBSPOT_API_KEY"):
        connect(pipeline, token="wrong").account()


def connect(pipeline: Pipeline, **options: Any) -> HubSpotApi:
    settings = {"base_url": pipeline.sandbox.url, "token": pipeline.sandbox.token, **options}
    return HubSpotApi(**settings)


def test_a_long_read_tells_how_far_it_is(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("revops_pipeline.warehouse.progress.LOG_SECONDS", 0.0)
    pipeline.run()
    assert any(
        re.search(r"\d+ records on \d+ pages in .* a second\); \d+ requests, .* left today", line)
        for line in pipeline.log
    ), pipeline.log


@pytest.mark.parametrize("hours", [-5, 5])
def test_a_machine_with_a_wrong_clock_misses_no_change(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    monkeypatch.setattr(hubspot_api, "clock", lambda: time.time() + hours * 3600)
    pipeline.run()
    contact = min(ids(pipeline.portal.live("contacts")))
    pipeline.portal.update("contacts", contact, {"firstname": "Seen"})
    pipeline.run()
    expect_equal(pipeline)


def test_two_runs_at_once_do_no_harm(pipeline: Pipeline) -> None:
    pipeline.run()
    for contact in sorted(ids(pipeline.portal.live("contacts")))[:20]:
        pipeline.portal.update("contacts", contact, {"firstname": "Twice"})
    pipeline.portal.archive("deals", min(ids(pipeline.portal.live("deals"))))
    pipeline.portal.clock.advance(3_660_000)
    command = (
        "import sys; from pathlib import Path; from revops_pipeline_tests.conftest import Pipeline;"
        "from types import SimpleNamespace as N;"
        "sandbox = N(url=sys.argv[1], token=sys.argv[2], portal=None);"
        "Pipeline(sandbox, Path(sys.argv[3])).run()"
    )
    arguments = [pipeline.sandbox.url, pipeline.sandbox.token, str(pipeline.path)]
    both = [subprocess.Popen([sys.executable, "-c", command, *arguments]) for _ in range(2)]
    assert [process.wait(60) for process in both] == [0, 0]
    expect_equal(pipeline)
    assert pipeline.query(
        "select max(versions) from (select count(*) as versions from raw.hubspot_contacts_history "
        "group by id, content_hash)"
    ) == [(1,)]


def test_a_stored_page_token_that_hubspot_has_forgotten_starts_the_first_read_again(
    pipeline: Pipeline,
) -> None:
    pipeline.run(streams=["owners"])
    pipeline.run(streams=["contacts"])
    state = '{"backfill": {"after": "no such token", "started": 1}}'
    pipeline.write(f"update ops.extract_state set state = '{state}' where stream = 'contacts'")
    pipeline.run()
    expect_equal(pipeline)


def test_one_percent_of_a_portal_costs_no_more_requests_than_its_windows_need(
    serve: Callable[..., Sandbox], tmp_path: Path
) -> None:
    portal = Portal.generate(contacts=100_000, companies=50, deals=50, seed=2, activities=0)
    pipeline = Pipeline(serve(portal), tmp_path / "w.duckdb")
    streams = ["contacts", "contact_companies"]
    pipeline.run(streams=streams)
    for contact in list(portal.store("contacts").live_ids[::100]):
        portal.update("contacts", contact, {"jobtitle": "Changed"})
    before = pipeline.sandbox.stats.requests
    assert pipeline.run(streams=streams)["contacts"].counts.updated == 1_000
    # Account, properties of three types; five pages of a search with the associations of each;
    # the ten pages of archived contacts, more than are read each time, are not due.
    assert pipeline.sandbox.stats.requests - before == 1 + 3 + 5 * 2
