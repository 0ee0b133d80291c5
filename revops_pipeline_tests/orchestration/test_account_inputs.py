"""What accounts are made of: compared as a whole, whatever the order, and ids only where they are some."""

from __future__ import annotations

from revops_pipeline.config import Config
from revops_pipeline.orchestration.account_inputs import Rows, digest, inputs

PARTY = ("hubspot", "1", "Acme", None, None, None)
ROWS = Rows([PARTY, ("product", "7", "Acme", None, None, None)], [], [], [], [])


def test_what_accounts_are_made_of_is_compared_whatever_the_order_of_rows() -> None:
    plain = digest(ROWS, Config())
    assert plain == digest(ROWS._replace(parties=ROWS.parties[::-1]), Config())
    others = [
        digest(ROWS._replace(parties=[PARTY]), Config()),
        digest(ROWS._replace(people=[("product", "7", "a@x.com")]), Config()),
        digest(ROWS._replace(overrides=[("product", "7", None, None, "no_link")]), Config()),
        digest(ROWS._replace(mapped=[("product", None, "7", "hubspot", "1")]), Config()),
        digest(ROWS._replace(merged=[("hubspot", "9", "1")]), Config()),
        digest(ROWS, Config(matching={"threshold": 0.9})),
        digest(ROWS, Config(accounts={"distinct": []})),
    ]
    assert len({plain, *others}) == 8


def test_an_id_is_shared_only_if_it_looks_like_one() -> None:
    account = "001Ab00000XyZ12IAF"
    carried = [("n/a", ()), (account, (f"salesforce:{account}",)), (None, ())]
    for crm_id, keys in carried:
        rows = ROWS._replace(parties=[("servicenow", "x", "Acme", None, None, crm_id)])
        assert inputs(rows, Config()).parties[0].keys == keys
    asked = Config(accounts={"servicenow_ids": "hubspot"})
    rows = ROWS._replace(parties=[("servicenow", "x", "Acme", None, None, "9773")])
    assert inputs(rows, asked).parties[0].keys == ("hubspot:9773",)
    none = Config(accounts={"servicenow_ids": "none"})
    assert inputs(rows, none).parties[0].keys == ()


def test_the_id_of_an_account_that_was_merged_since_is_the_one_it_ended_in() -> None:
    old, new = "001Ab00000XyZ12IAF", "001Ab00000QrS34IAF"
    rows = ROWS._replace(
        parties=[("servicenow", "x", "Acme", None, None, old)], merged=[("salesforce", old, new)]
    )
    assert inputs(rows, Config()).parties[0].keys == (f"salesforce:{new}",)


def test_a_company_is_known_by_its_further_domains_too() -> None:
    rows = ROWS._replace(
        parties=[("hubspot", "1", "Acme", "acme.com", "acme.de; acme.test;", None)]
    )
    assert inputs(rows, Config()).parties[0].domains == ("acme.com", "acme.de", "acme.test")
