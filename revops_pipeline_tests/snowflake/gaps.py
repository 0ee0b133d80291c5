"""Where fakesnow 0.12 is not Snowflake, gap by gap, and what stands in for it in these tests.

Put right here:
- `create temporary table db.schema.x` and temporary views fail: made as ordinary ones, which end
  with their session (`temporary_objects`).
- the MERGE that dbt sends for incrementals and snapshots fails, and one that meets a row twice
  passes: DuckDB's own MERGE does both, with Snowflake's error number (`merge`).
- `flatten(outer => true)` drops the rows it is there to keep (`outer_flatten`).
- `information_schema.tables` lacks views (`views_among_tables`).
- DDL is rolled back with the transaction it was issued in; Snowflake commits first (`ddl_commits`).
- what fakesnow cannot run is answered as a server's fault, which the connector tries again until
  it times out: answered as an error of the statement (`errors_are_answers`).
- a login is answered without a master token, and the connector ends no session without one
  (`master_token`).
- `get(document, 'key') is not null` is read as `document -> ('key' is not null)` (`get_binds`).
- `object_delete` is unknown: DuckDB's merge patch, which removes what it sets to null
  (`object_delete`).
- `object_insert` makes a STRUCT: the same merge patch (`object_delete`).
- a NULL timestamp arrives as 1970 (`null_timestamps`).
- sums and averages are taken of floating-point numbers, whatever their arguments: taken of what is
  given, so that money stays exact and text is an error (`exact_sums`).
- statements of two sessions at the same moment conflict in DuckDB's catalogue: one at a time
  (`one_statement_at_a_time`).

Left as they are, for the product sends no such thing: `write_pandas` fails against the server, and
so does COPY of JSON files into VARIANT; `COPY … FROM (SELECT $1:id, parse_json($1:document) …)` of
Parquet files works. After a failed statement DuckDB's transaction can only be rolled back, where
Snowflake's goes on. Primary keys are enforced, where Snowflake only notes them.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import duckdb
import pyarrow as pa
import snowflake.connector.errors as errors
import sqlglot
from fakesnow import arrow, cursor, info_schema, instance, macros, transforms
from fakesnow.conn import FakeSnowflakeConnection
from sqlglot import exp

DUPLICATE_ROW = 100090  # "Duplicate row detected during DML action"
COUNTED = {"INSERT": "inserted", "UPDATE": "updated", "DELETE": "deleted"}
MADE_FOR_SESSION: dict[int, list[tuple[str, str]]] = {}

Execute = Callable[..., Any]


@contextlib.contextmanager
def work_around(record: Callable[[str], None]) -> Iterator[None]:
    """fakesnow with an account of its own, its gaps closed; `record` is told every statement."""
    account = instance.FakeSnow()
    # `from fakesnow import server` gives a function of that name.
    server = importlib.import_module("fakesnow.server")
    lock = threading.RLock()
    fake = cursor.FakeSnowflakeCursor
    execute = errors_are_answers(one_statement_at_a_time(fake.execute, lock))
    steps = merge(temporary_objects(ddl_commits(fake._execute)))
    replaced = [
        mock.patch.object(fake, "execute", recorded(execute, record)),
        mock.patch.object(fake, "_execute", steps),
        mock.patch.object(transforms, "merge", lambda statement: [statement]),
        mock.patch.object(transforms, "flatten", outer_flatten(transforms.flatten)),
        mock.patch.object(
            transforms, "json_extract_precedence", get_binds(transforms.json_extract_precedence)
        ),
        mock.patch.object(transforms, "object_agg", object_delete(transforms.object_agg)),
        mock.patch.object(
            arrow, "timestamp_to_sf_struct", null_timestamps(arrow.timestamp_to_sf_struct)
        ),
        mock.patch.object(transforms, "numeric_agg_implicit_cast", exact_sums),
        mock.patch.object(macros, "creation_sql", outer_flatten_macro(macros.creation_sql)),
        mock.patch.object(
            info_schema, "per_db_creation_sql", views_among_tables(info_schema.per_db_creation_sql)
        ),
        mock.patch.object(server, "shared_fs", account),
        mock.patch.object(server, "sessions", Sessions()),
        mock.patch.object(server, "JSONResponse", master_token(server.JSONResponse)),
    ]
    with contextlib.ExitStack() as stack:
        for each in replaced:
            stack.enter_context(each)
        yield
    account.duck_conn.close()


def recorded(execute: Execute, record: Callable[[str], None]) -> Execute:
    def run(self: Any, command: str, *args: Any, **options: Any) -> Any:
        if options.get("server"):
            record(command)
        return execute(self, command, *args, **options)

    return run


def one_statement_at_a_time(execute: Execute, lock: threading.RLock) -> Execute:
    def run(self: Any, *args: Any, **options: Any) -> Any:
        with lock:
            return execute(self, *args, **options)

    return run


def errors_are_answers(execute: Execute) -> Execute:
    def run(self: Any, command: str, *args: Any, **options: Any) -> Any:
        try:
            return execute(self, command, *args, **options)
        except errors.Error:
            raise
        except Exception as error:
            number = DUPLICATE_ROW if "same target row more than once" in str(error) else 9999
            message = f"{type(error).__name__}: {error}"
            raise errors.ProgrammingError(msg=message, errno=number, sqlstate="42P18") from error

    return run


def ddl_commits(execute: Execute) -> Execute:
    def run(self: Any, transformed: Any, params: Any = None) -> Any:
        if isinstance(transformed, (exp.Create, exp.Drop, exp.Alter)):
            # Outside a transaction there is nothing to commit.
            with contextlib.suppress(duckdb.TransactionException):
                self._duck_conn.commit()
        return execute(self, transformed, params)

    return run


def temporary_objects(execute: Execute) -> Execute:
    def run(self: Any, transformed: Any, params: Any = None) -> Any:
        if isinstance(transformed, exp.Create) and transformed.kind in {"TABLE", "VIEW"}:
            properties = transformed.args.get("properties")
            marks = list(properties.find_all(exp.TemporaryProperty)) if properties else []
            for mark in marks:
                mark.pop()
            result = execute(self, transformed, params)
            if marks:
                table = transformed.find(exp.Table)
                catalog = table.catalog or self._conn.database
                schema = table.db or self._conn.schema
                name = f'"{catalog}"."{schema}"."{table.name}"'
                made = MADE_FOR_SESSION.setdefault(id(self._conn), [])
                made.append((str(transformed.kind), name))
            return result
        return execute(self, transformed, params)

    return run


def master_token(respond: Callable[..., Any]) -> Callable[..., Any]:
    def run(content: dict[str, Any], *args: Any, **options: Any) -> Any:
        if isinstance(data := content.get("data"), dict) and "token" in data:
            data["masterToken"] = data["token"]
        return respond(content, *args, **options)

    return run


class Sessions(dict[str, FakeSnowflakeConnection]):
    """The server's sessions; with one go the temporary tables and views that it made."""

    def __delitem__(self, token: str) -> None:
        connection = self[token]
        with contextlib.suppress(duckdb.Error):
            connection._duck_conn.rollback()
        for kind, name in MADE_FOR_SESSION.pop(id(connection), []):
            with contextlib.suppress(duckdb.Error):
                connection._duck_conn.execute(f"drop {kind} if exists {name}")
        connection.close()
        super().__delitem__(token)


