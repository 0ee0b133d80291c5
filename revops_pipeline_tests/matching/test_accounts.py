"""Accounts over all systems: matched, joined, named; and what the settings change."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from revops_pipeline.matching import (
    Accounts,
    AccountSettings,
    Inputs,
    MatchError,
    Override,
    Party,
    PipelineMatchSettings,
    build_accounts,
)
from revops_pipeline.matching.account_rows import Profile
from revops_pipeline.matching.overrides import Ref

SF = "001Ab00000XyZ12IAF"
SALESFORCE = Party("salesforce", SF, "Acme Inc", (), (f"salesforce:{SF}",))
HUBSPOT = Party("hubspot", "1", "ACME", ("acme.com",), ("hubspot:1", f"salesforce:{SF}"))
TEAM = Party("product", "7", "Acme - EU team")
REVIEWED = Party("qbr", "C1", "Acme")
DESK = Party("servicenow", SF, "Acme desk", (), (f"salesforce:{SF}",))
ALL = [SALESFORCE, HUBSPOT, TEAM, REVIEWED, DESK]
STRANGER = Party("qbr", "C2", "Globex")


def inputs(*parties: Party, **more: Any) -> Inputs:
    matching = {n: more.pop(n) for n in list(more) if n in PipelineMatchSettings.model_fields}
    accounts = {n: more.pop(n) for n in list(more) if n in AccountSettings.model_fields}
    given: dict[str, Any] = {"overrides": [], "mapped": [], "merged": {}, **more}
    return Inputs(
        parties,
        **given,
        matching=PipelineMatchSettings(**matching),
        accounts=AccountSettings(**accounts),
    )


def crosswalk(built: Accounts) -> dict[str, tuple[str | None, str, str | None]]:
    return {f"{s.system}:{s.source_id}": (s.account_key, s.method, s.via) for s in built.sources}


def said(left: Party, right: Party | None, decision: str = "no_link") -> Override:
    ends = (left.system, left.id, right and right.system, right and right.id)
    return Override(*ends, decision, "ana", "", datetime(2026, 1, 1))  # type: ignore[arg-type]


def test_records_of_five_systems_are_one_account_and_each_says_why() -> None:
    built = build_accounts(inputs(*ALL))
    key = f"salesforce:{SF}"
    assert crosswalk(built) == {
        key: (key, "self", None),
        "hubspot:1": (key, "id", key),
        f"servicenow:{SF}": (key, "id", key),
        "product:7": (key, "exact", key),
        "qbr:C1": (key, "exact", "hubspot:1"),
    }
    [account] = built.accounts
    assert account == (key, "Acme Inc", "acme.com", key, SF, "1", "7", "C1", SF, "salesforce", 5, 5)


def test_systems_meet_in_a_system_of_record_and_are_not_matched_with_each_other() -> None:
    built = build_accounts(inputs(TEAM, REVIEWED, HUBSPOT))
    assert {(link.left_system, link.right_system) for link in built.links} == {
        ("product", "hubspot"),
        ("qbr", "hubspot"),
    }


def test_without_any_system_of_record_the_most_senior_system_stands_in() -> None:
    built = build_accounts(inputs(TEAM, REVIEWED, STRANGER, on_missing_account="skip"))
    assert crosswalk(built)["qbr:C1"] == ("product:7", "exact", "product:7")
    assert crosswalk(built)["qbr:C2"] == (None, "none", None)


def test_an_account_is_called_by_its_first_usable_name() -> None:
    unnamed = replace(SALESFORCE, name="N/A")
    built = build_accounts(inputs(unnamed, HUBSPOT))
    [account] = built.accounts
    assert (account.account_name, account.name_source) == ("ACME", "hubspot:1")


def test_the_map_says_whose_a_record_is_whatever_it_is_called() -> None:
    board = Party("jira", "component:ZZ", "Zebra")
    built = build_accounts(
        inputs(board, HUBSPOT, mapped=[(Ref("jira", "component:ZZ"), Ref("hubspot", "1"))])
    )
    assert crosswalk(built)["jira:component:ZZ"] == ("hubspot:1", "map", "hubspot:1")


def test_a_record_of_the_map_without_an_account_is_matched_like_any_other() -> None:
    inbox = Party("intercom", "9", "Unlike", ("https://www.acme.com",))
    built = build_accounts(inputs(inbox, HUBSPOT))
    assert crosswalk(built)["intercom:9"] == ("hubspot:1", "domain", "hubspot:1")


def test_a_map_to_a_record_that_is_not_there_is_a_question() -> None:
    built = build_accounts(
        inputs(TEAM, HUBSPOT, mapped=[(Ref("product", "7"), Ref("hubspot", "8"))])
    )
    [review] = built.reviews
    assert "product:7 is mapped to hubspot:8, which is not there" in review.reason


def test_an_id_that_was_merged_away_leads_to_its_survivors_account() -> None:
    gone = Ref("hubspot", "99")
    built = build_accounts(
        inputs(
            HUBSPOT,
            TEAM,
            merged={gone: Ref("hubspot", "1")},
            mapped=[(Ref("product", "7"), gone)],
        )
    )
    assert crosswalk(built)["hubspot:99"] == ("hubspot:1", "merged", "hubspot:1")
    assert crosswalk(built)["product:7"] == ("hubspot:1", "map", "hubspot:1")


def test_a_decision_about_a_merged_record_holds_for_its_survivor() -> None:
    gone = replace(HUBSPOT, id="99")
    built = build_accounts(
        inputs(
            HUBSPOT,
            TEAM,
            merged={Ref("hubspot", "99"): Ref("hubspot", "1")},
            overrides=[said(gone, TEAM)],
        )
    )
    assert len(built.accounts) == 2


def test_a_link_by_hand_joins_two_records_that_are_not_matched_otherwise() -> None:
    team = Party("product", "8", "Zebra")
    built = build_accounts(
        inputs(team, REVIEWED, HUBSPOT, overrides=[said(team, REVIEWED, "link")])
    )
    assert crosswalk(built)["product:8"] == ("hubspot:1", "manual", "qbr:C1")
    by_hand = [link for link in built.links if link.method == "manual"]
    assert [(one.left_system, one.right_system) for one in by_hand] == [("qbr", "product")]


def test_decisions_hold_only_while_manual_is_among_the_strategies() -> None:
    overrides = [said(TEAM, HUBSPOT)]
    apart = build_accounts(inputs(TEAM, HUBSPOT, overrides=overrides))
    together = build_accounts(inputs(TEAM, HUBSPOT, overrides=overrides, strategies=("exact",)))
    assert (len(apart.accounts), len(together.accounts)) == (2, 1)


def test_a_refused_link_is_a_question_that_says_why() -> None:
    built = build_accounts(inputs(SALESFORCE, HUBSPOT, DESK, overrides=[said(HUBSPOT, SALESFORCE)]))
    assert len(built.accounts) == 2
    [review] = [r for r in built.reviews if "not one account" in r.reason]
    assert (review.left_system, review.right_system) == ("servicenow", "hubspot")
    assert "which a person said are not one" in review.reason


def test_two_accounts_of_salesforce_stay_two_unless_the_setting_allows() -> None:
    first, second = (Party("salesforce", id_ * 18, "Acme Inc") for id_ in "ab")
    both = [Party("hubspot", "1", None, (), (f"salesforce:{first.id}", f"salesforce:{second.id}"))]
    carried = [replace(p, keys=(f"salesforce:{p.id}",)) for p in (first, second)]
    mapped = [(Ref("hubspot", "1"), Ref("salesforce", p.id)) for p in carried]
    apart = build_accounts(inputs(*carried, *both, mapped=mapped))
    together = build_accounts(inputs(*carried, *both, mapped=mapped, distinct=()))
    assert (len(apart.accounts), len(together.accounts)) == (2, 1)


def test_a_misspelt_system_is_refused_rather_than_left_unguarded() -> None:
    with pytest.raises(ValidationError, match="salesforce"):
        AccountSettings(distinct=("salesfroce",))  # type: ignore[arg-type]
    with pytest.raises(ValidationError, match="at least 1"):
        AccountSettings(systems_of_record=())


def test_a_question_whose_answer_is_known_from_elsewhere_is_not_asked() -> None:
    twin = Party("salesforce", "x" * 18, "Acme Inc")
    asked = build_accounts(inputs(SALESFORCE, twin, REVIEWED))
    assert [r.left_system for r in asked.reviews] == ["qbr"]
    assert asked.links == []
    told = build_accounts(inputs(SALESFORCE, twin, REVIEWED, HUBSPOT))
    assert told.reviews == []
    assert crosswalk(told)["qbr:C1"][0] == f"salesforce:{SF}"


def test_one_question_about_a_record_and_an_account_is_enough() -> None:
    slip = Party("product", "8", "Globexo")
    company = Party("hubspot", "2", "Globex", ("globex.com",), (f"salesforce:{SF}",))
    account = Party("salesforce", SF, "Globex Inc", (), (f"salesforce:{SF}",))
    built = build_accounts(inputs(slip, company, account))
    assert [(r.left_id, r.right_system) for r in built.reviews] == [("8", "hubspot")]
    alone = build_accounts(inputs(slip, account))
    assert [(r.left_id, r.right_system) for r in alone.reviews] == [("8", "salesforce")]


@pytest.mark.parametrize(
    ("policy", "create_new", "key", "method"),
    [
        ("create", True, "qbr:C2", "self"),
        ("create", False, None, "none"),
        ("skip", True, None, "none"),
        ("skip", False, None, "none"),
    ],
)
def test_a_record_that_found_no_account_gets_one_or_is_skipped(
    policy: str, create_new: bool, key: str | None, method: str
) -> None:
    built = build_accounts(
        inputs(*ALL, STRANGER, on_missing_account=policy, create_new_accounts=create_new)
    )
    assert crosswalk(built)["qbr:C2"][:2] == (key, method)
    assert ("qbr:C2" in {account.account_key for account in built.accounts}) is (key is not None)
    assert crosswalk(built)["qbr:C1"][0] == f"salesforce:{SF}"


@pytest.mark.parametrize("create_new", [True, False])
def test_or_it_is_an_error_that_names_the_records_and_the_ways_out(create_new: bool) -> None:
    strangers = [Party("qbr", f"C{n}", f"{chr(65 + n)}lobex") for n in range(12)]
    error = inputs(HUBSPOT, *strangers, on_missing_account="error", create_new_accounts=create_new)
    with pytest.raises(MatchError) as raised:
        build_accounts(error)
    message = str(raised.value)
    assert "12 records found no account: qbr:C0 'Alobex'" in message
    assert message.count("qbr:C") == 10
    assert "and 2 more" in message
    for way_out in ("revops match override", "account_source_map_seed.csv", "create or skip"):
        assert way_out in message
    assert build_accounts(inputs(HUBSPOT, TEAM, on_missing_account="error")).accounts


def test_systems_of_record_make_accounts_whatever_the_policy() -> None:
    lone = Party("hubspot", "2", "Hooli")
    built = build_accounts(inputs(HUBSPOT, lone, on_missing_account="skip"))
    assert [account.account_key for account in built.accounts] == ["hubspot:1", "hubspot:2"]


@pytest.mark.parametrize(("update", "name"), [(True, "ACME"), (False, "Acme of old")])
def test_an_account_that_is_there_is_renamed_only_if_that_is_wished(
    update: bool, name: str
) -> None:
    known = {"hubspot:1": Profile("Acme of old", "old.com", "hubspot:1")}
    fresh = Party("hubspot", "2", "Hooli")
    built = build_accounts(inputs(HUBSPOT, fresh, update_existing_accounts=update), known)
    assert [account.account_name for account in built.accounts] == [name, "Hooli"]


NAMES = ("Acme", "Acme Inc", "Globex", "Unknown", None, "Hooli Ltd")


@st.composite
def worlds(draw: st.DrawFn) -> list[Party]:
    found = []
    for system in ("salesforce", "hubspot", "product", "qbr", "jira"):
        for id_ in draw(st.sets(st.sampled_from("123"))):
            name, domain = draw(st.sampled_from(NAMES)), draw(st.sampled_from(("acme.com", "")))
            found.append(Party(system, id_, name, (domain,) if domain else ()))
    return found


@settings(deadline=None, max_examples=60)
@given(worlds(), st.randoms(use_true_random=False))
def test_every_record_is_in_the_crosswalk_once_in_whatever_order_it_is_read(
    parties: list[Party], order: random.Random
) -> None:
    built = build_accounts(inputs(*parties))
    assert sorted((s.system, s.source_id) for s in built.sources) == sorted(
        (p.system, p.id) for p in parties
    )
    assert {s.account_key for s in built.sources} == {a.account_key for a in built.accounts}
    pairs = [(r.left_system, r.left_id, r.right_system, r.right_id) for r in built.reviews]
    assert len(pairs) == len(set(pairs))
    assert build_accounts(inputs(*order.sample(parties, len(parties)))) == built
