"""DuckDB's errors that are not ours, in our words: which file, and the way out."""

from __future__ import annotations

from pathlib import Path

from revops_pipeline.warehouse.base import WarehouseError
from revops_pipeline.warehouse.full_disk import from_duckdb, is_full

# No type of its own either: at a commit it is one of the transaction's.
_MEMORY = ("out of memory error", "failed to pin block", "failed to allocate", "failed to reserve")


def explain(error: BaseException, path: Path, memory: str) -> WarehouseError | None:
    """The error to raise instead; None: it says by itself what is wrong, or is not DuckDB's."""
    text = str(error)
    if is_full(error):
        return WarehouseError(
            f"there is no space left where the warehouse file {path} is: {_first_line(text)}. What was "
            "stored before is whole: free some space and run again, or move the file and set "
            "REVOPS_DUCKDB_PATH to where it is then"
        )
    if from_duckdb(error) and any(said in text.lower() for said in _MEMORY):
        return WarehouseError(
            f"{path}: {memory} of memory are not enough: {_first_line(text)}. What was stored before "
            "is whole: set warehouse.memory in config/revops.yml to more and run again"
        )
    return None


def _first_line(text: str) -> str:
    return text.splitlines()[0].rstrip(". ") if text else "no reason is given"
