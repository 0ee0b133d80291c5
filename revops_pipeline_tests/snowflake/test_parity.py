"""The same pipeline on Snowflake and on DuckDB ends in the same tables.

Tables are discovered, so that a later model takes part without a word here. What this proves is
that everything is dispatched to SQL which Snowflake's connector sends and a Snowflake parser
takes; arithmetic is DuckDB's on both sides (see `emulator.py`), and is the lint's business.
"""

from __future__ import annotations

import pytest
import sqlglot
from sqlglot import exp

from revops_pipeline_tests.transform.lint import problems, tables

from .conftest import History
from .golden import COMMENT, HOW, normalised, reviewed
from .parity import differences

# Both warehouses start, are parsed for, and run twice.
pytestmark = pytest.mark.timeout(900)
RUNS = pytest.mark.parametrize("run", [0, 1], ids=["first run", "second run"])


@RUNS
def test_every_run_succeeds_in_both_warehouses(history: History, run: int) -> None:
    for warehouse, outcome in history.outcomes[run].items():
        assert outcome["failures"] == [], warehouse
        assert outcome["success"], warehouse


@RUNS
def test_both_warehouses_have_the_same_tables_and_columns(history: History, run: int) -> None:
    local, remote = history.both(run)
    assert sorted(local) == sorted(remote)
    assert history.built() <= set(local)
    assert len(local) > 25


@RUNS
def test_every_table_holds_the_same_rows_in_both_warehouses(history: History, run: int) -> None:
    local, remote = history.both(run)
    keys = history.keys()
    found = {
        table: differences(rows, remote[table], keys.get(table, []))
        for table, rows in local.items()
    }
    assert {table: each[:5] for table, each in found.items() if each} == {}


def test_the_tables_that_matter_are_not_empty(history: History) -> None:
    for table in ("marts.contacts_to_users", "marts.company_deals", "marts.team_spending"):
        assert all(history.tables[run]["snowflake"][table] for run in (0, 1)), table


def test_the_second_run_changed_what_had_changed_and_reread_no_more_than_on_duckdb(
    history: History,
) -> None:
    first, second = (tables["snowflake"] for tables in history.tables)
    assert differences(first["staging.staging_deals"], second["staging.staging_deals"], ["id"])
    # Streams overlap, so an association may be dropped and met again within a run: the two cancel out.
    local, remote = (
        {
            table: [
                *(said.get("rows_read"), said.get("rows_inserted")),
                (said.get("rows_updated") or 0) - (said.get("rows_deleted") or 0),
            ]
            for table, said in history.outcomes[1][warehouse]["tables"].items()
            if table.startswith("raw/")
        }
        for warehouse in ("duckdb", "snowflake")
    )
    assert remote == local
    changed = history.outcomes[1]["snowflake"]["tables"].values()
    assert 0 < sum(said.get("rows_updated") or 0 for said in changed) < 40


def test_every_statement_that_is_sent_is_snowflakes_sql(history: History) -> None:
    """A parser that gives up makes a Command of a statement; of those we send SHOW and no other."""
    for statement in set(history.everything):
        parsed = sqlglot.parse_one(statement, dialect="snowflake")
        assert not isinstance(parsed, exp.Command) or parsed.name.upper() == "SHOW", statement


def test_every_statement_that_is_sent_has_been_reviewed(history: History) -> None:
    unknown, gone = (sorted(found) for found in reviewed(history.statements))
    assert not unknown, f"{len(unknown)} never reviewed; if right: {HOW}\n{unknown[0]}"
    assert not gone, f"{len(gone)} not sent any more; if right: {HOW}\n{gone[0]}"


def test_no_statement_does_what_the_engines_answer_differently(history: History) -> None:
    known = tables(history.manifest(), document="variant")
    found = {}
    for statement in set(history.statements):
        if comment := COMMENT.search(statement):
            parsed = sqlglot.parse_one(statement, dialect="snowflake")
            if wrong := problems(parsed, "snowflake", known):
                found[comment[0]] = wrong
    assert found == {}


def test_every_model_and_every_test_is_among_the_statements(history: History) -> None:
    """Else what is said of all statements is said of too few."""
    senders = set(normalised(history.statements).values())
    nodes = history.manifest()["nodes"]
    built = {name for name, node in nodes.items() if node["resource_type"] in {"model", "test"}}
    assert built <= senders


def test_every_unit_test_passes_on_snowflake(history: History) -> None:
    written = len(history.manifest()["unit_tests"])
    assert history.unit_tests == {"ends": {"pass": written}, "error": ""}
    assert written >= 15
