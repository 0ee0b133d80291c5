"""What is held of hidden fields stands in the documents that staging reads, on both warehouses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from revops_pipeline.transform.runner import PROJECT

from .emulator import Emulator

FILES = {
    "dbt_project.yml": f"""
name: revops_pipeline
version: "1.0.0"
profile: revops_pipeline
model-paths: [models]
macro-paths: ["{PROJECT / "macros"}"]
flags: {{send_anonymous_usage_stats: false}}
models: {{+schema: marts}}
""",
    "models/sources.yml": """
sources:
  - name: raw
    database: "{{ target.database }}"
    schema: raw
    tables: [{name: hubspot_deals}, {name: salesforce_accounts}]
""",
    "models/nested.sql": """
with read as ({{ read_documents(source('raw', 'hubspot_deals'), {'amount': ['properties', 'amount']}) }})
select id, amount, {{ has_key('properties', 'odd') }} as odd from (
    select read.id, read.amount, documents.properties from read inner join (
        select id, {{ "document:properties" if target.type == 'snowflake' else "json_extract(document, '$.properties')" }} as properties
        from {{ with_held_values(source('raw', 'hubspot_deals')) }}
    ) as documents on read.id = documents.id
) as both_of_them
""",
    "models/flat.sql": """
select id, name from (
    {{ read_documents(source('raw', 'salesforce_accounts'), {'name': ['Name']}) }}
) as documents
""",
}
SENT = {
    "hubspot_deals": {
        "1": {"properties": {"dealname": "without it"}},
        "2": {"properties": {"amount": None}},
        "3": {"properties": {"amount": "7"}},
        "4": {"properties": {}},
    },
    "salesforce_accounts": {"a": {"Id": "a"}, "b": {"Id": "b", "Name": "sent"}},
}
HELD = [
    *(("hubspot", "deals", i, "amount", '"5"') for i in ("1", "2", "3")),
    ("hubspot", "deals", "1", "odd", '"x"'),
    *(("salesforce", "accounts", i, "Name", '"Acme"') for i in ("a", "b")),
]


def fill(execute: Any, *, document: str, parsed: str) -> None:
    for schema in ("raw", "ops", "marts"):
        execute(f"create schema if not exists {schema}")
    columns = f"id varchar, document {document}, deleted_at timestamp, loaded_at timestamp"
    for table, records in SENT.items():
        execute(f"create table raw.{table} ({columns})")
        for id_, sent in records.items():
            text = json.dumps(sent)
            execute(f"insert into raw.{table} select '{id_}', {parsed.format(text)}, null, null")
    names = ("source", "stream", "id", "field", "value")
    execute(f"create table ops.held_values ({', '.join(f'{n} varchar' for n in names)})")
    for held in HELD:
        execute("insert into ops.held_values values (" + ", ".join(f"'{v}'" for v in held) + ")")


@pytest.mark.parametrize("told", [True, False], ids=["in a run", "dbt called by hand"])
@pytest.mark.parametrize("target", ["duckdb", "snowflake"])
def test_documents_have_what_is_held_and_what_is_sent_goes_before(
    target: str, told: bool, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    path, found = tmp_path / "warehouse.duckdb", {}
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    with pytest.MonkeyPatch.context() as environment:
        if target == "duckdb":
            environment.setenv("REVOPS_DUCKDB_PATH", str(path))
            with duckdb.connect(str(path)) as local:
                fill(local.execute, document="varchar", parsed="'{}'")
        else:
            account: Emulator = request.getfixturevalue("snowflake")
            for name, value in account.variables.items():
                environment.setenv(name, value)
            with account.connect() as remote:
                cursor = remote.cursor()
                for schema in ("raw", "ops", "marts"):
                    cursor.execute(f"drop schema if exists {schema}")
                fill(cursor.execute, document="variant", parsed="parse_json('{}')")
        variables = {
            "held_fields": {"hubspot_deals": ["amount", "odd"], "salesforce_accounts": ["Name"]}
        }
        args = ["run", "--target", target, "--project-dir", str(tmp_path)]
        args += ["--profiles-dir", str(PROJECT), "--log-level", "none", "--log-path", str(tmp_path)]
        args += ["--target-path", str(tmp_path / "target")]
        args += ["--vars", json.dumps(variables if told else {})]
        outcome = dbtRunner().invoke(args)
        DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]
        assert outcome.success, [(r.node.name, r.message) for r in outcome.result or []]
        queries = {n: f"select * from marts.{n} order by id" for n in ("nested", "flat")}
        if target == "duckdb":
            with duckdb.connect(str(path), read_only=True) as local:
                found = {n: local.execute(sql).fetchall() for n, sql in queries.items()}
        else:
            with account.connect() as remote:
                found = {n: remote.cursor().execute(sql).fetchall() for n, sql in queries.items()}
    assert found["flat"] == [("a", "Acme"), ("b", "sent")]
    assert found["nested"] == [
        ("1", "5", True),
        ("2", None, False),
        ("3", "7", False),
        ("4", None, False),
    ]
