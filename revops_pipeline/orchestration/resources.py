"""What assets work with: the configuration, the warehouse and the sources it configures."""

import os
from functools import cached_property

import dagster as dg
import psutil

from revops_pipeline.connections import open_source, open_warehouse
from revops_pipeline.settings import Config, Settings, configured, load_config, load_settings
from revops_pipeline.sources.stream import Source
from revops_pipeline.warehouse.base import Warehouse
from revops_pipeline.warehouse.held import HeldWarehouse

PID_TAG, STARTED_TAG, HOST_TAG = "revops/worker_pid", "revops/worker_started", "revops/worker_host"


class Revops(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Settings are read when a run starts, so that importing the definitions needs none."""

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        """Puts the worker's process on record: a run whose worker died is not in flight."""
        if context.instance and context.run and context.instance.has_run(context.run.run_id):
            context.instance.add_run_tags(context.run.run_id, worker_tags())

    @cached_property
    def settings(self) -> Settings:
        return load_settings()

    @cached_property
    def config(self) -> Config:
        return load_config()

    @cached_property
    def warehouse(self) -> Warehouse:
        return HeldWarehouse(open_warehouse(self.settings, self.config))

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:
        if "warehouse" in self.__dict__:
            self.warehouse.release()

    def configured(self, source: str) -> bool:
        return configured(self.settings, source)

    def source(self, name: str) -> Source:
        """Raises PermanentError naming the variables when the source is not configured."""
        return open_source(name, self.settings, self.config, self.warehouse)


def worker_tags() -> dict[str, str]:
    process = psutil.Process()
    return {
        PID_TAG: str(process.pid),
        STARTED_TAG: f"{process.create_time():.2f}",
        HOST_TAG: os.uname().nodename,
    }
