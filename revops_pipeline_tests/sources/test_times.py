"""Whatever form a vendor writes a time in, it is one instant; and what is none is told."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from revops_pipeline.sources.times import AHEAD, UNREADABLE, instants, utc

NOW = datetime(2026, 3, 1, 12)
QUARTER_TO_ONE = datetime(2026, 1, 2, 0, 45)


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-02T02:45:00+02:00",
        "2026-01-02T02:45:00.000+0200",
        "2026-01-01 19:45:00-05",
        "2026-01-02T06:15:00+05:30",
        "2026-01-02T00:45:00Z",
        "2026-01-02t00:45:00z",
        "2026-01-02T00:45:00.000+0000",
        "2026-01-02T00:45:00.0000000Z",
        "2026-01-02 00:45:00",
        "2026-01-02 00:45:00 UTC",
        "20260102T004500Z",
        " 2026-01-02T00:45Z ",
    ],
)
def test_every_form_of_a_time_is_the_same_instant(text: str) -> None:
    assert utc(text) == QUARTER_TO_ONE
    read, refused = instants([text, None], NOW)
    assert (read.to_pylist(), refused) == ([QUARTER_TO_ONE, None], {})


def test_a_leap_second_and_a_day_without_a_time_are_read() -> None:
    assert utc("2016-12-31T23:59:60Z") == datetime(2017, 1, 1)
    assert utc("2026-01-02") == datetime(2026, 1, 2)


@pytest.mark.parametrize(
    "given",
    [
        "",
        "never",
        "31.12.2025",
        "2026-02-30T00:00:00Z",
        "0000-00-00 00:00:00",
        "1767314700000",
        "2026-01-02T00:45:00+25:00",
        "0001-01-01T00:00:00+05:00",
        1767314700000,
        True,
        ["x"],
    ],
)
def test_what_is_no_time_is_refused_and_costs_no_other_its_time(given: object) -> None:
    read, refused = instants(["2026-01-02T00:45:00Z", given, None], NOW)
    assert read.to_pylist() == [QUARTER_TO_ONE, None, None]
    assert refused == {1: UNREADABLE}


def test_a_time_more_than_a_day_ahead_of_the_clock_is_refused() -> None:
    near, far = (NOW + timedelta(days=1, seconds=s) for s in (0, 1))
    texts = [f"{near.isoformat()}Z", f"{far.isoformat()}Z", "9999-12-31T23:59:59Z"]
    read, refused = instants(texts, NOW)
    assert read.to_pylist() == [near, None, None]
    assert refused == {1: AHEAD, 2: AHEAD}
