"""The harness does what Snowflake does where fakesnow alone does not."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import snowflake.connector.errors as errors

from .emulator import DATABASE, Emulator


@pytest.fixture
def cursor(snowflake: Emulator) -> Iterator[Any]:
    with snowflake.connect() as connection:
        found = connection.cursor()
        found.execute(f"drop schema if exists {DATABASE}.gaps cascade")
        found.execute(f"create schema {DATABASE}.gaps")
        yield found


def rows(cursor: Any, sql: str) -> list[tuple[Any, ...]]:
    return list(cursor.execute(sql).fetchall())


def test_temporary_tables_are_found_by_their_full_name_and_end_with_the_session(
    snowflake: Emulator,
) -> None:
    name = f"{DATABASE}.public.passing"
    with snowflake.connect() as connection:
        connection.cursor().execute(f"create temporary table {name} (id varchar)")
        connection.cursor().execute(f"create temporary view {name}_view as select * from {name}")
        assert rows(connection.cursor(), f"select count(*) from {name}_view") == [(0,)]
    with snowflake.connect() as connection, pytest.raises(errors.ProgrammingError):
        connection.cursor().execute(f"select * from {name}")


def test_the_merge_of_an_incremental_model_updates_and_inserts(cursor: Any) -> None:
    cursor.execute("create table kept (id varchar, n number(38, 0))")
    cursor.execute("insert into kept values ('a', 1)")
    cursor.execute("create table incoming as select 'a' as id, 2 as n union all select 'b', 3")
    result = rows(
        cursor,
        f"""merge into {DATABASE}.gaps.kept as DBT_INTERNAL_DEST
            using {DATABASE}.gaps.incoming as DBT_INTERNAL_SOURCE
            on (DBT_INTERNAL_SOURCE.id = DBT_INTERNAL_DEST.id)
            when matched then update set "ID" = DBT_INTERNAL_SOURCE."ID", "N" = DBT_INTERNAL_SOURCE."N"
            when not matched then insert ("ID", "N") values ("ID", "N")""",
    )
    assert result == [(1, 1)]
    assert sorted(rows(cursor, "select id, n from kept")) == [("a", 2), ("b", 3)]


def test_a_merge_that_meets_a_row_twice_is_an_error(cursor: Any) -> None:
    cursor.execute("create table kept (id varchar, n number(38, 0))")
    cursor.execute("insert into kept values ('a', 1)")
    with pytest.raises(errors.ProgrammingError) as caught:
        cursor.execute(
            "merge into kept as t using (select 'a' as id, 2 as n union all select 'a', 3) as s "
            "on t.id = s.id when matched then update set t.n = s.n"
        )
    assert caught.value.errno == 100090


def test_an_outer_flatten_keeps_rows_without_elements(cursor: Any) -> None:
    cursor.execute("create table documents (id varchar, document variant)")
    for row_id, document in (("a", '{"s": [1, 2]}'), ("b", '{"s": []}'), ("c", "{}")):
        cursor.execute(f"insert into documents select '{row_id}', parse_json('{document}')")
    flat = "select d.id from documents as d, lateral flatten(input => get(d.document, 's'){}) as f"
    assert sorted(rows(cursor, flat.format(""))) == [("a",), ("a",)]
    assert sorted(rows(cursor, flat.format(", outer => true"))) == [("a",), ("a",), ("b",), ("c",)]


def test_keys_can_be_taken_out_of_an_object(cursor: Any) -> None:
    shorter = (
        "object_delete(cast(parse_json('{\"a\": 1, \"b\": 2, \"c\": 3}') as object), 'a', 'c')"
    )
    assert rows(cursor, f"select to_json({shorter})") == [('{"b":2}',)]


def test_a_null_timestamp_and_a_missing_key_are_null(cursor: Any) -> None:
    cursor.execute("create table t as select parse_json('{\"a\": null}') as d")
    assert rows(cursor, "select get(d, 'a') is not null, get(d, 'b') is not null from t") == [
        (True, False)
    ]
    assert rows(cursor, "select cast(null as timestamp_ntz)") == [(None,)]


def test_sums_of_money_are_exact(cursor: Any) -> None:
    cursor.execute("create table t (amount number(18, 2))")
    cursor.execute("insert into t values (10.1), (0.2)")
    assert rows(cursor, "select sum(amount) from t") == [(Decimal("10.30"),)]


def test_views_are_listed_among_the_tables(cursor: Any) -> None:
    cursor.execute("create table t (id varchar)")
    cursor.execute("create view v as select * from t")
    listed = rows(
        cursor,
        "select table_name, table_type from information_schema.tables where table_schema = 'GAPS'",
    )
    assert sorted(listed) == [("T", "BASE TABLE"), ("V", "VIEW")]


def test_ddl_commits_what_was_written_before_it(cursor: Any) -> None:
    cursor.execute("create table t (id varchar)")
    cursor.execute("begin")
    cursor.execute("insert into t values ('a')")
    cursor.execute("create table other (id varchar)")
    cursor.execute("rollback")
    assert rows(cursor, "select id from t") == [("a",)]
    assert rows(cursor, "select id from other") == []


def test_what_cannot_be_run_is_an_error_at_once(cursor: Any) -> None:
    with pytest.raises(errors.ProgrammingError):
        cursor.execute("select no_such_function(1)")


def test_every_statement_is_on_record(cursor: Any, snowflake: Emulator) -> None:
    cursor.execute("select 1 as recorded")
    assert snowflake.statements[-1] == "select 1 as recorded"
