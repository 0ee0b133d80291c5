"""Can the pipeline work with this account? Each step is tried, and leaves nothing behind."""

from __future__ import annotations

import uuid
from collections.abc import Generator
from contextlib import suppress

from snowflake.connector import errors

from revops_pipeline.warehouse.base import Check, WarehouseBusy, WarehouseError
from revops_pipeline.warehouse.snowflake_books import fill, upsert
from revops_pipeline.warehouse.snowflake_options import SnowflakeOptions
from revops_pipeline.warehouse.snowflake_tables import SCHEMAS, schemas_there
from revops_pipeline.warehouse.snowflake_wire import Wire


class Checks:
    """The steps, in order, on one connection."""

    def __init__(self, wire: Wire, options: SnowflakeOptions) -> None:
        self._wire, self._options = wire, options
        self._name = f"revops_doctor_{uuid.uuid4().hex[:8]}"
        self._schema = "ops"
        self._refused: WarehouseError | None = None

    def steps(self) -> Generator[Check, None, None]:
        try:
            yield "snowflake account", self._account
            yield "snowflake login", self._login
            yield "snowflake role", self._role
            yield "snowflake warehouse", self._warehouse
            yield "snowflake database", self._database
            yield "snowflake schemas", self._schemas
            yield "snowflake stage", self._stage
            yield "snowflake merge", self._merge
        finally:
            self._clean_up()

    def _account(self) -> str:
        """One login answers for three steps: who refuses it says why."""
        try:
            self._wire.query("select 1")
        except WarehouseBusy:
            raise
        except WarehouseError as error:
            self._refused = error
        return f"{self._options.address} answers"

    def _login(self) -> str:
        if self._refused and "SNOWFLAKE_ROLE" not in str(self._refused):
            raise self._refused
        how = "password" if self._options.password else "key pair"
        return f"{self._options.user} is let in by {how}"

    def _role(self) -> str:
        if self._refused:
            raise self._refused
        [(role,)] = self._wire.query("select current_role()")
        return f"works as {role}"

    def _warehouse(self) -> str:
        name = self._options.warehouse
        self._run(f"use warehouse {name}", f"usage on warehouse {name}")
        self._wire.query("select sum(column1) from values (1), (2)")
        return f"{name} does work"

    def _database(self) -> str:
        name = self._options.database
        self._run(f"use database {name}", f"usage on database {name}")
        return f"{name} is there"

    def _schemas(self) -> str:
        """A schema that is there must let tables be made; one that is not must be creatable."""
        there = self._wire.unit(lambda: schemas_there(self._wire))
        database = self._options.database
        missing = [name for name in SCHEMAS if name not in there]
        for schema in sorted(there):
            table = f"{schema}.{self._name}"
            right = f"usage, create table, create view on schema {database}.{schema}"
            self._run(f"create table {table} (id varchar)", right)
            self._run(f"drop table {table}", right)
        if missing:
            self._run(f"create schema {self._name}", f"create schema on database {database}")
            if "ops" in missing:
                self._schema = self._name
            return f"tables can be made; {', '.join(missing)} will be made by the first run"
        return f"tables can be made in {', '.join(SCHEMAS)}"

    def _stage(self) -> str:
        stage, table = f"{self._schema}.{self._name}", f"{self._schema}.{self._name}_rows"
        right = f"create stage on schema {self._options.database}.{self._schema}"
        self._run(f"create stage {stage}", right)
        self._wire.unit(
            lambda: fill(self._wire, table, {"id": "varchar", "n": "double"}, [("a", 1.0)], stage)
        )
        return "a file was uploaded and copied into a table"

    def _merge(self) -> str:
        table = f"{self._schema}.{self._name}_rows"
        rows = [("a", 2.0), ("b", 3.0)]
        self._wire.unit(lambda: upsert(self._wire, table, ("id", "n"), rows, key=("id",)))
        found = self._wire.query(f"select id, n from {table} order by id")
        if found != rows:
            raise WarehouseError(f"a MERGE of {rows} left {found} in {table}")
        return "one row was updated and one inserted"

    def _run(self, sql: str, right: str) -> None:
        """Raises WarehouseError with the grant that the statement needs."""
        try:
            self._wire.unit(lambda: self._wire.run(sql))
        except WarehouseBusy:
            raise
        except WarehouseError as error:
            raise WarehouseError(
                f"{error}. Missing: `grant {right} to {self._options.grantee}`"
            ) from None

    def _clean_up(self) -> None:
        """What was made, as far as it was; the session's end drops the temporary tables."""
        with suppress(WarehouseError, errors.Error):
            if not self._refused:
                self._wire.unit(lambda: self._wire.run(f"drop stage if exists ops.{self._name}"))
        with suppress(WarehouseError, errors.Error):
            if not self._refused:
                self._wire.unit(lambda: self._wire.run(f"drop schema if exists {self._name}"))
