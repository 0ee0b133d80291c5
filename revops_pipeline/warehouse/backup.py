"""A backup of the DuckDB file, and the file made whole.

What a run writes is in the log beside the file until a checkpoint moves it: the file alone may be a
few kilobytes of a whole warehouse, so it is not to be copied by other means.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from revops_pipeline.private import FILE, private_folder
from revops_pipeline.warehouse.base import Warehouse, WarehouseError
from revops_pipeline.warehouse.books import utc_now

_TABLES = (
    "select table_schema, table_name from information_schema.tables "
    "where table_catalog = current_database() order by 1, 2"
)


def checkpoint(warehouse: Warehouse) -> None:
    """Moves the log into the file, if it is a file that is there."""
    if warehouse.file is not None and warehouse.file.exists():
        with warehouse.session("checkpoint") as session:
            session.query("checkpoint")


def backup(warehouse: Warehouse, target: Path, *, replace: bool = False) -> tuple[Path, int, int]:
    """The file that was written, and how many tables and rows it holds, as read back from it. `target`
    is a file, or a folder for one with the time in its name. No writer is at work meanwhile; a kill
    leaves no half of a file. Raises WarehouseError saying what to do instead."""
    source = warehouse.file
    if source is None:
        raise WarehouseError(
            f"{warehouse.describe()} is no file of ours: Snowflake keeps backups itself, such as "
            "create database revops_backup clone <database>, and Time Travel"
        )
    if not source.exists():
        raise WarehouseError(f"there is no warehouse at {source} yet: nothing to back up")
    if target.is_dir():
        target = target / f"{source.stem}-{utc_now():%Y%m%dT%H%M%SZ}.duckdb"
    if target.exists() and (not replace or target.samefile(source)):
        raise WarehouseError(f"{target} is there already: name another file, or add --replace")
    try:
        private_folder(target.parent)
        with TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
            part = Path(folder) / target.name
            checkpoint(warehouse)  # and what is to be written anew before it is copied, is
            sizes = _copy(warehouse, source, part)
            _same(part, sizes)
            if replace:
                part.replace(target)
            else:
                os.link(part, target)  # fails where somebody was faster
    except OSError as error:
        raise WarehouseError(f"{target} cannot be written: {error}") from None
    return target, len(sizes), sum(sizes.values())


def _copy(warehouse: Warehouse, source: Path, part: Path) -> dict[str, int]:
    """Copies the file while no other can write to it; rows by table. It is opened before the session
    and closed after it: the first file of a process that is closed takes the process's lock away."""
    with ExitStack() as stack:
        file = stack.enter_context(source.open("rb"))
        session = stack.enter_context(warehouse.session("backup"))
        session.query("checkpoint")
        with part.open("wb") as copy:
            part.chmod(FILE)
            shutil.copyfileobj(file, copy, 1 << 20)
            copy.flush()
            os.fsync(copy.fileno())
        return _rows(session.query)


def _rows(query: Callable[[str], list[tuple[Any, ...]]]) -> dict[str, int]:
    return {
        f"{schema}.{name}": int(query(f'select count(*) from {schema}."{name}"')[0][0])
        for schema, name in query(_TABLES)
    }


def _same(part: Path, sizes: dict[str, int]) -> None:
    """Opens the copy and compares it, table by table."""
    import duckdb

    try:
        with duckdb.connect(str(part), read_only=True) as connection:
            found = _rows(lambda sql: connection.execute(sql).fetchall())
    except duckdb.Error as error:
        raise WarehouseError(
            f"the copy cannot be opened: {str(error).splitlines()[0]}. It is not kept; try again"
        ) from None
    if found != sizes:
        wrong = sorted(name for name in found.keys() | sizes if found.get(name) != sizes.get(name))
        raise WarehouseError(
            f"the copy differs from the warehouse in {', '.join(wrong)}: it is not kept; try again"
        )
