"""Which records are one account: transitive, and never against what a person said."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revops_pipeline.matching.overrides import Decisions, Ref, decisions
from revops_pipeline.matching.party import Override
from revops_pipeline.matching.resolve import Edge, Resolution, resolve

S1, S2, S10 = (Ref("salesforce", id_) for id_ in ("1", "2", "10"))
H1, H2 = Ref("hubspot", "1"), Ref("hubspot", "2")
P1, Q1 = Ref("product", "1"), Ref("qbr", "1")
SALESFORCE = ("salesforce",)
DAY = datetime(2026, 1, 1)


def edge(left: Ref, right: Ref, method: str = "exact", score: float = 1.0) -> Edge:
    return Edge(left, right, method, score, "{}")


def said(left: Ref, right: Ref | None, decision: str = "no_link", day: int = 0) -> Override:
    right_end = right or (None, None)
    when = DAY + timedelta(days=day)
    return Override(*left, *right_end, decision, "ana", "", when)  # type: ignore[arg-type]


def groups(found: Resolution) -> list[list[str]]:
    return [[str(member.ref) for member in account.members] for account in found.accounts]


def test_links_join_records_over_any_number_of_systems() -> None:
    found = resolve([Q1, P1, H1, S1, H2], [edge(P1, H1), edge(Q1, P1), edge(H1, S1)], Decisions())
    assert groups(found) == [
        ["salesforce:1", "hubspot:1", "product:1", "qbr:1"],
        ["hubspot:2"],
    ]
    assert [account.key for account in found.accounts] == ["salesforce:1", "hubspot:2"]


def test_the_key_is_of_the_most_senior_record_and_then_of_the_smallest_number() -> None:
    found = resolve([Ref("hubspot", "10"), Ref("hubspot", "9"), Ref("zendesk", "1"), P1], [
        edge(Ref("hubspot", "10"), Ref("hubspot", "9")), edge(Ref("zendesk", "1"), P1)
    ], Decisions())  # fmt: skip
    assert [account.key for account in found.accounts] == ["hubspot:9", "product:1"]


def test_a_member_says_which_link_leads_to_its_account() -> None:
    found = resolve(
        [S1, H1, P1], [edge(H1, S1, "domain"), edge(P1, H1, "exact", 0.96)], Decisions()
    )
    senior, company, team = found.accounts[0].members
    assert (senior.edge, senior.via) == (None, None)
    assert (company.via, team.via) == (S1, H1)
    assert team.edge
    assert (team.edge.method, team.edge.score) == ("exact", 0.96)


def test_no_chain_of_links_joins_what_a_person_kept_apart() -> None:
    chain = [edge(P1, H1, "id"), edge(P1, H2, "exact")]
    found = resolve([P1, H1, H2], chain, decisions([said(H1, H2)]))
    assert groups(found) == [["hubspot:1", "product:1"], ["hubspot:2"]]
    [refusal] = found.refused
    assert refusal.edge == chain[1]
    assert "hubspot:1 and hubspot:2, which a person said are not one" in refusal.reason


def test_not_even_two_links_by_hand_do() -> None:
    by_hand = [edge(P1, H1, "manual"), edge(P1, H2, "manual")]
    found = resolve([P1, H1, H2], by_hand, decisions([said(H1, H2)]))
    assert len(found.refused) == 1


def test_a_record_linked_to_nothing_stays_alone_but_for_a_later_link() -> None:
    nothing = said(H1, None)
    found = resolve([P1, H1, S1], [edge(P1, H1, "id"), edge(H1, S1, "id")], decisions([nothing]))
    assert groups(found) == [["salesforce:1"], ["hubspot:1"], ["product:1"]]
    assert "linked to nothing" in found.refused[0].reason
    later = decisions([nothing, said(P1, H1, "link", day=1)])
    edges = [edge(P1, H1, "manual"), edge(H1, S1, "id"), edge(P1, S1, "id")]
    assert groups(resolve([P1, H1, S1], edges, later)) == [
        ["salesforce:1"],
        ["hubspot:1", "product:1"],
    ]


def test_two_accounts_of_a_system_of_record_become_one_only_by_hand() -> None:
    chain = [edge(H1, S1, "id"), edge(H1, S2, "id")]
    found = resolve([H1, S1, S2], chain, Decisions(), distinct=SALESFORCE)
    assert groups(found) == [["salesforce:1", "hubspot:1"], ["salesforce:2"]]
    assert "salesforce:1 and salesforce:2, two accounts of salesforce" in found.refused[0].reason
    by_hand = resolve([S1, S2], [edge(S1, S2, "manual")], Decisions(), distinct=SALESFORCE)
    assert groups(by_hand) == [["salesforce:1", "salesforce:2"]]
    assert groups(resolve([H1, S1, S2], chain, Decisions())) == [
        ["salesforce:1", "salesforce:2", "hubspot:1"]
    ]


def test_several_records_of_other_systems_share_an_account() -> None:
    found = resolve([H1, H2, S1], [edge(H1, S1), edge(H2, S1)], Decisions(), distinct=SALESFORCE)
    assert groups(found) == [["salesforce:1", "hubspot:1", "hubspot:2"]]


@pytest.mark.parametrize(("method", "joined"), [("exact", False), ("id", True), ("map", True)])
def test_what_contradicts_each_other_is_not_joined_by_a_chain_of_names(
    method: str, joined: bool
) -> None:
    chain = [edge(P1, S1, method), edge(P1, H1, method)]
    found = resolve([P1, H1, S1], chain, Decisions(), disputed=[(H1, S1)])
    assert (len(found.accounts) == 1) is joined
    assert joined or "contradict each other" in found.refused[0].reason


def test_the_more_trusted_link_is_joined_first_whatever_its_score() -> None:
    rivals = [edge(P1, H2, "exact", 1.0), edge(P1, H1, "domain", 0.9)]
    found = resolve([P1, H1, H2], rivals, decisions([said(H1, H2)]))
    assert groups(found) == [["hubspot:1", "product:1"], ["hubspot:2"]]


def test_of_two_links_by_hand_that_contradict_the_later_one_is_joined() -> None:
    first, later = (
        Edge(P1, ref, "manual", 1.0, "{}", DAY + timedelta(days=day))
        for ref, day in ((H1, 0), (H2, 1))
    )
    for edges in ([first, later], [later, first]):
        found = resolve([P1, H1, H2], edges, decisions([said(H1, H2)]))
        assert groups(found) == [["hubspot:1"], ["hubspot:2", "product:1"]]


def test_links_to_records_that_are_gone_join_nothing() -> None:
    found = resolve([P1], [edge(P1, H1, "manual")], Decisions())
    assert (groups(found), found.refused) == ([["product:1"]], [])


def test_a_thousand_teams_of_one_company_are_one_account_in_no_time() -> None:
    teams = [Ref("product", str(number)) for number in range(1000)]
    kept_apart = [said(H1, team) for team in teams[500:]]
    found = resolve([H1, *teams], [edge(team, H1) for team in teams], decisions(kept_apart))
    assert (len(found.accounts), len(found.refused)) == (501, 500)


SYSTEMS = ("salesforce", "hubspot", "product", "jira")
REFS = st.builds(Ref, st.sampled_from(SYSTEMS), st.sampled_from("123"))
METHODS = ("manual", "map", "id", "domain", "exact", "name_fuzzy_match")
EDGES = st.lists(
    st.builds(edge, REFS, REFS, st.sampled_from(METHODS), st.sampled_from((0.85, 0.9, 1.0))).filter(
        lambda e: e.left != e.right
    ),
    max_size=15,
)
APART = st.lists(
    st.builds(said, REFS, st.one_of(st.none(), REFS), st.sampled_from(("no_link",))), max_size=6
)
ALL = [Ref(system, id_) for system in SYSTEMS for id_ in "123"]


def account_of(found: Resolution) -> dict[Ref, str]:
    return {member.ref: account.key for account in found.accounts for member in account.members}


@given(st.sets(st.sampled_from(ALL)), EDGES, APART)
def test_every_record_is_in_exactly_one_account(
    records: set[Ref], edges: Sequence[Edge], apart: Sequence[Override]
) -> None:
    found = resolve(records, edges, decisions(apart), distinct=SALESFORCE)
    listed = [member.ref for account in found.accounts for member in account.members]
    assert sorted(listed) == sorted(records)
    assert len({account.key for account in found.accounts}) == len(found.accounts)


@given(EDGES, APART, st.lists(st.tuples(REFS, REFS), max_size=3), st.randoms(use_true_random=False))
def test_the_order_in_which_things_are_read_never_matters(
    edges: Sequence[Edge],
    apart: Sequence[Override],
    disputed: Sequence[tuple[Ref, Ref]],
    order: random.Random,
) -> None:
    def mixed(values: Collection[Any]) -> list[Any]:
        return order.sample(list(values), len(values))

    once = resolve(ALL, edges, decisions(apart), disputed, SALESFORCE)
    again = resolve(mixed(ALL), mixed(edges), decisions(mixed(apart)), mixed(disputed), SALESFORCE)
    assert once == again


@given(EDGES, APART)
def test_kept_apart_by_a_person_is_kept_apart(
    edges: Sequence[Edge], apart: Sequence[Override]
) -> None:
    taken = decisions(apart)
    found = resolve(ALL, edges, taken, distinct=SALESFORCE)
    account = account_of(found)
    for one, other in taken.apart:
        assert account[one] != account[other]
    for alone in taken.alone:
        assert list(account.values()).count(account[alone]) == 1


@given(EDGES, APART)
def test_every_link_is_joined_or_refused_with_a_reason(
    edges: Sequence[Edge], apart: Sequence[Override]
) -> None:
    found = resolve(ALL, edges, decisions(apart), distinct=SALESFORCE)
    account = account_of(found)
    refused = {(refusal.edge.left, refusal.edge.right) for refusal in found.refused}
    for one in edges:
        joined = account[one.left] == account[one.right]
        assert joined or (one.left, one.right) in refused


@given(EDGES)
def test_only_hand_made_links_join_two_accounts_of_salesforce(edges: Sequence[Edge]) -> None:
    inferred = [one for one in edges if one.method != "manual"]
    found = resolve(ALL, inferred, Decisions(), distinct=SALESFORCE)
    for account in found.accounts:
        assert sum(member.ref.system == "salesforce" for member in account.members) <= 1
