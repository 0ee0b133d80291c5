"""What Salesforce holds, as streams: one per object."""

from __future__ import annotations

from revops_pipeline.sources.stream import Mode, Stream

# Stream → the object's API name.
OBJECTS = {
    "accounts": "Account",
    "opportunities": "Opportunity",
    "contacts": "Contact",
    "cases": "Case",
    "tasks": "Task",
    "users": "User",
    "contracts": "Contract",
    "churn_signals": "Churn_Signal__c",
}
# Custom objects, which an organisation may lack: their streams are then empty.
CUSTOM = frozenset(name for name, api_name in OBJECTS.items() if api_name.endswith("__c"))
# Which may be switched off; users are looked up from all of them.
TOGGLES = tuple(name for name in OBJECTS if name != "users")

# Salesforce's own fields that our models read, by the column they are read into. `CurrencyIsoCode` is
# one of organisations with several currencies, `ContractId` one of those that use contracts.
_EACH = {"created_at": "CreatedDate", "updated_at": "SystemModstamp"}
STANDARD: dict[str, dict[str, str]] = {
    "accounts": _EACH
    | {
        "account_name": "Name",
        "account_type": "Type",
        "parent_id": "ParentId",
        "annual_revenue": "AnnualRevenue",
        "industry": "Industry",
        "billing_country": "BillingCountry",
        "website": "Website",
        "phone": "Phone",
        "employees": "NumberOfEmployees",
        "owner_id": "OwnerId",
    },
    "opportunities": _EACH
    | {
        "account_id": "AccountId",
        "opportunity_name": "Name",
        "stage": "StageName",
        "amount": "Amount",
        "probability_pct": "Probability",
        "close_date": "CloseDate",
        "opportunity_type": "Type",
        "lead_source": "LeadSource",
        "is_closed": "IsClosed",
        "is_won": "IsWon",
        "forecast_category": "ForecastCategoryName",
        "owner_id": "OwnerId",
    },
    "contacts": _EACH
    | {
        "account_id": "AccountId",
        "first_name": "FirstName",
        "last_name": "LastName",
        "title": "Title",
        "department": "Department",
        "email": "Email",
        "phone": "Phone",
        "country": "MailingCountry",
        "owner_id": "OwnerId",
    },
    "users": _EACH
    | {
        "user_name": "Username",
        "email": "Email",
        "first_name": "FirstName",
        "last_name": "LastName",
        "full_name": "Name",
        "title": "Title",
        "is_active": "IsActive",
        "user_type": "UserType",
        "manager_id": "ManagerId",
    },
    "cases": _EACH
    | {
        "account_id": "AccountId",
        "contact_id": "ContactId",
        "case_number": "CaseNumber",
        "subject": "Subject",
        "status": "Status",
        "priority": "Priority",
        "origin": "Origin",
        "case_type": "Type",
        "reason": "Reason",
        "is_closed": "IsClosed",
        "is_escalated": "IsEscalated",
        "closed_at": "ClosedDate",
        "owner_id": "OwnerId",
    },
    "tasks": _EACH
    | {
        "who_id": "WhoId",
        "what_id": "WhatId",
        "account_id": "AccountId",
        "subject": "Subject",
        "status": "Status",
        "priority": "Priority",
        "activity_date": "ActivityDate",
        "task_type": "Type",
        "task_subtype": "TaskSubtype",
        "call_type": "CallType",
        "is_closed": "IsClosed",
        "completed_at": "CompletedDateTime",
        "owner_id": "OwnerId",
    },
    "contracts": _EACH
    | {
        "account_id": "AccountId",
        "contract_number": "ContractNumber",
        "status": "Status",
        "start_date": "StartDate",
        "end_date": "EndDate",
        "term_months": "ContractTerm",
        "activated_at": "ActivatedDate",
        "owner_id": "OwnerId",
    },
}

STREAMS = tuple(
    Stream(
        "salesforce",
        name,
        Mode.UPSERT,
        f"One row per Salesforce {api_name}, deleted ones included.",
        standard=frozenset(STANDARD.get(name, {}).values()),
    )
    for name, api_name in OBJECTS.items()
)
