"""QBR in tests of its own: a world of 755 records, or an API that answers as a test says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import duckdb
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from revops_pipeline.sandbox import Portal
from revops_pipeline.sandbox.qbr import DEFAULT_KEY, front
from revops_pipeline.sandbox.qbr_world import QbrWorld
from revops_pipeline.sandbox.vendor_front import VendorFront
from revops_pipeline.sources.http import Retry
from revops_pipeline.sources.qbr import Qbr, QbrCadence
from revops_pipeline.sources.qbr_api import QbrApi
from revops_pipeline.sources.stream import State
from revops_pipeline.warehouse.base import LogEntry
from revops_pipeline.warehouse.duckdb import DuckDBWarehouse
from revops_pipeline.warehouse.load import load
from revops_pipeline_tests.sources.conformance.server import Server

FAST = Retry(attempts=2, base_seconds=0.002)


class Reviews:
    """QBR into a DuckDB file, run by run. `clock` is the machine's, as the source sees it."""

    def __init__(self, server: Server, world: QbrWorld, path: Path) -> None:
        self.server, self.world, self.path = server, world, path
        self.front = server.front = front(world)
        self.cadence = QbrCadence()
        self.clock = 1_800_000_000.0

    def source(self, **options: Any) -> Qbr:
        account = options.pop("account", None)
        options = {"base_url": self.server.url, "key": DEFAULT_KEY, "retry": FAST, **options}
        return Qbr(QbrApi(**options), self.cadence, account, lambda: self.clock)

    def run(self, **options: Any) -> LogEntry:
        self.server.asked.clear()
        warehouse = DuckDBWarehouse(self.path, wait_seconds=5)
        return load(self.source(**options), warehouse, run_id="test")["records"]

    def cursors(self) -> list[str | None]:
        """The cursors that the last run asked for, in order."""
        return [parse_qs(a.query).get("cursor", [None])[0] for a in self.server.asked]

    def state(self) -> State:
        with DuckDBWarehouse(self.path).session("test") as session:
            return session.states("qbr")["records"]

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.path), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def stored(self, condition: str = "deleted_at is null") -> dict[str, Any]:
        rows = self.query(f"select id, document from raw.qbr_records where {condition}")
        return {i: orjson.loads(document) for i, document in rows}

    def expect_equal(self) -> None:
        assert self.stored() == self.world.truth()["records"]


@cache
def portal() -> Portal:
    return Portal.generate(contacts=5, companies=100, deals=5, seed=4)


@contextmanager
def serving(folder: Path) -> Iterator[Reviews]:
    """755 records, and an empty warehouse."""
    with Server() as server:
        yield Reviews(server, QbrWorld.generate(portal(), 4), folder / "w.duckdb")


def answer_with(reviews: Reviews, answer: Callable[[Request], JSONResponse]) -> None:
    """Serves an API of the test's own instead of the sandbox."""

    async def endpoint(request: Request) -> JSONResponse:
        return answer(request)

    api = Starlette(routes=[Route("/qbr_data", endpoint)])
    reviews.front = reviews.server.front = VendorFront(api, reviews.world.portal)
