"""`revops backup`: a copy of the warehouse that can be opened, moved and kept."""

from __future__ import annotations

from pathlib import Path

import typer

from revops_pipeline.commands.environment import as_a_run_would
from revops_pipeline.connections import open_warehouse
from revops_pipeline.settings import load_config
from revops_pipeline.warehouse.backup import backup


def backup_to(path: Path, *, replace: bool) -> int:
    written, tables, rows = backup(
        open_warehouse(as_a_run_would(), load_config()), path, replace=replace
    )
    size = written.stat().st_size / 1_000_000
    typer.echo(f"{written}: {tables} tables and views, {rows:,} rows, {size:,.1f} MB, read back")
    return 0
