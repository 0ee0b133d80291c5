"""HubSpot arrives whole, keeps up with changes, and survives what an API does to its readers."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from revops_pipeline.sandbox import Portal, Sandbox
from revops_pipeline.sources.hubspot_streams import CRM
from revops_pipeline.sources.stream import PermanentError, TransientError
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


def test_a_thousand_and_one_of_each_are_all_read(
    serve: Callable[..., Sandbox], tmp_path: Path
) -> None:
    portal = Portal.generate(contacts=1001, companies=1001, deals=1001, seed=5)
    pipeline = Pipeline(serve(portal), tmp_path / "w.duckdb")
    entries = pipeline.run()
    for kind in CRM:
        assert len(pipeline.live(kind)) == 1001
        assert entries[kind].verified
    expect_equal(pipeline)


@pytest.mark.parametrize("version", ["v3", "2026-09"])
def test_both_versions_of_the_api_read_the_same(pipeline: Pipeline, version: str) -> None:
    pipeline.run(version=version)
    expect_equal(pipeline)


def test_an_unchanged_portal_writes_nothing(pipeline: Pipeline) -> None:
    pipeline.run()
    again = pipeline.run()
    assert {name: e.counts.changed for name, e in again.items()} == dict.fromkeys(again, 0)


def test_every_kind_of_change_is_seen_by_the_next_run(pipeline: Pipeline) -> None:
    portal = pipeline.portal
    pipeline.run()
    contacts, companies, deals = (sorted(ids(portal.live(k))) for k in CRM)
    portal.update("contacts", contacts[0], {"firstname": "Renamed"})
    portal.archive("contacts", contacts[1])
    portal.archive("companies", companies[0])
    new = portal.create("deals", {"dealname": "New", "amount": "12.50"})
    portal.associate("deals", new, "companies", companies[1], primary=True)
    portal.associate("deals", deals[0], "companies", companies[2])
    edge = next(e for e in portal.edges("contacts", "companies") if e["from_id"] == contacts[5])
    portal.dissociate("contacts", contacts[5], "companies", edge["to_id"])
    portal.restore("contacts", next(iter(ids(portal.archived("contacts")) - {contacts[1]})))
    portal.clock.advance(3_660_000)
    pipeline.run()
    expect_equal(pipeline)
    assert pipeline.query(
        f"select count(*) from raw.hubspot_contacts_history where id = '{contacts[0]}'"
    ) == [(1,)]


def test_a_record_deleted_for_good_after_being_archived_stays_deleted(pipeline: Pipeline) -> None:
    pipeline.run()
    gone = min(ids(pipeline.portal.archived("deals")))
    pipeline.portal.delete_forever("deals", gone)
    pipeline.run()
    before = pipeline.sandbox.stats.requests
    pipeline.run()
    assert gone in pipeline.deleted("deals")
    # It is asked for once, not in every run to come.
    assert pipeline.sandbox.stats.requests - before == QUIET_REQUESTS


def test_an_unknown_new_property_is_kept(pipeline: Pipeline) -> None:
    pipeline.run()
    pipeline.portal.define(
        "contacts",
        {"name": "shoe_size", "label": "Shoe size", "type": "string", "fieldType": "text"},
    )
    contact = min(ids(pipeline.portal.live("contacts")))
    pipeline.portal.update("contacts", contact, {"shoe_size": "44"})
    pipeline.run()
    [(document,)] = pipeline.query(
        f"select document from raw.hubspot_contacts where id = '{contact}'"
    )
    assert orjson.loads(document)["properties"]["shoe_size"] == "44"


def test_more_properties_than_a_url_holds_travel_by_batch_read(pipeline: Pipeline) -> None:
    for number in range(400):
        name = f"a_property_with_a_long_name_{number:03}"
        definition = {"name": name, "label": name, "type": "string", "fieldType": "text"}
        pipeline.portal.define("contacts", definition)
    contact = min(ids(pipeline.portal.live("contacts")))
    pipeline.portal.update("contacts", contact, {"a_property_with_a_long_name_399": "x"})
    pipeline.run()
    expect_equal(pipeline)
    pipeline.portal.update("contacts", contact, {"a_property_with_a_long_name_398": "y"})
    pipeline.run()
    expect_equal(pipeline)
    pipeline.portal.archive("contacts", contact)
    pipeline.portal.clock.advance(3_660_000)  # what it was linked with is swept within the hour
    pipeline.run()
    expect_equal(pipeline)
    [(document,)] = pipeline.query(
        f"select document from raw.hubspot_contacts where id = '{contact}'"
    )
    assert orjson.loads(document)["properties"]["a_property_with_a_long_name_398"] == "y"


FAULTS = {
    "a 500 now and then": "http_500:probability=0.2",
    "429 with Retry-After": "http_429:times=1,path_contains=/objects/contacts",  # a second each
    "429 without Retry-After": "http_429_no_retry_after:times=3",
    "JSON cut in the middle": "cut_json:times=3",
    "a connection cut in the middle": "cut_connection:times=3",
    "a page that repeats": "repeat_page:times=3,path_contains=/objects/",
    "an empty page with a token": "empty_page:times=3,path_contains=/objects/",
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_no_row_is_lost_or_doubled_by(
    serve: Callable[..., Sandbox], tmp_path: Path, fault: str
) -> None:
    portal = Portal.generate(contacts=450, companies=120, deals=200, seed=11)
    pipeline = Pipeline(serve(portal, retry_after=0), tmp_path / "w.duckdb")
    pipeline.sandbox.faults.add(fault)
    pipeline.run(retry=_patient())
    expect_equal(pipeline)
    for contact in sorted(ids(portal.live("contacts")))[:150]:
        portal.update("contacts", contact, {"firstname": "Edited"})
    pipeline.sandbox.faults.add(fault)
    pipeline.run(retry=_patient())
    expect_equal(pipeline)


def _patient() -> Any:
    from revops_pipeline.sources.http import Retry

    return Retry(attempts=8, base_seconds=0.005)


def test_a_server_that_hangs_is_given_up_on_and_asked_again(pipeline: Pipeline) -> None:
    pipeline.sandbox.faults.add("timeout:times=2")
    pipeline.run(timeout=0.5)
    expect_equal(pipeline)


def test_a_wrong_token_fails_at_once_and_names_the_variable(pipeline: Pipeline) -> None:
    with pytest.raises(PermanentError, match="HUBSPOT_API_KEY") as error:
        pipeline.run(token="pat-wrong-secret")
    assert "pat-wrong-secret" not in str(error.value)
    assert pipeline.sandbox.stats.requests <= 5


def test_a_missing_scope_fails_at_once_and_names_it(pipeline: Pipeline) -> None:
    pipeline.portal.missing_scopes = {"deals"}
    with pytest.raises(PermanentError, match=r"HUBSPOT_API_KEY.*scope") as error:
        pipeline.run()
    assert "deals" in str(error.value)


def test_an_address_where_nothing_listens_is_named_with_its_variable(pipeline: Pipeline) -> None:
    with pytest.raises(TransientError, match=r"127\.0\.0\.1:9 .*HUBSPOT_API_URL"):
        pipeline.run(base_url="http://127.0.0.1:9")


def test_an_error_that_lasts_ends_as_failed_and_the_next_run_goes_on(pipeline: Pipeline) -> None:
    pipeline.sandbox.faults.add("http_500:probability=1,path_contains=/objects/deals")
    with pytest.raises(TransientError, match="deals"):
        pipeline.run()
    assert pipeline.live("contacts") == ids(pipeline.portal.live("contacts"))
    assert pipeline.query(
        "select verified, error is null from ops.extract_log where stream = 'deals'"
    ) == [(False, False)]
    pipeline.sandbox.faults.clear()
    pipeline.run()
    expect_equal(pipeline)


# With HubSpot's own ceiling; `test_lossless` has it with a low one.
@pytest.mark.slow
def test_more_changes_than_a_search_pages_through_are_bisected(
    serve: Callable[..., Sandbox], tmp_path: Path
) -> None:
    portal = Portal.generate(contacts=10_300, companies=5, deals=5, seed=2)
    pipeline = Pipeline(serve(portal), tmp_path / "w.duckdb")
    pipeline.run()
    for number, contact in enumerate(sorted(ids(portal.live("contacts")))):
        portal.update("contacts", contact, {"firstname": f"v{number}"})
    entries = pipeline.run()
    assert entries["contacts"].windows > 2
    assert entries["contacts"].verified
    expect_equal(pipeline)


@pytest.mark.slow
def test_more_changes_in_one_millisecond_than_a_search_pages_through_are_all_read(
    serve: Callable[..., Sandbox], tmp_path: Path
) -> None:
    portal = Portal.generate(contacts=9_800, companies=5, deals=5, seed=2)
    pipeline = Pipeline(serve(portal), tmp_path / "w.duckdb")
    pipeline.run()
    moment = int(time.time() * 1000)
    for contact in ids(portal.live("contacts")):
        portal.update("contacts", contact, {"firstname": "Bulk"}, modified_at=moment)
    pipeline.run()
    expect_equal(pipeline)
