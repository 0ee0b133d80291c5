"""ServiceNow's values become types, or rejects with a reason; nothing is lost on the way."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlglot

from revops_pipeline.sandbox import Portal
from revops_pipeline.sandbox.servicenow_world import STREAMS, ServiceNowWorld

from .conftest import Dbt, Warehouse
from .lint import problems, tables

LOADED_AT = dt.datetime(2026, 11, 1, 12)
Documents = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def stage(dbt: Dbt, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Warehouse]:
    """Builds ServiceNow's staging of the given documents: table → id → document."""

    def build(documents: dict[str, Documents], **variables: Any) -> Warehouse:
        path = tmp_path_factory.mktemp("servicenow") / "w.duckdb"
        write(path, documents)
        args = ["build", "--select", "path:models/staging/servicenow"]
        outcome = dbt.invoke([*args, "--exclude-resource-type", "unit_test"], path, **variables)
        broken = {r.node.name: r.message for r in outcome.result if r.status in ("error", "fail")}
        assert broken == {}
        return Warehouse(path, set(), set())

    return build


def write(path: Path, documents: dict[str, Documents]) -> None:
    with duckdb.connect(str(path)) as connection:
        for schema in ("raw", "staging", "marts", "ops"):
            connection.execute(f"create schema {schema}")
        for table in STREAMS:
            connection.execute(
                f"create table raw.servicenow_{table} (id varchar primary key, document varchar,"
                " source_updated_at timestamp, content_hash varchar, deleted_at timestamp,"
                " run_id varchar, loaded_at timestamp)"
            )
            rows = [
                (i, json.dumps(d), d.pop("_deleted", None), LOADED_AT)
                for i, d in documents.get(table, {}).items()
            ]
            if rows:
                connection.executemany(
                    f"insert into raw.servicenow_{table} values (?, ?, null, 'hash', ?, 'run', ?)",
                    rows,
                )


ODD: Documents = {
    "whole": {
        "number": "INC1",
        "priority": "1",
        "state": "6",
        "active": "true",
        "made_sla": "false",
        "opened_at": "2026-10-01 08:00:00",
        "u_first_responded_at": "2026-10-01 08:30:00",
        "resolved_at": "2026-10-01 12:00:00",
        "closed_at": "2026-10-08 02:00:00",
        "sla_due": "2026-10-01 12:00:00",
        "u_satisfaction_rating": "4",
        "reopen_count": "1",
        "reassignment_count": "3",
        "escalation": "2",
        "u_customer_account_id": "0015g00000AbCdE",
        "u_customer_account_name": "Vellum",
        "sys_updated_on": "2026-10-08 02:00:00",
    },
    "labels": {
        "priority": "2 - High",
        "state": "In Progress",
        "escalation": "Overdue",
        "impact": "1 - High",
        "urgency": "Low",
        "u_customer_account_id": "0015g00000AbCdEAAV",
        "u_customer_account_name": "Vellum Ltd",
        "sys_updated_on": "2026-10-09 02:00:00",
    },
    "bare_label": {"priority": "Moderate", "state": "Awaiting Vendor", "active": "1"},
    "wrong": {
        "priority": "urgent",
        "active": "perhaps",
        "escalation": "9",
        "u_satisfaction_rating": "11",
        "reopen_count": "-1",
        "reassignment_count": "some",
        "opened_at": "01.10.2026",
        "closed_at": "2026-10-08",
    },
    "closed_before_opened": {
        "state": "7",
        "active": "false",
        "opened_at": "2026-10-01 08:00:00",
        "u_first_responded_at": "2026-09-30 08:00:00",
        "resolved_at": "2026-09-30 08:00:00",
        "closed_at": "2026-09-30 09:00:00",
    },
    "flags": {"active": "True", "made_sla": ""},
    "numeric_flags": {"active": 1, "made_sla": 0},
    "dates": {
        "opened_at": "2026-10-01T10:00:00+02:00",
        "resolved_at": "2026-10-02",
        "closed_at": "2026-10-03 00:00:00",
        "sla_due": "",
    },
    "nothing": {},
    "canceled": {"state": "8", "active": "true", "opened_at": "2026-10-01 08:00:00"},
    "reopened": {
        "state": "2",
        "opened_at": "2026-10-01 08:00:00",
        "resolved_at": "2026-10-01 09:00:00",
    },
    "closed_without_a_state": {
        "active": "perhaps not",
        "opened_at": "2026-10-01 08:00:00",
        "closed_at": "2026-10-02 08:00:00",
    },
    "no_account": {"u_customer_account_id": " N/A ", "u_customer_account_name": " Globex Inc\t"},
    "no_account_at_all": {"u_customer_account_id": "-", "u_customer_account_name": "unknown"},
    "gone": {"priority": "1", "_deleted": LOADED_AT},
}


