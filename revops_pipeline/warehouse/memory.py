"""How much memory DuckDB may use: what does not fit is spilled beside the file."""

from __future__ import annotations

import os
from pathlib import Path

LEAST, MOST = 256 * 10**6, 2 * 10**9
# dbt's models read many columns of several tables side by side: less than this is too little for
# them, however little the tables hold.
LEAST_FOR_MODELS = 10**9
_UNITS = {"K": 1, "M": 2, "G": 3}
# What a control group may use, by version 2 and by version 1; a container is one.
_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def default_memory(limits: tuple[str, ...] = _LIMITS) -> str:
    """A quarter of the machine's or of the control group's, whichever is less, within bounds."""
    have = [_machine(), *filter(None, map(_limit, limits))]
    return f"{min(max(min(have) // 4, LEAST), MOST) // 10**6}MB"


def memory_for_models(memory: str | None) -> str:
    """What dbt may use where the loader may use so much."""
    have = memory or default_memory()
    return have if _bytes(have) >= LEAST_FOR_MODELS else f"{LEAST_FOR_MODELS // 10**6}MB"


def _bytes(memory: str) -> int:
    """Of what `warehouse.memory` may be: a number and KB, MB, GB, or KiB, MiB, GiB."""
    unit = memory.rstrip("iB")[-1]
    number = memory.rstrip("iB")[:-1]
    return int(float(number) * (1024 if "i" in memory else 1000) ** _UNITS[unit])


def _machine() -> int:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError, AttributeError):  # not told: as if it were small
        return LEAST


def _limit(path: str) -> int | None:
    try:
        return int(Path(path).read_text())
    except (OSError, ValueError):  # there is none, or it is called `max`
        return None
