"""The default strategy: equal or nearly equal names are linked, and doubt goes to a person."""

import json

import pytest

from revops_pipeline.matching import (
    MatchResult,
    MatchSettings,
    Override,
    Party,
    match_both_ways,
    match_one_sided,
)
from revops_pipeline_tests.matching.test_overrides import override

FUZZY = MatchSettings(strategies=("name_fuzzy_match",))
# What spec and sales people expect of pairs that they know: whether they are one customer.
PAIRS = [
    ("Delta Air Lines", "Delta Apparel, Inc.", False),
    ("Meta", "Meta Platforms, Inc.", True),
    ("Johnson & Johnson", "JOHNSON CONTROLS INTERNATIONAL PLC", False),
    ("Siemens AG", "Siemens Aktiengesellschaft", True),
    ("Alphabet", "ALPHABET INC CLASS A", True),
    ("First Bank", "Bank First Corporation", False),
    ("A. O. Smith", "SMITH A O CORP", True),
    ("Amazon", "AMAZON COM INC", True),
    ("CarMax", "CARMAT", False),
    ("SiriusXM", "SIRIUS XM HOLDINGS INC.", True),
    ("Interserve FS (UK) Ltd", "INTERSERVE (DEFENCE) LTD", False),
    ("Meta", "MetaLife Co., Ltd.", False),
    ("Marks and Spencer", "Marks & Spencer Group plc", True),
    ("Nestle", "Nestlé S.A.", True),
    ("Siemens AG", "Siemens Energy AG", False),
    ("Liberty Media", "Liberty Broadband Corp", False),
    ("IBM", "INTERNATIONAL BUSINESS MACHINES CORP", True),
    ("United Airlines", "United Rentals, Inc.", False),
    ("Acme Corp - EU team", "Acme Corporation", True),
    ("Intl Paper", "INTERNATIONAL PAPER CO /NEW/", True),
    ("Peloton Interactive", "PELOTON INTERACTIVE UK LIMITED", False),
    ("Rolls Royce Holdings", "Rolls-Royce Holdings plc", True),
]


def side(system: str, *names: str | None) -> list[Party]:
    return [Party(system, str(i), name) for i, name in enumerate(names, 1)]


def match(left: list[str], right: list[str], **settings: object) -> MatchResult:
    wanted = MatchSettings(**{"strategies": ["name_fuzzy_match"], **settings})  # type: ignore[arg-type]
    return match_one_sided(side("l", *left), side("r", *right), settings=wanted)


def linked(result: MatchResult) -> list[tuple[str, str]]:
    return [(link.left_id, link.right_id) for link in result.links]


@pytest.mark.parametrize("settings", [FUZZY, MatchSettings()], ids=["alone", "with the others"])
@pytest.mark.parametrize(("left", "right", "same"), PAIRS)
def test_well_known_pairs_are_decided_as_people_would(
    left: str, right: str, same: bool, settings: MatchSettings
) -> None:
    for match_them in (match_one_sided, match_both_ways):
        assert bool(match_them(side("l", left), side("r", right), settings=settings).links) is same
        assert bool(match_them(side("l", right), side("r", left), settings=settings).links) is same


def test_well_known_pairs_are_decided_alike_when_all_are_in_one_list() -> None:
    result = match([left for left, _, _ in PAIRS], [right for _, right, _ in PAIRS])
    together = set(linked(result))
    for place, (left, right, same) in enumerate(PAIRS, 1):
        assert ((str(place), str(place)) in together) is same, (left, right)


def test_equal_names_score_as_their_reading_does() -> None:
    result = match(["Acme Inc", "Globex", "Hooli"], ["ACME, Inc.", "Globex Ltd", "Hooli Group"])
    assert [link.score for link in result.links] == [1.0, 0.96, 0.92]


def test_a_link_tells_which_words_agreed_and_which_did_not() -> None:
    (link,) = match(["Uber"], ["Uber Technologies, Inc"]).links
    evidence = json.loads(link.evidence)
    assert evidence["words"] == [["uber", "uber", "same"]]
    assert (evidence["left_only"], evidence["right_only"]) == ([], ["technologies"])
    assert "begins" in evidence["rule"]


def test_two_candidates_within_the_margin_are_a_question_with_both() -> None:
    result = match(["Hooli"], ["Hooli Systems Inc", "Hooli Software Ltd"])
    assert result.links == []
    (review,) = result.reviews
    assert (review.right_id, review.score, review.runner_up_id) == ("1", 0.9, "2")
    assert review.runner_up_score == 0.9
    assert "fits both equally" in review.reason


