"""dbt's way into the DuckDB file: it waits for one that another program reads, as the loader does.

A plugin of dbt-duckdb, named in `profiles.yml`: it is asked before dbt attaches the file itself, which
then finds it attached. The connection stays open for the whole of dbt's run.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin

from revops_pipeline.warehouse.base import WarehouseBusy
from revops_pipeline.warehouse.duckdb_wait import when_free


class Plugin(BasePlugin):
    # dbt turns what is raised while it connects into an error of its own: here is ours.
    busy: WarehouseBusy | None = None

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        self._seconds = float(plugin_config["wait_seconds"])

    def configure_connection(self, conn: Any) -> None:
        Plugin.busy = None
        for attached in (self.creds.attach if self.creds else None) or []:
            try:
                when_free(attached.path, self._seconds, partial(conn.execute, attached.to_sql()))
            except WarehouseBusy as error:
                Plugin.busy = error
                raise
