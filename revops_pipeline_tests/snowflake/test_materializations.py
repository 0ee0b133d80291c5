"""What models may be made of works on both warehouses: seeds, tables, incrementals, snapshots.

A project of its own, with our profiles and macros, so that each is proven before a model uses it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from revops_pipeline.transform.runner import PROJECT

from .emulator import Emulator
from .parity import differences

FILES = {
    "dbt_project.yml": f"""
name: revops_pipeline
version: "1.0.0"
profile: revops_pipeline
model-paths: [models]
seed-paths: [seeds]
snapshot-paths: [snapshots]
macro-paths: ["{PROJECT / "macros"}"]
flags: {{send_anonymous_usage_stats: false}}
seeds: {{+schema: marts, +column_types: {{id: varchar, state: varchar, amount: "decimal(18, 2)"}}}}
models: {{+schema: marts}}
snapshots: {{+schema: marts}}
""",
    "models/as_table.sql": """
{{ config(materialized='table', cluster_by=['id']) }}
select id, state as {{ quoted('order') }}, amount from {{ ref('events') }}
""",
    "models/as_view.sql": """
{{ config(materialized='view') }}
select id, amount from {{ ref('as_table') }}
""",
    "models/merged.sql": """
{{ config(materialized='incremental', unique_key='id', incremental_strategy='merge') }}
select id, state, amount from {{ ref('events') }}
{% if is_incremental() %} where changed > 1 {% endif %}
""",
    "models/replaced.sql": """
{{ config(materialized='incremental', unique_key='id', incremental_strategy='delete+insert') }}
select id, state, amount from {{ ref('events') }}
{% if is_incremental() %} where changed > 1 {% endif %}
""",
    "models/appended.sql": """
{{ config(materialized='incremental', incremental_strategy='append') }}
select id, state, amount from {{ ref('events') }}
{% if is_incremental() %} where changed > 1 {% endif %}
""",
    "snapshots/snapshots.yml": """
snapshots:
  - name: remembered
    relation: ref('events')
    config:
      unique_key: id
      strategy: check
      check_cols: [state, amount]
      hard_deletes: invalidate
""",
}
FIRST = "id,state,amount,changed\na,open,1.10,1\nb,open,2.20,1\nc,open,3.30,1\n"
SECOND = "id,state,amount,changed\na,open,1.10,1\nb,won,2.25,2\nd,open,4.40,2\n"
TABLES = ("events", "as_table", "as_view", "merged", "replaced", "appended", "remembered")

# By target: the tables after each build, by name.
Built = dict[str, list[dict[str, list[dict[str, Any]]]]]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    for name, text in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    (folder / "seeds").mkdir()
    return folder


@pytest.fixture(scope="module")
def built(project: Path, snowflake: Emulator) -> Built:
    """Two builds of a target, then two of the other, with rows that changed between."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    path = project / "warehouse.duckdb"
    found: Built = {}
    with pytest.MonkeyPatch.context() as environment:
        for name, value in {**snowflake.variables, "REVOPS_DUCKDB_PATH": str(path)}.items():
            environment.setenv(name, value)
        for target in ("duckdb", "snowflake"):
            for rows in (FIRST, SECOND):
                (project / "seeds" / "events.csv").write_text(rows)
                args = ["build", "--target", target, "--project-dir", str(project)]
                args += ["--profiles-dir", str(PROJECT), "--log-level", "none"]
                args += ["--target-path", str(project / target), "--log-path", str(project)]
                outcome = dbtRunner().invoke(args)
                DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]
                assert outcome.success, [(r.node.name, r.message) for r in outcome.result or []]
                if target == "duckdb":
                    with duckdb.connect(str(path), read_only=True) as local:
                        found.setdefault(target, []).append(tables(local.cursor()))
                else:
                    with snowflake.connect() as remote:
                        found.setdefault(target, []).append(tables(remote.cursor()))
    return found


def tables(cursor: Any) -> dict[str, list[dict[str, Any]]]:
    found = {}
    for table in TABLES:
        rows = cursor.execute(f"select * from marts.{table}").fetchall()
        names = [column[0].lower() for column in cursor.description]
        found[table] = [dict(zip(names, row, strict=True)) for row in rows]
    return found


@pytest.mark.parametrize("build", [0, 1], ids=["first build", "second build"])
@pytest.mark.parametrize("table", TABLES)
def test_each_kind_of_table_holds_the_same_rows_on_both(
    built: Built, table: str, build: int
) -> None:
    # When a snapshot was taken, and the hashes made of it, are all that differs.
    taken = {"dbt_scd_id", "dbt_updated_at", "dbt_valid_from"}
    local, remote = (
        [
            {n: v if n != "dbt_valid_to" else v is None for n, v in row.items() if n not in taken}
            for row in built[target][build][table]
        ]
        for target in ("duckdb", "snowflake")
    )
    assert differences(local, remote, []) == []
    assert local


def test_the_second_build_is_incremental(built: Built) -> None:
    for target in ("duckdb", "snowflake"):
        second = built[target][1]
        ids = {table: sorted(row["id"] for row in second[table]) for table in TABLES}
        assert ids["merged"] == ids["replaced"] == ["a", "b", "c", "d"]
        assert ids["appended"] == ["a", "b", "b", "c", "d"]
        assert ids["remembered"] == ["a", "b", "b", "c", "d"]
        current = [row["id"] for row in second["remembered"] if row["dbt_valid_to"] is None]
        assert sorted(current) == ["a", "b", "d"]
        assert {row["order"] for row in second["as_table"]} == {"open", "won"}
