"""Runs work in a forked child that may be killed at a named point, as a machine would die there."""

from __future__ import annotations

import os
import signal
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from revops_pipeline.sources.http import HttpSession
from revops_pipeline.sources.stream import SourceError
from revops_pipeline.warehouse.books import StateBook
from revops_pipeline.warehouse.duckdb_session import DuckDBSession

# Where a run can die: the method at whose beginning or end the process is killed.
CRASH_POINTS: dict[str, tuple[type, str, bool]] = {
    "while reading": (HttpSession, "_once", False),
    "before a landing": (DuckDBSession, "land", False),
    "after a stream's rows, before the others'": (DuckDBSession, "_land_rows", True),
    "after a replaced version was marked as history": (DuckDBSession, "_supersede", True),
    "after the rows, before the cursor": (DuckDBSession, "_write_states", False),
    "after the cursor, before the commit": (DuckDBSession, "_write_states", True),
    "after the commit": (StateBook, "committed", False),
    "before the log": (DuckDBSession, "write_log", False),
    "before the file is closed": (DuckDBSession, "finish", False),
}
DONE, FAILED, BROKEN = 0, 3, 4
WATCHDOG_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Crash:
    """Death at the `nth` passing of a point."""

    point: str
    nth: int

    def arm(self) -> None:
        owner, name, after = CRASH_POINTS[self.point]
        method: Callable[..., Any] = getattr(owner, name)
        left = self.nth

        @wraps(method)
        def dying(*args: Any, **options: Any) -> Any:
            nonlocal left
            left -= 1
            if left <= 0 and not after:
                os.kill(os.getpid(), signal.SIGKILL)
            result = method(*args, **options)
            if left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        setattr(owner, name, dying)


def forked(work: Callable[[], object], crash: Crash | None = None) -> str:
    """How the work ended in its child: `done`, `failed` (as a source may), `killed`.

    Raises AssertionError when it ended in any other way."""
    child = os.fork()
    if child == 0:
        os._exit(_run(work, crash))
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL, f"ended by signal {os.WTERMSIG(status)}"
        return "killed"
    code = os.waitstatus_to_exitcode(status)
    assert code in (DONE, FAILED), "a run broke; its traceback is above"
    return "done" if code == DONE else "failed"


def _run(work: Callable[[], object], crash: Crash | None) -> int:
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(WATCHDOG_SECONDS)
    try:
        if crash:
            crash.arm()
        work()
    except SourceError:
        return FAILED
    except BaseException:  # noqa: BLE001 - the parent is told
        traceback.print_exc()
        return BROKEN
    return DONE
