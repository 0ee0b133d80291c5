"""DuckDB's errors that are not ours, in our words: which file, and the way out."""

from __future__ import annotations

import errno
from pathlib import Path

from revops_pipeline.warehouse.base import WarehouseError

# DuckDB tells neither by a type of its own: at a commit it is one of the transaction's.
_MEMORY = ("out of memory error", "failed to pin block", "failed to allocate", "failed to reserve")
_FULL = ("no space left on device", "disk quota exceeded", "max_temp_directory_size")


def explain(error: BaseException, path: Path, memory: str) -> WarehouseError | None:
    """The error to raise instead; None: it says by itself what is wrong, or is not DuckDB's."""
    text = str(error)
    if is_full(error):
        return WarehouseError(
            f"there is no space left where the warehouse file {path} is: {_first_line(text)}. What was "
            "stored before is whole: free some space and run again, or move the file and set "
            "REVOPS_DUCKDB_PATH to where it is then"
        )
    if _says(error, _MEMORY):
        return WarehouseError(
            f"{path}: {memory} of memory are not enough: {_first_line(text)}. What was stored before "
            "is whole: set warehouse.memory in config/revops.yml to more and run again"
        )
    return None


def is_full(error: BaseException) -> bool:
    """Whether a disk is full, of whatever wrote to it."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    return _says(error, _FULL)


def _says(error: BaseException, what: tuple[str, ...]) -> bool:
    ours = type(error).__module__.startswith(("duckdb", "_duckdb"))
    return ours and any(said in str(error).lower() for said in what)


def _first_line(text: str) -> str:
    return text.splitlines()[0].rstrip(". ") if text else "no reason is given"
