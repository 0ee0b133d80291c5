"""The made-up data: the same for one seed, coherent, and as untidy as promised."""

import os
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing

import orjson
import pytest

from revops_pipeline.sandbox import Portal, write_product_database
from revops_pipeline.sandbox.clock import iso
from revops_pipeline.sandbox.generate import LAST_CHANGE

KINDS = ("contacts", "companies", "deals")
FINGERPRINT = """
import hashlib, orjson
from revops_pipeline.sandbox import Portal
portal, digest = Portal.generate(200, 40, 80, seed={seed}), hashlib.sha256()
for kind in ("contacts", "companies", "deals"):
    for record in (*portal.live(kind), *portal.archived(kind)):
        digest.update(orjson.dumps(record))
    for other in ("contacts", "companies"):
        if other != kind and (kind, other) != ("companies", "contacts"):
            digest.update(orjson.dumps(list(portal.edges(kind, other))))
digest.update(orjson.dumps([portal.product.users, portal.product.transactions]))
print(portal.portal_id, digest.hexdigest())
"""


@pytest.fixture(scope="module")
def portal():
    return Portal.generate()


@pytest.fixture(scope="module")
def database(portal, tmp_path_factory):
    path = write_product_database(tmp_path_factory.mktemp("product") / "p.sqlite", portal)
    with closing(sqlite3.connect(path)) as connection:
        yield connection


def values(portal, kind, name):
    return [record["properties"][name] for record in portal.live(kind)]


def test_the_same_seed_gives_the_same_bytes_in_any_process_and_another_seed_does_not():
    def fingerprint(seed: int, hash_seed: str) -> str:
        code = FINGERPRINT.format(seed=seed)
        env = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        command = [sys.executable, "-c", code]
        return subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout

    assert fingerprint(7, "1") == fingerprint(7, "2")
    assert fingerprint(8, "1").split()[0] != fingerprint(7, "1").split()[0]
    assert fingerprint(8, "1").split()[1] != fingerprint(7, "1").split()[1]


