"""Promises that hold whatever the records are, and whatever their number."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revops_pipeline.matching import Party, match_both_ways, match_one_sided
from revops_pipeline.matching.normalise import normalise

NAMES = [
    "Acme",
    "ACME Inc",
    "Acme Ltd",
    "Acme Group",
    "Globex",
    "Unknown",
    "",
    None,
    "Ltd",
    "Hooli",
    "Hooli Systems",
    "Hooli Software Ltd",
    "Hoolie Energy Systems",
    "Globex UK",
    "Acme Hooli",
    "AcmeHooli Inc",
    "Hooli Acme Robotics",
]
DOMAINS = ["acme.com", "globex.com", "hooli.com", "gmail.com", ""]


@st.composite
def side(draw: st.DrawFn, system: str) -> list[Party]:
    record = st.tuples(
        st.sampled_from(NAMES), st.sampled_from(DOMAINS), st.sampled_from(["", "k1", "k2", "N/A"])
    )
    rows = draw(st.lists(record, max_size=8))
    return [Party(system, str(i), n, (d,), (k,)) for i, (n, d, k) in enumerate(rows)]


@settings(deadline=None)
@given(side("l"), side("r"), st.randoms(use_true_random=False))
def test_the_order_of_rows_never_matters(
    left: list[Party], right: list[Party], order: random.Random
) -> None:
    mixed_left, mixed_right = left[:], right[:]
    order.shuffle(mixed_left)
    order.shuffle(mixed_right)
    for match in (match_one_sided, match_both_ways):
        assert match(left, right) == match(mixed_left, mixed_right)


@settings(deadline=None)
@given(side("l"), side("r"))
def test_one_sided_each_left_record_has_at_most_one_link_or_question(
    left: list[Party], right: list[Party]
) -> None:
    result = match_one_sided(left, right)
    answered = [row.left_id for row in (*result.links, *result.reviews)]
    assert len(answered) == len(set(answered))


@settings(deadline=None)
@given(side("l"), side("r"))
def test_both_ways_a_pair_is_a_link_or_a_question_and_only_once(
    left: list[Party], right: list[Party]
) -> None:
    result = match_both_ways(left, right)
    rows = [(row.left_id, row.right_id) for row in (*result.links, *result.reviews)]
    assert len(rows) == len(set(rows))


@settings(deadline=None)
@given(side("l"), side("r"))
def test_both_ways_is_the_same_with_the_sides_exchanged(
    left: list[Party], right: list[Party]
) -> None:
    there = {(link.left_id, link.right_id) for link in match_both_ways(left, right).links}
    back = {(link.right_id, link.left_id) for link in match_both_ways(right, left).links}
    assert there == back


@settings(deadline=None)
@given(side("l"), side("r"))
def test_a_record_without_a_name_is_never_linked_by_name(
    left: list[Party], right: list[Party]
) -> None:
    names = {("l", p.id): p.name for p in left} | {("r", p.id): p.name for p in right}
    for link in match_both_ways(left, right).links:
        if link.method in ("exact", "name_fuzzy_match"):
            assert normalise(names["l", link.left_id])
            assert normalise(names["r", link.right_id])


@pytest.mark.parametrize("match", [match_one_sided, match_both_ways])
def test_one_name_five_thousand_times_on_both_sides_does_not_explode(match: object) -> None:
    forms = ["Acme Inc", "Acme", "Acme Group plc", "ACME LIMITED"]
    left = [Party("l", str(i), forms[i % 4], ("mall.com",), ("key",)) for i in range(5000)]
    right = [Party("r", str(i), forms[i % 4], ("mall.com",), ("key",)) for i in range(5000)]
    started = time.process_time()
    result = match(left, right)  # type: ignore[operator]
    assert time.process_time() - started < 5
    assert result.links == []
    assert 0 < len(result.reviews) <= 10_000
