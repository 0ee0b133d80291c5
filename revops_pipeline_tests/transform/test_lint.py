"""No model or test does what DuckDB and Snowflake answer differently; and the lint sees it if one does."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlglot

from .conftest import Dbt, Warehouse
from .lint import problems, tables

# Every branch of the macros that the defaults leave out.
OTHER_SETTINGS = {
    "deal_allocation": "split",
    "lifetime_spend_source": "deals",
    "email_plus_tags": True,
    "spend_stages": ["closedwon"],
}
SCHEMA = {
    "db": {
        "marts": {
            "t": {
                "id": "varchar",
                "amount": "decimal(18,2)",
                "is_won": "boolean",
                "at": "timestamp",
                "day": "date",
            }
        }
    }
}


@pytest.mark.parametrize("settings", [{}, OTHER_SETTINGS], ids=["defaults", "other settings"])
def test_no_sql_does_what_the_engines_answer_differently(
    dbt: Dbt, empty: Warehouse, settings: dict[str, Any]
) -> None:
    outcome = dbt.invoke(["compile", "--exclude", "test_type:unit"], empty.path, **settings)
    known = tables(json.loads((dbt.target / "manifest.json").read_text()), document="varchar")
    statements = {
        result.node.name: sqlglot.parse_one(result.node.compiled_code, dialect="duckdb")
        for result in outcome.result
        if getattr(result.node, "compiled_code", None)
    }
    assert len(statements) > 60
    found = {name: problems(sql, "duckdb", known) for name, sql in statements.items()}
    assert {name: each for name, each in found.items() if each} == {}


BAD = {
    "reads the clock": [
        "select now()",
        "select current_timestamp",
        "select current_date",
    ],
    "divides": [
        "select amount / 2 from db.marts.t",
        "select round(cast(amount as decimal(9, 0)) / amount, 2) from db.marts.t",
        "select cast(amount as decimal(9, 2)) / cast(amount as decimal(9, 2)) from db.marts.t",
    ],
    "averages": [
        "select avg(amount) from db.marts.t",
        "select avg(cast(amount as decimal(18, 2))) from db.marts.t",
        "select round(avg(amount), 2) from db.marts.t",
    ],
    "keeps a time zone": ["select cast(id as timestamptz) from db.marts.t"],
    "mixes": [
        "select 1 from db.marts.t where amount = '5'",
        "select id || amount from db.marts.t",
        "select id + 1 from db.marts.t",
        "select coalesce(amount, 'none') from db.marts.t",
        "select case when is_won then amount else id end from db.marts.t",
        "select 1 from db.marts.t as a inner join db.marts.t as b on a.id = b.amount",
        "select 1 from db.marts.t where day > '2024-01-01'",
        "select 1 from db.marts.t where at between '2024-01-01' and '2024-02-01'",
        "select 1 from db.marts.t where id in (1, 2)",
        "select trim(amount) from db.marts.t",
        "select sum(id) from db.marts.t",
        "select 1 from db.marts.t where is_won and amount",
        "with a as (select id as key from db.marts.t) select key + 1 from a",
    ],
}
GOOD = [
    "select round(cast(amount as decimal(18, 2)) / nullif(cast(amount as decimal(9, 0)), 0), 4)"
    " from db.marts.t",
    "select round(avg(cast(amount as decimal(18, 2))) over (partition by id), 2) from db.marts.t",
    "select 1 from db.marts.t where cast(id as decimal(9, 0)) = amount and day > at",
    "select coalesce(id, 'Unknown'), case when is_won then amount else 0 end from db.marts.t",
]


@pytest.mark.parametrize("dialect", ["duckdb", "snowflake"])
@pytest.mark.parametrize(
    ("problem", "sql"), [(problem, sql) for problem, each in BAD.items() for sql in each]
)
def test_the_lint_sees_what_it_is_for(problem: str, sql: str, dialect: str) -> None:
    [found] = problems(sqlglot.parse_one(sql, dialect=dialect), dialect, SCHEMA)
    assert found.startswith(problem)


@pytest.mark.parametrize("dialect", ["duckdb", "snowflake"])
@pytest.mark.parametrize("sql", GOOD)
def test_the_lint_lets_through_what_says_what_it_does(sql: str, dialect: str) -> None:
    assert problems(sqlglot.parse_one(sql, dialect=dialect), dialect, SCHEMA) == []


def test_on_snowflake_every_timestamp_says_that_it_has_no_zone() -> None:
    zoned = "select cast(convert_timezone('UTC', cast(id as timestamp_tz)) as timestamp_ntz) from t"
    assert problems(sqlglot.parse_one(zoned, dialect="snowflake"), "snowflake") == []
    for sql in (
        "select cast(id as timestamp) from t",
        "select try_to_timestamp_tz(id) from t",
        "select convert_timezone('UTC', cast(id as timestamp_tz)) from t",
        "select cast(convert_timezone('Asia/Tokyo', cast(id as timestamp_tz)) as timestamp_ntz) from t",
    ):
        assert len(problems(sqlglot.parse_one(sql, dialect="snowflake"), "snowflake")) == 1, sql
