"""Pages, places and clocks: what breaks off goes on where it was, and what changes meanwhile stays."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from revops_pipeline.sandbox import Portal
from revops_pipeline.sandbox.salesforce_world import SalesforceWorld
from revops_pipeline.sources import salesforce, salesforce_api
from revops_pipeline.sources.salesforce import Cadence, Salesforce
from revops_pipeline.sources.salesforce_api import Answer
from revops_pipeline.sources.salesforce_rows import Described
from revops_pipeline.sources.salesforce_session import LocatorExpired
from revops_pipeline.sources.stream import TransientError, Window
from revops_pipeline_tests.sources.salesforce_org import (
    CENSUS,
    CHANGES,
    QUIET_REQUESTS,
    Org,
    orgs,
    some,
)


@pytest.fixture
def org(tmp_path: Path) -> Iterator[Org]:
    portal = Portal.generate(contacts=40, companies=15, deals=2, seed=3)
    with orgs(tmp_path / "w.duckdb") as serve:
        yield serve(SalesforceWorld.generate(portal, 3))


def in_a_year() -> datetime:
    return datetime.now(UTC) + timedelta(days=365)


def test_more_records_in_one_second_than_a_page_holds_are_all_read(org: Org) -> None:
    org.world.page_size = 7
    for record in org.world.records["Contact"].values():
        record["SystemModstamp"] = "2026-10-30T00:00:00.000+0000"
    org.run(cadence=CHANGES)
    org.expect_equal()


def test_a_killed_first_read_goes_on_from_its_last_page(org: Org) -> None:
    org.world.page_size = 4
    whole = org.front.requests
    org.run(streams=["contacts"])
    whole = org.front.requests - whole
    org.path.unlink()
    org.front.faults.add("http_500:path_contains=-20,probability=1")
    with pytest.raises(TransientError):
        org.run(streams=["contacts"])
    org.front.faults.clear()
    before = org.front.requests
    org.run(streams=["contacts"])
    assert org.front.requests - before <= whole - 4
    assert set(org.rows("contacts")) == set(org.world.truth()["contacts"])


def test_an_edit_in_the_middle_of_a_read_that_is_broken_off_passes_nothing_over(org: Org) -> None:
    """The edited record comes in its old place with a new stamp: no place to go on from."""
    org.world.page_size = 4
    contacts = sorted(org.world.live("Contact"), key=lambda r: (r["SystemModstamp"], r["Id"]))
    source = org.source(cadence=CHANGES)
    source.identity()
    [window] = source.plan("contacts", {}, None)  # type: ignore[arg-type]
    pages = source.read(window)
    next(pages)
    org.world.update("Contact", contacts[7]["Id"], {"Title": "Changed"})
    patch = next(pages).patch
    assert patch is not None
    assert patch["backfill"]["stamp"] < "2026-11-01"
    [rest] = source.plan("contacts", patch, None)  # type: ignore[arg-type]
    read = {id_ for page in source.read(rest) for id_ in page.rows["contacts"].ids}
    assert {r["Id"] for r in contacts[7:]} <= read


def test_queries_that_salesforce_forgets_are_asked_anew_from_where_they_were(org: Org) -> None:
    org.world.page_size = 3
    org.world.cursors = 1  # of eight that are read at the same time
    org.run()
    org.expect_equal()
    assert any(a.body == b"" and "Id+%3E" in a.query for a in org.server.asked)


class Forgetting:
    """An API that reports four accounts, forgets the query after its first page, and knows two when
    it is asked anew."""

    def __init__(self, first: list[str], rest: list[str]) -> None:
        self._pages = [(first, 4), (rest, len(rest))]

    def now_ms(self) -> int:
        return 1_790_000_000_000

    def describe(self, _name: str) -> Described:
        return Described("Account", ("Id", "SystemModstamp"), ("Id",))

    def query(self, _soql: str, *, deleted: bool) -> Iterator[Answer]:
        ids, total = self._pages.pop(0)
        stamps = {i: f"20{27 if 'edited' in i else 26}-01-01T00:00:00.000+0000" for i in ids}
        yield Answer([{"Id": i, "SystemModstamp": stamps[i]} for i in ids], total, None)
        if self._pages:
            raise LocatorExpired("forgotten", 400)


@pytest.mark.parametrize(
    ("first", "rest", "whole"),
    [
        (["a", "b"], ["c", "d"], True),
        (["a"], ["c", "d"], False),
        (["a", "b edited"], ["c", "d", "b edited"], True),
        (["a", "b edited"], ["c", "b edited"], False),
    ],
    ids=["whole", "short before it was forgotten", "with an edit", "short behind an edit"],
)
@pytest.mark.parametrize("kind", ["list", "census"])
def test_what_came_before_a_query_was_forgotten_counts_as_well(
    kind: str, first: list[str], rest: list[str], whole: bool
) -> None:
    source = Salesforce(Forgetting(first, rest), Cadence(bulk_rows=0))  # type: ignore[arg-type]
    known = ["a", "x"] if kind == "census" else []
    window = Window("accounts", kind, {"started": source._api.now_ms(), "known": known})
    pages = list(source.read(window))
    assert source.verify(window, 4) is whole
    assert [p.rows["accounts"].gone for p in pages if p.rows["accounts"].gone] == (
        [["x"]] if whole and kind == "census" else []
    )


def test_a_page_that_follows_itself_is_an_error_and_no_circle(org: Org) -> None:
    org.world.page_size = 5
    org.front.faults.add("repeat_token:probability=1")
    with pytest.raises(TransientError, match="repeats where its next page is"):
        org.run(streams=["contacts"])
    org.front.faults.clear()
    org.run()
    org.expect_equal()


def test_a_machine_whose_clock_is_wrong_misses_nothing(
    org: Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(salesforce_api, "clock", lambda: time.time() + 7200)
    org.run(cadence=CHANGES)
    org.world.update("Account", some(org.world, "Account"), {"Name": "Seen"})
    org.run(cadence=CHANGES)
    org.expect_equal()


def test_a_time_that_was_wrong_once_loses_no_change(
    org: Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was edited between the run that was told a wrong time and the next one is behind every
    position, and is found all the same."""
    org.run(cadence=CHANGES)
    monkeypatch.setattr(salesforce_api, "instant", lambda _: in_a_year())
    org.run(cadence=CHANGES)
    monkeypatch.undo()
    edited = some(org.world, "Account")
    long_ago = org.world.clock.now() - 3 * 3_600_000
    org.world.update("Account", edited, {"Name": "Edited"}, long_ago)
    org.run(cadence=CHANGES)
    org.expect_equal()
    assert org.state("accounts")["cursor"] <= org.world.clock.now() + 60_000
    before = org.front.requests
    assert sum(e.read for e in org.run(cadence=CHANGES).values()) < 5, "and that was it"
    assert org.front.requests - before == QUIET_REQUESTS


