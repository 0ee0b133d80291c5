"""Every test of this folder runs once for each listed source."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from revops_pipeline_tests.sources.conformance.bench import Bench
from revops_pipeline_tests.sources.conformance.server import Server
from revops_pipeline_tests.sources.conformance.vendor import Vendor
from revops_pipeline_tests.sources.conformance.vendors import NAMES, vendor

# HubSpot's faults, kills and random portals are tried two hundred fold in tests of its own; what
# query jobs share with REST is tried there.
_SLOW = {
    "hubspot": ("test_faults", "test_kills", "test_equality"),
    "salesforce_bulk": ("test_faults", "test_kills", "test_equality"),
}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        parameters = getattr(getattr(item, "callspec", None), "params", {})
        if item.path.stem in _SLOW.get(str(parameters.get("listed")), ()):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session", params=NAMES)
def listed(request: pytest.FixtureRequest) -> Vendor:
    return vendor(request.param)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.fixture
def another_server() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.fixture
def benches(listed: Vendor, server: Server, tmp_path: Path) -> Callable[[int], Bench]:
    """A world by seed, and an empty warehouse."""
    return lambda seed: Bench(listed, listed.world(seed), server, tmp_path / f"{seed}.duckdb")


@pytest.fixture
def bench(benches: Callable[[int], Bench]) -> Bench:
    return benches(3)
