"""`revops state show|reset`."""

from __future__ import annotations

import json

from rich.console import Console
from rich.table import Table

from revops_pipeline.connections import open_warehouse
from revops_pipeline.settings import VARIABLES, SettingsError, load_config, load_settings
from revops_pipeline.warehouse.base import Warehouse


def _warehouse(source: str) -> Warehouse:
    if source not in VARIABLES:
        raise SettingsError(f"no source {source!r}; there are {', '.join(VARIABLES)}")
    return open_warehouse(load_settings(), load_config())


def show(source: str, stream: str | None) -> int:
    warehouse = _warehouse(source)
    table = Table("stream", "identity", "changes", "updated (UTC)", "state", title=source)
    with warehouse.session("showing state") as session:
        session.ensure([])
        rows = session.query(
            "select stream, coalesce(identity_key || ' at ', '') || identity_address, change_seq, "
            "updated_at, state from ops.extract_state where source = ? "
            "and stream = coalesce(?, stream) order by stream",
            [source, stream],
        )
    for name, identity, changes, updated, state in rows:
        table.add_row(name, identity, str(changes), f"{updated:%Y-%m-%d %H:%M:%S}", _short(state))
    Console().print(
        table if rows else f"{source}: nothing was read yet into {warehouse.describe()}"
    )
    return 0


def _short(state: str) -> str:
    return ", ".join(f"{k}={v}" for k, v in json.loads(state).items())


def reset(source: str, stream: str | None) -> int:
    warehouse = _warehouse(source)
    with warehouse.session("resetting state") as session:
        session.ensure([])
        names = session.reset(source, stream)
    done = (
        f"reset {', '.join(names)}: the next run reads them again" if names else "nothing to reset"
    )
    Console().print(f"{source}: {done} ({warehouse.describe()})")
    return 0
