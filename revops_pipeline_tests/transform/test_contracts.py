"""Every column of Salesforce's and ServiceNow's tables is read from its field.

Columns and fields are written out once more, each with a value that no other field has: one that is
read from a wrong field, or from none, shows. Flags have but two values, so each is true in a record
of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from .conftest import Dbt, Warehouse
from .world import LOADED_AT, World

Fields = dict[str, tuple[str, Any]]
"""Column → field, and what the column holds; None: a flag."""


def words(**fields: str) -> Fields:
    """Columns of text."""
    return {column: (field, f"the {field}") for column, field in fields.items()}


def money(first: int, **fields: str) -> Fields:
    return numbers(first, "0.25", **fields)


def numbers(first: int, more: str = "0", **fields: str) -> Fields:
    """Columns of counted-up numbers."""
    return {
        column: (field, Decimal(first + place) + Decimal(more))
        for place, (column, field) in enumerate(fields.items())
    }


def whole(first: int, **fields: str) -> Fields:
    return {column: (field, first + place) for place, (column, field) in enumerate(fields.items())}


def days(first: int, **fields: str) -> Fields:
    named = enumerate(fields.items())
    return {column: (field, date(2026, 10, first + place)) for place, (column, field) in named}


def times(first: int, **fields: str) -> Fields:
    named = enumerate(fields.items())
    return {c: (field, datetime(2026, 10, 1, first + place, 5)) for place, (c, field) in named}


def flags(**fields: str) -> Fields:
    return {column: (field, None) for column, field in fields.items()}


STAMPS = times(1, created_at="CreatedDate", updated_at="SystemModstamp")
SALESFORCE: dict[str, Fields] = {
    "accounts": {
        **words(account_name="Name", account_type="Type", parent_id="ParentId"),
        **words(industry="Industry", billing_country="BillingCountry", website="Website"),
        **words(phone="Phone", owner_id="OwnerId", currency="CurrencyIsoCode"),
        **words(executive_engagement="Executive_Engagement__c", tier="Tier__c"),
        **words(segment="Segment__c", payment_health="Payment_Health__c"),
        **words(champion_stability="Champion_Stability__c"),
        **money(100, annual_revenue="AnnualRevenue", arr="ARR__c", prior_arr="Prior_ARR__c"),
        **whole(12, employees="NumberOfEmployees"),
        **numbers(20, nps_score="NPS_Score__c", adoption_score="Adoption_Score__c"),
        **numbers(22, churn_risk_score="Churn_Risk_Score__c", health_score="Health_Score__c"),
        **numbers(24, active_users="Active_Users__c", total_users="Total_Users__c"),
        **numbers(26, feature_usage_score="Feature_Usage_Score__c", nrr_pct="NRR__c"),
        **numbers(28, revenue_growth_pct="Revenue_Growth_Rate__c"),
        **numbers(29, support_tickets_30d="Support_Tickets_30d__c"),
        **numbers(30, qbr_attendance_pct="QBR_Attendance__c"),
        **numbers(31, expansion_signals="Expansion_Signals__c"),
        **days(1, last_login_date="Last_Login_Date__c"),
    },
    "opportunities": {
        **words(account_id="AccountId", opportunity_name="Name", stage="StageName"),
        **words(currency="CurrencyIsoCode", opportunity_type="Type", lead_source="LeadSource"),
        **words(forecast_category="ForecastCategoryName", owner_id="OwnerId"),
        **words(contract_id="ContractId"),
        **money(100, amount="Amount"),
        **numbers(40, probability_pct="Probability"),
        **days(1, close_date="CloseDate", renewal_date="Renewal_Date__c"),
        **flags(is_closed="IsClosed", is_won="IsWon"),
    },
    "contacts": {
        **words(account_id="AccountId", first_name="FirstName", last_name="LastName"),
        **words(title="Title", department="Department", email="Email", phone="Phone"),
        **words(country="MailingCountry", owner_id="OwnerId"),
        "email_key": ("Email", "the email"),
    },
    "cases": {
        **words(account_id="AccountId", contact_id="ContactId", case_number="CaseNumber"),
        **words(subject="Subject", status="Status", priority="Priority", origin="Origin"),
        **words(case_type="Type", reason="Reason", owner_id="OwnerId"),
        **numbers(4, satisfaction_rating="Satisfaction_Rating__c"),
        **times(3, closed_at="ClosedDate"),
        **flags(is_closed="IsClosed", is_escalated="IsEscalated"),
    },
    "tasks": {
        **words(who_id="WhoId", what_id="WhatId", account_id="AccountId", subject="Subject"),
        **words(status="Status", priority="Priority", task_type="Type", task_subtype="TaskSubtype"),
        **words(call_type="CallType", owner_id="OwnerId"),
        **days(1, activity_date="ActivityDate"),
        **times(3, completed_at="CompletedDateTime"),
        **flags(is_closed="IsClosed"),
    },
    "users": {
        **words(user_name="Username", email="Email", first_name="FirstName"),
        **words(last_name="LastName", full_name="Name", title="Title", user_type="UserType"),
        **words(manager_id="ManagerId"),
        "email_key": ("Email", "the email"),
        **flags(is_active="IsActive"),
    },
    "contracts": {
        **words(account_id="AccountId", contract_number="ContractNumber", status="Status"),
        **words(owner_id="OwnerId"),
        **whole(12, term_months="ContractTerm"),
        **numbers(20, changes_count="Changes_Count__c"),
        **days(1, start_date="StartDate", end_date="EndDate"),
        **times(3, activated_at="ActivatedDate"),
    },
    "churn_signals": {
        **words(account_id="Account__c", signal_name="Name", signal_type="Signal_Type__c"),
        **words(status="Status__c", description="Description__c", owner_id="OwnerId"),
        "severity": ("Severity__c", "moderate"),
        **days(1, signal_date="Signal_Date__c", resolved_date="Resolved_Date__c"),
    },
}

TICKET: Fields = {
    **words(number="number", company_id="company", assigned_to_id="assigned_to"),
    **words(assignment_group="assignment_group", configuration_item_id="cmdb_ci"),
    **words(short_description="short_description", state="state"),
    **words(account_id="u_customer_account_id", account_name="u_customer_account_name"),
    **whole(0, escalation="escalation", impact="impact", urgency="urgency", priority="priority"),
    **whole(7, assignment_group_changed="u_assignment_group_changed"),
    **times(3, opened_at="opened_at", closed_at="closed_at", sla_due_at="sla_due"),
    **flags(is_active="active", made_sla="made_sla"),
}
# Model → the table it is read from, and its columns.
SERVICENOW: dict[str, tuple[str, Fields]] = {
    "incidents": (
        "incident",
        {
            **TICKET,
            **words(caller_id="caller_id", category="category", problem_id="problem_id"),
            **words(change_id="rfc"),
            **whole(8, reopened_count="u_reopened_count"),
            "satisfaction_rating": ("u_satisfaction_rating", Decimal("4.5")),
            **times(6, first_responded_at="u_first_responded_at", resolved_at="resolved_at"),
        },
    ),
    "problems": (
        "problem",
        {
            **TICKET,
            **words(category="category"),
            **times(6, resolved_at="resolved_at"),
            **flags(is_known_error="known_error"),
        },
    ),
    "changes": (
        "change_request",
        {
            **TICKET,
            **words(change_type="type", category="category", risk="risk"),
            **times(6, start_at="start_date", end_at="end_date"),
        },
    ),
    "tasks": ("task", {**TICKET, **words(task_class="sys_class_name")}),
    "configuration_items": (
        "cmdb_ci",
        {
            **words(item_class="sys_class_name", name="name", company_id="company"),
            **words(category="category", install_status="install_status", owner_id="owned_by"),
            **words(operational_status="operational_status"),
        },
    ),
    "users": (
        "sys_user",
        {
            **words(user_name="user_name", name="name", first_name="first_name"),
            **words(last_name="last_name", email="email", title="title", company_id="company"),
            "email_key": ("email", "the email"),
            **flags(is_active="active", is_vip="vip"),
        },
    ),
}
TABLES: dict[str, tuple[str, Fields]] = {
    **{
        f"staging_salesforce_{stream}": (f"salesforce_{stream}", {**fields, **STAMPS})
        for stream, fields in SALESFORCE.items()
    },
    **{
        f"staging_servicenow_{model}": (
            f"servicenow_{table}",
            {**fields, **times(1, created_at="sys_created_on", updated_at="sys_updated_on")},
        )
        for model, (table, fields) in SERVICENOW.items()
    },
}
# Worked out from other columns.
DERIVED = {"staging_servicenow_incidents": {"is_open", "stopped_at"}}


def records(fields: Fields) -> dict[str, dict[str, Any]]:
    """What the columns have to hold: id → column → value, a record for each flag."""
    named = [column for column, (_, value) in fields.items() if value is None]
    return {
        true or "only": {c: c == true if v is None else v for c, (_, v) in fields.items()}
        for true in named or [""]
    }


def document(fields: Fields, record: dict[str, Any]) -> dict[str, Any]:
    """A record as the vendor writes it."""
    found: dict[str, Any] = {}
    for column, value in record.items():
        plain = value if isinstance(value, (bool, int, str)) else str(value)
        found.setdefault(fields[column][0], plain)
    return found


@pytest.fixture(scope="module")
def staged(build: Callable[..., Warehouse]) -> Warehouse:
    world = World()
    for table, fields in TABLES.values():
        for id_, record in records(fields).items():
            world.put(table, id_, document(fields, record))
    return build(world, list(TABLES))


@pytest.mark.parametrize("model", TABLES)
def test_every_column_is_read_from_its_field(staged: Warehouse, model: str) -> None:
    table, fields = TABLES[model]
    expected = records(fields)
    rows = staged.records(f"staging.{model}", "id")
    assert rows.keys() == expected.keys()
    besides = {"id": None, "loaded_at": LOADED_AT} | dict.fromkeys(DERIVED.get(model, ()))
    for id_, row in rows.items():
        assert {c: value for c, value in row.items() if c not in besides} == expected[id_], table
        assert row["loaded_at"] == LOADED_AT


def test_no_two_fields_of_a_table_hold_the_same() -> None:
    """Else one that is read in the place of another would pass."""
    for model, (_, fields) in TABLES.items():
        held = [str(value) for _, value in dict(fields.values()).items() if value is not None]
        assert len(held) == len(set(held)), model


def test_every_column_that_is_read_is_among_these(dbt: Dbt) -> None:
    columns = {
        node.name: set(node.columns) - {"id", "loaded_at"} - DERIVED.get(node.name, set())
        for node in dbt.manifest.nodes.values()
        if str(node.resource_type) == "model"
        and node.name.startswith(("staging_salesforce_", "staging_servicenow_"))
    }
    del columns["staging_servicenow_accounts"]  # made of incidents
    assert columns == {model: set(fields) for model, (_, fields) in TABLES.items()}
