"""The sandbox answers as ServiceNow's Table API does; asked with plain `requests`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from revops_pipeline.sandbox import Portal
from revops_pipeline.sandbox.servicenow_app import DEFAULT_PASSWORD, DEFAULT_USER, NO_ROLES_USER
from revops_pipeline.sandbox.servicenow_query import parse
from revops_pipeline.sandbox.servicenow_world import ServiceNowWorld
from revops_pipeline_tests.sandbox.servicenow_instance import ServedInstance


def new_world(seed: int = 3, **options: Any) -> ServiceNowWorld:
    return ServiceNowWorld.generate(Portal.generate(60, 20, 5, seed), seed, **options)


@pytest.fixture(scope="module")
def instance() -> Iterator[ServedInstance]:
    """Tests that use it leave its records as they were."""
    with ServedInstance(new_world()) as served:
        yield served


@pytest.fixture
def changing() -> Iterator[ServedInstance]:
    with ServedInstance(new_world()) as served:
        yield served


def ask(
    instance: ServedInstance,
    path: str,
    user: str = DEFAULT_USER,
    password: str = DEFAULT_PASSWORD,
    **params: Any,
) -> requests.Response:
    asked = {f"sysparm_{name}": value for name, value in params.items()}
    url = f"{instance.url}/api/now/{path}"
    return requests.get(url, params=asked, auth=(user, password), timeout=5)


def rows(instance: ServedInstance, table: str, **params: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ask(instance, f"table/{table}", **params).json()["result"]
    return found


def test_a_page_tells_the_total_and_where_the_others_are(instance: ServedInstance) -> None:
    total = len(instance.world.ids("incident"))
    answer = ask(instance, "table/incident", limit=30, offset=30, query="ORDERBYsys_id")
    assert answer.headers["X-Total-Count"] == str(total)
    assert {name: link["url"].count("sysparm_offset") for name, link in answer.links.items()} == {
        "first": 1,
        "prev": 1,
        "next": 1,
        "last": 1,
    }
    seen = [r["sys_id"] for r in rows(instance, "incident", limit=30, query="ORDERBYsys_id")]
    seen += [r["sys_id"] for r in answer.json()["result"]]
    while (following := answer.links.get("next")) is not None:
        answer = requests.get(following["url"], auth=(DEFAULT_USER, DEFAULT_PASSWORD), timeout=5)
        seen += [r["sys_id"] for r in answer.json()["result"]]
    assert seen == instance.world.ids("incident")


def test_every_value_is_text_and_references_are_links_unless_told_otherwise(
    instance: ServedInstance,
) -> None:
    [plain] = rows(instance, "incident", limit=1, exclude_reference_link="true")
    assert {type(value) for value in plain.values()} == {str}
    [linked] = rows(instance, "incident", limit=1)
    assert linked["assigned_to"] == {
        "link": f"{instance.url}/api/now/table/sys_user/{plain['assigned_to']}",
        "value": plain["assigned_to"],
    }
    user = requests.get(
        linked["assigned_to"]["link"], auth=(DEFAULT_USER, DEFAULT_PASSWORD), timeout=5
    )
    assert user.json()["result"]["sys_id"] == plain["assigned_to"]


def test_choices_come_raw_labelled_or_both(instance: ServedInstance) -> None:
    asked = {"query": "priority=1", "limit": 1, "fields": "priority"}
    assert rows(instance, "incident", **asked) == [{"priority": "1"}]
    assert rows(instance, "incident", **asked, display_value="true") == [
        {"priority": "1 - Critical"}
    ]
    assert rows(instance, "incident", **asked, display_value="all") == [
        {"priority": {"display_value": "1 - Critical", "value": "1"}}
    ]


def test_only_the_columns_that_are_asked_for_come(instance: ServedInstance) -> None:
    [row] = rows(instance, "incident", limit=1, fields="sys_id,number,no_such_column")
    assert set(row) == {"sys_id", "number"}


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("priority=1", lambda r: r["priority"] == "1"),
        ("priority=1^ORpriority=2", lambda r: r["priority"] in "12"),
        ("priority=1^ORpriority=2^active=true", lambda r: r["priority"] in "12" and r["active"] == "true"),
        ("active=true^NQpriority=1", lambda r: r["active"] == "true" or r["priority"] == "1"),
        ("priority<3", lambda r: int(r["priority"]) < 3),
        ("priority!=3", lambda r: r["priority"] != "3"),
        ("priorityIN1,4", lambda r: r["priority"] in "14"),
        ("closed_atISEMPTY", lambda r: not r["closed_at"]),
        ("closed_atISNOTEMPTY", lambda r: bool(r["closed_at"])),
        ("opened_at>=2026-01-01 00:00:00", lambda r: r["opened_at"] >= "2026"),
        ("short_descriptionLIKEsign-in", lambda r: "Sign-in" in r["short_description"]),
        ("numberSTARTSWITHINC", lambda r: True),
        ("opened_atBETWEEN2025-01-01@2025-12-31", lambda r: "2025" <= r["opened_at"] <= "2025-12-31"),
        ("no_such_column=1", lambda r: True),
    ],
)  # fmt: skip
def test_encoded_queries_find_what_they_say(
    instance: ServedInstance, query: str, holds: Any
) -> None:
    every = rows(instance, "incident", exclude_reference_link="true")
    found = rows(instance, "incident", query=query, exclude_reference_link="true")
    expected = {r["sys_id"] for r in every if holds(r)}
    assert {r["sys_id"] for r in found} == expected
    assert expected, "a query that finds nothing shows nothing"


def test_an_order_is_kept_and_no_time_is_before_an_empty_one(instance: ServedInstance) -> None:
    found = rows(instance, "incident", query="ORDERBYDESCpriority^ORDERBYnumber")
    keys = [(-int(r["priority"]), r["number"]) for r in found]
    assert keys == sorted(keys)
    query = parse("closed_at<2030-01-01", ["closed_at"])
    assert not query.matches({"closed_at": ""})


def test_a_task_is_shown_in_its_own_table_and_in_task_with_fewer_columns(
    instance: ServedInstance,
) -> None:
    tasks = {r["sys_id"]: r for r in rows(instance, "task")}
    incidents = {r["sys_id"]: r for r in rows(instance, "incident")}
    assert incidents.keys() < tasks.keys()
    classes = {r["sys_class_name"] for r in tasks.values()}
    assert classes == {"incident", "problem", "change_request", "sc_task"}
    assert "caller_id" not in tasks[min(incidents)]


@pytest.mark.parametrize(
    ("status", "message", "path", "user", "password"),
    [
        (401, "User Not Authenticated", "table/incident", DEFAULT_USER, "wrong"),
        (401, "User Not Authenticated", "table/incident", "nobody", DEFAULT_PASSWORD),
        (403, "User Not Authorized", "table/incident", NO_ROLES_USER, DEFAULT_PASSWORD),
        (400, "Invalid table no_such_table", "table/no_such_table", DEFAULT_USER, DEFAULT_PASSWORD),
        (404, "No Record found", "table/incident/0", DEFAULT_USER, DEFAULT_PASSWORD),
    ],
)
def test_refusals_say_why_in_the_documented_form(
    instance: ServedInstance, status: int, message: str, path: str, user: str, password: str
) -> None:
    answer = ask(instance, path, user, password)
    assert answer.status_code == status
    assert answer.json()["status"] == "failure"
    assert answer.json()["error"]["message"] == message
    if status == 401:
        assert answer.headers["WWW-Authenticate"].startswith("BASIC")


def test_without_credentials_nothing_is_told(instance: ServedInstance) -> None:
    answer = requests.get(f"{instance.url}/api/now/table/incident", timeout=5)
    assert answer.status_code == 401
    assert answer.json()["error"]["detail"] == "Required to provide Auth information"


def test_a_table_may_be_closed_by_its_read_rule(changing: ServedInstance) -> None:
    changing.world.denied = {"problem"}
    answer = ask(changing, "table/problem")
    assert answer.status_code == 403
    assert "ACL Exception" in answer.json()["error"]["detail"]
    assert ask(changing, "table/incident").status_code == 200


def test_rows_hidden_by_rules_leave_gaps_in_pages_and_stay_in_the_total(
    changing: ServedInstance,
) -> None:
    ids = changing.world.ids("incident")
    changing.world.hidden = set(ids[:30])
    answer = ask(changing, "table/incident", limit=20, query="ORDERBYsys_id")
    assert answer.json()["result"] == []
    assert answer.headers["X-Total-Count"] == str(len(ids))
    second = rows(changing, "incident", limit=20, offset=20, query="ORDERBYsys_id")
    assert [r["sys_id"] for r in second] == ids[30:40]


def test_an_hourly_limit_is_told_and_kept() -> None:
    with ServedInstance(new_world(), hourly_limit=2) as served:
        first = ask(served, "table/incident", limit=1)
        assert first.headers["X-RateLimit-Limit"] == "2"
        ask(served, "table/incident", limit=1)
        answer = ask(served, "table/incident", limit=1)
    assert answer.status_code == 429
    assert answer.json()["error"]["message"] == "Rate limit exceeded"
    assert 0 < int(answer.headers["Retry-After"]) <= 3601
    assert {"x-ratelimit-reset", "x-ratelimit-rule"} <= {*map(str.lower, answer.headers)}


def test_deleting_leaves_a_trace_in_the_log_of_deletions_and_restoring_no_stamp(
    changing: ServedInstance,
) -> None:
    world = changing.world
    gone, cleaned = world.ids("incident")[:2]
    before = world.truth()["incident"]
    world.delete(gone)
    world.delete(cleaned, audited=False)
    [log] = rows(changing, "sys_audit_delete")
    assert (log["tablename"], log["documentkey"]) == ("incident", gone)
    world.restore(gone)
    assert world.truth()["incident"] == {i: d for i, d in before.items() if i != cleaned}


def test_the_same_arguments_give_the_same_instance() -> None:
    assert new_world().truth() == new_world().truth()
    assert new_world(4).truth() != new_world().truth()


def test_tickets_belong_to_the_portals_companies_and_are_plausible() -> None:
    portal = Portal.generate(300, 60, 5, 3)
    world = ServiceNowWorld.generate(portal, 3, incidents=600)
    companies = {c["properties"]["name"] for c in portal.live("companies")}  # type: ignore[index]
    incidents = list(world.truth()["incident"].values())
    assert {i["u_customer_account_name"] for i in incidents} <= companies
    assert min(i["opened_at"] for i in incidents) >= "2024-10"
    assert all(
        i["opened_at"] <= i["resolved_at"] <= (i["closed_at"] or "9")
        for i in incidents
        if i["resolved_at"]
    )
    open_ = [i for i in incidents if i["active"] == "true" and not i["resolved_at"]]
    assert 5 < len(open_) < 120
    users, machines = world.ids("sys_user"), world.ids("cmdb_ci")
    assert {i["caller_id"] for i in incidents} <= {*users, ""}
    assert {i["cmdb_ci"] for i in incidents} <= set(machines)
    seconds = Counter(i["sys_updated_on"] for i in incidents)
    assert max(seconds.values()) > 3, "rows share the second in which tickets close by themselves"


def test_ids_of_a_crm_are_taken_over_and_unknown_companies_have_none() -> None:
    portal = Portal.generate(30, 10, 5, 3)
    known = next(portal.live("companies"))
    world = ServiceNowWorld.generate(portal, 3, accounts={str(known["id"]): "001000000000001AAA"})
    told = {
        (i["u_customer_account_name"], i["u_customer_account_id"])
        for i in world.truth()["incident"].values()
    }
    name = known["properties"]["name"]  # type: ignore[index]
    assert {account for n, account in told if n == name} <= {
        "001000000000001AAA",
        "001000000000001",
    }
    assert {account for n, account in told if n != name} == {""}


def test_an_instance_without_fields_of_its_own_has_none() -> None:
    world = new_world(custom_fields=False)
    assert not any(c.startswith("u_") for c in next(iter(world.truth()["incident"].values())))
