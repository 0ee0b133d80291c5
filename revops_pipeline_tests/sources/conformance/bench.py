"""One source over one world into one warehouse file, run by run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from revops_pipeline.sources.stream import Source, State, TransientError
from revops_pipeline.warehouse.base import LogEntry
from revops_pipeline.warehouse.duckdb import DuckDBWarehouse
from revops_pipeline.warehouse.load import load
from revops_pipeline_tests.sources.conformance.server import Server
from revops_pipeline_tests.sources.conformance.vendor import Front, Vendor

MOST_RUNS = 12


class Bench:
    """`wrap` may replace each run's source by one that misbehaves."""

    def __init__(self, vendor: Vendor, world: Any, server: Server, path: Path) -> None:
        self.vendor, self.world, self.server, self.path = vendor, world, server, path
        self.front: Front = vendor.front(world)
        self.log: list[str] = []
        self.wrap: Callable[[Source], Source] = lambda source: source

    def warehouse(self) -> DuckDBWarehouse:
        return DuckDBWarehouse(self.path, wait_seconds=5)

    def serve(self) -> None:
        self.server.front = self.front
        self.server.asked.clear()

    def run(self, streams: list[str] | None = None, **options: Any) -> dict[str, LogEntry]:
        self.serve()
        return self.load(streams, **options)

    def load(self, streams: list[str] | None = None, **options: Any) -> dict[str, LogEntry]:
        """A run against whatever is served."""
        source = self.wrap(self.vendor.source(self.server.url, **options))
        return load(
            source, self.warehouse(), run_id="conformance", streams=streams, log=self.log.append
        )

    def run_until_done(self, **options: Any) -> dict[str, LogEntry]:
        """Runs again after what may pass by itself, as the orchestrator does."""
        for _ in range(MOST_RUNS - 1):
            try:
                return self.run(**options)
            except TransientError as error:
                self.log.append(str(error))
        return self.run(**options)

    def settle(self) -> None:
        """Runs until a vendor at rest is copied: once, unless its source has a cadence."""
        self.run()
        for _ in range(self.vendor.days_of_rest):
            self.vendor.a_day_passes(self.world)
            self.run()

    def states(self) -> dict[str, State]:
        with self.warehouse().session("looking at the state") as session:
            return session.states(self.vendor.name)

    def expect_equal(self) -> None:
        """The raw tables hold what the vendor at rest holds, no more and no less, once each."""
        found = self.vendor.differences(self.world, self.path)
        assert not found, f"{len(found)} rows differ, such as: " + "; ".join(found[:3])
