"""What the project promises about itself: portable SQL, named tests, described columns."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlglot
from sqlglot import exp

from .conftest import PROJECT, Dbt, Warehouse
from .world import World

CLOCKS = (exp.CurrentTimestamp, exp.CurrentDate, exp.CurrentTime)
ZONED = {exp.DataType.Type.TIMESTAMPTZ, exp.DataType.Type.TIMESTAMPLTZ}


@pytest.fixture(scope="module")
def empty(build: Callable[..., Warehouse]) -> Warehouse:
    return build(World(), deal_allocation="split", team_split="members")


@pytest.fixture(scope="module")
def compiled(dbt: Dbt, empty: Warehouse) -> dict[str, Any]:
    """Every model and test, as the SQL that DuckDB is given, parsed."""
    outcome = dbt.invoke(
        ["compile", "--exclude", "test_type:unit"],
        empty.path,
        deal_allocation="split",
        lifetime_spend_source="deals",
        email_plus_tags=True,
        spend_stages=["closedwon"],
    )
    statements = {
        result.node.name: sqlglot.parse_one(result.node.compiled_code, dialect="duckdb")
        for result in outcome.result
        if getattr(result.node, "compiled_code", None)
    }
    assert len(statements) > 60
    return statements


def is_decimal(node: Any) -> bool:
    return isinstance(node, exp.Cast) and node.to.this == exp.DataType.Type.DECIMAL


def is_converted_to_utc(cast: Any) -> bool:
    return (
        re.match(r"(?i)timezone\('UTC', |.* at time zone 'UTC'$", cast.parent.sql("duckdb"))
        is not None
    )


def problems(statement: Any) -> list[str]:
    found = [f"reads the clock: {node.sql()}" for node in statement.find_all(*CLOCKS)]
    for call in statement.find_all(exp.Anonymous):
        if call.name.lower() in {"now", "today", "get_current_timestamp"}:
            found.append(f"reads the clock: {call.sql()}")
    for division in statement.find_all(exp.Div):
        if not (is_decimal(division.this) and is_decimal(division.expression)):
            found.append(f"divides without decimal casts: {division.sql()}")
    for cast in statement.find_all(exp.Cast):
        if cast.to.this in ZONED and not is_converted_to_utc(cast):
            found.append(f"keeps a time zone: {cast.sql()}")
    return found


def test_no_sql_reads_the_clock_divides_unsafely_or_keeps_a_time_zone(
    compiled: dict[str, Any],
) -> None:
    assert {name: found for name, sql in compiled.items() if (found := problems(sql))} == {}


@pytest.mark.parametrize(
    "sql",
    [
        "select now()",
        "select current_timestamp",
        "select a / 2 from t",
        "select cast(a as decimal(9, 0)) / b from t",
        "select cast(a as timestamptz) from t",
    ],
)
def test_the_lint_sees_what_it_is_for(sql: str) -> None:
    assert len(problems(sqlglot.parse_one(sql, dialect="duckdb"))) == 1


def test_models_and_tests_hold_no_sql_that_only_duckdb_knows() -> None:
    only_duckdb = re.compile(
        r"::|->>|\blist_\w+|\bunnest\b|\bstruct_\w+|\bhugeint\b|json_extract|\bfrom\s+'|//"
    )
    files = [*PROJECT.glob("models/**/*.sql"), *PROJECT.glob("tests/**/*.sql")]
    assert len(files) > 30
    assert [str(path) for path in files if only_duckdb.search(path.read_text())] == []


def test_models_stay_short_enough_to_be_read_at_once() -> None:
    lengths = {path.name: len(path.read_text().splitlines()) for path in PROJECT.rglob("*.sql")}
    assert {name: length for name, length in lengths.items() if length > 100} == {}
    models = {path.name for path in PROJECT.glob("models/**/*.sql")}
    assert {name for name in models if lengths[name] > 80} == set()


def test_every_table_says_its_grain_and_describes_the_columns_it_has(
    dbt: Dbt, empty: Warehouse
) -> None:
    built: dict[str, dict[str, str]] = {}
    for schema, table, column, type_ in empty.rows(
        "select table_schema, table_name, column_name, lower(data_type)"
        " from information_schema.columns"
    ):
        built.setdefault(f"{schema}.{table}", {})[column] = type_
    for node in nodes(dbt, "model", "seed"):
        described = {name: column.data_type for name, column in node.columns.items()}
        assert described == built[f"{node.schema}.{node.name}"], node.name
        assert all(column.description for column in node.columns.values()), node.name
        assert node.description.startswith("One row per "), node.name


def nodes(dbt: Dbt, *kinds: str) -> list[Any]:
    return [
        node for node in dbt.manifest.nodes.values() if str(node.resource_type).lower() in kinds
    ]


def test_every_table_has_an_owner_a_group_and_a_stage(dbt: Dbt) -> None:
    for node in nodes(dbt, "model", "seed"):
        dagster = node.meta["dagster"]
        assert dagster["owners"] == ["team:revops"], node.name
        assert dagster["group"] in {"staging", "marts"}, node.name
        assert len({"stage_staging", "stage_marts"} & set(node.tags)) == 1, node.name


def test_every_table_with_a_key_has_its_test(dbt: Dbt) -> None:
    keyed = {
        node.attached_node.split(".")[-1]
        for node in nodes(dbt, "test")
        if getattr(node, "attached_node", None) and node.test_metadata.name == "key"
    }
    tables = {node.name for node in nodes(dbt, "model")}
    assert tables - keyed == {
        # Keyless: a value may be rejected for one reason only, but a record for many values.
        "rejected_records",
        # Text before typing; staging_* of the same ids hold the key tests.
        "base_hubspot_contacts",
        "base_hubspot_companies",
        "base_hubspot_deals",
    }


def test_every_test_has_a_name_that_reads_as_a_promise_and_a_description(dbt: Dbt) -> None:
    for node in nodes(dbt, "test"):
        assert re.fullmatch(r"[a-z]+(_[a-z]+){3,}", node.name), node.name
        assert node.meta.get("description") or node.config.meta.get("description"), node.name


def test_every_unit_test_of_the_join_rules_passes(dbt: Dbt, empty: Warehouse) -> None:
    outcome = dbt.invoke(["test", "--select", "test_type:unit"], empty.path)
    failed = [result.node.name for result in outcome.result if result.status != "pass"]
    assert failed == []
    assert len(outcome.result) >= 15
