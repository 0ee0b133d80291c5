"""Whether it is the disk."""

from __future__ import annotations

import errno

# DuckDB has no type of its own for it.
_SAID = ("no space left on device", "disk quota exceeded", "max_temp_directory_size")


def is_full(error: BaseException) -> bool:
    """Whether a disk is full, of whatever wrote to it."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    return from_duckdb(error) and any(said in str(error).lower() for said in _SAID)


def from_duckdb(error: BaseException) -> bool:
    """Without importing it, which a run on another warehouse need not."""
    return type(error).__module__.startswith(("duckdb", "_duckdb"))
