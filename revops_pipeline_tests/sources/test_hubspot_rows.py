"""What HubSpot says of a record becomes a row, and what is no record is an error that may pass."""

from __future__ import annotations

from typing import Any

import pytest

from revops_pipeline.sources.hubspot import HubSpot
from revops_pipeline.sources.hubspot_api import HubSpotApi
from revops_pipeline.sources.hubspot_rows import record_rows, time_zone
from revops_pipeline.sources.stream import TransientError, Window

NAMELESS: dict[str, Any] = {"properties": {"email": "a@b.example"}, "archived": False}
TIMES = {"archivedAt": "2026-03-03T00:00:00Z", "updatedAt": "2026-02-02T00:00:00Z"}
TIMES |= {"createdAt": "2026-01-01T00:00:00Z"}


def test_an_archived_record_is_deleted_whatever_times_it_tells() -> None:
    """And at the same time whenever it is read: another one would be a change."""
    told: list[str | None] = []
    for names in (("archivedAt", "updatedAt"), ("updatedAt", "createdAt"), ("createdAt",), ()):
        record = {"id": "1", "archived": True, **{name: TIMES[name] for name in names}}
        told += record_rows([record]).deleted
    assert told == [*TIMES.values(), "1970-01-01T00:00:00Z"]
    assert record_rows([{"id": "1", "archived": False, **TIMES}]).deleted == [None]


@pytest.mark.parametrize(
    ("told", "zone"),
    [
        ("America/Phoenix", "America/Phoenix"),
        ("US/Eastern", "US/Eastern"),
        (" europe/london ", "Europe/London"),
        ("us_slash_eastern", "US/Eastern"),
        ("america_slash_port_hyphen_au_hyphen_prince", "America/Port-au-Prince"),
        ("Asia/Calcutta", "Asia/Calcutta"),
        ("UTC", "UTC"),
        ("Middle Earth", None),
        ("localtime", None),
        ("", None),
        (None, None),
        (-300, None),
    ],
)
def test_a_portals_time_zone_is_known_under_the_names_that_hubspot_uses(
    told: Any, zone: str | None
) -> None:
    assert time_zone(told) == zone


def test_an_owner_on_both_lists_is_there_and_one_on_the_list_of_those_who_left_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """HubSpot's list of archived owners has answered with everybody, as if nobody had left."""
    api = HubSpotApi(base_url="http://127.0.0.1:9", token="t")
    here, left = {"id": "8", "archived": False}, {"id": "9", "archived": False, **TIMES}
    answers = {"false": [here], "true": [{**here, "archived": True}, left]}
    monkeypatch.setattr(
        api.http, "get", lambda _path, params, read: read({"results": answers[params["archived"]]})
    )
    pages = list(HubSpot(api).read(Window("owners", "owners")))
    found = {
        id_: deleted
        for page in pages
        for id_, deleted in zip(page.rows["owners"].ids, page.rows["owners"].deleted, strict=True)
    }
    assert found == {"8": None, "9": "2026-03-03T00:00:00Z"}
    assert sum(len(page.rows["owners"]) for page in pages) == 2


LISTED = {"after": None, "started": 0}
SEARCHED = {"start": 0, "end": 1}
ARCHIVED = {"deleted": [], "asked": None, "histories": []}
WINDOWS = {
    "the list": Window("contacts", "list", LISTED),
    "the census": Window("contacts", "census", {"known": [], "histories": []}),
    "the archived": Window("contacts", "archived", ARCHIVED),
    "a search": Window("contacts", "search", SEARCHED),
    "a history": Window("deal_stage_history", "history", LISTED),
    "the owners": Window("owners", "owners"),
}


@pytest.mark.parametrize("window", WINDOWS.values(), ids=WINDOWS.keys())
@pytest.mark.parametrize("long", [False, True], ids=["few properties", "many properties"])
def test_a_record_without_an_id_is_no_page(
    monkeypatch: pytest.MonkeyPatch, window: Window, long: bool
) -> None:
    api = HubSpotApi(base_url="http://127.0.0.1:9", token="t")
    answer = {"results": [NAMELESS], "total": 1}
    names = [f"a_property_with_a_long_name_{n:03}" for n in range(400 if long else 1)]
    monkeypatch.setattr(api, "properties", lambda _kind: names)
    monkeypatch.setattr(api.http, "get", lambda *_, read: read(answer))
    monkeypatch.setattr(api.http, "post", lambda *_, read, **__: read(answer))
    with pytest.raises(TransientError, match="without an id"):
        list(HubSpot(api).read(window))


@pytest.mark.parametrize(
    "result", [{"to": []}, {"from": {"id": "1"}}, {"from": {"id": "1"}, "to": [{}]}, None]
)
def test_an_association_without_its_ends_is_no_answer(
    monkeypatch: pytest.MonkeyPatch, result: Any
) -> None:
    api = HubSpotApi(base_url="http://127.0.0.1:9", token="t")
    monkeypatch.setattr(api.http, "post", lambda *_, read: read({"results": [result]}))
    with pytest.raises(TransientError, match="without an id"):
        api.associations("deals", "contacts", ["1"])


def test_an_association_without_an_id_is_asked_for_by_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The list stumbles over it; the association endpoint tells it as it is."""
    linked = {"contacts": {"results": [{"type": "deal_to_contact"}]}}
    record = {"id": "1", "associations": linked, "properties": {}}
    api = HubSpotApi(base_url="http://127.0.0.1:9", token="t")
    monkeypatch.setattr(api, "properties", lambda _kind: ["dealname"])
    monkeypatch.setattr(api.http, "get", lambda *_, read: read({"results": [record]}))
    told = {"results": [{"from": {"id": "1"}, "to": [{"toObjectId": 7, "associationTypes": []}]}]}
    monkeypatch.setattr(api.http, "post", lambda *_, read: read(told))
    [page] = HubSpot(api).read(Window("deals", "list", LISTED))
    assert page.rows["deals"].ids == ["1"]
    assert page.rows["deal_contacts"].ids == ["1:7"]
