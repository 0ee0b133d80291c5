"""What every test has: no configuration of the machine's, and small tools to build a world."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from revops_pipeline import redaction, settings
from revops_pipeline.sandbox import Portal, Sandbox
from revops_pipeline.sources.http import Retry
from revops_pipeline.sources.hubspot import Cadence, HubSpot
from revops_pipeline.sources.hubspot_api import HubSpotApi
from revops_pipeline.warehouse.base import LogEntry
from revops_pipeline.warehouse.duckdb import DuckDBWarehouse
from revops_pipeline.warehouse.load import load

PREFIXES = (
    *("HUBSPOT_", "PRODUCT_", "QBR_", "SALESFORCE_", "SERVICENOW_", "SNOWFLAKE_"),
    *("REVOPS_", "DAGSTER_HOME"),
)


# A minute or more each: begun first, or one worker is left with them when the other has nothing.
LONG = (
    *("snowflake/test_parity", "orchestration/test_pipeline", "commands/test_run"),
    *("orchestration/test_accounts", "orchestration/test_interrupts"),
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file's tests share a worker, as they share fixtures; those marked `spread` do not, and
    come last, where they fill what is left."""
    for item in items:
        if not item.get_closest_marker("spread"):
            item.add_marker(pytest.mark.xdist_group(item.location[0]))

    def place(item: pytest.Item) -> int:
        if item.get_closest_marker("spread"):
            return len(LONG) + 1
        name = item.location[0].removeprefix("revops_pipeline_tests/").removesuffix(".py")
        return LONG.index(name) if name in LONG else len(LONG)

    items.sort(key=place)


@pytest.fixture(autouse=True)
def _no_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither the machine's variables nor the checkout's .env or config reach a test, nor the
    secrets of another test its messages."""
    redaction.forget()
    for name in list(os.environ):
        if name.startswith(PREFIXES):
            monkeypatch.delenv(name)
    monkeypatch.setitem(settings.Settings.model_config, "env_file", tmp_path / ".env")
    monkeypatch.setattr(settings, "CONFIG_FILE", tmp_path / "revops.yml")


class Pipeline:
    """HubSpot into a DuckDB file, run by run, as `revops` does it."""

    def __init__(self, sandbox: Sandbox, path: Path) -> None:
        self.sandbox, self.path = sandbox, path
        self.portal = sandbox.portal
        self.log: list[str] = []
        self.cadence = Cadence()

    def source(self, cadence: Cadence | None = None, **options: Any) -> HubSpot:
        settings = {"base_url": self.sandbox.url, "token": self.sandbox.token, **options}
        settings.setdefault("retry", Retry(attempts=3, base_seconds=0.01))
        settings.setdefault("search_per_second", 0)
        return HubSpot(HubSpotApi(**settings), cadence or self.cadence)

    def run(self, streams: list[str] | None = None, **options: Any) -> dict[str, LogEntry]:
        return load(
            self.source(**options),
            DuckDBWarehouse(self.path, wait_seconds=5),
            run_id="test",
            streams=streams,
            log=self.log.append,
        )

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.path), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def write(self, sql: str) -> None:
        with duckdb.connect(str(self.path)) as connection:
            connection.execute(sql)

    def live(self, stream: str) -> set[str]:
        return {
            i
            for (i,) in self.query(f"select id from raw.hubspot_{stream} where deleted_at is null")
        }

    def deleted(self, stream: str) -> set[str]:
        return {
            i
            for (i,) in self.query(
                f"select id from raw.hubspot_{stream} where deleted_at is not null"
            )
        }


@pytest.fixture
def serve() -> Iterator[Callable[..., Sandbox]]:
    """Starts sandboxes that end with the test; no rate limits unless asked for."""
    started: list[Sandbox] = []

    def start(portal: Portal | None = None, **options: Any) -> Sandbox:
        options = {"rate_limit": 0, "search_limit": 0, **options}
        sandbox = Sandbox(
            portal or Portal.generate(contacts=60, companies=20, deals=30, seed=3), **options
        )
        started.append(sandbox.__enter__())
        return started[-1]

    yield start
    for sandbox in started:
        sandbox.__exit__(None, None, None)


@pytest.fixture
def pipeline(serve: Callable[..., Sandbox], tmp_path: Path) -> Pipeline:
    """A small portal and an empty warehouse."""
    return Pipeline(serve(), tmp_path / "warehouse.duckdb")
