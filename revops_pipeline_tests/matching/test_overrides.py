"""What a person decided wins over everything that was worked out."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from revops_pipeline.matching import (
    MatchError,
    MatchResult,
    MatchSettings,
    Override,
    Party,
    match_both_ways,
    match_one_sided,
)

MATCHERS = pytest.mark.parametrize("match", [match_one_sided, match_both_ways])
Matcher = Callable[..., MatchResult]
TEAM, ACME, GLOBEX = Party("p", "t", "Acme"), Party("h", "1", "Acme"), Party("h", "2", "Globex")


def override(right_id: str | None, decision: Any = "link", day: int = 1) -> Override:
    when = datetime(2026, 1, day)
    return Override("p", "t", "h", right_id, decision, "ana", "she knows them", when)


def pairs(result: MatchResult) -> list[tuple[str, str]]:
    return [(link.left_id, link.right_id) for link in result.links]


def test_a_manual_link_replaces_the_best_match() -> None:
    result = match_one_sided([TEAM], [ACME, GLOBEX], [override("2")])
    (link,) = result.links
    assert (link.right_id, link.method, link.score, link.margin) == ("2", "manual", 1.0, 1.0)
    assert json.loads(link.evidence)["author"] == "ana"


def test_both_ways_a_company_still_finds_a_team_that_was_linked_by_hand() -> None:
    assert pairs(match_both_ways([TEAM], [ACME, GLOBEX], [override("2")])) == [
        ("t", "1"),
        ("t", "2"),
    ]


@MATCHERS
def test_a_forbidden_pair_is_never_linked(match: Matcher) -> None:
    result = match([TEAM], [ACME, GLOBEX], [override("1", "no_link")])
    assert result.links == result.reviews == []


@MATCHERS
@pytest.mark.parametrize("strategy", ["id", "domain"])
def test_a_pair_forbidden_by_hand_is_not_linked_by_what_it_shares(
    match: Matcher, strategy: str
) -> None:
    left, right = (
        Party("p", "t", None, ("a.com",), ("7",)),
        Party("h", "1", None, ("a.com",), ("7",)),
    )
    settings = MatchSettings(strategies=("manual", strategy))
    assert len(match([left], [right], (), settings).links) == 1
    assert match([left], [right], [override("1", "no_link")], settings).links == []


@MATCHERS
def test_forbidding_one_of_two_equals_settles_the_tie(match: Matcher) -> None:
    twin = Party("h", "3", "Acme")
    result = match([TEAM], [ACME, twin], [override("1", "no_link")])
    assert (pairs(result), result.reviews) == ([("t", "3")], [])


@MATCHERS
def test_no_link_without_a_right_id_forbids_every_link_of_that_record(match: Matcher) -> None:
    result = match([TEAM], [ACME, Party("h", "3", "Acme")], [override(None, "no_link")])
    assert result.links == result.reviews == []


@MATCHERS
def test_the_latest_decision_about_a_pair_holds_in_whatever_order_it_is_read(
    match: Matcher,
) -> None:
    linked_last = [override("2", "no_link", 1), override("2", "link", 2)]
    forbidden_last = [override("2", "link", 1), override("2", "no_link", 2)]
    for first, second in ((0, 1), (1, 0)):
        result = match([TEAM], [GLOBEX], [linked_last[first], linked_last[second]])
        assert pairs(result) == [("t", "2")]
        result = match([TEAM], [GLOBEX], [forbidden_last[first], forbidden_last[second]])
        assert result.links == []


@MATCHERS
def test_of_two_decisions_at_one_time_the_careful_one_holds(match: Matcher) -> None:
    both = [override("2", "no_link"), override("2", "link")]
    assert match([TEAM], [GLOBEX], both).links == match([TEAM], [GLOBEX], both[::-1]).links == []


@MATCHERS
def test_a_link_later_than_no_link_at_all_holds_for_its_own_pair(match: Matcher) -> None:
    decisions = [override(None, "no_link", 1), override("2", "link", 2)]
    assert pairs(match([TEAM], [ACME, GLOBEX], decisions)) == [("t", "2")]
    decisions = [override(None, "no_link", 2), override("2", "link", 1)]
    assert match([TEAM], [ACME, GLOBEX], decisions).links == []


def test_one_sided_the_latest_of_two_manual_links_holds() -> None:
    decisions = [override("1", day=1), override("2", day=2)]
    assert pairs(match_one_sided([TEAM], [ACME, GLOBEX], decisions)) == [("t", "2")]
    assert pairs(match_both_ways([TEAM], [ACME, GLOBEX], decisions)) == [("t", "1"), ("t", "2")]


@MATCHERS
def test_an_override_of_a_record_that_is_gone_has_no_effect(match: Matcher) -> None:
    gone = Override("p", "zz", "h", "1", "link", "ana", "", datetime(2026, 1, 1))
    assert pairs(match([TEAM], [ACME], [override("77"), override("77", "no_link"), gone])) == [
        ("t", "1")
    ]


def test_overrides_are_left_alone_when_manual_is_not_among_the_strategies() -> None:
    settings = MatchSettings(strategies=("exact",))
    assert pairs(match_one_sided([TEAM], [ACME, GLOBEX], [override("2")], settings)) == [("t", "1")]


def test_times_with_a_zone_are_compared_as_utc() -> None:
    east = timezone(timedelta(hours=9))
    earlier = Override("p", "t", "h", "2", "link", "a", "", datetime(2026, 1, 2, 8, tzinfo=east))
    later = Override("p", "t", "h", "2", "no_link", "a", "", datetime(2026, 1, 2, tzinfo=UTC))
    assert match_one_sided([TEAM], [GLOBEX], [later, earlier, override("2")]).links == []


@pytest.mark.parametrize(
    ("right_id", "decision", "message"),
    [("1", "maybe", "'maybe' must be link or no_link"), (None, "link", "a link needs a right_id")],
)
def test_a_wrong_override_is_refused_naming_its_record(
    right_id: str | None, decision: str, message: str
) -> None:
    with pytest.raises(MatchError, match=f"override of p t by ana: .*{message}"):
        override(right_id, decision)


def test_an_override_without_a_time_is_refused() -> None:
    with pytest.raises(MatchError, match="decided_at None must be a date and time"):
        Override("p", "t", "h", "1", "link", "ana", "", None)  # type: ignore[arg-type]


@MATCHERS
def test_which_record_a_decision_calls_left_makes_no_difference(match: Matcher) -> None:
    when = datetime(2026, 1, 1)
    turned = Override("h", "2", "p", "t", "link", "ana", "", when)
    assert ("t", "2") in pairs(match([TEAM], [GLOBEX], [turned]))
    apart = Override("h", "1", "p", "t", "no_link", "ana", "", when)
    assert match([TEAM], [ACME], [apart]).links == []
    later = Override("p", "t", "h", "1", "link", "ana", "", when + timedelta(days=1))
    assert pairs(match([TEAM], [ACME], [later, apart])) == [("t", "1")]


@MATCHERS
def test_a_right_record_that_is_linked_to_nothing_is_proposed_to_nobody(match: Matcher) -> None:
    alone = Override("h", "1", None, None, "no_link", "ana", "", datetime(2026, 1, 1))
    assert match([TEAM], [ACME], [alone]).links == []
    assert match([TEAM], [ACME], [alone, override("1", day=2)]).links[0].method == "manual"
