"""A domain links the two records that alone own it, and nobody else."""

import socket
import subprocess
import sys

import pytest

from revops_pipeline.matching import MatchSettings, Party, majority_domain, match_one_sided
from revops_pipeline.matching.domains import registrable_domain

BY_DOMAIN = MatchSettings(strategies=("domain",))


def party(system: str, id_: str, *domains: str, name: str | None = None) -> Party:
    return Party(system, id_, name, domains)


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("https://www.shop.acme.co.uk:8443/a?b#c", "acme.co.uk"),
        ("ACME.com.", "acme.com"),
        ("Bo.Li+x@mail.acme.com", "acme.com"),
        ("//acme.com/path", "acme.com"),
        ("acme.github.io", "acme.github.io"),
        ("www.acme.example", "acme.example"),
        ("xn--bcher-kva.example", "bücher.example"),
        ("bücher.example", "bücher.example"),
    ],
)
def test_addresses_hosts_and_emails_come_to_one_registrable_domain(text: str, domain: str) -> None:
    assert registrable_domain(text) == domain


@pytest.mark.parametrize(
    "text",
    [
        *(None, "", " ", "N/A", "unknown", "-", "http://", "co.uk", "github.io", "localhost"),
        *("192.168.0.1", "http://[::1]/", "@", "a@gmail.com", "https://www.facebook.com/acme"),
        *("x.local", "not a domain", "acme..com", "xn--\ud7ff.com", "GoogleMail.com"),
    ],
)
def test_what_nobody_owns_alone_is_no_domain(text: str | None) -> None:
    assert registrable_domain(text) is None


def test_the_public_suffix_list_is_read_without_network_and_without_cache(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from revops_pipeline.matching import domains

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was used")

    domains._split.cache_clear()
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert registrable_domain("www.acme.co.jp") == "acme.co.jp"


def test_matching_is_imported_without_the_suffix_list() -> None:
    code = "import sys, revops_pipeline.matching as m; sys.exit('tldextract' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_more_than_half_of_the_addresses_make_a_majority() -> None:
    assert majority_domain(["a@acme.com", "b@eu.acme.com", "c@other.com"]) == "acme.com"
    assert majority_domain(["a@acme.com", "b@other.com"]) is None
    assert majority_domain([]) is None


def test_free_mail_neither_makes_nor_breaks_a_majority() -> None:
    assert majority_domain(["a@gmail.com", "b@gmail.com", "c@acme.com"]) == "acme.com"
    assert majority_domain(["a@gmail.com", "b@yahoo.co.uk"]) is None


def test_one_person_who_signed_up_twice_counts_once() -> None:
    assert majority_domain(["a@acme.com", "A@acme.com ", "b@other.com"]) is None
    assert majority_domain([None, "", "no address", "b@other.com"]) == "other.com"


def test_a_domain_links_records_of_unlike_names() -> None:
    left, right = party("l", "1", "acme.com", name="AC"), party("r", "9", "http://eu.acme.com")
    (link,) = match_one_sided([left], [right]).links
    assert (link.right_id, link.method, link.score, link.margin) == ("9", "domain", 1.0, 1.0)
    assert '"domain": ["acme.com"]' in link.evidence


@pytest.mark.parametrize("crowded", ["left", "right"])
def test_a_domain_with_many_owners_on_either_side_links_nobody(crowded: str) -> None:
    many = [party("s", str(i), "mall.com") for i in range(400)]
    one = [party("t", "1", "mall.com")]
    left, right = (many, one) if crowded == "left" else (one, many)
    result = match_one_sided(left, right, settings=BY_DOMAIN)
    assert result.links == result.reviews == []


def test_free_mail_links_nobody() -> None:
    pair = [party("l", "1", "gmail.com")], [party("r", "1", "bo@gmail.com")]
    assert match_one_sided(*pair).links == []


def test_a_record_with_domains_of_two_companies_is_a_question() -> None:
    left = [party("l", "1", "acme.com", "globex.com")]
    right = [party("r", "1", "acme.com"), party("r", "2", "globex.com")]
    result = match_one_sided(left, right)
    assert result.links == []
    assert (result.reviews[0].right_id, result.reviews[0].runner_up_id) == ("1", "2")


def test_one_name_with_two_unrelated_domains_is_a_question() -> None:
    left = party("l", "1", "delta-air.com", name="Delta")
    right = party("r", "1", "faucets.com", name="Delta Inc")
    result = match_one_sided([left], [right])
    assert result.links == []
    assert "domain contradicts" in result.reviews[0].reason
    assert result.reviews[0].runner_up_id is None


def test_a_company_may_own_several_domains_that_look_alike() -> None:
    left = party("l", "1", "acme.com", name="Acme")
    right = party("r", "1", "acme-group.de", name="Acme GmbH")
    assert match_one_sided([left], [right]).links[0].method == "exact"


def test_a_crowded_domain_does_not_speak_against_a_name() -> None:
    left = [party("l", "1", "delta-air.com", name="Delta")]
    right = [party("r", "1", "mall.com", name="Delta"), party("r", "2", "mall.com", name="Epsilon")]
    assert match_one_sided(left, right).links[0].right_id == "1"


def test_a_domain_that_says_another_record_than_the_name_is_a_question() -> None:
    left = [party("l", "1", "acme.com", name="Globex")]
    right = [party("r", "1", "acme.com", name="Acme"), party("r", "2", name="Globex")]
    result = match_one_sided(left, right)
    assert result.links == []
    (review,) = result.reviews
    assert (review.right_id, review.runner_up_id) == ("1", "2")
    assert "domain says the first, exact says the runner-up" in review.reason


def test_a_domain_decides_between_two_records_of_one_name() -> None:
    left = [party("l", "1", "acme.com", name="Acme")]
    right = [party("r", "1", name="Acme"), party("r", "2", "acme.com", name="Acme")]
    result = match_one_sided(left, right)
    assert [(link.right_id, link.method) for link in result.links] == [("2", "domain")]
    assert result.reviews == []
    assert '"also": ["exact", "name_fuzzy_match"]' in result.links[0].evidence


@pytest.mark.parametrize(
    "page",
    ["https://acme.org/about/acme-fund", "acme.org/funds/green?x=1", "//www.acme.org/en/a/b.html"],
)
def test_a_page_within_a_site_is_not_the_owner_of_its_domain(page: str) -> None:
    left, right = [party("l", "1", "acme.org")], [party("r", "1", page)]
    assert match_one_sided(left, right).links == []
    assert match_one_sided(right, left).links == []


@pytest.mark.parametrize(
    "site",
    ["https://acme.org/", "acme.org/en/", "acme.org/en-GB/home.html", "acme.org/Pages/Home.aspx"],
)
def test_the_home_page_of_a_site_in_any_language_owns_its_domain(site: str) -> None:
    (link,) = match_one_sided([party("l", "1", "acme.org")], [party("r", "1", site)]).links
    assert link.method == "domain"


def test_a_page_of_somebody_elses_site_does_not_speak_against_a_name() -> None:
    left = [party("l", "1", "acme.com", name="Acme")]
    right = [party("r", "1", "directory.org/companies/acme", name="Acme")]
    assert match_one_sided(left, right).links[0].method == "exact"
