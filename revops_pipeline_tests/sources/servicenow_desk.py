"""A made-up ServiceNow instance behind a real server, and sources that read it into one warehouse."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import duckdb
import orjson

from revops_pipeline.sandbox import Portal
from revops_pipeline.sandbox.servicenow_app import DEFAULT_PASSWORD, DEFAULT_USER
from revops_pipeline.sandbox.servicenow_world import ServiceNowWorld
from revops_pipeline.sources.http import Retry
from revops_pipeline.sources.servicenow import Cadence, ServiceNow
from revops_pipeline.sources.servicenow_api import ServiceNowApi
from revops_pipeline.warehouse.base import LogEntry
from revops_pipeline.warehouse.duckdb import DuckDBWarehouse
from revops_pipeline.warehouse.load import load
from revops_pipeline_tests.sandbox.servicenow_instance import ServedInstance

HOUR_MS = 3_600_000
LARGE = Cadence(page_size=30, cheap_rows=0)  # as if each table were too large to be compared often


class Desk:
    """One instance into one warehouse file, run by run."""

    def __init__(self, served: ServedInstance, path: Path) -> None:
        self.served, self.world, self.path = served, served.world, path
        self.progress = ""

    def run(
        self, streams: list[str] | None = None, cadence: Cadence | None = None, **options: Any
    ) -> dict[str, LogEntry]:
        settings = {
            "instance_url": self.served.url,
            "username": DEFAULT_USER,
            "password": DEFAULT_PASSWORD,
            "retry": Retry(attempts=3, base_seconds=0.005),
            **options,
        }
        source = ServiceNow(ServiceNowApi(**settings), cadence or Cadence(page_size=30))
        try:
            return load(
                source, DuckDBWarehouse(self.path, wait_seconds=5), run_id="test", streams=streams
            )
        finally:
            self.progress = source.progress()

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.path), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def live(self, table: str) -> dict[str, Any]:
        sql = f"select id, document from raw.servicenow_{table} where deleted_at is null"
        return {i: orjson.loads(document) for i, document in self.query(sql)}

    def state(self, table: str) -> dict[str, Any]:
        with DuckDBWarehouse(self.path, wait_seconds=5).session("a look") as session:
            return session.states("servicenow").get(table, {})

    def expect_equal(self, *tables: str) -> None:
        """Of these tables, or of all."""
        for table, expected in self.world.truth().items():
            assert self.live(table) == expected or (tables and table not in tables), table


@contextmanager
def desks(path: Path) -> Iterator[Callable[..., Desk]]:
    """Serves worlds (a generated one, if none is given), each at an address of its own, until the
    end."""
    with ExitStack() as stack:

        def serve(world: ServiceNowWorld | None = None, **options: Any) -> Desk:
            world = world or ServiceNowWorld.generate(Portal.generate(40, 20, 5, 3), 3)
            return Desk(stack.enter_context(ServedInstance(world, **options)), path)

        yield serve
