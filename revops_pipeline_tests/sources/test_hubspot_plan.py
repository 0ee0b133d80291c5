"""What a run of HubSpot sets out to read, decided by what is stored and by the clock."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from revops_pipeline.sources.hubspot_plan import DAY_MS, HOUR_MS, MINUTE_MS, Cadence, Plan
from revops_pipeline.sources.hubspot_streams import HISTORIES
from revops_pipeline.sources.stream import Known, Window

NOW = 1_800_000_000_000


class Stored(Known):
    """So many live rows of every stream."""

    def __init__(self, rows: int = 100_000, without_history: Sequence[str] = ()) -> None:
        self._rows, self._without_history = rows, without_history

    def live_ids(self, stream: str) -> list[str]:
        return [f"{stream}-{i}" for i in range(min(self._rows, 3))]

    def deleted_ids(self, stream: str) -> list[str]:
        return []

    def orphans(self, stream: str, parent: str) -> list[str]:
        return []

    def childless(self, stream: str, parent: str, path: Sequence[str]) -> list[str]:
        assert tuple(path) == ("properties", HISTORIES[stream][1])
        return list(self._without_history)

    def count(self, stream: str) -> int:
        return self._rows


def fresh(**changes: Any) -> dict[str, Any]:
    """The state of a stream that was read a minute ago."""
    before = NOW - MINUTE_MS
    times = dict.fromkeys(("cursor", "settled_to", "deep_at", "census_at", "archived_at"), before)
    return {**times, "archived_pages": 50, **changes}


def planned(stream: str, state: dict[str, Any], rows: int = 100_000) -> list[Window]:
    return Plan(Cadence(), NOW).windows(stream, state, Stored(rows))


def settle(state: dict[str, Any], windows: list[Window]) -> dict[str, Any]:
    for window in windows:
        state = {k: v for k, v in {**state, **window.settled}.items() if v is not None}
    return state


def test_a_quiet_minute_is_one_search_that_overlaps_the_last_one() -> None:
    [search] = planned("contacts", fresh())
    assert search.kind == "search"
    assert search.bounds["start"] == NOW - 11 * MINUTE_MS
    assert search.settled == {"cursor": NOW}


def test_what_the_index_showed_late_is_searched_again_when_it_has_settled() -> None:
    [search] = planned("contacts", fresh(settled_to=NOW - 2 * HOUR_MS - 1))
    assert search.bounds["start"] < NOW - 2 * HOUR_MS
    assert search.settled["settled_to"] == NOW - HOUR_MS


def test_the_last_day_is_searched_again_every_day() -> None:
    [search] = planned("contacts", fresh(deep_at=NOW - DAY_MS - 1))
    assert search.bounds["start"] == NOW - DAY_MS
    assert search.settled["deep_at"] == NOW


def test_a_census_is_taken_every_day_after_the_search() -> None:
    search, census = planned("contacts", fresh(census_at=NOW - DAY_MS - 1))
    assert (search.kind, census.kind) == ("search", "census")
    assert census.stage > search.stage
    assert census.bounds["known"]


def test_a_portal_as_small_as_a_search_is_listed_instead() -> None:
    [census] = planned("contacts", fresh(), rows=200)
    assert census.kind == "census"
    assert census.settled["cursor"] == NOW
    [search] = planned("contacts", fresh(), rows=201)
    assert search.kind == "search"


def test_an_interrupted_first_read_goes_on_from_its_page_and_its_start() -> None:
    state = {"backfill": {"after": "700", "started": NOW - HOUR_MS}}
    listed, archived = planned("contacts", state)
    assert (listed.kind, archived.kind) == ("list", "archived")
    assert listed.bounds["after"] == "700"
    assert settle(state, [listed])["cursor"] == NOW - HOUR_MS


def test_engagements_are_read_every_few_minutes_and_only_those_asked_for() -> None:
    assert planned("calls", fresh()) == []
    assert [w.kind for w in planned("calls", fresh(cursor=NOW - 6 * MINUTE_MS))] == ["search"]
    only_notes = Plan(Cadence(engagements=("notes",)), NOW)
    assert only_notes.windows("calls", {}, Stored()) == []
    assert only_notes.windows("call_associations", {}, Stored()) == []
    assert only_notes.windows("notes", {}, Stored()) != []


def test_a_history_comes_with_the_search_of_its_records() -> None:
    plan = Plan(Cadence(), NOW)
    [search] = plan.windows("deals", fresh(), Stored())
    assert plan.windows("deal_stage_history", fresh(), Stored()) == []
    assert search.carries == ("deal_stage_history",)


def test_records_without_a_history_are_asked_for_theirs_once_a_day() -> None:
    stored = Stored(without_history=["7"])
    for deep_at, asked in ((NOW - DAY_MS, [["7"]]), (NOW - HOUR_MS, [])):
        windows = Plan(Cadence(), NOW).windows("deal_stage_history", fresh(deep_at=deep_at), stored)
        assert [w.bounds["ids"] for w in windows if w.kind == "missed"] == asked
    nothing = Plan(Cadence(), NOW).windows("deal_stage_history", fresh(deep_at=0), Stored())
    assert [w.kind for w in nothing] == ["search"]


def test_a_history_that_lags_behind_its_records_is_searched_for_itself() -> None:
    plan = Plan(Cadence(), NOW)
    [deals] = plan.windows("deals", fresh(), Stored())
    [own] = plan.windows("deal_stage_history", fresh(cursor=NOW - HOUR_MS), Stored())
    assert deals.carries == ()
    assert own.bounds["start"] == NOW - HOUR_MS - 10 * MINUTE_MS


def test_a_state_of_an_older_version_is_read_on_from_where_it_was() -> None:
    """As it was stored before there were censuses, settled passes and histories."""
    state = {"cursor": NOW - MINUTE_MS, "deep_at": NOW - HOUR_MS, "archived_at": NOW - MINUTE_MS}
    state |= {"archived_pages": 50, "gone": "99aa06d3014798d8"}
    search, census = planned("contacts", state)
    assert search.kind == "search"  # and no second backfill
    assert search.bounds["start"] <= NOW - 11 * MINUTE_MS
    assert census.kind == "census"


@given(
    st.lists(st.integers(1, 5 * DAY_MS), min_size=2, max_size=30),
    st.integers(0, HOUR_MS),
    st.sampled_from([200, 100_000]),
)
def test_whatever_changes_is_within_a_window_once_the_index_shows_it(
    pauses: list[int], lag: int, rows: int
) -> None:
    """Runs at any intervals: a record modified at any moment, visible to search only `lag` later
    (up to an hour), lies in a window of a run that begins when it is visible."""
    state, now, moments = settle({}, planned("deals", {})), NOW, []
    covered: list[tuple[int, int, int]] = []
    for pause in [*pauses, 3 * HOUR_MS, 3 * HOUR_MS]:
        moments.append(now + pause // 2)
        now += pause
        windows = Plan(Cadence(), now).windows("deals", state, Stored(rows))
        for window in windows:
            if window.kind == "search":
                covered.append((window.bounds["start"], window.bounds["end"], now))
            elif window.kind == "census":
                covered.append((0, now, now + DAY_MS))  # a list shows all, whatever the index does
        state = settle(state, windows)
    for moment in moments:
        assert any(a <= moment < b and moment + lag <= seen for a, b, seen in covered)
