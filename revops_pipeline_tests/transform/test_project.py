"""What the project promises about itself: portable SQL, named tests, described columns."""

from __future__ import annotations

import re
from typing import Any

from .conftest import PROJECT, Dbt, Warehouse


def test_models_and_tests_hold_no_sql_that_only_duckdb_knows() -> None:
    only_duckdb = re.compile(
        r"::|->>|\blist_\w+|\bunnest\b|\bstruct_\w+|\bhugeint\b|json_extract|\bfrom\s+'|//"
    )
    files = [*PROJECT.glob("models/**/*.sql"), *PROJECT.glob("tests/**/*.sql")]
    assert len(files) > 30
    assert [str(path) for path in files if only_duckdb.search(path.read_text())] == []


def test_models_and_tests_do_not_ask_which_warehouse_they_are_in() -> None:
    """Macros do, by dispatch."""
    asked = re.compile(r"\btarget\.|\badapter\.type\b")
    files = [*PROJECT.glob("models/**/*.sql"), *PROJECT.glob("tests/**/*.sql")]
    assert [str(path) for path in files if asked.search(path.read_text())] == []
    macros = "\n".join(path.read_text() for path in PROJECT.glob("macros/*.sql"))
    assert asked.findall(macros.replace("target.schema", "")) == []


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
        "hubspot_rejected_records",
        "product_rejected_records",
        "qbr_rejected_records",
        # Any number of decisions about one pair: the latest holds.
        "account_link_overrides",
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
