"""What is read of ServiceNow: six tables, and which settings switch four of them."""

from __future__ import annotations

from revops_pipeline.sources.stream import Mode, Stream

# Setting → table. Users and configuration items are looked up from tickets: they have no switch.
TOGGLES = {
    "incidents": "incident",
    "tasks": "task",
    "problems": "problem",
    "change_requests": "change_request",
}

# What differs between two versions of a row, its time first.
VERSION = ("sys_updated_on", "sys_mod_count")

# Table → the classes under which the instance's log of deletions names its records. Classes that an
# instance has added are missing here; what is deleted of them is found by the census.
DELETED_CLASSES = {
    "incident": "tablename=incident",
    "task": (
        "tablenameINtask,incident,problem,change_request,sc_task,sc_req_item,sc_request,"
        "change_task,problem_task,incident_task,sn_customerservice_case"
    ),
    "problem": "tablename=problem",
    "change_request": "tablename=change_request",
    "cmdb_ci": "tablenameSTARTSWITHcmdb_ci",
    "sys_user": "tablename=sys_user",
}

# Stock columns that our models read, by table.
_EACH = ("sys_created_on", "sys_updated_on", "sys_class_name")
_TICKET = (
    *(*_EACH, "number", "company", "assigned_to", "assignment_group", "cmdb_ci"),
    *("short_description", "state", "priority", "impact", "urgency", "escalation", "active"),
    *("made_sla", "opened_at", "closed_at", "sla_due"),
)
STANDARD = {
    "incident": (*_TICKET, "caller_id", "category", "resolved_at", "problem_id", "rfc"),
    "task": _TICKET,
    "problem": (*_TICKET, "category", "known_error", "resolved_at"),
    "change_request": (*_TICKET, "type", "category", "risk", "start_date", "end_date"),
    "cmdb_ci": (
        *(*_EACH, "name", "company", "category", "install_status", "operational_status"),
        "owned_by",
    ),
    "sys_user": (
        *("sys_created_on", "sys_updated_on", "user_name", "name", "first_name", "last_name"),
        *("email", "title", "company", "active", "vip"),
    ),
}

STREAMS = tuple(
    Stream("servicenow", table, Mode.UPSERT, description, standard=frozenset(STANDARD[table]))
    for table, description in {
        "incident": "One row per ServiceNow incident.",
        "task": "One row per ServiceNow task of any class: incidents, problems and changes too.",
        "problem": "One row per ServiceNow problem.",
        "change_request": "One row per ServiceNow change request.",
        "cmdb_ci": "One row per ServiceNow configuration item of any class.",
        "sys_user": "One row per ServiceNow user, inactive ones included.",
    }.items()
)