@pytest.mark.parametrize("sizes", [(1500, 300, 600), (7, 3, 5), (1, 1, 1), (0, 0, 0), (50, 0, 9)])
def test_there_are_as_many_live_records_as_asked_for(sizes):
    portal = Portal.generate(*sizes)
    assert tuple(len(list(portal.live(kind))) for kind in KINDS) == sizes
    for kind, size in zip(KINDS, sizes, strict=True):
        assert len(list(portal.archived(kind))) == (max(1, size // 100) if size else 0)


def test_ids_grow_and_cross_a_power_of_ten(portal):
    for kind in KINDS:
        ids = [record["id"] for record in portal.live(kind)]
        assert ids == sorted(ids, key=int)
        assert ids != sorted(ids)
        assert ids[0] != "1"


def test_nothing_is_dated_after_the_last_change_or_before_its_creation(portal):
    last = iso(LAST_CHANGE)
    for kind in KINDS:
        for record in (*portal.live(kind), *portal.archived(kind)):
            assert record["createdAt"] <= record["updatedAt"] <= record.get("archivedAt", last)
            assert record.get("archivedAt", last) <= last


def test_every_property_value_is_text_or_null(portal):
    for kind in KINDS:
        for record in portal.live(kind):
            assert all(v is None or type(v) is str for v in record["properties"].values())
            assert len(record["properties"]) >= 25


def test_amounts_are_numbers_null_or_empty_and_each_of_them_occurs(portal):
    amounts = values(portal, "deals", "amount")
    assert None in amounts
    assert "" in amounts
    assert all(float(amount) >= 0 for amount in amounts if amount)


def test_odd_company_names_are_there(portal):
    names = values(portal, "companies", "name")
    assert "" in names
    assert any("'" in name for name in names)
    assert any("🚀" in name for name in names)
    assert any(len(name) >= 500 for name in names)
    assert any(name and not name[0].isascii() for name in names)
    ordinary = [name for name in names if name]
    assert len(set(ordinary)) == len(ordinary)


def test_deals_have_one_company_three_or_none_and_one_primary_at_most(portal):
    edges = list(portal.edges("deals", "companies"))
    count = Counter(edge["from_id"] for edge in edges)
    primaries = Counter(edge["from_id"] for edge in edges if edge["is_primary"])
    assert {1, 3} <= set(count.values())
    assert set(primaries.values()) == {1}
    assert any(record["id"] not in count for record in portal.live("deals"))


def test_an_archived_company_still_has_live_deals(portal):
    archived = {int(record["id"]) for record in portal.archived("companies")}
    live = {int(record["id"]) for record in portal.live("deals")}
    edges = portal.associations.all("deals", "companies")
    assert any(deal in live and company in archived for deal, company, _ in edges)


def test_merged_records_are_listed_by_their_survivors_and_gone_themselves(portal):
    for kind, count in (("contacts", 5), ("companies", 2), ("deals", 0)):
        old = [i for v in values(portal, kind, "hs_merged_object_ids") if v for i in v.split(";")]
        assert len(old) == count
        assert not {*old} & {record["id"] for record in portal.live(kind)}


def test_a_deal_is_named_after_its_company_and_its_flags_agree_with_its_stage(portal):
    names = {r["id"]: r["properties"]["name"] for r in portal.live("companies")}
    merged = {
        i for v in values(portal, "companies", "hs_merged_object_ids") if v for i in v.split(";")
    }
    assert merged
    primary = {
        e["from_id"]: e["to_id"] for e in portal.edges("deals", "companies") if e["is_primary"]
    }
    named = 0
    for deal in portal.live("deals"):
        properties = deal["properties"]
        named += properties["dealname"].startswith(f"{names.get(primary.get(deal['id']))} – ")
        stage = properties["dealstage"]
        assert properties["hs_is_closed"] == str(stage.startswith("closed")).lower()
        assert properties["hs_is_closed_won"] == str(stage == "closedwon").lower()
    assert named > 0.95 * 600


def test_a_contact_names_its_primary_company_and_mails_from_its_domain(portal):
    companies = {
        r["id"]: r["properties"] for r in (*portal.live("companies"), *portal.archived("companies"))
    }
    primary = {
        e["from_id"]: e["to_id"] for e in portal.edges("contacts", "companies") if e["is_primary"]
    }
    same_domain = 0
    for contact in portal.live("contacts"):
        properties = contact["properties"]
        company = primary.get(contact["id"])
        if company is not None:
            assert properties["associatedcompanyid"] == company
            domain = companies[company]["domain"] or "?"
            same_domain += domain in (properties["email"] or "").lower()
    assert same_domain > 0.75 * len(primary)


def test_emails_are_missing_free_and_carelessly_typed_now_and_then(portal):
    emails = values(portal, "contacts", "email")
    assert None in emails
    assert any(e and e.endswith("@gmail.com") for e in emails)
    assert any(e and (e != e.strip() or e != e.lower()) for e in emails)
    known = [e.strip().lower() for e in emails if e]
    assert len(set(known)) == len(known)
    domains = {e.rpartition("@")[2] for e in known}
    assert all(d == "gmail.com" or d.endswith(".example") for d in domains)


def test_the_product_database_has_the_tables_and_columns_of_the_contract(database):
    for table, columns in {
        "users": ["user_id", "user_name", "email", "client_lifetime_spend", "created_at"],
        "teams": ["team_id", "team_name", "created_at"],
        "team_membership": ["user_id", "team_id"],
        "transactions": ["transaction_id", "user_id", "amount", "created_at"],
    }.items():
        found = [row[1] for row in database.execute(f"pragma table_info({table})")]
        assert found == columns
        assert database.execute(f"select count(*) from {table}").fetchone()[0] > 0
    assert database.execute("pragma foreign_key_check").fetchall() == []


def test_about_three_in_five_contacts_are_users_and_some_users_are_nobody_hubspot_knows(
    portal, database
):
    known = {e.strip().lower() for e in values(portal, "contacts", "email") if e}
    users = [row[0].lower() for row in database.execute("select email from users")]
    assert 0.5 < len(known & {*users}) / 1500 < 0.65
    assert {*users} - known
    assert max(Counter(users).values()) == 2


def test_lifetime_spend_is_the_sum_of_transactions_or_unknown(database):
    rows = database.execute(
        """
        select round(client_lifetime_spend * 100),
            round(coalesce((select sum(amount) from transactions t where t.user_id = u.user_id), 0)
                * 100)
        from users u
        """
    ).fetchall()
    assert all(spend in (None, total) for spend, total in rows)
    assert any(spend is None for spend, _ in rows)
    assert any(spend for spend, _ in rows)


FORMS = frozenset(
    (
        *("inc", "incorporated", "llc", "ltd", "limited", "gmbh", "sa", "bv", "corp"),
        *("corporation", "ab", "pty", "co", "group", "plc"),
    )
)


def squash(name: str) -> str:
    words = "".join(c if c.isalnum() else "" if c == "." else " " for c in name.lower()).split()
    while words and words[-1] in FORMS:
        words.pop()
    return " ".join(words)


def test_most_teams_are_their_companies_by_normalised_name_and_some_are_not(portal, database):
    companies = {squash(name) for name in values(portal, "companies", "name") if name}
    teams = [row[0] for row in database.execute("select team_name from teams")]
    linked = [team for team in teams if squash(team) in companies]
    assert 0.65 < len(linked) / len(teams) < 0.95
    exact = {*values(portal, "companies", "name")}
    assert sum(team not in exact for team in linked) > 20


def test_a_database_is_rewritten_with_the_same_bytes_and_no_remains(portal, tmp_path):
    path = tmp_path / "new" / "product.sqlite"
    write_product_database(path, portal)
    first = path.read_bytes()
    path.write_bytes(b"something else")
    assert write_product_database(path, Portal.generate()) == path
    assert path.read_bytes() == first
    assert os.listdir(path.parent) == ["product.sqlite"]


def test_an_unfinished_database_replaces_nothing(portal, tmp_path):
    path = tmp_path / "product.sqlite"
    write_product_database(path, portal)
    before = path.read_bytes()
    broken = Portal.empty()
    broken.product.users = [(1, "a", "a@a.example", 1.0, "2026-01-01")] * 2
    with pytest.raises(sqlite3.IntegrityError):
        write_product_database(path, broken)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["product.sqlite"]


def test_a_portal_id_belongs_to_seed_and_sizes():
    ids = {
        Portal.generate(*sizes).portal_id for sizes in ((10, 5, 5, 1), (10, 5, 5, 2), (11, 5, 5, 1))
    }
    assert len(ids) == 3
    assert orjson.dumps(Portal.generate(10, 5, 5, 1).portal_id)


def test_deals_are_in_two_currencies_and_hubspot_says_what_they_come_to_in_its_own(portal):
    told = {code: set() for code in ("USD", "EUR")}
    for record in portal.live("deals"):
        deal = record["properties"]
        if deal["amount"]:
            ratio = float(deal["amount_in_home_currency"]) / (float(deal["amount"]) or 1)
            told[deal["deal_currency_code"]].add(round(ratio, 3))
    assert told["USD"] - {0.0} == {1.0}
    assert told["EUR"] - {0.0} == {1.08}


def test_what_a_deal_comes_to_follows_an_edit_of_its_amount():
    portal = Portal.empty()
    deal = portal.create("deals", {"amount": "10", "deal_currency_code": "EUR"})
    for amount, home in (("20", "21.60"), ("not an amount", None), ("", None)):
        portal.update("deals", deal, {"amount": amount})
        [record] = portal.live("deals")
        assert record["properties"]["amount_in_home_currency"] == home
