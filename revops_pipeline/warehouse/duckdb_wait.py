"""Waiting for a DuckDB file that another program has open.

A program that reads the file keeps every writer out, if only for a moment: a dashboard that opens it
each half second. So whoever opens it for writing tries again for a while, the loader and dbt alike.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import duckdb

from revops_pipeline.warehouse.base import WarehouseBusy

Opened = TypeVar("Opened")


def when_free(path: Path | str, seconds: float, attempt: Callable[[], Opened]) -> Opened:
    """What `attempt` opens. Raises WarehouseBusy naming the program that keeps the file locked for
    longer; other errors pass."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return attempt()
        except duckdb.IOException as error:
            text = str(error)
            if "lock on file" not in text:
                raise
            if time.monotonic() > deadline:
                raise WarehouseBusy(
                    f"{path} is open in another program, which keeps it locked: "
                    f"{text.splitlines()[0]} Close that program (a DuckDB shell, a notebook), "
                    "or let it read the published copy, docs/operations.md says how"
                ) from None
            time.sleep(0.1)
