"""A made-up Salesforce organisation behind a real server, mounted under a prefix as the sandbox
mounts it, and sources that read it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import duckdb
import orjson
from starlette.applications import Starlette
from starlette.routing import Mount

from revops_pipeline.sandbox.salesforce import SalesforceFront, front
from revops_pipeline.sandbox.salesforce_login import (
    CLIENT_ID,
    CLIENT_SECRET,
    PASSWORD,
    SECURITY_TOKEN,
    USERNAME,
)
from revops_pipeline.sandbox.salesforce_world import SalesforceWorld
from revops_pipeline.sources.http import Retry
from revops_pipeline.sources.salesforce import Cadence, Salesforce
from revops_pipeline.sources.salesforce_api import SalesforceApi
from revops_pipeline.sources.salesforce_login import ClientCredentials, Login, PasswordLogin
from revops_pipeline.warehouse.base import LogEntry
from revops_pipeline.warehouse.duckdb import DuckDBWarehouse
from revops_pipeline.warehouse.load import load
from revops_pipeline_tests.sources.conformance.server import Server

PREFIX = "/salesforce"
CHANGES = Cadence(cheap_requests=0)  # never everything, until a day has passed
CENSUS = Cadence(cheap_requests=0, census_hours=-1)  # everything, however soon
# A login and the limits; a description and a query of each of the eight objects.
QUIET_REQUESTS = 2 + 2 * 8


class Org:
    """`url` is the instance's address; `run` loads into the file at `path`."""

    def __init__(self, world: SalesforceWorld, server: Server, path: Path) -> None:
        self.world, self.server, self.path = world, server, path
        self.front: SalesforceFront = front(world)
        server.front = Starlette(routes=[Mount(PREFIX, app=self.front)])  # type: ignore[assignment]
        self.url = f"{server.url}{PREFIX}"
        self.log: list[str] = []

    def by_app(self, **options: str) -> Login:
        keys = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, **options}
        return ClientCredentials(self.url, **keys)

    def by_password(self, **options: str) -> Login:
        keys = {"username": USERNAME, "password": PASSWORD, "security_token": SECURITY_TOKEN}
        return PasswordLogin(self.url, **{**keys, **options})

    def api(self, login: Login | None = None, **options: Any) -> SalesforceApi:
        options.setdefault("retry", Retry(attempts=3, base_seconds=0.005, max_seconds=0.05))
        return SalesforceApi(login=login or self.by_app(), **options)

    def source(
        self, login: Login | None = None, cadence: Cadence | None = None, **options: Any
    ) -> Salesforce:
        return Salesforce(self.api(login, **options), cadence)

    def run(self, **options: Any) -> dict[str, LogEntry]:
        streams = options.pop("streams", None)
        return load(
            self.source(**options),
            DuckDBWarehouse(self.path, wait_seconds=5),
            run_id="test",
            streams=streams,
            log=self.log.append,
        )

    def state(self, stream: str) -> dict[str, Any]:
        with DuckDBWarehouse(self.path, wait_seconds=5).session("a look") as session:
            return session.states("salesforce").get(stream, {})

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.path), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def expect_equal(self) -> None:
        for stream, records in self.world.truth().items():
            assert {i: orjson.loads(d) for i, d in self.rows(stream).items()} == records, stream

    def rows(self, stream: str, condition: str = "deleted_at is null") -> dict[str, str]:
        """Documents by id."""
        return dict(
            self.query(f"select id, document from raw.salesforce_{stream} where {condition}")
        )


def some(world: SalesforceWorld, name: str, number: int = 0) -> str:
    """The id of a live record."""
    return str(sorted(record["Id"] for record in world.live(name))[number])


@contextmanager
def orgs(path: Path) -> Iterator[Callable[[SalesforceWorld], Org]]:
    """Serves worlds, each at an address of its own, until the end."""
    with ExitStack() as stack:
        yield lambda world: Org(world, stack.enter_context(Server()), path)
