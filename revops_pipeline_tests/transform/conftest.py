"""dbt in this process: the project parsed once a session, built into a file a world."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

from .world import World

PROJECT = Path(__file__).parents[2] / "revops_pipeline" / "transform"
STAGES = ("stage_staging", "stage_marts")
# What a user of HubSpot looks at, with all that it is made of.
VIEWS = ("contacts_to_users", "company_deals", "team_spending")


class Warehouse:
    """A built warehouse file: its tables, and the tests that failed on the way."""

    def __init__(self, path: Path, failed: set[str], warned: set[str]) -> None:
        self.path = path
        self.failed = failed
        self.warned = warned

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.path), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def column(self, sql: str) -> list[Any]:
        return [value for (value, *_) in self.rows(sql)]

    def records(self, table: str, key: str) -> dict[Any, dict[str, Any]]:
        """The rows of a table as dictionaries, by one of their columns."""
        with duckdb.connect(str(self.path), read_only=True) as connection:
            cursor = connection.execute(f"select * from {table}")
            names = [column[0] for column in cursor.description]
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        return {row[key]: row for row in rows}


class Dbt:
    """The parsed project. One manifest serves every file, as in production."""

    def __init__(self, folder: Path) -> None:
        self.target = folder / "target"
        self.manifest: Any = None
        self.manifest = self.invoke(["parse"], folder / "none.duckdb").result

    def invoke(self, args: list[str], path: Path, **variables: Any) -> Any:
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager
        from dbt.cli.main import dbtRunner

        args = [*args, "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
        args += ["--log-path", str(self.target), "--vars", json.dumps(variables)]
        if self.manifest is not None:
            args += ["--no-write-json"]  # as in production
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("REVOPS_DUCKDB_PATH", str(path))
            environment.setenv("REVOPS_DBT_TARGET_PATH", str(self.target))
            try:
                return dbtRunner(manifest=self.manifest).invoke(["--log-level", "none", *args])
            finally:
                # dbt keeps an in-memory database open, and with it the attached file.
                DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]

    def build(self, path: Path, models: Sequence[str] = (), **variables: Any) -> Warehouse:
        """All models, or these and what they are made of; with the tests that then can be run."""
        failed: set[str] = set()
        warned: set[str] = set()
        for stage in STAGES:
            chosen = [f"+{model},tag:{stage}" for model in models] or [f"tag:{stage}"]
            args = ["build", "--select", *chosen, "--exclude-resource-type", "unit_test"]
            args += ["--indirect-selection", "buildable"] if models else []
            outcome = self.invoke(args, path, **variables)
            if outcome.result is None:
                raise outcome.exception
            broken = [result for result in outcome.result if result.status in {"error", "skipped"}]
            failed |= {result.node.name for result in outcome.result if result.status == "fail"}
            warned |= {result.node.name for result in outcome.result if result.status == "warn"}
            if not failed:
                assert not broken, [(result.node.name, result.message) for result in broken]
        return Warehouse(path, failed, warned)


@pytest.fixture(scope="session")
def dbt(tmp_path_factory: pytest.TempPathFactory) -> Dbt:
    return Dbt(tmp_path_factory.mktemp("dbt"))


@pytest.fixture(scope="session")
def build(dbt: Dbt, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Warehouse]:
    """Builds a world under some settings: `build(world, deal_allocation="split")`."""
    folder = tmp_path_factory.mktemp("warehouses")
    numbers = itertools.count()

    def build_world(world: World, models: Sequence[str] = (), **variables: Any) -> Warehouse:
        path = folder / f"world_{next(numbers)}.duckdb"
        world.write(path)
        return dbt.build(path, models, **variables)

    return build_world


@pytest.fixture(scope="session")
def empty(build: Callable[..., Warehouse]) -> Warehouse:
    """A warehouse in which nothing ever happened."""
    return build(World(), deal_allocation="split", team_split="members")
