"""Both sides ask, and what they choose is joined."""

from revops_pipeline.matching import MatchResult, MatchSettings, Party, match_both_ways


def match(teams: list[Party], companies: list[Party], **settings: object) -> MatchResult:
    return match_both_ways(teams, companies, settings=MatchSettings(**settings))  # type: ignore[arg-type]


def team(id_: str, name: str | None, *domains: str, keys: tuple[str, ...] = ()) -> Party:
    return Party("product", id_, name, domains, keys)


def company(id_: str, name: str | None, *domains: str, keys: tuple[str, ...] = ()) -> Party:
    return Party("hubspot", id_, name, domains, keys)


def pairs(result: MatchResult) -> list[tuple[str, str]]:
    return [(link.left_id, link.right_id) for link in result.links]


def test_two_records_of_one_company_both_reach_its_team() -> None:
    result = match([team("t", "Acme Corp")], [company("1", "Acme Corp"), company("2", "Acme Corp")])
    assert pairs(result) == [("t", "1"), ("t", "2")]
    assert result.reviews == []


def test_two_teams_of_one_company_both_reach_it() -> None:
    teams = [team("1", "Acme Corp"), team("2", "Acme Corp - EU team")]
    result = match(teams, [company("c", "Acme Corporation")])
    assert pairs(result) == [("1", "c"), ("2", "c")]
    assert result.reviews == []


def test_two_teams_and_two_companies_of_one_name_are_questions() -> None:
    teams, companies = [team("t1", "Acme"), team("t2", "Acme")], [company("c1", "Acme")]
    companies.append(company("c2", "Acme"))
    result = match(teams, companies)
    assert result.links == []
    asked = {(r.left_id, r.right_id, r.runner_up_id) for r in result.reviews}
    assert asked == {("t1", "c1", "c2"), ("t2", "c1", "c2"), ("t1", "c2", "t2")}


def test_legal_forms_tell_two_teams_and_two_companies_apart() -> None:
    teams = [team("t1", "Acme Inc"), team("t2", "Acme Ltd")]
    result = match(teams, [company("c1", "Acme Limited"), company("c2", "ACME, INC.")])
    assert pairs(result) == [("t1", "c2"), ("t2", "c1")]


def test_a_pair_that_both_sides_choose_is_one_link() -> None:
    result = match([team("t", "Acme", "acme.com")], [company("c", "Acme", "acme.com")])
    assert [(link.left_id, link.right_id, link.method) for link in result.links] == [
        ("t", "c", "domain")
    ]


def test_a_shared_id_with_two_owners_links_from_the_side_that_is_sure() -> None:
    companies = [company("1", "A", keys=("7",)), company("2", "B", keys=("7",))]
    assert pairs(match([team("t", "C", keys=("7",))], companies)) == [("t", "1"), ("t", "2")]


def test_a_pair_that_domain_and_name_dispute_is_linked_from_neither_side() -> None:
    teams = [team("t", "Globex", "acme.com")]
    companies = [company("1", "Acme", "acme.com"), company("2", "Globex")]
    result = match(teams, companies)
    assert result.links == []
    (review,) = result.reviews
    assert (review.right_id, review.runner_up_id) == ("1", "2")


def test_a_dispute_leaves_the_undisputed_links_of_a_record() -> None:
    teams = [team("t", "Globex", "acme.com")]
    companies = [company("1", "Acme", "acme.com"), company("2", "Globex Inc")]
    companies.append(company("3", "Globex Ltd"))
    result = match(teams, companies)
    assert pairs(result) == [("t", "3")]
    assert [(r.right_id, r.runner_up_id) for r in result.reviews] == [("1", "2")]


def test_a_question_from_the_right_names_its_runner_up_on_the_left() -> None:
    result = match([team("t1", "Acme"), team("t2", "ACME")], [company("c", "Acme")])
    assert pairs(result) == [("t1", "c"), ("t2", "c")]
    teams = [team("t1", "Acme"), team("t2", "ACME")]
    result = match(teams, [company("c1", "Acme"), company("c2", "acme")])
    (review,) = [r for r in result.reviews if r.right_id == "c2"]
    assert review.runner_up_id == "t2"
    assert "hubspot c2 'acme' and product t1 'Acme', or product t2 'ACME'" in review.reason


def test_a_tie_is_no_question_once_its_record_is_linked_from_the_other_side() -> None:
    teams = [team("t1", "Acme"), team("t2", "Zeta", keys=("7",))]
    companies = [company("1", "Acme", keys=("7",)), company("2", "Acme")]
    result = match(teams, companies)
    assert (pairs(result), result.reviews) == ([("t1", "2"), ("t2", "1")], [])


def test_the_threshold_holds_for_both_sides() -> None:
    teams, companies = [team("t", "Acme")], [company("1", "Acme Inc"), company("2", "Acme Group")]
    assert pairs(match(teams, companies)) == [("t", "1"), ("t", "2")]
    assert pairs(match(teams, companies, threshold=0.95)) == [("t", "1")]


def test_a_third_company_of_that_name_with_another_domain_is_not_linked() -> None:
    teams = [team("t", "Acme", "acme.com")]
    companies = [
        company("1", "Acme", "acme.com"),
        company("2", "Acme"),
        company("3", "Acme", "z.io"),
    ]
    result = match(teams, companies)
    assert pairs(result) == [("t", "1"), ("t", "2")]
    assert [r.right_id for r in result.reviews] == ["3"]
