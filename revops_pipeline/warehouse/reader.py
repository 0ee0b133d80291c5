"""How a reader opens the warehouse: its published copy, never the file being written.

    from revops_pipeline.warehouse.reader import open_read_copy

    with open_read_copy() as connection:
        connection.sql("from marts.team_spending").show()

A connection goes on showing the copy that it opened; open another one to see a newer.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from revops_pipeline.warehouse.base import WarehouseError
from revops_pipeline.warehouse.read_copy import current, folder_of

if TYPE_CHECKING:
    import duckdb

# A copy is deleted when the second after it is published: between a look at the pointer and opening.
_TRIES = 3


def read_copy_path(warehouse: Path | None = None) -> Path:
    """The newest copy of the warehouse file, by default the configured one. Raises WarehouseError
    when nothing was published yet."""
    warehouse = warehouse or _configured()
    path = current(warehouse)
    if path is None:
        raise WarehouseError(
            f"there is no read copy in {folder_of(warehouse)} yet: a run that succeeds publishes "
            "one (`make run`), unless read_copy.enabled is false in config/revops.yml"
        )
    return path


def open_read_copy(warehouse: Path | None = None) -> duckdb.DuckDBPyConnection:
    """A connection that only reads, to be closed by the caller. Raises WarehouseError as above."""
    import duckdb

    for turn in range(_TRIES):
        path = read_copy_path(warehouse)
        try:
            return duckdb.connect(str(path), read_only=True)
        except duckdb.IOException as error:
            if turn == _TRIES - 1 or path.exists():
                reason = str(error).splitlines()[0]
                raise WarehouseError(f"the read copy {path} cannot be opened: {reason}") from None
    raise AssertionError("the last turn returned or raised")


def _configured() -> Path:
    from revops_pipeline.settings import load_settings

    settings = load_settings()
    if settings.revops_warehouse != "duckdb":
        raise WarehouseError(
            "the warehouse is Snowflake: nothing is published, its readers read the marts themselves"
        )
    return settings.revops_duckdb_path