@pytest.fixture(scope="module")
def odd(stage: Callable[..., Warehouse]) -> Warehouse:
    return stage({"incident": json.loads(json.dumps(ODD, default=str))})


@pytest.fixture(scope="module")
def incidents(odd: Warehouse) -> dict[Any, dict[str, Any]]:
    return odd.records("staging.staging_servicenow_incidents", "id")


Incidents = dict[Any, dict[str, Any]]


def test_every_live_incident_is_there_and_no_deleted_one(incidents: Incidents) -> None:
    assert incidents.keys() == ODD.keys() - {"gone"}


def test_raw_values_become_types(incidents: Incidents) -> None:
    whole = incidents["whole"]
    assert whole["opened_at"] == dt.datetime(2026, 10, 1, 8)
    assert whole["first_responded_at"] == dt.datetime(2026, 10, 1, 8, 30)
    assert (whole["priority"], whole["escalation"], whole["state"]) == (1, 2, "resolved")
    assert (whole["satisfaction_rating"], whole["made_sla"]) == (Decimal(4), False)
    assert (whole["reopened_count"], whole["assignment_group_changed"]) == (1, 3)


def test_the_clock_stops_at_the_resolution_and_not_at_the_closing(incidents: Incidents) -> None:
    assert incidents["whole"]["stopped_at"] == dt.datetime(2026, 10, 1, 12)
    assert incidents["dates"]["stopped_at"] == dt.datetime(2026, 10, 2)


def test_labels_mean_the_same_as_numbers(incidents: Incidents) -> None:
    labels = incidents["labels"]
    assert [labels[c] for c in ("priority", "escalation", "impact", "urgency")] == [2, 3, 1, 3]
    assert (labels["state"], labels["is_open"]) == ("in progress", True)
    assert incidents["bare_label"]["priority"] == 3


def test_a_state_of_the_instances_own_is_kept_and_open(incidents: Incidents) -> None:
    assert incidents["bare_label"]["state"] == "awaiting vendor"
    assert incidents["bare_label"]["is_open"]


def test_booleans_come_in_many_forms(incidents: Incidents) -> None:
    assert incidents["flags"]["is_active"] is True
    assert incidents["flags"]["made_sla"] is None
    assert incidents["numeric_flags"]["is_active"] is True
    assert incidents["numeric_flags"]["made_sla"] is False


def test_dates_come_in_three_forms_and_in_none(incidents: Incidents) -> None:
    dates = incidents["dates"]
    assert dates["opened_at"] == dt.datetime(2026, 10, 1, 8)
    assert dates["resolved_at"] == dt.datetime(2026, 10, 2)
    assert dates["closed_at"] == dt.datetime(2026, 10, 3)
    assert dates["sla_due_at"] is None
    nothing = incidents["nothing"]
    assert {v for k, v in nothing.items() if k not in ("id", "loaded_at", "is_open")} == {None}


def test_canceled_is_closed_and_reopened_is_open(incidents: Incidents) -> None:
    assert incidents["canceled"]["is_open"] is False
    assert incidents["reopened"]["is_open"] is True
    assert incidents["reopened"]["stopped_at"] is None


def test_a_time_of_closing_tells_where_neither_state_nor_flag_does(incidents: Incidents) -> None:
    closed = incidents["closed_without_a_state"]
    assert (closed["is_open"], closed["stopped_at"]) == (False, dt.datetime(2026, 10, 2, 8))


def test_what_cannot_be_typed_or_cannot_be_is_listed_with_its_reason(odd: Warehouse) -> None:
    rejected = odd.rows(
        'select id, "column", "value", reason from staging.servicenow_rejected_records'
    )
    before = "before the ticket was opened"
    assert set(rejected) == {
        ("wrong", "priority", "urgent", "not a priority from 1 to 5"),
        ("wrong", "is_active", "perhaps", "neither true nor false"),
        ("wrong", "escalation", "9", "not an escalation from 0 to 3"),
        ("wrong", "satisfaction_rating", "11", "not a rating on the scale"),
        ("wrong", "reopened_count", "-1", "not a count"),
        ("wrong", "assignment_group_changed", "some", "not a count"),
        ("wrong", "opened_at", "01.10.2026", "not a time"),
        ("closed_before_opened", "first_responded_at", "2026-09-30 08:00:00", before),
        ("closed_before_opened", "resolved_at", "2026-09-30 08:00:00", before),
        ("closed_before_opened", "closed_at", "2026-09-30 09:00:00", before),
        ("closed_without_a_state", "is_active", "perhaps not", "neither true nor false"),
        ("no_account", "account_id", " N/A ", "a placeholder, no id"),
        ("no_account_at_all", "account_id", "-", "a placeholder, no id"),
    }
    assert len(rejected) == 13


