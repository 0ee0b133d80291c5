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

STREAMS = tuple(
    Stream(
        "salesforce",
        name,
        Mode.UPSERT,
        f"One row per Salesforce {api_name}, deleted ones included.",
    )
    for name, api_name in OBJECTS.items()
)
