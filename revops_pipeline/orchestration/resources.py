"""What assets work with: the configuration, the warehouse and the sources it configures."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

import dagster as dg
import psutil

from revops_pipeline.config import Config
from revops_pipeline.connections import open_source, open_warehouse
from revops_pipeline.orchestration.fingerprint import common
from revops_pipeline.settings import (
    Settings,
    SettingsError,
    configured,
    load_config,
    load_settings,
)
from revops_pipeline.sources.stream import Source
from revops_pipeline.warehouse.base import Warehouse
from revops_pipeline.warehouse.deadline import Deadline
from revops_pipeline.warehouse.held import HeldWarehouse

if TYPE_CHECKING:
    from revops_pipeline.warehouse.snowflake_options import SnowflakeOptions
    from revops_pipeline.warehouse.snowflake_wire import Connect

PID_TAG, STARTED_TAG, HOST_TAG = "revops/worker_pid", "revops/worker_started", "revops/worker_host"


def _kind() -> str:
    """The warehouse that assets are shown with; wrong settings are told of by the run."""
    try:
        return load_settings().revops_warehouse
    except SettingsError:
        return "duckdb"


WAREHOUSE_KIND = _kind()


class Revops(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Settings are read when a run starts, so that importing the definitions needs none."""

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        """Puts the worker's process on record: a run whose worker died is not in flight."""
        _ = self.started
        if context.instance and context.run and context.instance.has_run(context.run.run_id):
            context.instance.add_run_tags(context.run.run_id, worker_tags())

    @cached_property
    def started(self) -> float:
        """When the run began, of `time.monotonic`."""
        return time.monotonic()

    @cached_property
    def deadline(self) -> Deadline:
        """The end of the run's time, however it was started."""
        return Deadline(self.started + self.config.max_runtime_seconds)

    @cached_property
    def settings(self) -> Settings:
        return load_settings()

    @cached_property
    def config(self) -> Config:
        return load_config()

    @cached_property
    def common(self) -> str:
        """What every table of the run depends on beside what it reads."""
        return common(self.settings, self.config)

    @cached_property
    def warehouse(self) -> Warehouse:
        return HeldWarehouse(open_warehouse(self.settings, self.config, dagster_connector))

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:
        if "warehouse" in self.__dict__:
            self.warehouse.release()

    def configured(self, source: str) -> bool:
        return configured(self.settings, source)

    def source(self, name: str) -> Source:
        """Raises PermanentError naming the variables when the source is not configured."""
        return open_source(name, self.settings, self.config, self.warehouse)


def dagster_connector(options: "SnowflakeOptions") -> "Connect":
    """Connections of `dagster_snowflake`'s resource: what an organisation sets up for it, such as
    its partner identifier, holds for the pipeline too. Called where Snowflake is chosen: the import
    takes seconds."""
    from dagster_snowflake import SnowflakeResource

    resource = SnowflakeResource(
        **options.credentials(),
        autocommit=True,  # else it commits once more, on a connection that is closed
        additional_snowflake_connection_args=dict(options.behaviour()),
    )

    @contextmanager
    def connect() -> Iterator[Any]:
        with resource.get_connection() as connection:
            try:
                yield connection
            finally:
                connection.close()  # the resource leaves it open when something fails

    return connect


def worker_tags() -> dict[str, str]:
    process = psutil.Process()
    return {
        PID_TAG: str(process.pid),
        STARTED_TAG: f"{process.create_time():.2f}",
        HOST_TAG: os.uname().nodename,
    }
