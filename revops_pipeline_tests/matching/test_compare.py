"""Two names that are not equal: what they share and what they do not decides."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revops_pipeline.matching.compare import DOUBT, Comparison, compare
from revops_pipeline.matching.normalise import normalise
from revops_pipeline.matching.weights import Weights

LINK, REVIEW = 0.85, 0.75


def compared(left: str, right: str, *others: str) -> Comparison:
    """Against a registry that holds `others` too; by itself every word is as rare as in most."""
    names = [name for text in (left, right, *others) if (name := normalise(text))]
    return compare(names[0], names[1], Weights({name.heavy for name in names}))


SAME = [
    ("Uber", "Uber Technologies, Inc"),
    ("Meta", "Meta Platforms, Inc."),
    ("Charles River Laboratories", "CHARLES RIVER LABORATORIES INTERNATIONAL, INC."),
    ("Old Dominion", "OLD DOMINION FREIGHT LINE, INC."),
    ("Lilly (Eli)", "ELI LILLY & Co"),
    ("Globex Robotics Europe", "Globex Robotic Europe Ltd"),
    ("Globex of Hampton", "Globex Hampton"),
    ("Sirius XM of Hampton", "Hampton SiriusXM"),
    ("Globex Biotech", "Globex Biotechnology GmbH"),
]
FOR_A_PERSON = [
    ("CarMax", "CARMAT"),
    ("First Bank", "Bank First Corporation"),
    ("Siemens AG", "Siemens Energy AG"),
    ("Peloton Interactive", "PELOTON INTERACTIVE UK LIMITED"),
    ("Globex Fund", "Globex Fund II"),
    ("Globex Inc", "Globex Technologies Inc"),
    ("Hubei Sirius University", "Hubei Sirius University of Engineering"),
    ("MARA", "Ministry of Agriculture and Rural Affairs"),
    ("Siemens", "Systems Siemens"),
    ("Van Energy", "Energy Inc"),
]
DIFFERENT = [
    ("Delta Air Lines", "Delta Apparel, Inc."),
    ("Meta", "MetaLife Co., Ltd."),
    ("Johnson & Johnson", "JOHNSON CONTROLS INTERNATIONAL PLC"),
    ("Liberty Media", "Liberty Broadband Corp"),
    ("United Airlines", "United Rentals, Inc."),
    ("Interserve FS (UK) Ltd", "INTERSERVE (DEFENCE) LTD"),
    ("Globex Fund II", "Globex Fund III"),
    ("Globex UK", "Globex France"),
    ("Acme", "Acme Robotics Europe"),
    ("Apple", "Applebee's"),
    ("E-Power", "PWR Holdings"),
    ("Tevogen Inc.", "Tevogen Bio Holdings Inc."),
    ("Tevogen", "Tevogen Zonka Inc"),
    ("Globex Zonka Hooli UK", "Globex Zonka Hooli France"),
    ("Siemens", "Innomotics Siemens"),
    ("Acme 2019", "Acme 2020"),
]


@pytest.mark.parametrize(("left", "right"), SAME)
def test_one_company_written_in_two_ways_is_above_the_threshold(left: str, right: str) -> None:
    assert compared(left, right).score >= LINK
    assert compared(right, left).score == compared(left, right).score


@pytest.mark.parametrize(("left", "right"), FOR_A_PERSON)
def test_what_a_name_cannot_decide_stays_in_doubt_near_the_threshold(left: str, right: str) -> None:
    assert REVIEW <= compared(left, right).score <= DOUBT
    assert compared(right, left).score == compared(left, right).score


@pytest.mark.parametrize(("left", "right"), DIFFERENT)
def test_two_companies_that_share_a_word_are_not_even_close(left: str, right: str) -> None:
    assert compared(left, right).score < REVIEW
    assert compared(right, left).score == compared(left, right).score


def test_a_calling_left_out_says_more_than_a_reach_left_out() -> None:
    systems, reach = compared("Cisco", "Cisco Systems"), compared("Cisco", "Cisco International")
    assert (systems.score, reach.score) == (0.9, 0.87)


def test_a_beginning_that_many_names_share_names_nobody() -> None:
    crowd = [f"Summit Company{chr(97 + i % 26)}{chr(97 + i // 26)}" for i in range(60)]
    assert compared("Summit", "Summit Systems").score > LINK
    assert compared("Summit", "Summit Systems", *crowd).score < LINK


def test_a_slip_in_the_only_rare_word_is_doubt_and_beside_another_rare_word_is_not() -> None:
    assert compared("Nvidea", "Nvidia").score == DOUBT
    assert compared("Hooli Nvidea", "Hooli Nvidia Corp").score == 0.92
    assert compared("Bank Nvidea", "Bank Nvidia Corp").score == DOUBT


def test_a_comparison_says_what_agreed_how_and_what_did_not() -> None:
    result = compared("Sirius XM Radio", "SiriusXM Canada Ltd")
    assert result.agreed == [("sirius xm", "siriusxm", "joined")]
    assert (result.left_only, result.right_only) == (["radio"], ["canada"])
    assert "words that the other lacks" in result.rule


WORD = st.sampled_from(
    [
        "sirius",
        "xm",
        "siriusxm",
        "globex",
        "globes",
        "energy",
        "uk",
        "of",
        "systems",
        "ii",
        "ibm",
        "b",
    ]
)
NAME = st.lists(WORD, min_size=1, max_size=6).map(" ".join)


@given(NAME, NAME)
def test_exchanging_two_names_changes_no_score(left: str, right: str) -> None:
    there, back = compared(left, right), compared(right, left)
    assert (there.score, there.share, there.rule) == (back.score, back.share, back.rule)
    assert sorted(there.left_only) == sorted(back.right_only)


@given(NAME, NAME)
def test_a_score_lies_between_0_and_1(left: str, right: str) -> None:
    result = compared(left, right)
    assert 0 <= result.share <= 1
    assert 0 <= result.score <= 1