def merge(execute: Execute) -> Execute:
    """DuckDB's MERGE, answered with Snowflake's counts."""

    def run(self: Any, transformed: Any, params: Any = None) -> Any:
        if not isinstance(transformed, exp.Merge):
            return execute(self, transformed, params)
        if not self._conn._autocommit and not self._conn._in_transaction:
            self._duck_conn.begin()
            self._conn._in_transaction = True
        for update in transformed.find_all(exp.Update):
            for assignment in update.expressions:
                assignment.this.set("table", None)
        sql = transformed.sql(dialect="duckdb") + " returning merge_action"
        actions = [action for (action,) in self._duck_conn.execute(sql, params).fetchall()]
        kinds = {kind_of(when) for when in transformed.args["whens"].expressions}
        counts = [
            f'{actions.count(kind)} as "number of rows {word}"'
            for kind, word in COUNTED.items()
            if kind in kinds
        ]
        execute(self, sqlglot.parse_one(f"select {', '.join(counts)}", dialect="duckdb"))
        self._rowcount = len(actions)
        return None

    return run


def kind_of(when: Any) -> str:
    then = when.args["then"]
    return str(then.name if isinstance(then, exp.Var) else then.key).upper()


OUTER_FLATTEN = """;
create or replace macro {catalog}._fs_flatten_outer(input) as table
    from {catalog}.main._fs_flatten(input)
    union all
    select 0::ubigint, null, null, null, null, to_json(input)
    where not exists (from {catalog}.main._fs_flatten(input));
"""


def outer_flatten_macro(creation_sql: Callable[[str], str]) -> Callable[[str], str]:
    return lambda catalog: creation_sql(catalog) + OUTER_FLATTEN.format(catalog=catalog)


def outer_flatten(flatten: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def run(expression: Any) -> Any:
        kept = (
            isinstance(expression, (exp.Lateral, exp.TableFromRows))
            and isinstance(expression.this, exp.Explode)
            and any(
                isinstance(option, exp.Kwarg)
                and option.name.upper() == "OUTER"
                and option.expression.this is True
                for option in expression.this.expressions
            )
        )
        found = flatten(expression)
        if kept:
            found.this.set("this", "_fs_flatten_outer")
        return found

    return run


def get_binds(precedence: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda e: exp.Paren(this=e) if isinstance(e, exp.GetExtract) else precedence(e)


def object_delete(object_agg: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def run(expression: Any) -> Any:
        if isinstance(expression, exp.ObjectInsert):
            inner, value = (expression.args[n].transform(run) for n in ("this", "value"))
            added = exp.Anonymous(this="json_object", expressions=[expression.args["key"], value])
            return exp.Anonymous(this="json_merge_patch", expressions=[inner, added])
        if not (
            isinstance(expression, exp.Anonymous) and expression.name.upper() == "OBJECT_DELETE"
        ):
            return object_agg(expression)
        document, *keys = expression.expressions
        patch = exp.Literal.string(json.dumps({key.name: None for key in keys}))
        return exp.Anonymous(this="json_merge_patch", expressions=[document, patch])

    return run


def exact_sums(expression: Any) -> Any:
    return expression


def null_timestamps(to_struct: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def run(column: Any) -> Any:
        column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        made = to_struct(column)
        return pa.StructArray.from_arrays(
            made.flatten(), fields=list(made.type), mask=column.is_null()
        )

    return run


def views_among_tables(per_db_creation_sql: Callable[[str], str]) -> Callable[[str], str]:
    def run(catalog: str) -> str:
        marker = "from duckdb_tables tables"
        made = per_db_creation_sql(catalog)
        assert marker in made
        both = (
            "from (select database_name, schema_name, table_name, estimated_size, "
            "'BASE TABLE' as kind from duckdb_tables union all select database_name, schema_name, "
            "view_name, null, 'VIEW' from duckdb_views where not internal) tables"
        )
        return made.replace(marker, both).replace("'BASE TABLE' AS", "tables.kind AS", 1)

    return run