def test_a_first_read_that_began_at_a_wrong_time_passes_nothing_over(
    org: Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    org.world.page_size = 4
    monkeypatch.setattr(salesforce_api, "instant", lambda _: in_a_year())
    org.front.faults.add("http_500:path_contains=-12,probability=1")
    with pytest.raises(TransientError):
        org.run(streams=["contacts"], cadence=CHANGES)
    org.front.faults.clear()
    monkeypatch.undo()
    org.run(streams=["contacts"], cadence=CHANGES)
    assert org.state("contacts")["cursor"] <= org.world.clock.now() + 60_000
    assert set(org.rows("contacts")) == set(org.world.truth()["contacts"])


@pytest.mark.parametrize("elsewhere", ["@127.0.0.1:9/x", "//127.0.0.1:9/x", "http://127.0.0.1:9/x"])
def test_a_session_is_not_taken_to_the_next_page_of_another_host(
    org: Org, monkeypatch: pytest.MonkeyPatch, elsewhere: str
) -> None:
    answer = {"records": [], "totalSize": 1, "done": False, "nextRecordsUrl": elsewhere}
    api = org.api()
    api.organisation()
    asked = list[str]()
    monkeypatch.setattr(api.http, "get", lambda path, read: asked.append(path) or read(answer))
    with pytest.raises(TransientError, match="the session is not taken there"):
        list(api.query("SELECT Id FROM Account", deleted=False))
    assert len(asked) == 1


@pytest.mark.parametrize("kind", ["census", "first read", "first read that goes on"])
def test_a_full_page_that_is_said_to_be_all_is_counted(
    org: Org, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """The word that there is more was lost, and the total with it."""
    if kind == "census":
        org.run()
    else:
        org.run(streams=["users"])
    org.world.page_size = 10
    monkeypatch.setattr(salesforce, "PAGE", 10)
    if kind == "first read that goes on":
        org.front.faults.add("http_500:path_contains=-10,probability=1")
        with pytest.raises(TransientError, match="500"):
            org.run(streams=["contacts"])
        org.front.faults.clear()
    before = org.rows("contacts") if kind != "first read" else {}
    page = salesforce_api._page

    def cut(answer: Any) -> Answer:
        return page(answer | {"done": True, "totalSize": 10} if answer["records"] else answer)

    with monkeypatch.context() as patched:
        patched.setattr(salesforce_api, "_page", cut)
        with pytest.raises(TransientError, match="Contact gave fewer records"):
            org.run(streams=["contacts"], cadence=CENSUS if kind == "census" else CHANGES)
    assert set(before) <= set(org.rows("contacts"))
    org.run()
    org.expect_equal()
