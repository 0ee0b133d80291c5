"""The whole pipeline in this process, on a sandbox and a warehouse of the test's own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import dagster as dg
import duckdb
import pytest

from revops_pipeline.sandbox import Portal, Sandbox, write_product_database
from revops_pipeline.transform import runner

_FOLDER = TemporaryDirectory()
_FIRST = Path(_FOLDER.name) / "first.duckdb"
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@pytest.fixture(scope="session", autouse=True)
def _manifest() -> None:
    """What `make` does before any command."""
    try:
        runner.require_current_manifest()
        runner.require_manifest()
    except runner.ManifestError:
        runner.build_manifest()


class Project:
    """Runs jobs as Dagster does and reads what they wrote."""

    def __init__(self, sandbox: Sandbox, path: Path, instance: dg.DagsterInstance) -> None:
        self.sandbox, self.portal, self.path, self.instance = (
            sandbox,
            sandbox.portal,
            path,
            instance,
        )

    def start(self) -> None:
        """As a first run leaves it. That run is made once for all tests."""
        if not _FIRST.exists():
            assert self.run().success
            with duckdb.connect(str(self.path)) as connection:
                connection.execute("checkpoint")  # what is in the log beside it, too
            shutil.copy(self.path, _FIRST)
        shutil.copy(_FIRST, self.path)

    def run(self, *only: str, job: str = "hubspot_job") -> dg.ExecuteInProcessResult:
        """A job, whole or for some of its tables."""
        from revops_pipeline.definitions import defs

        return defs.resolve_job_def(job).execute_in_process(
            instance=self.instance,
            raise_on_error=False,
            run_config=QUIET,
            asset_selection=[dg.AssetKey(key.split("/")) for key in only] or None,
        )

    def materialize(self, *keys: str) -> dg.ExecuteInProcessResult:
        from revops_pipeline.definitions import assets, defs

        selection = dg.AssetSelection.assets(*(k.split("/") for k in keys))
        return dg.materialize(
            assets,
            instance=self.instance,
            selection=selection,
            resources=defs.resources or {},
            raise_on_error=False,
        )

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.path), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def tables(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every staging and mart table, without the times at which rows were written."""
        names = self.rows(
            "select table_schema || '.' || table_name from information_schema.tables "
            "where table_schema in ('staging', 'marts') order by 1"
        )
        unsaid = "exclude (loaded_at)", "exclude (decided_at)", ""
        found = {}
        for (name,) in names:
            for part in unsaid:
                try:
                    found[name] = sorted(self.rows(f"select * {part} from {name}"), key=repr)
                    break
                except duckdb.BinderException:
                    continue
        return found


def reported(result: dg.ExecuteInProcessResult) -> set[str]:
    """The tables that the run put on record."""
    events = result.get_asset_materialization_events()
    return {e.asset_key.to_user_string() for e in events if e.asset_key}


def unchanged(result: dg.ExecuteInProcessResult, asset: str) -> bool:
    """Whether the run says that it left this table as it was."""
    for event in result.get_asset_materialization_events():
        materialization = event.step_materialization_data.materialization
        if materialization.asset_key.to_user_string() == asset:
            return bool(materialization.metadata["unchanged"].value)
    raise AssertionError(f"{asset} was not materialised")


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    """Of files: schedules and sensors can be evaluated with no other."""
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        yield instance


@pytest.fixture
def project(
    serve: Callable[..., Sandbox], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Project]:
    portal = Portal.generate(contacts=60, companies=20, deals=40, seed=13)
    sandbox = serve(portal)
    product = (
        Path(_FOLDER.name) / "product.sqlite"
    )  # one place, as it is what tells databases apart
    product.unlink(missing_ok=True)
    write_product_database(product, portal)
    path = tmp_path / "warehouse.duckdb"
    monkeypatch.setenv("HUBSPOT_API_URL", sandbox.url)
    monkeypatch.setenv("HUBSPOT_API_KEY", sandbox.token)
    monkeypatch.setenv("PRODUCT_DATABASE_URL", f"sqlite:///{product}")
    monkeypatch.setenv("REVOPS_DUCKDB_PATH", str(path))
    with dg.DagsterInstance.ephemeral() as instance:
        yield Project(sandbox, path, instance)
