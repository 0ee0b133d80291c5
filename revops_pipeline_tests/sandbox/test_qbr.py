"""The QBR sandbox as its documentation has the API, asked by plain `requests`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from starlette.applications import Starlette
from starlette.routing import Mount

from revops_pipeline.sandbox import Portal
from revops_pipeline.sandbox.qbr import DEFAULT_KEY, SCOPELESS_KEY, front
from revops_pipeline.sandbox.qbr_world import QbrWorld
from revops_pipeline_tests.sources.conformance.server import Server

DOCUMENTED = [
    "record_id",
    "company_id",
    "company_name",
    "industry",
    "size",
    "contract_value",
    "contract_start_date",
    "contract_expiration_date",
    "qbr_quarter",
    "qbr_year",
    "deal_stage",
    "renewal_probability",
    "upsell_opportunity",
    "active_users",
    "feature_adoption_rate",
    "custom_integrations",
    "pending_feature_requests",
    "ticket_volume",
    "avg_resolution_time_hours",
    "csat_score",
    "sla_compliance_rate",
    "success_metrics_defined",
    "roi_calculated",
    "estimated_roi_value",
    "health_score",
    "champion_identified",
    "champion_level",
    "champion_engagement_score",
    "pain_points_documented",
    "pain_impact_level",
    "urgency_level",
    "competitive_situation",
    "competitive_position",
    "decision_maker_level",
]


@pytest.fixture(scope="module")
def portal() -> Portal:
    return Portal.generate(contacts=5, companies=100, deals=5, seed=4)


@pytest.fixture
def world(portal: Portal) -> QbrWorld:
    return QbrWorld.generate(portal, 4)


@pytest.fixture
def url(world: QbrWorld) -> Iterator[str]:
    """Mounted under a prefix, as in the one sandbox server."""
    with Server() as server:
        server.front = Starlette(routes=[Mount("/qbr", front(world))])  # type: ignore[assignment]
        yield f"{server.url}/qbr/qbr_data"


def ask(url: str, key: str | None = DEFAULT_KEY, **params: Any) -> requests.Response:
    headers = {"api_key": key} if key else {}
    return requests.get(url, params=params, headers=headers, timeout=5)


def test_755_records_come_in_seven_full_pages_and_a_rest(url: str, world: QbrWorld) -> None:
    sizes, found, cursor = [], [], None
    while True:
        page = ask(url, page_size=100, cursor=cursor).json()
        sizes.append(len(page["qbr_records"]))
        found += page["qbr_records"]
        cursor = page["next_cursor"]
        assert page["has_more"] is (cursor is not None)
        if cursor is None:
            break
        assert len(cursor) == 32
        assert int(cursor, 16)
    assert sizes == [100] * 7 + [55]
    assert {r["record_id"]: r for r in found} == world.truth()["records"]


def test_a_page_is_a_hundred_records_unless_asked_otherwise(url: str) -> None:
    assert len(ask(url).json()["qbr_records"]) == 100
    assert len(ask(url, page_size=200).json()["qbr_records"]) == 200


@pytest.mark.parametrize("size", ["0", "201", "x", "-1", ""])
def test_other_page_sizes_are_refused(url: str, size: str) -> None:
    answer = ask(url, page_size=size)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_page_size")


@pytest.mark.parametrize(("key", "status"), [("wrong", 401), (None, 401), (SCOPELESS_KEY, 403)])
def test_keys_that_may_not_read_are_refused(url: str, key: str | None, status: int) -> None:
    answer = ask(url, key)
    assert answer.status_code == status
    assert answer.json()["message"]


def test_a_cursor_holds_until_it_expires(url: str, world: QbrWorld) -> None:
    cursor = ask(url).json()["next_cursor"]
    second = ask(url, cursor=cursor).json()
    assert ask(url, cursor=cursor).json() == second
    world.expire_cursors()
    answer = ask(url, cursor=cursor)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_cursor")
    assert ask(url).json()["next_cursor"] != cursor


def test_records_are_of_the_same_companies_as_in_hubspot(world: QbrWorld, portal: Portal) -> None:
    names = {c["properties"]["name"] for c in portal.live("companies")}  # type: ignore[index]
    records = world.truth()["records"].values()
    assert {r["company_name"] for r in records} == names
    by_id: dict[str, set[str]] = {}
    for record in records:
        by_id.setdefault(record["company_id"], set()).add(record["company_name"])
    assert all(len(called) == 1 for called in by_id.values())


def test_a_record_has_the_documented_fields_and_some_more(world: QbrWorld) -> None:
    for record in world.truth()["records"].values():
        assert set(DOCUMENTED) < set(record)
        assert len(record) == 42


def test_the_same_seed_gives_the_same_records(portal: Portal) -> None:
    first, second = (QbrWorld.generate(portal, 9).truth() for _ in range(2))
    assert first == second
    assert first != QbrWorld.generate(portal, 10).truth()


def test_a_portal_without_companies_has_no_reviews() -> None:
    assert QbrWorld.generate(Portal.empty()).truth() == {"records": {}}
