"""The project's own tests must be able to fail: each of them is shown tables that break its promise."""

from __future__ import annotations

from collections.abc import Callable

import duckdb

from .conftest import Dbt, Warehouse
from .test_bad_input import odd_world

# A table, and a row to be added to it: present in none of its neighbours, and twice.
STRAY_ROWS = {
    "staging.hubspot_merged_ids": "object_type, old_id, current_id values ('deals', null, 'x')",
    "staging.staging_hubspot_contact_emails": "contact_id, email_key values ('yy', 'unknown')",
    "staging.int_contact_users": "contact_id, user_id values ('zz', 'unknown')",
    "staging.int_merged_accounts": "system, old_id values ('hubspot', null)",
    "staging.int_tickets": "system, ticket_id values ('jira', 'no')",
    "staging.staging_contacts": "id, email_key, company_id values ('zz', 'unknown', 'none')",
    "staging.staging_companies": "id values ('n/a')",
    "staging.staging_deals": "id, company_id, amount values ('zz', 'Unknown', 1)",
    "staging.staging_deal_companies": "deal_id, company_id, is_primary values ('three', 'zz', true)",
    "staging.staging_contact_companies": "contact_id, company_id values ('zz', 'zz')",
    "staging.staging_deal_contacts": "deal_id, contact_id values ('no', 'no')",
    "staging.staging_hubspot_account": "id values (null)",
    "staging.reporting_currency": "currency values ('XAU')",
    "staging.deal_amounts": "deal_id, currency, is_unpriced values (null, 'XAU', true)",
    "staging.staging_owners": "id, email_key values ('zz', 'N/A')",
    "staging.staging_pipeline_stages": "pipeline_id, stage_id values ('default', null)",
    "staging.staging_users": "user_id, email_key values ('zz', '-')",
    "staging.staging_teams": "team_id values (null)",
    "staging.staging_team_membership": "user_id, team_id values ('no', 'no')",
    "staging.staging_transactions": "transaction_id, user_id values ('zz', 'Unknown')",
    "staging.account_link_override_seed": "decision values ('perhaps')",
    "staging.account_parties": "system, source_id values ('hubspot', 'n/a')",
    "staging.account_source_map_seed": "system, source_id values ('jira', 'none')",
    "marts.ticket_accounts": "system, ticket_id, account_key values ('jira', 'no', 'no')",
    "marts.unmatched_tickets": "system, ticket_id values ('jira', 'no')",
    "marts.contacts_to_users": "contact_id, user_id, lifetime_spend_source values ('no', 'no', 'luck')",
    "marts.company_deals": "deal_id, company_id, allocated_amount values ('three', 'no', 5)",
    "marts.deals_without_company": "deal_id, amount values ('three', 5)",
    "marts.company_team_shares": "company_id, team_id values ('101', '1')",
    "marts.team_spending": "company_id, team_id, total_team_spend values ('no', 'no', 7)",
    "marts.unlinked_company_spend": "company_id, total_spend, won_spend, lost_spend, open_pipeline values ('101', 7, 1, 1, 1)",
    "marts.deal_conversion": "pipeline_id, stage_id, deals values ('default', 'closedwon', 3)",
    "marts.team_performance": "team_id, total_team_spend values ('1', 9)",
}


VENDORS = ("salesforce", "servicenow", "qbr")


def stray(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    """A row of a vendor's table whose every text is one that occurs nowhere else."""
    found = connection.execute(f"describe {table}").fetchall()
    text = f"'of {table} alone'"
    values = ", ".join(text if kind == "VARCHAR" else "null" for _, kind, *_ in found)
    return f"insert into {table} values ({values})"


def test_every_check_fails_on_tables_that_break_its_promise(
    dbt: Dbt, build: Callable[..., Warehouse]
) -> None:
    path = build(odd_world()).path
    with duckdb.connect(str(path)) as connection:
        for table, row in STRAY_ROWS.items():
            columns, values = row.split(" values ")
            for _ in range(2):
                connection.execute(f"insert into {table} ({columns}) values {values}")
        vendors = [
            f"staging.{name}"
            for (name,) in connection.execute(
                "select table_name from information_schema.tables where table_schema = 'staging'"
            ).fetchall()
            if any(vendor in name for vendor in VENDORS)
        ]
        for table in vendors:
            for _ in range(2):
                connection.execute(stray(connection, table))
        connection.execute("delete from marts.contacts_to_users where contact_id = '1'")

    outcome = dbt.invoke(["test", "--select", "test_type:data"], path)

    passed = [result.node.name for result in outcome.result if result.status == "pass"]
    assert passed == []
    assert len(outcome.result) >= 40
