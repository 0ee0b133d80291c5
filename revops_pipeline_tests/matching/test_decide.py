"""One side asks: each left record gets at most one link, and doubt goes to a person."""

import json

import pytest

from revops_pipeline.matching import MatchError, MatchSettings, Party, match_one_sided


def teams(*names: str | None) -> list[Party]:
    return [Party("product", f"t{i}", name) for i, name in enumerate(names, 1)]


def companies(*names: str | None) -> list[Party]:
    return [Party("hubspot", f"c{i}", name) for i, name in enumerate(names, 1)]


def pairs(left: list[Party], right: list[Party], **settings: object) -> list[tuple[str, str]]:
    result = match_one_sided(left, right, settings=MatchSettings(**settings))  # type: ignore[arg-type]
    return [(link.left_id, link.right_id) for link in result.links]


def test_one_name_on_both_sides_is_linked_with_what_agreed() -> None:
    (link,) = match_one_sided(teams("ACME, Inc."), companies("Globex", "Acme Inc")).links
    assert (link.left_system, link.left_id) == ("product", "t1")
    assert (link.right_system, link.right_id) == ("hubspot", "c2")
    assert (link.method, link.score, link.margin) == ("exact", 1.0, 1.0)
    evidence: dict[str, object] = {"strategy": "exact", "words": ["acme"], "reading": "full"}
    evidence["also"] = ["name_fuzzy_match"]
    assert json.loads(link.evidence) == evidence


def test_unknown_names_and_ids_link_nobody() -> None:
    nobody = [None, "", "Unknown", "N/A", "-"]
    left = [Party("l", str(i), name, keys=(name or "",)) for i, name in enumerate(nobody)]
    right = [Party("r", str(i), name, keys=(name or "",)) for i, name in enumerate(nobody)]
    result = match_one_sided(left, right)
    assert result.links == result.reviews == []


def test_a_part_of_a_name_is_not_a_link() -> None:
    left = teams("Acme", "Apple", "")
    assert pairs(left, companies("Acme Robotics Europe", "Applebee's")) == []


def test_several_left_records_may_share_a_right_one() -> None:
    left = teams("Acme Corp", "Acme Corp - EU team")
    assert pairs(left, companies("Acme Corporation")) == [("t1", "c1"), ("t2", "c1")]


def test_a_tie_is_a_question_with_both_candidates() -> None:
    result = match_one_sided(teams("Acme"), companies("Acme Inc", "Acme Ltd"))
    assert result.links == []
    (review,) = result.reviews
    assert (review.left_id, review.right_id, review.score) == ("t1", "c1", 0.96)
    assert (review.runner_up_id, review.runner_up_score) == ("c2", 0.96)
    assert review.reason == (
        "exact: fits both equally: product t1 'Acme' and hubspot c1 'Acme Inc', "
        "or hubspot c2 'Acme Ltd'"
    )


def test_a_closer_name_wins_by_more_than_the_margin() -> None:
    left, right = teams("Acme Inc"), companies("Acme Ltd", "ACME INC.")
    (link,) = match_one_sided(left, right).links
    assert (link.right_id, link.margin) == ("c2", 0.04)


def test_a_wider_margin_turns_the_same_lead_into_a_question() -> None:
    left, right = teams("Acme Inc"), companies("Acme Ltd", "ACME INC.")
    result = match_one_sided(left, right, settings=MatchSettings(margin=0.05))
    assert result.links == []
    assert "nearly equally" in result.reviews[0].reason


def test_a_lead_of_exactly_the_margin_is_enough() -> None:
    left, right = teams("Acme Inc"), companies("Acme Ltd", "ACME INC.")
    assert pairs(left, right, margin=0.04) == [("t1", "c2")]


@pytest.mark.parametrize(
    ("threshold", "links"), [(0.75, 4), (0.85, 3), (0.92, 3), (0.95, 2), (1.0, 1)]
)
def test_a_higher_threshold_links_less(threshold: float, links: int) -> None:
    left = teams("Acme Inc", "Globex", "Hooli", "Initech plc")
    right = companies("Acme Inc", "Globex Ltd", "Hooli Group", "Initech Group plc")
    assert len(pairs(left, right, threshold=threshold)) == links


def test_only_the_strategies_that_were_asked_for_are_used() -> None:
    left = [Party("l", "1", "Acme", ("acme.com",), ("7",))]
    right = [Party("r", "1", "Other", (), ("7",)), Party("r", "2", "X", ("acme.com",))]
    right.append(Party("r", "3", "Acme"))
    assert pairs(left, right, strategies=["id"]) == [("1", "1")]
    assert pairs(left, right, strategies=["domain"]) == [("1", "2")]
    assert pairs(left, right, strategies=["exact"]) == [("1", "3")]


def test_an_id_that_both_carry_is_believed_against_domain_and_name() -> None:
    left = [Party("l", "1", "Acme", ("acme.com",), ("7",))]
    right = [Party("r", "1", "Other", ("other.com",), (" 7 ",)), Party("r", "2", "Acme")]
    (link,) = match_one_sided(left, right).links
    assert (link.right_id, link.method) == ("1", "id")


def test_an_id_on_two_right_records_is_a_question() -> None:
    left = [Party("l", "1", None, keys=("7",))]
    right = [Party("r", "1", None, keys=("7",)), Party("r", "2", None, keys=("7",))]
    result = match_one_sided(left, right)
    assert (result.links, len(result.reviews)) == ([], 1)


def test_a_repeated_id_on_one_side_is_an_error_that_names_it() -> None:
    with pytest.raises(MatchError, match="right side: id given twice: hubspot c1"):
        match_one_sided(teams("Acme"), [*companies("Acme"), *companies("Acme")])


def test_the_same_id_in_two_systems_is_two_records() -> None:
    right = [Party("hubspot", "1", "Acme"), Party("jira", "1", "Globex")]
    (link,) = match_one_sided(teams("Globex"), right).links
    assert (link.right_system, link.right_id) == ("jira", "1")


def test_empty_sides_give_an_empty_result() -> None:
    assert match_one_sided([], companies("Acme")).links == []
    assert match_one_sided(teams("Acme"), []).links == []


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"threshold": 1.5}, "less than or equal to 1"),
        ({"threshold": -0.1}, "greater than or equal to 0"),
        ({"margin": 2}, "less than or equal to 1"),
        (
            {"strategies": ["soundex"]},
            "'soundex' is not available; available: manual, id, domain, exact, name_fuzzy_match",
        ),
        ({"strategies": ["exact", "exact"]}, "'exact' is given twice"),
        ({"strategies": []}, "at least one of: manual, id, domain, exact"),
        ({"strategies": "exact"}, "give a list"),
        ({"treshold": 0.9}, "treshold"),
    ],
)
def test_a_wrong_setting_is_refused_with_what_is_allowed(
    setting: dict[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        MatchSettings(**setting)  # type: ignore[arg-type]


def test_settings_stay_as_they_were_given() -> None:
    settings = MatchSettings()
    assert settings.strategies == ("manual", "id", "domain", "exact", "name_fuzzy_match")
    assert (settings.threshold, settings.margin) == (0.85, 0.03)
    with pytest.raises(ValueError, match="frozen"):
        settings.threshold = 0.5  # type: ignore[misc]
