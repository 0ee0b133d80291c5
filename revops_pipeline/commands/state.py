"""`revops state show|reset`."""

from __future__ import annotations

import json

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from revops_pipeline.commands.environment import as_a_run_would, nothing_there, place
from revops_pipeline.connections import open_warehouse
from revops_pipeline.redaction import redacted
from revops_pipeline.settings import VARIABLES, SettingsError, load_config
from revops_pipeline.sources.catalog import STREAMS


def show(source: str, stream: str | None) -> int:
    _require(source, stream)
    settings, config = as_a_run_would(), load_config()
    rows = []
    warehouse = open_warehouse(settings, config)
    if not nothing_there(warehouse):
        with warehouse.session("showing state") as session:
            session.ensure([])
            rows = session.query(
                "select stream, coalesce(identity_key || ' at ', '') || identity_address, "
                "change_seq, updated_at, state from ops.extract_state where source = ? "
                "and stream = coalesce(?, stream) order by stream",
                [source, stream],
            )
    console, file = Console(highlight=False), place(warehouse)
    if not rows:
        console.print(f"{stream or source}: nothing was read yet into {file}", soft_wrap=True)
        return 0
    for identity in sorted({row[1] for row in rows}):
        console.print(f"{source}: {redacted(identity)}, in {file}", soft_wrap=True, markup=False)
    table = Table("stream", "changes", "updated (UTC)", box=None, header_style="bold")
    table.add_column("state", overflow="fold")
    for name, _identity, changes, updated, state in rows:
        table.add_row(
            name, str(changes), f"{updated:%Y-%m-%d %H:%M:%S}", escape(redacted(_short(str(state))))
        )
    console.print(table)
    return 0


def _short(state: str) -> str:
    """A list, as of the fields that a stream's records have, may be of hundreds."""
    found = json.loads(state).items()
    return ", ".join(f"{k}={len(v) if isinstance(v, list) else v}" for k, v in found)


def reset(source: str, stream: str | None) -> int:
    _require(source, stream)
    settings, config = as_a_run_would(), load_config()
    names: list[str] = []
    warehouse = open_warehouse(settings, config)
    if not nothing_there(warehouse):
        with warehouse.session("resetting state") as session:
            session.ensure([])
            names = session.reset(source, stream)
    done = (
        f"reset {', '.join(names)}: the next run reads them again" if names else "nothing to reset"
    )
    Console().print(f"{source}: {done} ({place(warehouse)})", soft_wrap=True, markup=False)
    return 0


def _require(source: str, stream: str | None) -> None:
    if source not in VARIABLES:
        raise SettingsError(f"no source {source!r}; there are {', '.join(VARIABLES)}")
    names = [s.name for s in STREAMS[source]]
    if stream is not None and stream not in names:
        raise SettingsError(f"{source} has no stream {stream!r}; there are {', '.join(names)}")