def test_a_pair_below_the_threshold_is_a_question_that_says_why() -> None:
    result = match(["Siemens"], ["Siemens Energy AG"])
    assert result.links == []
    (review,) = result.reviews
    assert review.score < 0.85
    assert review.reason.startswith(
        "name_fuzzy_match: below the threshold, only one name has 'energy'"
    )


def test_a_pair_far_below_the_threshold_is_not_worth_asking_about() -> None:
    assert match(["Delta Air Lines"], ["Delta Apparel"]).reviews == []
    assert match(["Siemens"], ["Siemens Energy AG"], threshold=0.95).reviews == []


def test_a_lower_threshold_links_what_was_in_doubt() -> None:
    assert linked(match(["Siemens"], ["Siemens Energy AG"], threshold=0.75)) == [("1", "1")]


def test_a_name_that_begins_another_is_not_linked_to_one_who_has_a_namesake() -> None:
    assert linked(match(["Hooli"], ["Hooli Systems Inc"])) == [("1", "1")]
    result = match(["Hooli", "Hooli Systems"], ["Hooli Systems Inc"])
    assert linked(result) == [("2", "1")]
    assert "another record is named exactly so" in result.reviews[0].reason


def test_two_domains_that_differ_make_a_near_name_no_question() -> None:
    left = [Party("l", "1", "Siemens", ("siemens.com",))]
    right = [Party("r", "1", "Siemens Energy", ("windpower.net",))]
    assert match_one_sided(left, right).reviews == []
    assert len(match_one_sided(left, [Party("r", "1", "Siemens Energy")]).reviews) == 1


def test_what_a_person_forbade_is_neither_linked_nor_asked_again() -> None:
    left, right = [Party("p", "t", "Uber")], [Party("h", "1", "Uber Technologies")]
    right.append(Party("h", "2", "Uber Systems UK"))
    forbidden: Override = override("1", "no_link")
    settings = MatchSettings(strategies=("manual", "name_fuzzy_match"))
    result = match_one_sided(left, right, [forbidden], settings)
    assert result.links == []
    assert all(review.right_id != "1" for review in result.reviews)


def test_both_sides_ask_and_get_one_answer() -> None:
    left, right = side("l", "Uber", "Globex UK"), side("r", "Uber Technologies", "Globex")
    result = match_both_ways(left, right, settings=FUZZY)
    assert linked(result) == [("1", "1")]
    assert [(review.left_id, review.right_id) for review in result.reviews] == [("2", "2")]


@pytest.mark.parametrize("names", [[], ["Acme"]])
def test_empty_lists_match_nothing(names: list[str]) -> None:
    for result in (match(names, []), match([], names)):
        assert result.links == result.reviews == []


@pytest.mark.parametrize("name", ["GmbH & Co. KG", "Ltd.", "株式会社", "Unknown", "N/A", "-", ""])
def test_only_a_legal_form_or_a_placeholder_matches_nobody(name: str) -> None:
    result = match([name, "Acme GmbH & Co. KG"], [name, "Acme"])
    assert linked(result) == [("2", "2")]
    assert result.reviews == []


def test_names_of_digits_match_only_the_same_digits() -> None:
    result = match(["1234", "4711 Ltd", "360"], ["1235", "4711", "360 Degrees"])
    assert linked(result) == [("2", "2")]


def test_a_name_of_ten_thousand_characters_is_compared_like_any_other() -> None:
    long = "Acme Robotics " * 700
    result = match([long, "Globex"], [long + "Ltd", "Globex Inc", "Acme Robotics"])
    assert linked(result) == [("1", "1"), ("2", "2")]


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("株式会社日立製作所", "日立製作所", True),
        ("株式会社日立製作所", "日立建機株式会社", False),
        ("شركة أرامكو السعودية", "شركة أرامكو السعودية", True),
        ("أرامكو", "سابك", False),
        ('טבע תעשיות בע"מ', "טבע תעשיות", True),
        ("טבע", "בזק", False),
        ("삼성전자 주식회사", "삼성전자", True),
        ("삼성전자", "삼성물산", False),
    ],
)
def test_other_scripts_are_linked_when_equal_and_only_then(
    left: str, right: str, same: bool
) -> None:
    assert bool(match([left], [right]).links) is same


def test_five_thousand_nearly_equal_names_are_compared_once() -> None:
    left = [Party("l", str(i), "Hooli") for i in range(5_000)]
    right = [Party("r", str(i), "Hooli Systems Inc") for i in range(5_000)]
    result = match_one_sided(left, right, settings=FUZZY)
    assert (len(result.links), len(result.reviews)) == (0, 5_000)
