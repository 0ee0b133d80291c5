"""The tables that the sandbox's ServiceNow instance has, their columns, and labels of choices."""

from __future__ import annotations

from typing import Final

from revops_pipeline.sandbox.servicenow_query import Row

EXTENDS: Final = {
    "incident": "task",
    "problem": "task",
    "change_request": "task",
    "sc_task": "task",
    "cmdb_ci_server": "cmdb_ci",
    "cmdb_ci_appl": "cmdb_ci",
}
PREFIXES: Final = {
    "incident": "INC",
    "problem": "PRB",
    "change_request": "CHG",
    "sc_task": "SCTASK",
}


def _columns(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_SYSTEM = _columns(
    "sys_id sys_class_name sys_created_on sys_created_by sys_updated_on sys_updated_by "
    "sys_mod_count sys_domain sys_tags"
)
_TASK = _SYSTEM + _columns(
    "number active state priority impact urgency short_description description opened_at opened_by "
    "closed_at closed_by close_notes assigned_to assignment_group company location cmdb_ci "
    "escalation reassignment_count sla_due made_sla due_date expected_start work_start work_end "
    "approval parent contact_type knowledge time_worked business_duration calendar_duration "
    "activity_due correlation_id correlation_display follow_up order upon_approval upon_reject"
)
_CI = _SYSTEM + _columns(
    "name asset_tag serial_number install_status operational_status company owned_by managed_by "
    "assigned_to category subcategory ip_address fqdn first_discovered last_discovered install_date"
)
COLUMNS: Final = {
    "task": _TASK,
    "incident": _TASK
    + _columns(
        "caller_id category subcategory severity incident_state resolved_at resolved_by "
        "reopen_count reopened_time close_code problem_id rfc caused_by parent_incident "
        "child_incidents notify hold_reason business_stc calendar_stc"
    ),
    "problem": _TASK
    + _columns(
        "problem_state known_error category cause_notes fix_notes resolved_at related_incidents"
    ),
    "change_request": _TASK
    + _columns("type category risk phase start_date end_date close_code requested_by reason"),
    "sc_task": _TASK + _columns("request request_item sc_catalog"),
    "cmdb_ci": _CI,
    "cmdb_ci_server": _CI + _columns("os ram cpu_count disk_space"),
    "cmdb_ci_appl": _CI + _columns("version edition"),
    "sys_user": _SYSTEM
    + _columns(
        "user_name name first_name last_name email title department company manager phone "
        "mobile_phone active locked_out vip time_zone location employee_number last_login_time"
    ),
    "sys_audit_delete": _SYSTEM + _columns("tablename documentkey display_value"),
    "sys_properties": _SYSTEM + _columns("name value"),
}
# What this instance's owner has added to all tasks, and to incidents alone.
CUSTOM: Final = {
    "task": ("u_customer_account_id", "u_customer_account_name"),
    "incident": ("u_first_responded_at", "u_satisfaction_rating"),
}
REFERENCES: Final = {
    "opened_by": "sys_user",
    "closed_by": "sys_user",
    "resolved_by": "sys_user",
    "assigned_to": "sys_user",
    "caller_id": "sys_user",
    "requested_by": "sys_user",
    "cmdb_ci": "cmdb_ci",
    "problem_id": "problem",
    "company": "core_company",
    "assignment_group": "sys_user_group",
}
_LEVELS = {"1": "1 - High", "2": "2 - Medium", "3": "3 - Low"}
_INCIDENT_STATES = {
    "1": "New",
    "2": "In Progress",
    "3": "On Hold",
    "6": "Resolved",
    "7": "Closed",
    "8": "Canceled",
}
LABELS: Final[dict[str, dict[str, str]]] = {
    "priority": {
        "1": "1 - Critical",
        "2": "2 - High",
        "3": "3 - Moderate",
        "4": "4 - Low",
        "5": "5 - Planning",
    },
    "impact": _LEVELS,
    "urgency": _LEVELS,
    "incident_state": _INCIDENT_STATES,
    "state": _INCIDENT_STATES,
    "escalation": {"0": "Normal", "1": "Moderate", "2": "High", "3": "Overdue"},
}


def tables_of(record_class: str) -> tuple[str, ...]:
    """The tables in which a record of a class appears: its own and those it extends."""
    parent = EXTENDS.get(record_class)
    return (record_class, *tables_of(parent)) if parent else (record_class,)


def classes_of(table: str) -> tuple[str, ...]:
    """The classes whose records a table shows."""
    return tuple(name for name in COLUMNS if table in tables_of(name))


def labelled(row: Row, column: str) -> str:
    return LABELS.get(column, {}).get(row.get(column, ""), row.get(column, ""))