CHECKED = {
    *("account_id", "priority", "impact", "urgency", "escalation", "assignment_group_changed"),
    *("is_active", "made_sla", "is_known_error", "reopened_count", "satisfaction_rating"),
}
WRONG = {
    "priority": "urgent",
    "impact": "huge",
    "urgency": "soon",
    "escalation": "9",
    "active": "perhaps",
    "made_sla": "perhaps",
    "known_error": "perhaps",
    "opened_at": "once",
    "closed_at": "once",
    "resolved_at": "once",
    "sla_due": "once",
    "start_date": "once",
    "end_date": "once",
    "sys_created_on": "once",
    "sys_updated_on": "once",
    "u_first_responded_at": "once",
    "u_satisfaction_rating": "11",
    "reopen_count": "-1",
    "reassignment_count": "some",
    "u_customer_account_id": "none",
}


def test_a_wrong_value_is_listed_once_with_the_column_that_stayed_null(
    stage: Callable[..., Warehouse],
) -> None:
    """A task of a class that is read for itself has its values listed there alone."""
    models = {"incident": "incidents", "problem": "problems", "change_request": "changes"}
    documents = {table: {f"{table} 1": {**WRONG, "sys_class_name": table}} for table in models}
    tasks = {id_: d for each in documents.values() for id_, d in each.items()}
    other = {"sc_task 1": {**WRONG, "sys_class_name": "sc_task"}}
    built = stage({**documents, "task": {**tasks, **other}})
    rejected = built.rows('select stream, id, "column" from staging.servicenow_rejected_records')
    assert len(set(rejected)) == len(rejected)
    assert {(stream, id_) for stream, id_, _ in rejected} == {
        *((table, f"{table} 1") for table in models),
        ("task", "sc_task 1"),
    }
    for table, model in {**models, "task": "tasks"}.items():
        listed = {column for stream, _, column in rejected if stream == table}
        [row] = [
            row
            for id_, row in built.records(f"staging.staging_servicenow_{model}", "id").items()
            if table != "task" or id_ in other
        ]
        assert {column: row[column] for column in listed} == dict.fromkeys(listed)
        derived = {"account_name", "stopped_at"}
        empty = {column for column, value in row.items() if value is None} - derived
        assert {c for c in empty if c in CHECKED or c.endswith("_at")} == listed, table


def test_tasks_of_a_class_that_is_not_read_are_listed_as_tasks(
    stage: Callable[..., Warehouse],
) -> None:
    built = stage({"task": {"1": {"sys_class_name": "incident", "priority": "urgent"}}})
    assert built.rows('select stream, id, "column" from staging.servicenow_rejected_records') == [
        ("task", "1", "priority")
    ]


def test_an_incident_closed_before_it_opened_is_closed_at_no_known_time(
    incidents: Incidents,
) -> None:
    odd = incidents["closed_before_opened"]
    assert odd["opened_at"] == dt.datetime(2026, 10, 1, 8)
    assert (odd["resolved_at"], odd["closed_at"], odd["stopped_at"]) == (None, None, None)
    assert odd["is_open"] is False


def test_both_forms_of_an_account_id_are_one_account_with_its_latest_name(odd: Warehouse) -> None:
    rows = odd.rows(
        "select source_id, account_id, account_name, incident_count, name_count"
        " from staging.staging_servicenow_accounts where account_id is not null"
    )
    assert rows == [("0015g00000AbCdEAAV", "0015g00000AbCdEAAV", "Vellum Ltd", 2, 2)]


def test_an_account_that_is_named_without_an_id_is_known_by_its_name(odd: Warehouse) -> None:
    rows = odd.rows(
        "select source_id, account_name, incident_count"
        " from staging.staging_servicenow_accounts where account_id is null"
    )
    assert rows == [("name:globex inc", " Globex Inc\t", 1)]


def test_the_full_account_id_is_what_the_sandboxes_make(stage: Callable[..., Warehouse]) -> None:
    from revops_pipeline.sandbox.servicenow_generate import account_id

    full = [account_id(62**3 * number + 35 * number) for number in range(1, 60)]
    built = stage({"incident": {i: {"u_customer_account_id": i[:15]} for i in full}})
    assert set(built.column("select account_id from staging.staging_servicenow_accounts")) == set(
        full
    )


def test_fields_of_an_instance_are_named_in_the_settings(stage: Callable[..., Warehouse]) -> None:
    document = {
        "u_first_responded_at": "2026-10-01 08:30:00",
        "x_acme_first_reply": "2026-10-01 09:00:00",
        "x_acme_account": "ACME-1",
        "reopen_count": "2",
    }
    columns = {
        "first_responded_at": "x_acme_first_reply",
        "customer_account_id": ["no_such_field", "x_acme_account"],
        "reopened_count": [],
    }
    built = stage({"incident": {"1": document}}, servicenow_columns=columns)
    row = built.records("staging.staging_servicenow_incidents", "id")["1"]
    assert row["first_responded_at"] == dt.datetime(2026, 10, 1, 9)
    assert (row["account_id"], row["reopened_count"]) == ("ACME-1", None)


