"""What a load can be told, beside its source and its warehouse."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Required, TypedDict

from revops_pipeline.warehouse.base import Session
from revops_pipeline.warehouse.deadline import Deadline
from revops_pipeline.warehouse.hidden import FieldPolicy

Log = Callable[[str], None]


def silent(_line: str) -> None:
    """Where nobody reads the log."""


class Terms(TypedDict, total=False):
    """`finally_` looks at what was landed before it closes. `tolerant`: an object that is refused is
    told by its entry alone, as long as any other is read. `accepted`: the streams of which every
    deletion is believed at once."""

    run_id: Required[str]
    streams: Iterable[str] | None
    log: Log
    finally_: Callable[[Session], None] | None
    concurrency: int
    fields: FieldPolicy | None
    tolerant: bool
    deadline: Deadline | None
    accepted: Collection[str]
