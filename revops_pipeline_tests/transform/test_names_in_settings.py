"""A name that a setting gives is a name, whatever it is spelled with, and never SQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jinja2
import pytest
import sqlglot

from .conftest import PROJECT, Dbt, Warehouse
from .test_servicenow import write

ODD = {
    "customer_account_id": 'u_client\'s "own" id',
    "customer_account_name": "u_name.of/account~1\\x",
    "satisfaction_rating": ["\"') as x), (select 1", "*", "$.u_rating", "u_rating "],
}


def test_odd_fields_of_an_instance_are_read_and_nothing_else_happens(
    dbt: Dbt, tmp_path: Path
) -> None:
    names = (ODD["customer_account_id"], ODD["customer_account_name"], "u_rating ")
    document: dict[str, Any] = dict(zip(map(str, names), ("ACME-1", "Acme", "4"), strict=True))
    write(tmp_path / "w.duckdb", {"incident": {"1": document}})
    args = ["run", "--select", "+staging_servicenow_incidents"]
    outcome = dbt.invoke(args, tmp_path / "w.duckdb", servicenow_columns=ODD)
    assert [r.message for r in outcome.result if r.status == "error"] == []
    row = Warehouse(tmp_path / "w.duckdb", set(), set()).records(
        "staging.staging_servicenow_incidents", "id"
    )["1"]
    assert (row["account_id"], row["account_name"], int(row["satisfaction_rating"])) == (
        *("ACME-1", "Acme", 4),
    )


@pytest.fixture(scope="module")
def macros() -> Any:
    files = [(PROJECT / "macros" / f"{name}.sql").read_text() for name in ("text", "documents")]
    return jinja2.Environment(extensions=["jinja2.ext.do"]).from_string("\n".join(files)).module


@pytest.mark.parametrize("text", ["closedwon", "it's", "\\' or 1=1 --", "a\\", 'say "x"', "é\\\\'"])
def test_a_text_and_a_path_are_one_literal_and_one_name_on_snowflake(
    macros: Any, text: str
) -> None:
    literal = macros.snowflake__text_literal(text).strip()
    [found] = sqlglot.parse(f"select {literal} as x", dialect="snowflake")
    assert found is not None
    [value] = found.selects
    assert value.this.is_string
    assert value.this.this == text
    path = macros.quoted_path(["properties", text]).strip()
    [column] = sqlglot.parse_one(f"select {path}", dialect="snowflake").selects
    assert [part.name for part in column.parts] == ["properties", text]
