"""What could not be used as it was sent: the rows of `ops.rejected_documents`.

A line stays for as long as what it tells is so: a landing takes away those of the records that it
lands or deletes, except the lines that it tells again, which keep their time.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from revops_pipeline.sources.stream import Reject, Stream

REJECTED_DOCUMENTS = "ops.rejected_documents"
# `bytes` is the length of the whole value, `value` its beginning.
REJECTED_COLUMNS = {
    **dict.fromkeys(("source", "stream", "id", "field", "value", "reason"), "varchar"),
    "bytes": "bigint",
    "run_id": "varchar",
    "rejected_at": "timestamp",
}
REJECTED_KEY = ("source", "stream", "id", "field", "value")
# What tables of an earlier version lack.
ADDED_COLUMNS = ("field", "value")
VALUE_LENGTH = 500


def reject_rows(
    stream: Stream, rejects: Iterable[Reject], run_id: str, now: datetime
) -> list[tuple[Any, ...]]:
    """Rows of `REJECTED_COLUMNS`, one a key."""
    found: dict[tuple[str, str, str], tuple[Any, ...]] = {}
    for reject in rejects:
        value, size = reject.value[:VALUE_LENGTH], len(reject.value.encode("utf-8", "replace"))
        key = (reject.id, reject.column, value)
        row = (stream.source, stream.name, *key, reject.reason, size, run_id, now)
        found.setdefault(key, row)
    return list(found.values())