def test_the_prefix_and_the_scale_are_settings(stage: Callable[..., Warehouse]) -> None:
    document = {"x_customer_account_id": "ACME-1", "x_satisfaction_rating": "9"}
    built = stage({"incident": {"1": document}}, servicenow_prefix="x_", servicenow_rating_scale=10)
    row = built.records("staging.staging_servicenow_incidents", "id")["1"]
    assert (row["account_id"], row["satisfaction_rating"]) == ("ACME-1", Decimal(9))


def test_a_setting_for_a_column_that_is_none_is_refused(dbt: Dbt, tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    write(path, {})
    outcome = dbt.invoke(
        ["build", "--select", "staging_servicenow_tasks"],
        path,
        servicenow_columns={"mood": "u_mood"},
    )
    told = " ".join(str(r.message) for r in outcome.result or []) + str(outcome.exception)
    assert "servicenow_columns names mood; it may name: customer_account_id" in told


def test_stock_columns_stand_in_for_those_that_an_instance_lacks(
    stage: Callable[..., Warehouse],
) -> None:
    world = ServiceNowWorld.generate(Portal.generate(20, 10, 2, 3), 3, custom_fields=False)
    built = stage(world.truth())
    rows = built.records("staging.staging_servicenow_incidents", "id").values()
    assert {row["first_responded_at"] for row in rows} == {None}
    assert {row["satisfaction_rating"] for row in rows} == {None}
    assert {row["reopened_count"] for row in rows} == {0, 1}
    assert max(row["assignment_group_changed"] for row in rows) > 1


def test_the_sandboxes_instance_is_typed_without_a_reject(stage: Callable[..., Warehouse]) -> None:
    world = ServiceNowWorld.generate(Portal.generate(40, 20, 5, 3), 3)
    built = stage(world.truth())
    assert built.rows("select * from staging.servicenow_rejected_records") == []
    for table, model in {
        "incident": "incidents",
        "task": "tasks",
        "problem": "problems",
        "change_request": "changes",
        "cmdb_ci": "configuration_items",
        "sys_user": "users",
    }.items():
        assert built.rows(f"select count(*) from staging.staging_servicenow_{model}") == [
            (len(world.ids(table)),)
        ]


def test_every_table_has_the_columns_that_it_describes(
    dbt: Dbt, stage: Callable[..., Warehouse]
) -> None:
    built: dict[str, dict[str, str]] = {}
    for schema, table, column, kind in stage({}).rows(
        "select table_schema, table_name, column_name, lower(data_type)"
        " from information_schema.columns"
    ):
        built.setdefault(f"{schema}.{table}", {})[column] = kind
    nodes = [
        n
        for n in dbt.manifest.nodes.values()
        if str(n.resource_type) == "model" and "staging/servicenow/" in n.original_file_path
    ]
    assert len(nodes) == 8
    for node in nodes:
        described = {name: column.data_type for name, column in node.columns.items()}
        assert described == built[f"{node.schema}.{node.name}"], node.name
        assert node.description.startswith("One row per "), node.name
        assert all(column.description for column in node.columns.values()), node.name


def test_the_unit_tests_of_the_models_pass(dbt: Dbt, stage: Callable[..., Warehouse]) -> None:
    path = stage({}).path
    args = ["test", "--select", "path:models/staging/servicenow,test_type:unit"]
    outcome = dbt.invoke(args, path)
    assert {r.node.name: r.status for r in outcome.result} == {
        "a_servicenow_incident_that_was_closed_is_not_open": "pass",
        "no_servicenow_incident_ends_before_it_began": "pass",
        "the_first_filled_field_of_servicenow_counts": "pass",
        "a_servicenow_account_has_the_name_it_had_last": "pass",
    }


def test_no_sql_of_the_models_is_answered_differently_by_another_engine(
    dbt: Dbt, stage: Callable[..., Warehouse]
) -> None:
    outcome = dbt.invoke(["compile", "--select", "path:models/staging/servicenow"], stage({}).path)
    known = tables(json.loads((dbt.target / "manifest.json").read_text()), document="varchar")
    found = {
        r.node.name: problems(
            sqlglot.parse_one(r.node.compiled_code, dialect="duckdb"), "duckdb", known
        )
        for r in outcome.result
        if getattr(r.node, "compiled_code", None)
    }
    assert len(found) >= 8
    assert {name: each for name, each in found.items() if each} == {}
